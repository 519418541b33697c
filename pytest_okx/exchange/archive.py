"""What an account's orders, fills and bills became, page by page, and for how long OKX shows them.

Reads what the accounts keep; decides nothing about orders and knows no wire. Source: OKX's "Order history",
"Transaction details" and "Bills details"; three months are ninety days here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from functools import partial
from operator import attrgetter
from typing import TypeVar

from .accounts import Account
from .bills import Bill
from .locking import atomic
from .orders import Fill, Order
from .shelf import Page, Shelf

__all__ = ["Archive", "leaves"]

_HOUR = 3_600_000
_DAY = 24 * _HOUR
_THREE_MONTHS = 90 * _DAY
_RECENT_ORDERS = 7 * _DAY
_RECENT_FILLS = 3 * _DAY
_RECENT_BILLS = 7 * _DAY
_UNFILLED = 2 * _HOUR

_Wanted = Mapping[str, Collection[str]]
_Value = TypeVar("_Value")
# By account, and whether it is the one of three months.
_Shelves = dict[tuple[str, bool], Shelf[_Value]]


def leaves(order: Order, period: int = _THREE_MONTHS) -> int:
    """Return when (ms) an order that has ended is not shown any more: 2 hours after a cancellation without a fill."""
    return order.u_time + (period if order.acc_fill_sz else _UNFILLED)


class Archive:
    """The history of every account of one exchange; `archived` reaches back three months."""

    def __init__(self, lock: threading.RLock) -> None:
        self.lock = lock
        self._orders: _Shelves[Order] = {}
        self._fills: _Shelves[Fill] = {}
        self._bills: _Shelves[Bill] = {}

    @atomic
    def orders(
        self, account: Account, now: int, asked: Page, wanted: _Wanted, *, archived: bool = False
    ) -> list[Order]:
        """Return a page of the orders that have ended, newest first, of a week or of three months.

        `wanted` are fields of an order and the values taken; `begin` and `end` are about `c_time`.
        """
        shelf = _shelf(self._orders, _orders, account, None if archived else _RECENT_ORDERS)
        return shelf.page(asked, wanted, now)

    @atomic
    def fills(self, account: Account, now: int, asked: Page, wanted: _Wanted, *, archived: bool = False) -> list[Fill]:
        """Return a page of the fills, newest first, of three days or of three months; ids are bill ids."""
        shelf = _shelf(self._fills, _fills, account, None if archived else _RECENT_FILLS)
        return shelf.page(asked, wanted, now)

    @atomic
    def bills(self, account: Account, now: int, asked: Page, wanted: _Wanted, *, archived: bool = False) -> list[Bill]:
        """Return a page of the bills, newest first, of a week or of three months."""
        shelf = _shelf(self._bills, _bills, account, None if archived else _RECENT_BILLS)
        return shelf.page(asked, wanted, now)


def _shelf(
    shelves: _Shelves[_Value], made: Callable[[Account, int], Shelf[_Value]], account: Account, recent: int | None
) -> Shelf[_Value]:
    """Return the shelf of an account that reaches back for `recent` ms (None: three months); made when asked for."""
    key = account.uid, recent is None
    if key not in shelves:
        shelves[key] = made(account, _THREE_MONTHS if recent is None else recent)
    return shelves[key]


def _orders(account: Account, period: int) -> Shelf[Order]:
    return Shelf(
        account.ended,
        number=lambda order: int(order.ord_id),
        time=attrgetter("c_time"),
        leaves=partial(leaves, period=period),
        tabs={
            "inst_type": attrgetter("inst_type"),
            "inst_id": attrgetter("inst_id"),
            "inst_family": attrgetter("instrument.inst_family"),
            "uly": attrgetter("instrument.uly"),
            "ord_type": attrgetter("ord_type"),
            "state": attrgetter("state"),
            "category": attrgetter("category"),
        },
    )


def _fills(account: Account, period: int) -> Shelf[Fill]:
    def instrument(name: str) -> Callable[[Fill], str]:
        read: Callable[[object], str] = attrgetter(name)
        return lambda fill: read(account.orders[fill.ord_id].instrument)

    return Shelf(
        account.fills,
        number=lambda fill: int(fill.bill_id),
        time=attrgetter("ts"),
        leaves=lambda fill: fill.ts + period,
        tabs={
            "inst_type": instrument("inst_type"),
            "inst_id": attrgetter("inst_id"),
            "inst_family": instrument("inst_family"),
            "uly": instrument("uly"),
            "ord_id": attrgetter("ord_id"),
            "sub_type": attrgetter("sub_type"),
        },
    )


def _bills(account: Account, period: int) -> Shelf[Bill]:
    return Shelf(
        account.bills,
        number=lambda bill: int(bill.bill_id),
        time=attrgetter("ts"),
        leaves=lambda bill: bill.ts + period,
        tabs={
            name: attrgetter(name)
            for name in ("inst_type", "inst_id", "ccy", "mgn_mode", "ct_type", "type", "sub_type")
        },
    )
