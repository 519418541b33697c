"""Orders that wait at a price, of one side of one instrument: best price first, then first come.

Knows prices and identifiers alone: nothing of balances, fills or the house.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from .accounts import Account
from .orders import Order

__all__ = ["Queue", "Waiting"]


class Waiting(NamedTuple):
    """An order that waits, and whose it is."""

    account: Account
    order: Order


class Queue:
    """The waiting orders of one side: buys from the highest price down, sells from the lowest up."""

    def __init__(self, side: str) -> None:
        self._sign = -1 if side == "buy" else 1
        # A price stands here with the sign that puts the best one first; its orders stand as they came.
        self._keys: list[Decimal] = []
        self._steps: dict[Decimal, dict[str, Account]] = {}

    def __bool__(self) -> bool:
        """Whether an order waits."""
        return bool(self._keys)

    @property
    def best(self) -> Decimal | None:
        """The best price, None if no order waits."""
        return self._sign * self._keys[0] if self._keys else None

    def add(self, account: Account, order: Order) -> None:
        """Let an order wait behind those of its price."""
        key = self._key(order)
        step = self._steps.get(key)
        if step is None:
            step = self._steps[key] = {}
            insort(self._keys, key)
        step[order.ord_id] = account

    def remove(self, order: Order) -> bool:
        """Take an order out; whether it was waiting."""
        key = self._key(order)
        step = self._steps.get(key)
        if step is None or step.pop(order.ord_id, None) is None:
            return False
        if not step:
            del self._steps[key], self._keys[bisect_left(self._keys, key)]
        return True

    def orders(self) -> Iterator[Waiting]:
        """Yield the orders as they trade; none may come or go meanwhile."""
        return self._up_to(len(self._keys))

    def met_at(self, px: Decimal) -> list[Waiting]:
        """Return the orders that whoever trades at `px` meets: buys at `px` or more, sells at `px` or less."""
        return list(self._up_to(bisect_right(self._keys, self._sign * px)))

    def _up_to(self, count: int) -> Iterator[Waiting]:
        for key in islice(self._keys, count):
            for ord_id, account in self._steps[key].items():
                yield Waiting(account, account.orders[ord_id])

    def _key(self, order: Order) -> Decimal:
        return self._sign * (order.px or Decimal(0))
