"""Market data: tickers, books and trades (OKX docs: Order Book Trading, Market Data).

What the market does is the exchange's house; this gives its values OKX's names.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import Book, Instrument, Level, Page, Statistics, Trade, trades_before
from ..messages import number
from ..routing import Journey, public
from .pages import cut, page
from .params import DERIVATIVES, inst_type, instrument, limit, listed, of_type, whole, word

__all__ = [
    "books",
    "books_full",
    "books_lite",
    "books_rpi",
    "call_auction_details",
    "exchange_rate",
    "history_trades",
    "platform_volume",
    "ticker",
    "tickers",
    "trades",
]

Row = dict[str, Any]
_LITE_LEVELS: Final = 25
_RETAINED_MS: Final = 90 * 86_400_000
# One US dollar in renminbi: a round figure, not OKX's of any day.
_USD_CNY: Final = Decimal("7.1")


@public("GET /api/v5/market/ticker")
def ticker(journey: Journey) -> list[Row]:
    """Last price, touch and last day of one instrument (OKX docs: Get ticker)."""
    return [_ticker(journey, instrument(journey.exchange, journey.params))]


@public("GET /api/v5/market/tickers")
def tickers(journey: Journey) -> list[Row]:
    """The tickers of a type of instrument, or of one family of it (OKX docs: Get tickers)."""
    wanted = inst_type(journey, choices=("SPOT", *DERIVATIVES, "EVENTS"))
    return [_ticker(journey, each) for each in of_type(journey, wanted)]


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
    book = _book(journey, 400)
    return [_levels(book) | {"ts": str(book.ts), "seqId": book.seq_id}]


def _levels(book: Book) -> Row:
    # The third member is a relic of liquidations, "0" ever since.
    asks, bids = ([[number(each.px), number(each.sz), "0", str(each.orders)] for each in side] for side in _sides(book))
    return {"asks": asks, "bids": bids}


@public("GET /api/v5/market/books-lite")
def books_lite(journey: Journey) -> list[Row]:
    """The best 25 levels of both sides, as clients that never left it know it (in no documentation any more)."""
    of = instrument(journey.exchange, journey.params)
    book = journey.exchange.markets.book(of, journey.now, _LITE_LEVELS)
    return [_levels(book) | {"ts": str(book.ts)}]


@public("GET /api/v5/market/books-full")
def books_full(journey: Journey) -> list[Row]:
    """The best `sz` levels of both sides, one by default, 5000 at most (OKX docs: Full order book)."""
    book = _book(journey, 5000)
    asks, bids = ([[number(each.px), number(each.sz), str(each.orders)] for each in side] for side in _sides(book))
    return [{"asks": asks, "bids": bids, "ts": str(book.ts)}]


@public("GET /api/v5/market/books-rpi")
def books_rpi(journey: Journey) -> list[Row]:
    """The book with retail price improvement, which nobody offers here: all of it is organic (OKX docs: RPI book)."""
    book = _book(journey, 400)
    asks, bids = (
        [[number(each.px), number(each.sz), number(each.sz), str(each.orders)] for each in side]
        for side in _sides(book)
    )
    return [{"asks": asks, "bids": bids, "ts": str(book.ts), "seqId": book.seq_id}]


def _book(journey: Journey, deepest: int) -> Book:
    depth = whole(journey.params, "sz")
    if depth is not None and not 1 <= depth <= deepest:
        raise OkxError(Code.PARAMETER, "sz")
    return journey.exchange.markets.book(instrument(journey.exchange, journey.params), journey.now, depth or 1)


def _sides(book: Book) -> tuple[tuple[Level, ...], tuple[Level, ...]]:
    return book.asks, book.bids


@public("GET /api/v5/market/trades")
def trades(journey: Journey) -> list[Row]:
    """The newest trades, 100 by default, 500 at most (OKX docs: Get trades)."""
    of = instrument(journey.exchange, journey.params)
    found = journey.exchange.markets.trades(of, journey.now, limit(journey.params, 100, 500))
    return [_trade(of, each) for each in found]


@public("GET /api/v5/market/history-trades")
def history_trades(journey: Journey) -> list[Row]:
    """Trades of three months, paged by number, or with `type` 2 by time (OKX docs: Get trades history).

    By time there is no `before`: 50039.
    """
    by_time = word(journey.params, "type", ("1", "2")) == "2"
    if by_time and journey.text("before"):
        raise OkxError(Code.NO_BEFORE)
    of = instrument(journey.exchange, journey.params)
    asked = page(journey.params)
    found = _until(journey, of, asked) if by_time else _below(journey, of, asked)
    return [_trade(of, each) for each in found]


def _until(journey: Journey, of: Instrument, asked: Page) -> list[Trade]:
    newest = journey.now if asked.after is None else min(journey.now, asked.after - 1)
    found = journey.exchange.markets.trades(of, newest, asked.limit)
    return [each for each in found if each.ts > journey.now - _RETAINED_MS]


def _below(journey: Journey, of: Instrument, asked: Page) -> list[Trade]:
    markets, oldest = journey.exchange.markets, journey.now - _RETAINED_MS + 1
    if asked.after is None:
        found = markets.trades(of, journey.now, asked.limit)
    else:
        found = trades_before(markets, of, asked.after, journey.now, oldest=oldest, limit=asked.limit)
    return cut(asked, found, lambda each: each.trade_id)


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


@public("GET /api/v5/market/platform-24-volume")
def platform_volume(journey: Journey) -> list[Row]:
    """What all instruments traded in the last day (OKX docs: Get 24H total volume)."""
    dollars = Statistics(journey.exchange).day_volume(listed(journey), journey.now)
    return [{"volUsd": number(dollars), "volCny": number(dollars * _USD_CNY), "ts": str(journey.now)}]


@public("GET /api/v5/market/exchange-rate")
def exchange_rate(journey: Journey) -> list[Row]:
    """What a US dollar costs in renminbi (OKX docs: Get exchange rate)."""
    return [{"usdCny": number(_USD_CNY)}]


@public("GET /api/v5/market/call-auction-details")
def call_auction_details(journey: Journey) -> list[Row]:
    """What an instrument shows that never goes through an auction (OKX docs: Get call auction details)."""
    of = instrument(journey.exchange, journey.params)
    return [
        {
            "instId": of.inst_id,
            "eqPx": "",
            "matchedSz": "0",
            "unmatchedSz": "0",
            "auctionEndTime": "",
            "state": "continuous_trading",
            "ts": str(journey.now),
        }
    ]
