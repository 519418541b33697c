"""Windows: from when to when, by the exchange's clock, a fault may happen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..clock import Clock, unix_ms
from ..messages import iso_time

__all__ = ["During", "Window"]

During = tuple[datetime | timedelta | float, datetime | timedelta | float]


@dataclass(frozen=True)
class Window:
    """From `start` to just before `end`, in Unix milliseconds."""

    start: int
    end: int

    @classmethod
    def of(cls, during: object, clock: Clock | None) -> Window:
        """What a test wrote as `(start, end)`: aware datetimes, or seconds (or a timedelta) from now on `clock`.

        Raises TypeError or ValueError, a sentence, for what is no window.
        """
        if not isinstance(during, (tuple, list)) or len(during) != 2:
            raise TypeError(f"during is {during!r}: give (start, end), aware datetimes or seconds from now")
        start, end = (_unix_ms(at, during, clock) for at in during)
        if start >= end:
            raise ValueError(f"during is {during!r}, which ends before it begins: give (start, end)")
        return cls(start, end)

    def __contains__(self, now: int) -> bool:
        return self.start <= now < self.end

    def __str__(self) -> str:
        return f"{iso_time(self.start)} to {iso_time(self.end)}"


def _unix_ms(at: object, during: object, clock: Clock | None) -> int:
    if isinstance(at, datetime):
        if at.utcoffset() is None:
            raise ValueError(f"during has the naive datetime {at!r}: say which zone it is in, for example tzinfo=UTC")
        return unix_ms(at)
    if isinstance(at, timedelta):
        at = at.total_seconds()
    if isinstance(at, bool) or not isinstance(at, (int, float)) or not math.isfinite(at):
        raise TypeError(f"during has {at!r}: give an aware datetime, or seconds from now")
    if clock is None:
        raise ValueError(f"during is {during!r}, from now, and this plan has no clock: give aware datetimes")
    return clock.now_ms() + round(at * 1000)
