"""Market data: tickers, books, trades and candles (OKX docs: Order Book Trading, Market Data).

What the market does is the exchange's house; this gives its values OKX's names.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import BARS, Bar, Candle, Instrument, Level, Trade
from ..messages import number
from ..routing import Journey, public
from .params import DERIVATIVES, inst_type, instrument, limit, listed, of_family, whole, word

__all__ = ["books", "candles", "ticker", "tickers", "trades"]

Row = dict[str, Any]
_MOST_BARS: Final = 1440


@public("GET /api/v5/market/ticker")
def ticker(journey: Journey) -> list[Row]:
    """Last price, touch and last day of one instrument (OKX docs: Get ticker)."""
    return [_ticker(journey, instrument(journey.exchange, journey.params))]


@public("GET /api/v5/market/tickers")
def tickers(journey: Journey) -> list[Row]:
    """The tickers of a type of instrument, or of one family of it (OKX docs: Get tickers)."""
    wanted = inst_type(journey, choices=("SPOT", *DERIVATIVES))
    return [
        _ticker(journey, each)
        for each in listed(journey)
        if each.inst_type == wanted and of_family(journey.params, each)
    ]


def _ticker(journey: Journey, of: Instrument) -> Row:
    now = journey.exchange.markets.ticker(of, journey.now)
    return {
        "instType": of.inst_type,
        "instId": of.inst_id,
        "last": number(now.last),
        "lastSz": number(now.last_sz),
        "askPx": _px(now.ask_px),
        "askSz": number(now.ask_sz),
        "bidPx": _px(now.bid_px),
        "bidSz": number(now.bid_sz),
        "open24h": number(now.open24h),
        "high24h": number(now.high24h),
        "low24h": number(now.low24h),
        "volCcy24h": number(now.vol_ccy24h),
        "vol24h": number(now.vol24h),
        "sodUtc0": number(now.sod_utc0),
        "sodUtc8": number(now.sod_utc8),
        "ts": str(now.ts),
    }


def _px(px: Decimal | None) -> str:
    return "" if px is None else number(px)


@public("GET /api/v5/market/books")
def books(journey: Journey) -> list[Row]:
    """The best `sz` levels of both sides, one by default, 400 at most (OKX docs: Get order book)."""
    depth = whole(journey.params, "sz")
    if depth is not None and not 1 <= depth <= 400:
        raise OkxError(Code.PARAMETER, "sz")
    book = journey.exchange.markets.book(instrument(journey.exchange, journey.params), journey.now, depth or 1)
    return [
        {
            "asks": [_level(each) for each in book.asks],
            "bids": [_level(each) for each in book.bids],
            "ts": str(book.ts),
            "seqId": book.seq_id,
        }
    ]


def _level(level: Level) -> list[str]:
    # The third member is a relic of liquidations, "0" ever since.
    return [number(level.px), number(level.sz), "0", str(level.orders)]


@public("GET /api/v5/market/trades")
def trades(journey: Journey) -> list[Row]:
    """The newest trades, 100 by default, 500 at most (OKX docs: Get trades)."""
    of = instrument(journey.exchange, journey.params)
    found = journey.exchange.markets.trades(of, journey.now, limit(journey.params, 100, 500))
    return [_trade(of, each) for each in found]


def _trade(of: Instrument, trade: Trade) -> Row:
    return {
        "instId": of.inst_id,
        "side": trade.side,
        "sz": number(trade.sz),
        "px": number(trade.px),
        "source": "0",
        "tradeId": str(trade.trade_id),
        "ts": str(trade.ts),
    }


@public("GET /api/v5/market/candles")
def candles(journey: Journey) -> list[list[str]]:
    """Bars of the last 1440, newest first, 100 by default, 300 at most (OKX docs: Get candlesticks)."""
    params, bar = journey.params, word(journey.params, "bar", BARS) or "1m"
    found = journey.exchange.markets.candles(
        instrument(journey.exchange, params),
        bar,
        journey.now,
        limit=limit(params, 100, 300),
        after=whole(params, "after"),
        before=max(whole(params, "before") or 0, _too_old(BARS[bar], journey.now)),
    )
    return [_candle(each) for each in found]


def _too_old(bar: Bar, now: int) -> int:
    """The opening time of the newest bar that is not among the last 1440; of months there are never as many."""
    return 0 if bar.months else bar.floor(now) - _MOST_BARS * bar.length


def _candle(candle: Candle) -> list[str]:
    values = (candle.open, candle.high, candle.low, candle.close, candle.vol, candle.vol_ccy, candle.vol_ccy_quote)
    return [str(candle.ts), *map(number, values), "1" if candle.confirm else "0"]
