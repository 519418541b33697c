"""Orders and fills as lists, newest first, a page at a time (OKX docs: Order List, Order history, Transaction details).

Which rows are shown how long is the exchange's; this reads filters and pages. Ids of a page are order ids, of fills
bill ids; `begin` and `end` are included, and both are times of orders' creation and of fills.
"""

from __future__ import annotations

from typing import Any, Final

from ..exchange import KINDS
from ..routing import Journey, private
from .order_rows import fill_row, order_row
from .pages import Filters, filters, page
from .params import INST_TYPES, of_family, order_ids, word, words

__all__ = ["fills", "fills_history", "order", "orders_history", "orders_history_archive", "orders_pending"]

Row = dict[str, Any]

# Types that an order may have, though not all of them can be placed here.
_ORD_TYPES: Final = (*KINDS, "mmp", "mmp_and_post_only", "op_fok", "rpi", "elp")
_OPEN: Final = ("live", "partially_filled")
_ENDED: Final = ("canceled", "filled", "mmp_canceled")
_CATEGORIES: Final = (
    "normal",
    "twap",
    "adl",
    "full_liquidation",
    "partial_liquidation",
    "delivery",
    "ddh",
    "auto_conversion",
)
_OF_BOTH: Final[Filters] = {
    "instType": ("inst_type", INST_TYPES),
    "instId": ("inst_id", None),
    "instFamily": ("inst_family", None),
    "uly": ("uly", None),
}
_OF_ORDERS: Final[Filters] = {
    **_OF_BOTH,
    "ordType": ("ord_type", _ORD_TYPES),
    "state": ("state", _ENDED),
    "category": ("category", _CATEGORIES),
}
_OF_FILLS: Final[Filters] = {**_OF_BOTH, "ordId": ("ord_id", None), "subType": ("sub_type", None)}


@private("GET /api/v5/trade/order")
def order(journey: Journey) -> list[Row]:
    """One order by `ordId`, or the latest by `clOrdId` (OKX docs: Order details)."""
    ord_id, cl_ord_id = order_ids(journey.params)
    account, inst_id = journey.account, journey.text("instId")
    found = journey.exchange.order(account, journey.now, inst_id=inst_id, ord_id=ord_id, cl_ord_id=cl_ord_id)
    return [order_row(found)]


@private("GET /api/v5/trade/orders-pending")
def orders_pending(journey: Journey) -> list[Row]:
    """The open orders (OKX docs: Order List)."""
    params = journey.params
    inst_type, state = word(params, "instType", INST_TYPES), word(params, "state", _OPEN)
    types, asked = words(params, "ordType", _ORD_TYPES), page(params)
    found = journey.exchange.pending(journey.account, inst_type=inst_type, inst_id=journey.text("instId"), state=state)
    shown = (
        each
        for each in found
        if (not types or each.ord_type in types)
        and (asked.after is None or int(each.ord_id) < asked.after)
        and (asked.before is None or int(each.ord_id) > asked.before)
        and of_family(params, each.instrument)
    )
    return [order_row(each) for each, _ in zip(shown, range(asked.limit), strict=False)]


@private("GET /api/v5/trade/orders-history")
def orders_history(journey: Journey) -> list[Row]:
    """The orders that ended in the last 7 days (OKX docs: Order history (last 7 days))."""
    return _orders(journey, archived=False)


@private("GET /api/v5/trade/orders-history-archive")
def orders_history_archive(journey: Journey) -> list[Row]:
    """The orders that ended in the last three months (OKX docs: Order history (last 3 months))."""
    return _orders(journey, archived=True)


def _orders(journey: Journey, *, archived: bool) -> list[Row]:
    asked, wanted = page(journey.params), filters(journey.params, _OF_ORDERS)
    found = journey.exchange.archive.orders(journey.account, journey.now, asked, wanted, archived=archived)
    return [order_row(each) for each in found]


@private("GET /api/v5/trade/fills")
def fills(journey: Journey) -> list[Row]:
    """The fills of the last 3 days (OKX docs: Transaction details (last 3 days))."""
    return _fills(journey, archived=False)


@private("GET /api/v5/trade/fills-history")
def fills_history(journey: Journey) -> list[Row]:
    """The fills of the last three months (OKX docs: Transaction details (last 3 months))."""
    return _fills(journey, archived=True)


def _fills(journey: Journey, *, archived: bool) -> list[Row]:
    asked, wanted = page(journey.params), filters(journey.params, _OF_FILLS)
    found = journey.exchange.archive.fills(journey.account, journey.now, asked, wanted, archived=archived)
    return [fill_row(journey.account, each) for each in found]
