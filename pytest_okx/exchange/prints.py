"""Public trades by their number: those before a given one, however long ago it printed.

Asks the markets for trades by time alone; numbers grow with time. Knows no orders.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Protocol

from .house import Trade
from .instruments import Instrument

__all__ = ["trades_before"]


class Tape(Protocol):
    """Whatever has the trades of an instrument."""

    def trades(self, instrument: Instrument, now: int, limit: int) -> list[Trade]:
        """Return the last `limit` trades up to `now` (ms), newest first."""
        ...


def trades_before(
    tape: Tape, instrument: Instrument, trade_id: int, now: int, *, oldest: int, limit: int
) -> list[Trade]:
    """Return the last `limit` trades with numbers below `trade_id`, newest first, none from before `oldest` (ms)."""

    def newest(at: int) -> int:
        return max((trade.trade_id for trade in tape.trades(instrument, at, 1)), default=-1)

    # The first moment at which that number, or a higher one, had printed: lower ones may have printed in it as well.
    moment = min(bisect_left(range(oldest, now + 1), trade_id, key=newest) + oldest, now)
    asked = limit + 1
    while True:
        found = tape.trades(instrument, moment, asked)
        older = [trade for trade in found if trade.trade_id < trade_id]
        if len(older) >= limit or len(found) < asked or found[-1].ts < oldest:
            return [trade for trade in older[:limit] if trade.ts >= oldest]
        asked *= 2
