"""Bills: every movement of the trading account's money, newest first (OKX docs: Get bills details).

Which rows are shown how long is the exchange's; ids of a page are bill ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..exchange import Bill
from ..messages import number
from ..routing import Journey, private
from .pages import Filters, filters, page
from .params import INST_TYPES, word

__all__ = ["bills", "bills_archive", "subtypes"]

Row = dict[str, Any]

_OF_BILLS: Final[Filters] = {
    "instType": ("inst_type", INST_TYPES),
    "instId": ("inst_id", None),
    "ccy": ("ccy", None),
    "mgnMode": ("mgn_mode", ("cash", "cross", "isolated")),
    "ctType": ("ct_type", ("linear", "inverse")),
    "type": ("type", None),
    "subType": ("sub_type", None),
}
_BLANK: Final[Row] = {
    "earnAmt": "",
    "earnApr": "",
    "fillFwdPx": "",
    "fillMarkVol": "",
    "fillPxUsd": "",
    "fillPxVol": "",
    "interest": "0",
}
_OF_A_FILL: Final[Row] = {
    "clOrdId": "",
    "execType": "",
    "fillIdxPx": "",
    "fillMarkPx": "",
    "fillTime": "",
    "ordId": "",
    "tag": "",
    "tradeId": "0",
}
# The types that happen here, and in OKX's words what their subtypes mean.
_TYPES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "1": ("Transfer", {"11": "Transfer in", "12": "Transfer out"}),
    "2": (
        "Trade",
        {
            "1": "Buy",
            "2": "Sell",
            "3": "Open long",
            "4": "Open short",
            "5": "Close long",
            "6": "Close short",
        },
    ),
    "3": (
        "Delivery",
        {
            "112": "Delivery long",
            "113": "Delivery short",
            "170": "Exercised",
            "171": "Counterparty exercised",
            "172": "Expired OTM",
        },
    ),
    "5": (
        "Liquidation",
        {
            "104": "Liquidation long",
            "105": "Liquidation short",
            "106": "Liquidation buy",
            "107": "Liquidation sell",
            "110": "Liquidation transfer in",
        },
    ),
    "6": ("Margin transfer", {"160": "Manual margin increase", "161": "Manual margin decrease", "162": "Auto margin"}),
    "8": ("Funding fee", {"173": "Funding fee expense", "174": "Funding fee income"}),
}


@private("GET /api/v5/account/bills")
def bills(journey: Journey) -> list[Row]:
    """The bills of the last 7 days (OKX docs: Get bills details (last 7 days))."""
    return _bills(journey, archived=False)


@private("GET /api/v5/account/bills-archive")
def bills_archive(journey: Journey) -> list[Row]:
    """The bills of the last three months (OKX docs: Get bills details (last 3 months))."""
    return _bills(journey, archived=True)


def _bills(journey: Journey, *, archived: bool) -> list[Row]:
    asked, wanted = page(journey.params), filters(journey.params, _OF_BILLS)
    found = journey.exchange.archive.bills(journey.account, journey.now, asked, wanted, archived=archived)
    return [_row(journey, each) for each in found]


def _row(journey: Journey, bill: Bill) -> Row:
    return _BLANK | {
        "bal": number(bill.bal),
        "balChg": number(bill.bal_chg),
        "billId": bill.bill_id,
        "ccy": bill.ccy,
        "fee": number(bill.fee),
        "from": bill.from_,
        "instId": bill.inst_id,
        "instType": bill.inst_type,
        "mgnMode": bill.mgn_mode,
        "notes": bill.notes,
        "pnl": number(bill.pnl),
        "posBal": number(bill.pos_bal),
        "posBalChg": number(bill.pos_bal_chg),
        "px": "" if bill.px is None else number(bill.px),
        "subType": bill.sub_type,
        "sz": number(bill.sz or abs(bill.bal_chg)),
        "to": bill.to,
        "ts": str(bill.ts),
        "type": bill.type,
        **_of_its_fill(journey, bill),
    }


def _of_its_fill(journey: Journey, bill: Bill) -> Row:
    fill = bill.fill
    if fill is None or fill.ord_id not in journey.account.orders:
        return _OF_A_FILL
    order = journey.account.orders[fill.ord_id]
    index = journey.exchange.index_price(order.instrument, fill.ts)
    return {
        "clOrdId": order.cl_ord_id,
        "execType": fill.exec_type,
        "fillIdxPx": number(index),
        "fillMarkPx": "" if order.inst_type == "SPOT" else number(journey.exchange.mark(fill.ts)(order.instrument)),
        "fillTime": str(fill.ts),
        "ordId": fill.ord_id,
        "tag": order.tag,
        "tradeId": str(fill.trade_id),
    }


@private("GET /api/v5/account/subtypes")
def subtypes(journey: Journey) -> list[Row]:
    """What the types of bills mean that can be had here (OKX docs: Get bill types)."""
    wanted = word(journey.params, "type", _TYPES)
    return [
        {
            "subTypeDetails": [{"subType": sub_type, "subTypeDesc": text} for sub_type, text in names.items()],
            "type": kind,
            "typeDesc": described,
        }
        for kind, (described, names) in _TYPES.items()
        if wanted in ("", kind)
    ]
