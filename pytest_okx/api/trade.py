"""Orders: placing, cancelling, asking (OKX docs: Order Book Trading, Trade).

Each operation is one function for the single endpoint and for the batch. Nothing here knows what becomes of an order.
"""

from __future__ import annotations

from typing import Any, Final

from ..authentication import header
from ..errors import OkxError
from ..exchange import KINDS, Order
from ..messages import number
from ..routing import Entry, Journey, private, text
from . import attached, orders, rows
from .params import INST_TYPES, check_given, instrument, limit, of_family, whole, word, words

__all__ = ["cancel", "order", "orders_pending", "place"]

Row = dict[str, Any]

_MOST: Final = 20
_TOO_MANY_TO_PLACE: Final = "51111"
_TOO_MANY_TO_CANCEL: Final = "51406"
_NO_ORDER_ID: Final = "51003"
_EXPIRED: Final = "50036"
# Types that an order may have, though not all of them can be placed here.
_ORD_TYPES: Final = (*KINDS, "mmp", "mmp_and_post_only", "op_fok", "rpi", "elp")
_STATES: Final = ("live", "partially_filled")

_BLANK: Final[Row] = {
    "algoClOrdId": "",
    "algoId": "",
    "attachAlgoClOrdId": "",
    "attachAlgoOrds": [],
    "cancelSourceReason": "",
    "category": "normal",
    "isTpLimit": "false",
    "linkedAlgoOrd": {"algoId": ""},
    "outcome": "",
    "pxType": "",
    "pxUsd": "",
    "pxVol": "",
    "quickMgnType": "",
    "rebate": "0",
    "slOrdPx": "",
    "slTriggerPx": "",
    "slTriggerPxType": "",
    "source": "",
    "stpId": "",
    "tpOrdPx": "",
    "tpTriggerPx": "",
    "tpTriggerPxType": "",
}


def _one_order(journey: Journey) -> None:
    orders.check_client_id(journey.params)


@private("POST /api/v5/trade/order", check=_one_order, rows=rows.one(rows.unable_to_place))
@private("POST /api/v5/trade/batch-orders", rows=rows.many(rows.unable_to_place, _MOST, _TOO_MANY_TO_PLACE))
def place(journey: Journey, entry: Entry) -> Row:
    """Place one order, alone or as a row of a batch of up to 20 (OKX docs: Place order, Place multiple orders)."""
    _check_in_time(journey)
    check_given(entry, journey.endpoint.required)
    order = journey.exchange.place(journey.account, orders.parse(journey.exchange, entry), journey.now)
    return rows.placed(journey, cl_ord_id=order.cl_ord_id, ord_id=order.ord_id, tag=order.tag)


def _check_in_time(journey: Journey) -> None:
    """Refuse a call that arrived after the `expTime` (ms) of its header (OKX docs: Transaction Timeouts)."""
    expiry = whole({"expTime": header(journey, "expTime")}, "expTime")
    if expiry is not None and expiry < journey.now:
        raise OkxError(_EXPIRED)


@private("POST /api/v5/trade/cancel-order", rows=rows.one(rows.unable_to_cancel))
@private("POST /api/v5/trade/cancel-batch-orders", rows=rows.many(rows.unable_to_cancel, _MOST, _TOO_MANY_TO_CANCEL))
def cancel(journey: Journey, entry: Entry) -> Row:
    """Cancel one order, alone or as a row of a batch of up to 20 (OKX docs: Cancel order, Cancel multiple orders)."""
    check_given(entry, journey.endpoint.required)
    ord_id, cl_ord_id = _ids(entry)
    order = journey.exchange.cancel(
        journey.account,
        journey.now,
        inst_id=instrument(journey.exchange, entry).inst_id,
        ord_id=ord_id,
        cl_ord_id=cl_ord_id,
    )
    return rows.canceled(journey, cl_ord_id=order.cl_ord_id, ord_id=order.ord_id)


