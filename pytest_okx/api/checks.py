"""What v5 checks before an endpoint acts, in the order in which OKX does: the order is behaviour, and stands here once.

Each row is a check and the code that it answers with, then the codes (v3's twins among them) that take the same place
when they are injected. Where OKX's order is unknown, the README says what was chosen. Nothing here knows what an
endpoint does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NoReturn

from ..authentication import (
    check,
    environment_matches,
    given,
    header,
    in_window,
    ip_listed,
    is_json,
    key_known,
    may,
    passphrase_matches,
    readable,
    signature_matches,
)
from ..errors import Code, OkxError
from ..limits import PLACES_OR_AMENDS
from ..routing import Check, Entry, Journey
from .params import check_given

__all__ = ["AUTHORIZED", "PRIVATE", "PUBLIC", "parse_json"]

_LONGEST_REMARK = 200
_KINDS: dict[type, str] = {dict: "an object", list: "another list"}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


def _key_known(journey: Journey) -> None:
    if not key_known(journey):
        # Only an unknown key is judged by its shape: a revoked or expired one of any shape does not exist any more.
        exists_no_more = journey.exchange.key(header(journey, "OK-ACCESS-KEY")) is not None
        well_formed = _UUID.fullmatch(header(journey, "OK-ACCESS-KEY"))
        raise OkxError(Code.KEY_UNKNOWN if exists_no_more or well_formed else Code.KEY_INVALID)


def _ip_listed(journey: Journey) -> None:
    if not ip_listed(journey):
        raise OkxError(Code.IP_NOT_LISTED, journey.request.peer, header(journey, "OK-ACCESS-KEY"))


def _within_limit_of_ip(journey: Journey) -> None:
    limit = journey.endpoint.limit
    if limit is not None and limit.owner == "ip":
        why = journey.limits.full(limit, journey.request.peer, _entries(journey), journey.exchange, journey.now)
        _refuse_if(why, Code.RATE_LIMIT, journey)


def _within_limit(journey: Journey) -> None:
    limit = journey.endpoint.limit
    if limit is not None and limit.owner != "ip":
        why = journey.limits.full(limit, journey.account.uid, _entries(journey), journey.exchange, journey.now)
        _refuse_if(why, Code.RATE_LIMIT, journey)


def _within_limit_of_orders(journey: Journey) -> None:
    if journey.endpoint.route in PLACES_OR_AMENDS:
        why = journey.limits.too_many_orders(journey.account.uid, _entries(journey), journey.exchange, journey.now)
        _refuse_if(why, Code.ACCOUNT_RATE_LIMIT, journey)


def _refuse_if(why: str, code: str, journey: Journey) -> None:
    if why:
        journey.remark = why
        raise OkxError(code)


def _entries(journey: Journey) -> Sequence[Entry]:
    """What limits count: the entries of a batch, or the parameters of anything else. An unreadable body is one, too."""
    if journey.request.method != "POST":
        return (journey.request.query,)
    try:
        _parse(journey)
    except (ValueError, RecursionError):
        return ({},)
    entries = journey.body if isinstance(journey.body, list) else [journey.body]
    return entries if entries and all(isinstance(entry, dict) for entry in entries) else ({},)


def _parse(journey: Journey) -> None:
    """Read the body, once. Raises ValueError or RecursionError for what is no JSON."""
    if journey.body is None and journey.request.body:
        journey.body = parse_json(journey.request.body)


def _body(journey: Journey) -> None:
    request, rows = journey.request, journey.endpoint.rows
    if request.method != "POST":
        return
    if not request.body:
        if journey.endpoint.required or rows:
            raise OkxError(Code.BODY_EMPTY)
        journey.body = {}
        return
    try:
        _parse(journey)
    except (ValueError, RecursionError) as error:
        journey.remark = f"the body is not JSON: {error}"[:_LONGEST_REMARK]
        raise OkxError(Code.BODY_NOT_JSON) from None
    _shape(journey)


def parse_json(body: bytes) -> Any:
    """JSON in UTF-8, decimals as `Decimal`. Raises ValueError, NaN and Infinity included, or RecursionError."""
    return json.loads(body.decode(), parse_float=_decimal, parse_constant=_no_constant)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:  # an exponent beyond what a Decimal holds
        raise ValueError(f"{text!r} is no number that can be held") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _shape(journey: Journey) -> None:
    """An object, or for a batch a list of them: anything else is no body of this endpoint (50002, our choice).

    Of an endpoint that is not simulated it is not known here whether its body is a list: both pass.
    """
    rows, body = journey.endpoint.rows, journey.body
    listed = isinstance(body, list) and all(isinstance(entry, dict) for entry in body)
    as_object = rows is None or not rows.many
    as_list = not as_object or (rows is None and (journey.endpoint.handler is None or journey.endpoint.canned))
    if not (as_object and isinstance(body, dict)) and not (as_list and listed):
        expected = "an object" if as_object else "a list of objects"
        journey.remark = f"the body is {_KINDS.get(type(body), 'a value')}, not {expected}"
        raise OkxError(Code.BODY_NOT_JSON)
    if not body and listed:
        raise OkxError(Code.BODY_EMPTY)
    if rows and rows.many and len(body) > rows.most:
        raise OkxError(rows.too_many, rows.most)


def _parameters(journey: Journey) -> None:
    endpoint = journey.endpoint
    if endpoint.required and not (endpoint.rows and endpoint.rows.many):
        for entry in journey.body if isinstance(journey.body, list) else (journey.params,):
            check_given(entry, endpoint.required)
    if endpoint.check:
        endpoint.check(journey)


_LIMIT_CODES = (Code.RATE_LIMIT, "30014", "30026")
_BODY: Check = ((Code.BODY_EMPTY, Code.BODY_NOT_JSON), _body)
_PARAMETERS: Check = ((), _parameters)

AUTHORIZED: tuple[Check, ...] = (
    check(may, Code.PERMISSION, Code.AUTHORITY, Code.V3_PERMISSION),
    (_LIMIT_CODES, _within_limit),
    ((Code.ACCOUNT_RATE_LIMIT,), _within_limit_of_orders),
    _BODY,
    _PARAMETERS,
)
"""What is left to check of a caller whose key has proved itself: at the login of a WebSocket, that was once for all."""

PRIVATE: tuple[Check, ...] = (
    ((), _within_limit_of_ip),
    check(given("OK-ACCESS-KEY"), Code.KEY_EMPTY, Code.V3_KEY_EMPTY),
    check(given("OK-ACCESS-SIGN"), Code.SIGN_EMPTY, Code.V3_SIGN_EMPTY),
    check(given("OK-ACCESS-TIMESTAMP"), Code.TIMESTAMP_EMPTY, Code.V3_TIMESTAMP_EMPTY),
    check(readable, Code.TIMESTAMP_INVALID, Code.V3_TIMESTAMP_INVALID),
    check(in_window, Code.TIMESTAMP_EXPIRED, Code.V3_TIMESTAMP_EXPIRED),
    ((Code.KEY_INVALID, Code.KEY_UNKNOWN, Code.V3_KEY_UNKNOWN), _key_known),
    check(is_json, Code.CONTENT_TYPE, Code.V3_CONTENT_TYPE),
    check(given("OK-ACCESS-PASSPHRASE"), Code.PASSPHRASE_EMPTY, Code.V3_PASSPHRASE_EMPTY),
    check(passphrase_matches, Code.PASSPHRASE_WRONG, Code.V3_PASSPHRASE_WRONG),
    check(signature_matches, Code.SIGN_WRONG, Code.V3_SIGN_WRONG),
    ((Code.IP_NOT_LISTED, Code.V3_IP_NOT_LISTED), _ip_listed),
    check(environment_matches, Code.ENVIRONMENT),
    *AUTHORIZED,
)

PUBLIC: tuple[Check, ...] = ((_LIMIT_CODES, _within_limit_of_ip), ((), _body), _PARAMETERS)
