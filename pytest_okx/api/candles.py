"""Candles of trades, of indices and of mark prices, recent, historic and pushed, as one table of what each takes.

Candles are the exchange's; this cuts the page that is asked for (OKX docs: Get candlesticks, Get index candlesticks,
Get mark price candlesticks, and the history of each).
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from ..errors import Code, OkxError
from ..exchange import BARS, Bar, Candle, Exchange, Instrument
from ..messages import number
from ..routing import Journey, public
from .pages import page
from .params import instrument, listed_since, word

__all__ = [
    "candles",
    "history_candles",
    "history_index_candles",
    "history_mark_price_candles",
    "index_candles",
    "mark_price_candles",
    "newest",
    "priced_row",
    "traded_row",
]

Row = list[str]
_MOST_BARS: Final = 1440
_SECONDS_RETAINED_MS: Final = 90 * 86_400_000


@dataclass(frozen=True, slots=True)
class _Kind:
    """What an endpoint takes: its bars, rows at most, and whether it goes back further than 1440 bars."""

    bars: Container[str]
    most: int
    history: bool


def _without(*names: str) -> frozenset[str]:
    return frozenset(BARS) - set(names)


_PUSHED: Final = ("5D", "5Dutc", "1Yutc")
_RARE: Final = ("1s", "2D", "3D", "2Dutc", "3Dutc", *_PUSHED)
_TRADES: Final = _Kind(_without("1s", *_PUSHED), 300, history=False)
_OLD_TRADES: Final = _Kind(_without(*_PUSHED), 300, history=True)
_PRICES: Final = _Kind(_without(*_RARE), 100, history=False)
_OLD_PRICES: Final = _Kind(_without(*_RARE, "3M", "3Mutc"), 100, history=True)


@public("GET /api/v5/market/candles")
def candles(journey: Journey) -> list[Row]:
    """Bars of the last 1440, newest first, 100 by default, 300 at most (OKX docs: Get candlesticks)."""
    return [traded_row(each) for each in _found(journey, _instrument(journey), _TRADES)]


@public("GET /api/v5/market/history-candles")
def history_candles(journey: Journey) -> list[Row]:
    """Bars since the listing, those of a second of three months and not of options (OKX docs: Candlesticks history)."""
    of = _instrument(journey)
    if journey.text("bar") == "1s" and of.inst_type == "OPTION":
        raise OkxError(Code.PARAMETER, "bar")
    return [traded_row(each) for each in _found(journey, of, _OLD_TRADES)]


@public("GET /api/v5/market/index-candles")
def index_candles(journey: Journey) -> list[Row]:
    """Bars of an index among the last 1440, 100 at most (OKX docs: Get index candlesticks)."""
    return [priced_row(each) for each in _found(journey, _index(journey), _PRICES)]


@public("GET /api/v5/market/history-index-candles")
def history_index_candles(journey: Journey) -> list[Row]:
    """Bars of an index, 100 at most (OKX docs: Get index candlesticks history)."""
    return [priced_row(each) for each in _found(journey, _index(journey), _OLD_PRICES)]


@public("GET /api/v5/market/mark-price-candles")
def mark_price_candles(journey: Journey) -> list[Row]:
    """Bars of a mark price among the last 1440, 100 at most (OKX docs: Get mark price candlesticks)."""
    return [priced_row(each) for each in _found(journey, _instrument(journey), _PRICES)]


@public("GET /api/v5/market/history-mark-price-candles")
def history_mark_price_candles(journey: Journey) -> list[Row]:
    """Bars of a mark price, 100 at most (OKX docs: Get mark price candlesticks history)."""
    return [priced_row(each) for each in _found(journey, _instrument(journey), _OLD_PRICES)]


def _instrument(journey: Journey) -> Instrument:
    return instrument(journey.exchange, journey.params)


def _index(journey: Journey) -> Instrument:
    return journey.exchange.indices.source(journey.text("instId"))


def _found(journey: Journey, of: Instrument, kind: _Kind) -> list[Candle]:
    """The page of candles; there are none from before the listing."""
    asked = page(journey.params, most=kind.most)
    bar = BARS[word(journey.params, "bar", kind.bars) or "1m"]
    bounds = (asked.before or 0, bar.floor(listed_since(of, journey.now)) - 1, _too_old(bar, journey.now, kind))
    return journey.exchange.markets.candles(
        of, bar.name, journey.now, limit=asked.limit, after=asked.after, before=max(bounds)
    )


def newest(exchange: Exchange, of: Instrument, bar: str, now: int, limit: int) -> list[Candle]:
    """The newest candles of any bar, newest first, as they are pushed: of more bars than an endpoint takes."""
    before = BARS[bar].floor(listed_since(of, now)) - 1
    return exchange.markets.candles(of, bar, now, limit=limit, before=before)


def _too_old(bar: Bar, now: int, kind: _Kind) -> int:
    """The opening time of the newest bar that is kept no more; of months there are never 1440."""
    if bar.months:
        return 0
    if kind.history:
        return now - _SECONDS_RETAINED_MS if bar.name == "1s" else 0
    return bar.floor(now) - _MOST_BARS * bar.length


def traded_row(candle: Candle) -> Row:
    """A candle of trades as text."""
    *prices, confirm = priced_row(candle)
    return [*prices, number(candle.vol), number(candle.vol_ccy), number(candle.vol_ccy_quote), confirm]


def priced_row(candle: Candle) -> Row:
    """A candle of prices alone as text."""
    prices = (candle.open, candle.high, candle.low, candle.close)
    return [str(candle.ts), *map(number, prices), "1" if candle.confirm else "0"]
