"""A list of candles or trades as the steps of a market: when, at which price, how much.

Reads values and the rows of OKX's market data alike. Knows no markets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise

from ..messages import number
from .bars import BARS
from .grid import amount, on_grid
from .house import Candle, Trade
from .instruments import Instrument
from .values import floor

__all__ = ["Row", "Step", "steps"]

Row = Trade | Candle | Mapping[str, object] | Sequence[object]
"""A `Trade`, a row of "Get trades" (a mapping with px, sz, side and ts), a `Candle`, or a row of "Get candlesticks"
(a sequence that begins with ts, o, h, l, c, vol)."""

_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Step:
    """What a replayed market does at `ts` (ms): trade `sz` at `px`; `side` is "" where everybody who waits is met."""

    ts: int
    px: Decimal
    sz: Decimal
    side: str


@dataclass(frozen=True, slots=True)
class _Bar:
    ts: int
    prices: tuple[Decimal, Decimal, Decimal, Decimal]
    vol: Decimal


def steps(instrument: Instrument, rows: Iterable[Row], bar: str | None) -> list[Step]:
    """Return the steps of `rows` in the order of time.

    A candle opens at its ts, goes to its low and then its high if it rises (to its high first if it falls), and closes
    in its last millisecond; its length is that of `bar`, or else the shortest distance between two of them, or else a
    minute. Raises ValueError or TypeError for a row that cannot be one.
    """
    if bar is not None and bar not in BARS:
        raise ValueError(f"bar is {bar!r}: give one of {', '.join(BARS)}")
    read = [_read(instrument, row) for row in rows]
    bars = sorted((each for each in read if isinstance(each, _Bar)), key=lambda each: each.ts)
    gaps = [later.ts - earlier.ts for earlier, later in pairwise(bars) if later.ts > earlier.ts]
    shortest = min(gaps, default=_MINUTE)
    found = [each for each in read if isinstance(each, Step)]
    for each in bars:
        length = shortest if bar is None else BARS[bar].after(each.ts) - each.ts
        found += _of_bar(instrument, each, length)
    return sorted(found, key=lambda step: step.ts)


def _read(instrument: Instrument, row: Row) -> Step | _Bar:
    if isinstance(row, Trade):
        return _step(instrument, row.ts, row.px, row.sz, row.side, row)
    if isinstance(row, Mapping):
        missing = [name for name in ("ts", "px", "sz", "side") if name not in row]
        if missing:
            raise ValueError(f"{dict(row)!r} lacks {', '.join(missing)}: give trades as 'Get trades' does")
        return _step(instrument, row["ts"], row["px"], row["sz"], row["side"], row)
    if isinstance(row, Candle):
        return _bar(instrument, row.ts, (row.open, row.high, row.low, row.close), row.vol, row)
    if isinstance(row, str) or len(row) < 6:
        raise TypeError(f"{row!r} is neither a Trade nor a Candle, nor a row of OKX's trades or candles")
    return _bar(instrument, row[0], tuple(row[1:5]), row[5], row)


def _step(instrument: Instrument, ts: object, px: object, sz: object, side: object, row: object) -> Step:
    if side not in ("buy", "sell"):
        raise ValueError(f"the side of {row!r} is {side!r}: give 'buy' or 'sell', the taker's")
    price = on_grid(f"the price of {row!r}", px, instrument.tick_sz, "tick")
    return Step(int(amount("ts", ts)), price, amount(f"the size of {row!r}", sz), str(side))


def _bar(instrument: Instrument, ts: object, prices: Sequence[object], vol: object, row: object) -> _Bar:
    opened, high, low, closed = (on_grid(f"a price of {row!r}", px, instrument.tick_sz, "tick") for px in prices)
    if not low <= min(opened, closed) <= max(opened, closed) <= high:
        raise ValueError(f"{row!r} is no candle: its low is {number(low)} and its high {number(high)}")
    volume = amount(f"the volume of {row!r}", vol)
    ways = (opened, low, high, closed) if closed >= opened else (opened, high, low, closed)
    return _Bar(int(amount("ts", ts)), ways, volume)


def _of_bar(instrument: Instrument, bar: _Bar, length: int) -> Iterator[Step]:
    """Yield the steps of a candle: its volume in equal parts, and what is over at the close."""
    times = (bar.ts, bar.ts + length // 3, bar.ts + 2 * length // 3, bar.ts + length - 1)
    ways = [next(same) for _, same in groupby(zip(bar.prices, times, strict=True), key=lambda each: each[0])]
    part = floor(bar.vol / len(ways), instrument.lot_sz)
    if not part:
        raise ValueError(
            f"the candle of {bar.ts} has the volume {number(bar.vol)}: "
            f"its {len(ways)} prices need a lot each, {number(len(ways) * instrument.lot_sz)} together"
        )
    for index, (px, ts) in enumerate(ways):
        last = index == len(ways) - 1
        yield Step(ts, px, bar.vol - part * index if last else part, "")
