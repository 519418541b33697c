"""The lengths of candles as a table: when a bar opens, and which bar comes before and after.

Knows the calendar alone: no prices, no instruments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType

from ..clock import from_unix_ms, unix_ms
from ..errors import OkxError

_SECOND = 1_000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
# 1970-01-01 was a Thursday; weeks open on Monday.
_FIRST_MONDAY = 4 * _DAY


@dataclass(frozen=True, slots=True)
class Bar:
    """One candle length: `length` ms from `origin`, or `months` calendar months at `origin`'s hour."""

    name: str
    length: int
    months: int
    origin: int

    def floor(self, ts: int) -> int:
        """Return the opening time of the bar that holds `ts` (ms)."""
        if self.months:
            return self._month_start(self._month(ts))
        return (ts - self.origin) // self.length * self.length + self.origin

    def after(self, opening: int) -> int:
        """Return the opening time of the bar after the one that opens at `opening` (ms)."""
        if self.months:
            return self._month_start(self._month(opening) + self.months)
        return opening + self.length

    def before(self, opening: int) -> int:
        """Return the opening time of the bar before the one that opens at `opening` (ms)."""
        return self.floor(opening - 1)

    def openings(self, now: int, after: int | None = None, before: int | None = None) -> Iterator[int]:
        """Yield the opening times up to `now` (ms), newest first: older than `after`, newer than `before`."""
        opening = self.floor(now if after is None else min(now, after - 1))
        while before is None or opening > before:
            yield opening
            opening = self.before(opening)

    def _month(self, ts: int) -> int:
        local = from_unix_ms(ts - self.origin)
        months = local.year * 12 + local.month - 1
        return months - months % self.months

    def _month_start(self, months: int) -> int:
        start = datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)
        return unix_ms(start) + self.origin


_UTC8 = -8 * _HOUR
_MINUTES = {"1m": 1, "3m": 3, "5m": 5, "15m": 15, "30m": 30, "1H": 60, "2H": 120, "4H": 240}
_UTC = (
    Bar("6Hutc", 6 * _HOUR, 0, 0),
    Bar("12Hutc", 12 * _HOUR, 0, 0),
    Bar("1Dutc", _DAY, 0, 0),
    Bar("2Dutc", 2 * _DAY, 0, 0),
    Bar("3Dutc", 3 * _DAY, 0, 0),
    Bar("5Dutc", 5 * _DAY, 0, 0),
    Bar("1Wutc", 7 * _DAY, 0, _FIRST_MONDAY),
    Bar("1Mutc", 0, 1, 0),
    Bar("3Mutc", 0, 3, 0),
)
_HONG_KONG = tuple(replace(bar, name=bar.name.removesuffix("utc"), origin=bar.origin + _UTC8) for bar in _UTC)

BARS: Mapping[str, Bar] = MappingProxyType(
    {"1s": Bar("1s", _SECOND, 0, 0)}
    | {name: Bar(name, minutes * _MINUTE, 0, 0) for name, minutes in _MINUTES.items()}
    | {bar.name: bar for bar in _HONG_KONG + _UTC}
    | {"1Yutc": Bar("1Yutc", 0, 12, 0)}
)
"""Bars by OKX's names: from 6H on they open on UTC+8, and on UTC with the suffix `utc`.

Which of them an endpoint takes is its own business. From where 2D, 3D and 5D are counted is not documented; here it
is 1970-01-01. Source: OKX's "Get candlesticks" and "Candlesticks channel".
"""


def find_bar(name: str) -> Bar:
    """Return the bar of that name; `OkxError` 51000 for an unknown one (mind 1m and 1M)."""
    bar = BARS.get(name)
    if bar is None:
        raise OkxError("51000", "bar")
    return bar
