"""Order operations: each is a call of REST in other clothes, and answered by what answers that.

Permission, limits and parameters are checked as there; only the envelope is the WebSocket's. Source: OKX docs,
WebSocket order operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import Exchange
from ..messages import Headers, Reply, Request, compact_json
from ..routing import Entry

__all__ = ["OPERATIONS", "Operation", "answer", "request_of"]


@dataclass(frozen=True, slots=True)
class Operation:
    """The URL on which an operation is offered, the route that does the same, and whether it takes a list.

    A reply that is `timed` says when the request came and the answer left.
    """

    url: str
    route: str
    many: bool = False
    timed: bool = False


def _trade(name: str, *, many: bool = False) -> Operation:
    return Operation("private", f"POST /api/v5/trade/{name}", many, timed=True)


def _spread(name: str) -> Operation:
    return Operation("business", f"POST /api/v5/sprd/{name}")


OPERATIONS: Final[Mapping[str, Operation]] = {
    "order": _trade("order"),
    "batch-orders": _trade("batch-orders", many=True),
    "cancel-order": _trade("cancel-order"),
    "batch-cancel-orders": _trade("cancel-batch-orders", many=True),
    "amend-order": _trade("amend-order"),
    "batch-amend-orders": _trade("amend-batch-orders", many=True),
    "mass-cancel": Operation("private", "POST /api/v5/trade/mass-cancel"),
    "sprd-order": _spread("order"),
    "sprd-amend-order": _spread("amend-order"),
    "sprd-cancel-order": _spread("cancel-order"),
    "sprd-mass-cancel": _spread("mass-cancel"),
}
_BAD_ARGS: Final = ("60013", "Invalid args")
# Who names no instrument is told of the number, because that is what is asked for here (seen by a client).
_NAMELESS: Final = OkxError(Code.PARAMETER_EMPTY, "instId").message
_NUMBERLESS: Final = "Parameter instIdCode can not be empty."


def request_of(name: str, args: Any, message: Mapping[str, Any], exchange: Exchange, peer: str) -> Request | None:
    """The call that does what the operation asks for; None where it has too few `args` or too many."""
    operation = OPERATIONS[name]
    if not args or (len(args) > 1 and not operation.many):
        return None
    entries = [_with_inst_id(entry, exchange) for entry in args]
    headers = [("Op", name)]
    if message.get("expTime") is not None:
        headers.append(("expTime", str(message["expTime"])))
    method, _, path = operation.route.partition(" ")
    body = compact_json(_plain(entries if operation.many else entries[0]))
    return Request(method, path, Headers(headers), body.encode("utf-8", "replace"), peer)


def _with_inst_id(entry: Entry, exchange: Exchange) -> Entry:
    """The entry with the name that its `instIdCode` stands for; a number that stands for none is no name either."""
    if entry.get("instId") or "instIdCode" not in entry:
        return entry
    code = str(entry["instIdCode"])
    known = (each.inst_id for each in exchange.instruments.values() if str(each.inst_id_code) == code)
    return {**entry, "instId": next(known, code)}


def _plain(value: Any) -> Any:
    """Numbers with a fraction came as `Decimal`, which JSON does not know; a number is text to OKX anyway."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, (str, int)) else str(value)


def answer(name: str, request_id: str, reply: Reply | None, now: int) -> str:
    """The reply of the call as that of the operation; None is a call that could not be made.

    What a fault has garbled stays as it is.
    """
    try:
        body: Mapping[str, Any] = {} if reply is None else reply.json()
    except ValueError:
        return "" if reply is None else reply.body.decode("utf-8", "replace")
    code, msg = body.get("code", _BAD_ARGS[0]), body.get("msg", _BAD_ARGS[1])
    fields = ("inTime", "outTime") if OPERATIONS[name].timed else ()
    times = {field: body.get(field, f"{now}000") for field in fields}
    if code in ("0", "1", "2"):
        msg = ""
    said = {"id": request_id, "op": name, "data": body.get("data", []), "code": code, "msg": msg, **times}
    return compact_json(said).replace(_NAMELESS, _NUMBERLESS)
