"""The public trades of one instrument that are not the house's own: users' and those that a test makes.

Kept in the order of time, summed by the minute when somebody asks. Knows no books and no accounts.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace

from .house import Trade
from .instruments import Instrument
from .spans import Span, volumes

__all__ = ["Tape"]

_MINUTE = 60_000


class Tape:
    """What was printed, oldest first."""

    def __init__(self) -> None:
        self._trades: list[Trade] = []
        self._times: list[int] = []
        self._summed = 0
        self._minutes: list[int] = []
        self._spans: dict[int, Span] = {}

    def __bool__(self) -> bool:
        """Whether anything was printed."""
        return bool(self._trades)

    def print(self, trade: Trade) -> None:
        """Add a trade, which is no older than the last one."""
        self._trades.append(trade)
        self._times.append(trade.ts)

    def newest(self, now: int) -> Iterator[Trade]:
        """Yield the trades up to `now` (ms), newest first."""
        for index in range(bisect_right(self._times, now) - 1, -1, -1):
            yield self._trades[index]

    def span(self, instrument: Instrument, start: int, end: int) -> Span | None:
        """Return what the trades from `start` to just before `end` (ms) amount to, None if there are none."""
        self._sum(instrument)
        found: Span | None = None
        first = bisect_left(self._minutes, start // _MINUTE)
        for minute in self._minutes[first : bisect_left(self._minutes, -(-end // _MINUTE))]:
            whole = self._spans[minute]
            part = whole if start <= whole.first and whole.last < end else self._part(instrument, minute, start, end)
            found = part if found is None else found.joined(part)
        return found

    def rewind(self, now: int) -> None:
        """The clock was moved back to `now` (ms): what is printed for later happened now."""
        minute = now // _MINUTE
        kept = bisect_left(self._times, minute * _MINUTE)
        again = self._trades[kept:]
        del self._trades[kept:], self._times[kept:]
        del self._minutes[bisect_left(self._minutes, minute) :]
        self._spans = {known: self._spans[known] for known in self._minutes}
        self._summed = min(self._summed, kept)
        for trade in again:
            self.print(trade if trade.ts <= now else replace(trade, ts=now))

    def _sum(self, instrument: Instrument) -> None:
        """Sum what was printed since the last time, by the minute."""
        for trade in self._trades[self._summed :]:
            minute = trade.ts // _MINUTE
            known = self._spans.get(minute)
            if known is None:
                self._minutes.append(minute)
            self._spans[minute] = _one(instrument, trade) if known is None else known.joined(_one(instrument, trade))
        self._summed = len(self._trades)

    def _part(self, instrument: Instrument, minute: int, start: int, end: int) -> Span | None:
        """Return what is between `start` and `end` within a minute that lies only partly between them."""
        low = bisect_left(self._times, max(start, minute * _MINUTE))
        high = bisect_left(self._times, min(end, (minute + 1) * _MINUTE))
        found: Span | None = None
        for trade in self._trades[low:high]:
            one = _one(instrument, trade)
            found = one if found is None else found.joined(one)
        return found


def _one(instrument: Instrument, trade: Trade) -> Span:
    px, ts = trade.px, trade.ts
    return Span(ts, ts, px, px, px, px, *volumes(instrument, trade.sz, px))
