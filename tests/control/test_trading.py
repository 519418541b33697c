"""Markets over HTTP show what the exchange has, and move it."""

from __future__ import annotations

from decimal import Decimal

from pytest_okx.messages import number

from .support import commanded, done


def test_a_market_shows_what_the_exchange_has() -> None:
    server = commanded()
    market, told = server.exchange.market("BTC-USDT"), done(server, "GET", "/markets/BTC-USDT")
    assert (told["price"], told["last"]) == (number(market.price), number(market.last))
    assert told["book"]["bids"] == [[number(level.px), number(level.sz)] for level in market.book(20).bids]
    assert [trade["tradeId"] for trade in told["trades"]] == [str(trade.trade_id) for trade in market.trades]
    assert len(told["candles"]) == 60
    assert told["candles"][0]["ts"] == "2026-01-05T12:00:00.000Z"


def test_every_instrument_is_listed() -> None:
    server = commanded()
    rows = done(server, "GET", "/markets")["markets"]
    assert [row["instId"] for row in rows] == list(server.exchange.instruments)
    assert all(Decimal(row["last"]) > 0 for row in rows)


def test_strangers_trade_at_the_price_of_the_market_unless_told() -> None:
    server = commanded()
    price = server.exchange.market("BTC-USDT").price
    told = done(server, "POST", "/markets/BTC-USDT/trade", {"size": "0.25", "side": "sell"})
    assert (told["trades"][0]["px"], told["trades"][0]["sz"], told["trades"][0]["side"]) == (
        number(price),
        "0.25",
        "sell",
    )


def test_a_suspended_market_is_told_as_such() -> None:
    server = commanded()
    states = [done(server, "POST", f"/markets/BTC-USDT/{what}")["state"] for what in ("suspend", "resume")]
    assert states == ["suspend", "live"]