@private("GET /api/v5/trade/order")
def order(journey: Journey) -> list[Row]:
    """One order by `ordId`, or the latest by `clOrdId` (OKX docs: Order details)."""
    ord_id, cl_ord_id = _ids(journey.params)
    found = journey.exchange.order(journey.account, inst_id=journey.text("instId"), ord_id=ord_id, cl_ord_id=cl_ord_id)
    return [_row(found)]


@private("GET /api/v5/trade/orders-pending")
def orders_pending(journey: Journey) -> list[Row]:
    """The open orders, newest first, a hundred a page; `after` and `before` are order ids (OKX docs: Order List)."""
    params = journey.params
    inst_type, state = word(params, "instType", INST_TYPES), word(params, "state", _STATES)
    types = words(params, "ordType", _ORD_TYPES)
    older_than, newer_than = whole(params, "after"), whole(params, "before")
    most = limit(params, 100, 100)
    found = journey.exchange.pending(journey.account, inst_type=inst_type, inst_id=journey.text("instId"), state=state)
    page = (
        each
        for each in found
        if (not types or each.ord_type in types)
        and (older_than is None or int(each.ord_id) < older_than)
        and (newer_than is None or int(each.ord_id) > newer_than)
        and of_family(params, each.instrument)
    )
    return [_row(each) for each, _ in zip(page, range(most), strict=False)]


def _ids(entry: Entry) -> tuple[str, str]:
    ord_id, cl_ord_id = text(entry, "ordId"), text(entry, "clOrdId")
    if not ord_id and not cl_ord_id:
        raise OkxError(_NO_ORDER_ID)
    return ord_id, cl_ord_id


def _row(order: Order) -> Row:
    """The order as text: before a fill `avgPx`, `fillPx`, `fillTime` and `tradeId` are "", and `fillSz` is "0"."""
    (fee_ccy, rebate_ccy), avg_px = _fee_ccys(order), order.avg_px
    return _BLANK | {
        "accFillSz": number(order.acc_fill_sz),
        "algoClOrdId": order.algo_cl_ord_id,
        "algoId": order.algo_id,
        "attachAlgoOrds": attached.rows(order.attach_algo_ords),
        "avgPx": "" if avg_px is None else number(avg_px),
        "cTime": str(order.c_time),
        "cancelSource": order.cancel_source,
        "ccy": order.ccy,
        "clOrdId": order.cl_ord_id,
        "fee": number(order.fee),
        "feeCcy": fee_ccy,
        "fillPx": "" if order.fill_px is None else number(order.fill_px),
        "fillSz": number(order.fill_sz),
        "fillTime": "" if order.fill_time is None else str(order.fill_time),
        "instId": order.inst_id,
        "instType": order.inst_type,
        "lever": order.lever,
        "ordId": order.ord_id,
        "ordType": order.ord_type,
        "pnl": number(order.pnl),
        "posSide": order.pos_side,
        "px": "" if order.px is None else number(order.px),
        "rebateCcy": rebate_ccy,
        "reduceOnly": "true" if order.reduce_only else "false",
        "side": order.side,
        "source": order.source,
        "state": order.state,
        "stpMode": order.stp_mode,
        "sz": number(order.sz),
        "tag": order.tag,
        "tdMode": order.td_mode,
        "tgtCcy": order.tgt_ccy,
        "tradeId": "" if order.trade_id is None else str(order.trade_id),
        "tradeQuoteCcy": order.instrument.quote_ccy,
        "uTime": str(order.u_time),
    }


def _fee_ccys(order: Order) -> tuple[str, str]:
    """The currencies of fee and rebate: what the trade brings in and what it gives, or what the contract settles in."""
    of = order.instrument
    if of.settle_ccy:
        return of.settle_ccy, of.settle_ccy
    return (of.base_ccy, of.quote_ccy) if order.side == "buy" else (of.quote_ccy, of.base_ccy)
