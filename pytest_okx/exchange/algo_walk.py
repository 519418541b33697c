"""The way of every market that an algo order looks at: from slot to slot of the house, and where a test moves it.

Finds out which waiting price is met when; what happens then is `algo_work`'s business. Its caller holds the lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from .algo_book import AlgoBook
from .algo_work import SPLIT, AlgoWork, Host
from .instruments import Instrument
from .noise import SLOT_MS, SLOTS_PER_HOUR
from .triggers import path

__all__ = ["AlgoWalk"]


class AlgoWalk:
    """Where each market was last, and the slot up to which the house was followed."""

    def __init__(self, host: Host, book: AlgoBook, work: AlgoWork, attend: Callable[[int], None], now: int) -> None:
        self._host = host
        self._book = book
        self._work = work
        self._attend = attend
        self._slot = now // SLOT_MS
        self._seen: dict[str, Decimal] = {}
        self._moves: list[tuple[Instrument, Decimal, Decimal]] = []
        self._walking = False

    def moments(self, now: int) -> Iterator[int]:
        """Yield the times up to `now` (ms) at which the house meets a waiting price; `arrive` at each in turn.

        Hour by hour, for within one the house goes one way. A clock that was moved back goes on from there.
        """
        last = now // SLOT_MS
        while self._slot < last and (watched := self._watched()):
            end = min(last, (self._slot // SLOTS_PER_HOUR + 1) * SLOTS_PER_HOUR)
            slot = min(self._first_met(each, self._slot + 1, end) for each in watched)
            yield now if slot == last else slot * SLOT_MS
        self._slot = last

    def arrive(self, now: int) -> None:
        """Let the house come to where it is at `now` (ms), from where it was last."""
        first, self._slot = self._slot + 1, now // SLOT_MS
        for instrument in self._watched():
            self.observe(instrument, *self._host.markets.range(instrument, first, self._slot), now)

    def begin(self, instrument: Instrument, now: int) -> None:
        """Meet at once what waits for a price that the market has at `now` (ms), wherever it was before."""
        self._seen.pop(instrument.inst_id, None)
        px = self._host.markets.price(instrument, now)
        self.observe(instrument, px, px, now)

    def observe(self, instrument: Instrument, low: Decimal, high: Decimal, now: int) -> None:
        """Walk from the price seen last to that of `now` (ms), by way of `low` and `high`.

        An order that is triggered on the way may move the market itself: that way is gone afterwards.
        """
        if not self._book.minds(instrument.inst_id):
            return
        self._moves.append((instrument, low, high))
        if self._walking:
            return
        self._walking = True
        try:
            while self._moves:
                self._walk(*self._moves.pop(0), now)
                self._attend(now)
        finally:
            self._walking = False

    def _walk(self, instrument: Instrument, low: Decimal, high: Decimal, now: int) -> None:
        inst_id, end = instrument.inst_id, self._host.markets.price(instrument, now)
        for px in path(self._seen.get(inst_id, end), low, high, end):
            while met := self._book.watches.met(inst_id, px):
                self._work.meet(met[0], now)
            self._trail(inst_id, px)
        self._seen[inst_id] = end
        for account, algo in self._book.followers(inst_id):
            if algo.ord_type in SPLIT:
                self._work.follow(account, algo, now)

    def _trail(self, inst_id: str, px: Decimal) -> None:
        """Let active trailing stops follow a price that is better than the best so far."""
        for account, algo in self._book.followers(inst_id):
            if algo.extreme is not None:
                extreme = min(px, algo.extreme) if algo.side == "buy" else max(px, algo.extreme)
                if extreme != algo.extreme:
                    self._book.save(account, replace(algo, extreme=extreme))

    def _watched(self) -> list[Instrument]:
        """Return the instruments whose moves matter, but for those that are not listed any more."""
        listed = self._host.instruments
        return [listed[inst_id] for inst_id in self._book.inst_ids() if inst_id in listed]

    def _first_met(self, instrument: Instrument, first: int, last: int) -> int:
        """Return the first slot by which the house has met a price, `last` if it meets none until then."""
        low, high = first, last
        while low < high:
            middle = (low + high) // 2
            if self._book.watches.touched(instrument.inst_id, *self._host.markets.range(instrument, first, middle)):
                high = middle
            else:
                low = middle + 1
        return low
