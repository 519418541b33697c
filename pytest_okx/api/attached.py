"""Take-profit and stop-loss in JSON: as an order carries them, and the legs of an algo order.

Whether their prices make sense is the exchange's business. Source: OKX docs, Place order, attachAlgoOrds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import AttachedAlgo, Leg
from ..messages import number
from ..routing import Entry, text
from .params import decimal
from .readers import CLIENT_ID, PX_TYPES, one_of, or_else, order_px, shaped

__all__ = ["leg", "leg_row", "or_blank", "parse", "rows"]

Row = dict[str, Any]

_SIGNED: Final = re.compile(r"-?\d{1,5}(\.\d{1,10})?", re.ASCII)
_KINDS: Final = ("condition", "limit")
_NAMELESS: Final = "51178"
_LIMIT_AT_MARKET: Final = "51093"
# Older clients send one pair of legs beside the order's own fields.
_FLAT: Final = ("tpTriggerPx", "tpOrdPx", "slTriggerPx", "slOrdPx")


def parse(entry: Entry) -> tuple[AttachedAlgo, ...]:
    """What the order carries, in the list `attachAlgoOrds` or in fields of its own."""
    listed = entry.get("attachAlgoOrds") or []
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise OkxError(Code.PARAMETER, "attachAlgoOrds")
    if not listed and any(text(entry, name) for name in _FLAT):
        listed = [entry]
    return tuple(_attached(each) for each in listed)


def leg(entry: Entry, prefix: str) -> Leg | None:
    """The leg whose fields begin with `prefix`, "tp" or "sl"; None where there is none."""
    trigger, price = f"{prefix}TriggerPx", f"{prefix}OrdPx"
    ratio = _ratio(entry, f"{prefix}TriggerRatio")
    if ratio is None and not any(text(entry, name) for name in (trigger, price)):
        return None
    kind = or_else("condition", *_KINDS)(entry, "tpOrdKind") if prefix == "tp" else "condition"
    made = Leg(
        trigger_px=decimal(entry, trigger),
        ord_px=order_px(entry, price),
        px_type=or_else("last", *PX_TYPES)(entry, f"{prefix}TriggerPxType"),
        kind=kind,
        ratio=ratio,
    )
    if kind == "limit" and made.ord_px is None:
        raise OkxError(_LIMIT_AT_MARKET)
    if kind != "limit" and (made.trigger_px is None) == (ratio is None):
        raise OkxError(Code.PARAMETER, trigger)
    return made


def rows(attached: Iterable[AttachedAlgo]) -> list[Row]:
    """What an order carries, as its row shows it."""
    return [
        {
            "activePx": or_blank(each.active_px),
            "amendPxOnTriggerType": "0",
            "attachAlgoClOrdId": each.attach_algo_cl_ord_id,
            "attachAlgoId": each.attach_algo_id,
            "callbackRatio": or_blank(each.callback_ratio),
            "callbackSpread": or_blank(each.callback_spread),
            "failCode": "",
            "failReason": "",
            "sz": or_blank(each.sz),
            "tpOrdKind": each.tp.kind if each.tp else "",
            **leg_row(each.tp, "tp"),
            **leg_row(each.sl, "sl"),
            "tpTriggerRatio": or_blank(each.tp.ratio if each.tp else None),
            "slTriggerRatio": or_blank(each.sl.ratio if each.sl else None),
        }
        for each in attached
    ]


def leg_row(shown: Leg | None, prefix: str) -> Row:
    """The fields of one leg, "" where there is none."""
    if shown is None:
        return {f"{prefix}{name}": "" for name in ("TriggerPx", "TriggerPxType", "OrdPx")}
    return {
        f"{prefix}TriggerPx": or_blank(shown.trigger_px),
        f"{prefix}TriggerPxType": shown.px_type,
        f"{prefix}OrdPx": "-1" if shown.ord_px is None else number(shown.ord_px),
    }


def or_blank(value: Decimal | None) -> str:
    """The number as text, "" for None."""
    return "" if value is None else number(value)


def _attached(entry: Entry) -> AttachedAlgo:
    if one_of("0", "1")(entry, "amendPxOnTriggerType") == "1":
        raise OkxError(Code.PARAMETER, "amendPxOnTriggerType")
    made = AttachedAlgo(
        attach_algo_cl_ord_id=shaped(CLIENT_ID)(entry, "attachAlgoClOrdId"),
        tp=leg(entry, "tp"),
        sl=leg(entry, "sl"),
        sz=None if "ordType" in entry else decimal(entry, "sz"),
        callback_ratio=decimal(entry, "callbackRatio"),
        callback_spread=decimal(entry, "callbackSpread"),
        active_px=decimal(entry, "activePx"),
    )
    if made.trails == bool(made.tp or made.sl):
        raise OkxError(_NAMELESS) if made.attach_algo_cl_ord_id else OkxError(Code.PARAMETER, "attachAlgoOrds")
    return made


def _ratio(entry: Entry, name: str) -> Decimal | None:
    value = text(entry, name)
    if value and not _SIGNED.fullmatch(value):
        raise OkxError(Code.PARAMETER, name)
    return Decimal(value) if value else None
