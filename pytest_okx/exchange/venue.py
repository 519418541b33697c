"""One instrument beside its house: users' orders that wait, the tape, and what a test has made of the quotes.

Keeps itself consistent and decides nothing: the desk does. Knows no balances.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from decimal import Decimal

from .accounts import Account
from .house import NUMBERS_PER_SLOT, Level, Trade
from .noise import SLOT_MS
from .orders import Order
from .resting import Queue
from .tape import Tape

__all__ = ["Venue"]


class Venue:
    """What goes on in one instrument.

    Until a test moves the market (`pinned_at` is None then) the house wanders and trades there. `changes` counts what
    happened to the book, and `waiting` holds the orders by their side.
    """

    def __init__(self) -> None:
        self.waiting = {"buy": Queue("buy"), "sell": Queue("sell")}
        self.reducing: dict[str, Account] = {}
        self.tape = Tape()
        self.changes = 0
        self._times: list[int] = []
        self._prices: list[Decimal] = []
        self._book: dict[str, dict[Decimal, Decimal]] | None = None
        self._number = 0

    @property
    def pinned_at(self) -> int | None:
        """When a test moved the market for the first time (ms): since then the house trades no more by itself."""
        return self._times[0] if self._times else None

    @property
    def moved_at(self) -> int:
        """When a test moved the market the last time (ms)."""
        return self._times[-1]

    def price_at(self, now: int) -> Decimal | None:
        """Return the price that a test had set by `now` (ms), None if it had set none."""
        index = bisect_right(self._times, now)
        return self._prices[index - 1] if index else None

    def pin(self, px: Decimal, now: int) -> None:
        """From `now` (ms) on the house quotes around `px`."""
        self._times.append(now)
        self._prices.append(px)
        self._book = None
        self.changes += 1

    def show(self, asks: Iterable[Level], bids: Iterable[Level]) -> None:
        """Offer these levels, best first, instead of the house's, until the next `pin`."""
        self._book = {side: {each.px: each.sz for each in levels} for side, levels in (("sell", asks), ("buy", bids))}
        self.changes += 1

    def shown(self, side: str) -> Iterator[Level] | None:
        """Return the levels of that side which a test has set; None where the house quotes."""
        if self._book is None:
            return None
        return (Level(px, sz, 1) for px, sz in self._book[side].items())

    def take(self, side: str, px: Decimal, sz: Decimal) -> None:
        """Somebody took `sz` at `px` from that side: a level that a test has set shrinks, the house's does not."""
        if self._book is None:
            return
        self._book[side][px] -= sz
        if not self._book[side][px]:
            del self._book[side][px]

    def add(self, account: Account, order: Order) -> None:
        """Let an order wait."""
        self.waiting[order.side].add(account, order)
        if order.reduce_only:
            self.reducing[order.ord_id] = account
        self.changes += 1

    def remove(self, order: Order) -> None:
        """Take an order out, if it waits."""
        if self.waiting[order.side].remove(order):
            self.reducing.pop(order.ord_id, None)
            self.changes += 1

    def next_number(self, now: int) -> int:
        """Return the number of the next trade, above those of the trades before it."""
        self._number = max(self._number, now // SLOT_MS * NUMBERS_PER_SLOT) + 1
        return self._number

    def print(self, trade: Trade) -> None:
        """Put a trade on the tape."""
        self.tape.print(trade)
        self.changes += 1

    def rewind(self, now: int) -> None:
        """The clock was moved back to `now` (ms): what happened later than that happened now."""
        self._times = [min(moment, now) for moment in self._times]
        self.tape.rewind(now)
