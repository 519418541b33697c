"""Orders: placing, amending, cancelling, closing (OKX docs: Order Book Trading, Trade). Lists of them are in `history`.

Each operation is one function for the single endpoint and for the batch. Nothing here knows what becomes of an order.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import takewhile
from typing import Any, Final

from ..authentication import header
from ..errors import Code, OkxError
from ..exchange import Order
from ..exchange import close_position as close_at_market
from ..limits import ORDERS_OF_AN_ACCOUNT
from ..routing import Entry, Journey, private, text
from . import orders, rows
from .params import check_given, decimal, instrument, order_ids, whole, word

__all__ = [
    "account_rate_limit",
    "amend",
    "cancel",
    "cancel_all_after",
    "close_position",
    "mass_cancel",
    "order_precheck",
    "place",
]

Row = dict[str, Any]

_MOST: Final = 20
_TOO_MANY_TO_PLACE: Final = "51111"
_TOO_MANY_TO_CANCEL: Final = "51406"
_TOO_MANY_TO_AMEND: Final = "51501"
_CLIENT_ID_TAKEN: Final = "51016"
_AMENDED_TWICE: Final = "51512"
_MODE_FORBIDS: Final = "51010"
_MAY_NOT_MASS_CANCEL: Final = "51411"
_EXPIRED: Final = "50036"
_MARGIN_MODES: Final = ("cross", "isolated")
# What an amendment may ask for that is not simulated: without it, it would be another one.
_NOT_AMENDED: Final = ("newPxUsd", "newPxVol", "attachAlgoOrds")


def _one_order(journey: Journey) -> None:
    orders.client_id(journey.params)


@private("POST /api/v5/trade/order", check=_one_order, rows=rows.one(rows.unable_to_place))
@private("POST /api/v5/trade/batch-orders", rows=rows.many(rows.unable_to_place, _MOST, _TOO_MANY_TO_PLACE))
def place(journey: Journey, entry: Entry) -> Row:
    """Place one order, alone or as a row of a batch of up to 20 (OKX docs: Place order, Place multiple orders)."""
    _check_in_time(journey)
    check_given(entry, journey.endpoint.required)
    asked = orders.parse(journey.exchange, entry, journey.now)
    if asked.cl_ord_id and any(text(other, "clOrdId") == asked.cl_ord_id for other in _earlier(journey, entry)):
        raise OkxError(_CLIENT_ID_TAKEN)
    order = journey.exchange.place(journey.account, asked, journey.now)
    return rows.placed(journey, cl_ord_id=order.cl_ord_id, ord_id=order.ord_id, tag=order.tag)


def _check_in_time(journey: Journey) -> None:
    """Refuse a call that arrived after the `expTime` (ms) of its header (OKX docs: Transaction Timeouts)."""
    expiry = whole({"expTime": header(journey, "expTime")}, "expTime")
    if expiry is not None and expiry < journey.now:
        raise OkxError(_EXPIRED)


def _earlier(journey: Journey, entry: Entry) -> Iterator[Entry]:
    """The entries of the batch before this one."""
    return takewhile(lambda other: other is not entry, _batch(journey))


def _batch(journey: Journey) -> list[Entry]:
    return journey.body if isinstance(journey.body, list) else [journey.body]


@private("POST /api/v5/trade/cancel-order", rows=rows.one(rows.unable_to_cancel))
@private("POST /api/v5/trade/cancel-batch-orders", rows=rows.many(rows.unable_to_cancel, _MOST, _TOO_MANY_TO_CANCEL))
def cancel(journey: Journey, entry: Entry) -> Row:
    """Cancel one order, alone or as a row of a batch of up to 20 (OKX docs: Cancel order, Cancel multiple orders)."""
    check_given(entry, journey.endpoint.required)
    ord_id, cl_ord_id = order_ids(entry)
    order = journey.exchange.cancel(
        journey.account,
        journey.now,
        inst_id=instrument(journey.exchange, entry).inst_id,
        ord_id=ord_id,
        cl_ord_id=cl_ord_id,
    )
    return rows.canceled(journey, cl_ord_id=order.cl_ord_id, ord_id=order.ord_id)


@private("POST /api/v5/trade/amend-order", rows=rows.one(rows.unable_to_amend))
@private("POST /api/v5/trade/amend-batch-orders", rows=rows.many(rows.unable_to_amend, _MOST, _TOO_MANY_TO_AMEND))
def amend(journey: Journey, entry: Entry) -> Row:
    """Amend one order, alone or as a row of a batch of up to 20 (OKX docs: Amend order, Amend multiple orders).

    An order that the batch names more than once is refused each time, and the others are not (our choice).
    """
    _check_in_time(journey)
    check_given(entry, journey.endpoint.required)
    ord_id, cl_ord_id = order_ids(entry)
    request_id = orders.request_id(entry)
    for name in _NOT_AMENDED:
        if entry.get(name):
            raise OkxError(Code.PARAMETER, name)
    own = _named(journey, entry)
    if any(other is not entry and _named(journey, other) == own for other in _batch(journey)):
        raise OkxError(_AMENDED_TWICE)
    inst_id = instrument(journey.exchange, entry).inst_id
    order = journey.exchange.amend(
        journey.account,
        journey.now,
        inst_id=inst_id,
        ord_id=ord_id,
        cl_ord_id=cl_ord_id,
        new_sz=decimal(entry, "newSz"),
        new_px=_new_px(journey, entry, journey.account.find(inst_id, ord_id, cl_ord_id)),
        req_id=request_id,
        cxl_on_fail=orders.flag(entry, "cxlOnFail"),
    )
    return rows.amended(journey, cl_ord_id=order.cl_ord_id, ord_id=order.ord_id, req_id=request_id)


def _new_px(journey: Journey, entry: Entry, order: Order | None) -> Decimal | None:
    px = decimal(entry, "newPx")
    if order is None:
        return px
    return orders.px_allowed(journey.exchange, entry, px, order.inst_id, order.side, journey.now)


def _named(journey: Journey, entry: Entry) -> tuple[str, ...]:
    """Which order an entry means: an order id stays one whichever of its two names is given."""
    try:
        inst_id = instrument(journey.exchange, entry).inst_id
        ord_id, cl_ord_id = text(entry, "ordId"), text(entry, "clOrdId")
    except OkxError as error:
        return (error.code, str(id(entry)))  # no order at all, and so no second time of one
    order = journey.account.find(inst_id, ord_id, cl_ord_id)
    return (order.ord_id,) if order else (inst_id, ord_id, cl_ord_id)


@private("POST /api/v5/trade/close-position")
def close_position(journey: Journey) -> list[Row]:
    """Close a position at the market (OKX docs: Close positions)."""
    entry = journey.params
    order = close_at_market(
        journey.exchange,
        journey.account,
        journey.now,
        inst_id=journey.text("instId"),
        mgn_mode=word(entry, "mgnMode", _MARGIN_MODES),
        pos_side=word(entry, "posSide", orders.POS_SIDES),
        ccy=journey.text("ccy"),
        auto_cxl=orders.flag(entry, "autoCxl"),
        cl_ord_id=orders.client_id(entry),
        tag=orders.tag(entry),
    )
    return [{"clOrdId": order.cl_ord_id, "instId": order.inst_id, "posSide": order.pos_side, "tag": order.tag}]


@private("POST /api/v5/trade/cancel-all-after")
def cancel_all_after(journey: Journey) -> list[Row]:
    """Cancel all orders, or those of a tag, unless asked again within `timeOut` seconds (OKX docs: Cancel All After).

    Times are in seconds, as in the documentation's sample; `triggerTime` is "0" where nothing will be cancelled.
    """
    tag, seconds = orders.tag(journey.params), whole(journey.params, "timeOut")
    due = journey.exchange.dead_man.set(journey.account, seconds or 0, journey.now, tag=tag)
    return [{"tag": tag, "triggerTime": str(due // 1000), "ts": str(journey.now // 1000)}]


@private("POST /api/v5/trade/mass-cancel")
def mass_cancel(journey: Journey) -> list[Row]:
    """Refused: nobody here has orders of market maker protection, which it cancels (OKX docs: Mass Cancel Order)."""
    word(journey.params, "instType", ("OPTION",))
    raise OkxError(_MAY_NOT_MASS_CANCEL)


@private("POST /api/v5/trade/order-precheck")
def order_precheck(journey: Journey) -> list[Row]:
    """Refused: OKX has it for multi-currency and portfolio margin alone (OKX docs: Order precheck).

    So it is refused there too, because those modes are not modelled that far.
    """
    raise OkxError(_MODE_FORBIDS)


@private("GET /api/v5/trade/account-rate-limit")
def account_rate_limit(journey: Journey) -> list[Row]:
    """How many orders may be placed and amended in two seconds (OKX docs: Account rate limit).

    Fill ratios are "", as below VIP5.
    """
    return [
        {
            "accRateLimit": str(ORDERS_OF_AN_ACCOUNT.count),
            "fillRatio": "",
            "mainFillRatio": "",
            "nextAccRateLimit": "",
            "ts": str(journey.now),
        }
    ]
