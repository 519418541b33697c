"""Orders that wait at a price: by instrument and side, best price first, then first come.

Knows prices and identifiers alone: nothing of balances, fills or the house.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from decimal import Decimal
from typing import NamedTuple

from .accounts import Account
from .orders import Order


class Entry(NamedTuple):
    """A resting order's place: `key` is its price, negated for buys; `ord_id` stands for its time."""

    key: Decimal
    ord_id: str
    account: Account


class Resting:
    """Every resting order of every account."""

    def __init__(self) -> None:
        self._sides: dict[tuple[str, str], list[Entry]] = {}

    def inst_ids(self) -> list[str]:
        """Return the instruments that have a resting order."""
        return list(dict.fromkeys(inst_id for (inst_id, _), found in self._sides.items() if found))

    def add(self, account: Account, order: Order) -> None:
        """Let an order wait behind those of its price."""
        entry = Entry(_key(order), order.ord_id, account)
        insort(self._sides.setdefault((order.inst_id, order.side), []), entry, key=_place)

    def remove(self, order: Order) -> None:
        """Take an order out, if it waits."""
        entries = self._sides.get((order.inst_id, order.side), [])
        index = bisect_left(entries, (_key(order), order.ord_id), key=_place)
        if index < len(entries) and entries[index].ord_id == order.ord_id:
            del entries[index]

    def entries(self, inst_id: str, side: str) -> list[Entry]:
        """Return the orders of one side, in the order in which they trade."""
        return list(self._sides.get((inst_id, side), ()))

    def crossed(self, inst_id: str, low: Decimal, high: Decimal) -> list[Entry]:
        """Return the buys at `low` or more and the sells at `high` or less: those a market met."""
        return self._up_to(inst_id, "buy", -low) + self._up_to(inst_id, "sell", high)

    def _up_to(self, inst_id: str, side: str, key: Decimal) -> list[Entry]:
        entries = self._sides.get((inst_id, side), [])
        return entries[: bisect_right(entries, key, key=_price)]


def _key(order: Order) -> Decimal:
    px = order.px or Decimal(0)
    return -px if order.side == "buy" else px


def _place(entry: Entry) -> tuple[Decimal, str]:
    return entry.key, entry.ord_id


def _price(entry: Entry) -> Decimal:
    return entry.key
