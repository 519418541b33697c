"""From the JSON of an algo order to the exchange's `AlgoRequest` and `AlgoAmendment`: tables of fields and readers.

Refuses what is malformed, with the field's name; whether a well-formed one makes sense is the exchange's business.
Fields that a type does not use are passed over: clients send all of them, blank or not. Source: OKX docs, Place algo
order, Amend algo order. `advanceOrdType` chase is refused rather than ignored; so are smart icebergs.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import ALGO_KINDS, AlgoAmendment, AlgoRequest, Exchange, LegAmendment
from ..routing import Entry, text
from . import attached
from .params import decimal, instrument, positive, whole
from .readers import CLIENT_ID, CURRENCY, PX_TYPES, TAG, Reader, flag, one_of, or_else, order_px, shaped

__all__ = ["parse", "parse_amendment"]

Fields = Mapping[str, tuple[str, Reader]]


def _close_fraction(entry: Entry, name: str) -> bool:
    value = decimal(entry, name)
    if value not in (None, 1):
        raise OkxError(Code.PARAMETER, name)
    return value is not None


def _zero_or_more(entry: Entry, name: str) -> Decimal:
    return Decimal(0) if text(entry, name) in ("", "0") else positive(entry, name)


def _removable(entry: Entry, name: str) -> Decimal:
    """A new trigger price, or 0, which takes it away."""
    return Decimal(0) if text(entry, name) == "0" else positive(entry, name)


_COMMON: Final[Fields] = {
    "algo_cl_ord_id": ("algoClOrdId", shaped(CLIENT_ID)),
    "cl_ord_id": ("clOrdId", shaped(CLIENT_ID)),
    "tag": ("tag", shaped(TAG)),
    "td_mode": ("tdMode", one_of("cash", "cross", "isolated", "spot_isolated")),
    "side": ("side", one_of("buy", "sell")),
    "ord_type": ("ordType", one_of(*ALGO_KINDS)),
    "pos_side": ("posSide", or_else("net", "net", "long", "short")),
    "sz": ("sz", decimal),
    "close_fraction": ("closeFraction", _close_fraction),
    "ccy": ("ccy", shaped(CURRENCY)),
    "tgt_ccy": ("tgtCcy", one_of("base_ccy", "quote_ccy")),
    "reduce_only": ("reduceOnly", flag),
    "cxl_on_close_pos": ("cxlOnClosePos", flag),
}
_SLICED: Final[Fields] = {
    "px_var": ("pxVar", decimal),
    "px_spread": ("pxSpread", decimal),
    "sz_limit": ("szLimit", decimal),
    "px_limit": ("pxLimit", decimal),
}
_STOP: Final[Fields] = {
    "tp": ("tp", attached.leg),
    "sl": ("sl", attached.leg),
}
# What only some types use; the rest of a body is passed over.
_OWN: Final[Mapping[str, Fields]] = {
    "conditional": _STOP,
    "oco": _STOP,
    "trigger": {
        "trigger_px": ("triggerPx", decimal),
        "order_px": ("orderPx", order_px),
        "trigger_px_type": ("triggerPxType", or_else("last", *PX_TYPES)),
        "advance_ord_type": ("advanceOrdType", one_of("fok", "ioc")),
    },
    "move_order_stop": {
        "callback_ratio": ("callbackRatio", decimal),
        "callback_spread": ("callbackSpread", decimal),
        "active_px": ("activePx", decimal),
    },
    "iceberg": _SLICED,
    "twap": {**_SLICED, "time_interval": ("timeInterval", whole)},
    "chase": {
        "chase_type": ("chaseType", or_else("distance", "distance", "ratio")),
        "chase_val": ("chaseVal", _zero_or_more),
        "max_chase_type": ("maxChaseType", one_of("distance", "ratio")),
        "max_chase_val": ("maxChaseVal", decimal),
    },
}
_AMENDED: Final[Fields] = {
    "sz": ("newSz", positive),
    "trigger_px": ("newTriggerPx", positive),
    "order_px": ("newOrdPx", order_px),
    "trigger_px_type": ("newTriggerPxType", one_of(*PX_TYPES)),
}


def parse(exchange: Exchange, entry: Entry) -> AlgoRequest:
    """The algo order that `entry` asks for, whose required fields are there (`params.check_given`).

    Raises 51000 with a field's name, 51001 for the instrument.
    """
    common, inst_id = _read(_COMMON, entry), instrument(exchange, entry).inst_id
    own = _read(_OWN[common["ord_type"]], entry)
    carried = attached.parse({"attachAlgoOrds": entry.get("attachAlgoOrds")}) if "trigger_px" in own else ()
    return AlgoRequest(inst_id=inst_id, attach_algo_ords=carried, **common, **own)


def parse_amendment(entry: Entry) -> AlgoAmendment:
    """What `entry` asks to change."""
    if entry.get("attachAlgoOrds"):
        raise OkxError(Code.PARAMETER, "attachAlgoOrds")
    return AlgoAmendment(
        tp=_amended_leg(entry, "Tp"),
        sl=_amended_leg(entry, "Sl"),
        changes=_given(_AMENDED, entry),
        req_id=shaped(CLIENT_ID)(entry, "reqId"),
        cxl_on_fail=flag(entry, "cxlOnFail"),
    )


def _amended_leg(entry: Entry, name: str) -> LegAmendment:
    fields: Fields = {
        "trigger_px": (f"new{name}TriggerPx", _removable),
        "ord_px": (f"new{name}OrdPx", order_px),
        "px_type": (f"new{name}TriggerPxType", one_of(*PX_TYPES)),
    }
    return LegAmendment(changes=_given(fields, entry))


def _read(fields: Fields, entry: Entry) -> dict[str, Any]:
    return {field: read(entry, name) for field, (name, read) in fields.items()}


def _given(fields: Fields, entry: Entry) -> dict[str, Any]:
    return {field: read(entry, name) for field, (name, read) in fields.items() if text(entry, name)}
