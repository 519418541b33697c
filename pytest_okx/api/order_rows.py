"""An order and a fill as rows of text (OKX docs: Order details, Transaction details), wherever they are shown.

Knows no endpoint. Fields of features that are not simulated are what OKX sends where they are not used.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from ..exchange import Account, Fill, Order
from ..messages import number
from . import attached

__all__ = ["REASONS", "fill_row", "order_row"]

Row = dict[str, Any]

_BORROWABLE: Final = ("SPOT", "MARGIN")
_BLANK: Final[Row] = {
    "attachAlgoClOrdId": "",
    "isTpLimit": "false",
    "linkedAlgoOrd": {"algoId": ""},
    "outcome": "",
    "pxType": "",
    "pxUsd": "",
    "pxVol": "",
    "quickMgnType": "",
    "slOrdPx": "",
    "slTriggerPx": "",
    "slTriggerPxType": "",
    "stpId": "",
    "tpOrdPx": "",
    "tpTriggerPx": "",
    "tpTriggerPxType": "",
}
_BLANK_FILL: Final[Row] = {
    "fillFwdPx": "",
    "fillIdxPx": "",
    "fillMarkPx": "",
    "fillMarkVol": "",
    "fillPxUsd": "",
    "fillPxVol": "",
}
REASONS: Final = {
    "0": "Order canceled by the system",
    "1": "Order canceled by user",
    "2": "Reduce-only order canceled: not enough margin to place it",
    "3": "Order canceled by risk control",
    "6": "Order canceled: ADL was triggered",
    "7": "Order canceled: the contract is delivered",
    "9": "Order canceled: not enough balance after a funding fee",
    "13": "FOK order canceled: it could not be filled completely",
    "14": "IOC order canceled: what is left could not be filled",
    "17": "Reduce-only order canceled: the position is closed",
    "20": "Order canceled: the Cancel All After timer ran out",
    "31": "Post-only order canceled: it would have taken liquidity",
    "32": "Order canceled: self trade prevention",
    "33": "Order canceled: it would have matched more than 1,000 orders",
}
"""What `cancelSourceReason` says of each `cancelSource` that arises here, in our words."""


def order_row(order: Order) -> Row:
    """The order as text: before a fill `avgPx`, `fillPx`, `fillTime` and `tradeId` are "", and `fillSz` is "0"."""
    return {
        **_BLANK,
        **_asked(order),
        **_filled(order),
        **_fees(order),
        "algoClOrdId": order.algo_cl_ord_id,
        "algoId": order.algo_id,
        "attachAlgoOrds": attached.rows(order.attach_algo_ords),
        "cTime": str(order.c_time),
        "cancelSource": order.cancel_source,
        "cancelSourceReason": REASONS.get(order.cancel_source, ""),
        "category": order.category,
        "ordId": order.ord_id,
        "source": order.source,
        "state": order.state,
        "uTime": str(order.u_time),
    }


def _asked(order: Order) -> Row:
    return {
        "ccy": order.ccy,
        "clOrdId": order.cl_ord_id,
        "instId": order.inst_id,
        "instType": order.inst_type,
        "lever": order.lever,
        "ordType": order.ord_type,
        "posSide": order.pos_side,
        "px": _or_blank(order.px),
        # With two sides an order closes by its side, and says nothing of it.
        "reduceOnly": "true" if order.reduce_only and order.pos_side == "net" else "false",
        "side": order.side,
        "stpMode": order.stp_mode,
        "sz": number(order.sz),
        "tag": order.tag,
        "tdMode": order.td_mode,
        "tgtCcy": order.tgt_ccy,
        "tradeQuoteCcy": order.instrument.quote_ccy,
    }


def _filled(order: Order) -> Row:
    return {
        "accFillSz": number(order.acc_fill_sz),
        "avgPx": _or_blank(order.avg_px),
        "fillPx": _or_blank(order.fill_px),
        "fillSz": number(order.fill_sz),
        "fillTime": "" if order.fill_time is None else str(order.fill_time),
        "pnl": number(order.pnl),
        "tradeId": "" if order.trade_id is None else str(order.trade_id),
    }


def _fees(order: Order) -> Row:
    """What was paid, or where makers are paid, what was received; and the currencies that either is in."""
    paid = order.fee <= 0
    fee_ccy, rebate_ccy = _fee_ccys(order)
    return {
        "fee": number(order.fee) if paid else "0",
        "feeCcy": fee_ccy,
        "rebate": "0" if paid else number(order.fee),
        "rebateCcy": rebate_ccy,
    }


def _fee_ccys(order: Order) -> tuple[str, str]:
    """The currencies of fee and rebate: what the trade brings in and what it gives, or what the contract settles in."""
    of = order.instrument
    if of.settle_ccy:
        return of.settle_ccy, of.settle_ccy
    return (of.base_ccy, of.quote_ccy) if order.side == "buy" else (of.quote_ccy, of.base_ccy)


def fill_row(account: Account, fill: Fill) -> Row:
    """One trade of one of the account's orders as text; `feeRate` is told of pairs of coins alone."""
    order = account.orders[fill.ord_id]
    return {
        **_BLANK_FILL,
        "billId": fill.bill_id,
        "clOrdId": order.cl_ord_id,
        "execType": fill.exec_type,
        "fee": number(fill.fee),
        "feeCcy": fill.fee_ccy,
        "feeRate": number(fill.fee_rate) if order.inst_type in _BORROWABLE else "",
        "fillPnl": number(fill.pnl),
        "fillPx": number(fill.px),
        "fillSz": number(fill.sz),
        "fillTime": str(fill.ts),
        "instId": fill.inst_id,
        "instType": order.inst_type,
        "ordId": fill.ord_id,
        "posSide": order.pos_side,
        "side": fill.side,
        "subType": fill.sub_type,
        "tag": order.tag,
        "tradeId": str(fill.trade_id),
        "tradeQuoteCcy": order.instrument.quote_ccy,
        "ts": str(fill.ts),
    }


def _or_blank(value: Decimal | None) -> str:
    return "" if value is None else number(value)
