"""Markets, over HTTP: what they show, and what moves them."""

from __future__ import annotations

from typing import Any, Final

from ..exchange import Instrument, Market
from ..exchange.house import Candle, Level, Trade
from ..messages import iso_time, number
from .operations import Field, Given, operation
from .problems import Problem
from .schemas import MARKET, MARKETS
from .shapes import LEVELS, PRICE, SIGNED, choice, nullable
from .world import World

_DEPTH: Final = 20
_MOST_CANDLES: Final = 60
_BAR: Final = "1m"


def _market(world: World, given: Given) -> Market:
    if given["instId"] not in world.exchange.instruments:
        raise Problem(404, f"there is no instrument {given['instId']!r}: GET /_okx/markets lists them")
    return world.exchange.market(given["instId"])


def _line(world: World, instrument: Instrument, now: int) -> dict[str, Any]:
    return {
        "instId": instrument.inst_id,
        "instType": instrument.inst_type,
        "last": number(world.exchange.markets.last(instrument, now).px),
        "state": instrument.state,
    }


def _side(levels: tuple[Level, ...]) -> list[list[str]]:
    return [[number(level.px), number(level.sz)] for level in levels]


def _trade(trade: Trade) -> dict[str, str]:
    return {
        "tradeId": str(trade.trade_id),
        "px": number(trade.px),
        "sz": number(trade.sz),
        "side": trade.side,
        "ts": iso_time(trade.ts),
    }


def _candle(candle: Candle) -> dict[str, Any]:
    numbers = {"o": candle.open, "h": candle.high, "l": candle.low, "c": candle.close, "vol": candle.vol}
    return {"ts": iso_time(candle.ts), **{name: number(value) for name, value in numbers.items()}}


def _view(world: World, market: Market) -> dict[str, Any]:
    now = world.clock.now_ms()
    world.exchange.settle(now)
    markets, instrument = world.exchange.markets, world.exchange.instrument(market.inst_id)
    ticker, book = markets.ticker(instrument, now), markets.book(instrument, now, _DEPTH)
    day = {"open24h": ticker.open24h, "high24h": ticker.high24h, "low24h": ticker.low24h, "vol24h": ticker.vol24h}
    return {
        **_line(world, instrument, now),
        "price": number(markets.price(instrument, now)),
        "tickSz": number(instrument.tick_sz),
        "lotSz": number(instrument.lot_sz),
        "ticker": {name: number(value) for name, value in {"last": ticker.last, **day}.items()},
        "book": {"asks": _side(book.asks), "bids": _side(book.bids)},
        "trades": [_trade(each) for each in markets.trades(instrument, now)],
        "candles": [_candle(each) for each in markets.candles(instrument, _BAR, now, limit=_MOST_CANDLES)],
    }


@operation("GET /markets", answers=MARKETS)
def _list(world: World, given: Given) -> Any:
    """The instruments and their last prices"""
    now = world.clock.now_ms()
    world.exchange.settle(now)
    return {"markets": [_line(world, each, now) for each in list(world.exchange.instruments.values())]}


@operation("GET /markets/<instId>", answers=MARKET)
def _show(world: World, given: Given) -> Any:
    """A market: ticker, book of 20 levels a side, the last hundred trades, and an hour of candles, newest first"""
    return _view(world, _market(world, given))


@operation("POST /markets/<instId>/move", body=(Field("price", PRICE),), answers=MARKET)
def _move(world: World, given: Given) -> Any:
    """Move the price, where it stays; orders on the way are filled"""
    market = _market(world, given)
    market.move_to(given["price"])
    return _view(world, market)


@operation(
    "POST /markets/<instId>/trade",
    body=(
        Field("size", PRICE),
        Field("price", nullable(PRICE), None, "by default the price of the market"),
        Field("side", nullable(choice("buy", "sell")), None, "the taker's"),
    ),
    answers=MARKET,
)
def _print(world: World, given: Given) -> Any:
    """Let strangers trade"""
    market = _market(world, given)
    market.trade(given["price"] or market.price, given["size"], side=given["side"] or "")
    return _view(world, market)


@operation("PUT /markets/<instId>/book", body=(Field("asks", LEVELS), Field("bids", LEVELS)), answers=MARKET)
def _set_book(world: World, given: Given) -> Any:
    """Offer these levels instead of the house's"""
    market = _market(world, given)
    market.set_book(given["asks"], given["bids"])
    return _view(world, market)


@operation("POST /markets/<instId>/suspend", answers=MARKET)
def _suspend(world: World, given: Given) -> Any:
    """Stop trading"""
    market = _market(world, given)
    market.suspend()
    return _view(world, market)


@operation("POST /markets/<instId>/resume", answers=MARKET)
def _resume(world: World, given: Given) -> Any:
    """Trade again"""
    market = _market(world, given)
    market.resume()
    return _view(world, market)


@operation(
    "PUT /markets/<instId>/funding-rate",
    body=(Field("rate", nullable(SIGNED), what="above 0 when longs pay; null gives it back to the house"),),
    status=204,
)
def _set_funding_rate(world: World, given: Given) -> None:
    """Let a swap fund at a rate from now on"""
    _market(world, given).set_funding_rate(given["rate"])
