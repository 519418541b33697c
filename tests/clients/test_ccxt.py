"""ccxt from the package index, unmodified, synchronous and asynchronous, over a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import ccxt
import ccxt.async_support
import pytest

from pytest_okx import OkxServer
from pytest_okx.faults import LoseReply, Reject

SPOT, SWAP = "BTC/USDT", "BTC/USDT:USDT"


@pytest.fixture
def exchange(okx_server: OkxServer) -> Iterator[Any]:
    client = ccxt.okx(okx_server.client_config("ccxt") | {"enableRateLimit": False})
    yield client
    client.session.close()


def test_it_loads_every_kind_of_market(exchange: Any) -> None:
    markets = exchange.load_markets()
    assert {market["type"] for market in markets.values()} == {"spot", "swap", "future", "option"}
    assert markets[SPOT]["precision"]["price"] == 0.1
    assert markets[SWAP]["contractSize"] == 0.01


def test_it_reads_tickers_books_trades_and_candles(exchange: Any) -> None:
    ticker = exchange.fetch_ticker(SPOT)
    assert ticker["bid"] < ticker["ask"]
    assert SPOT in exchange.fetch_tickers()
    assert len(exchange.fetch_order_book(SPOT, 5)["bids"]) == 5
    assert len(exchange.fetch_trades(SPOT, limit=10)) == 10
    candles = exchange.fetch_ohlcv(SPOT, "1h", limit=24)
    assert [candle[0] for candle in candles] == sorted(candle[0] for candle in candles)


def test_it_reads_the_balance(exchange: Any) -> None:
    assert exchange.fetch_balance()["total"] == {"USDT": 100_000.0, "USDC": 10_000.0, "BTC": 1.0, "ETH": 10.0}


def test_it_places_queries_lists_and_cancels(exchange: Any) -> None:
    placed = exchange.create_order(SPOT, "limit", "buy", 0.01, 50_000)
    assert exchange.fetch_order(placed["id"], SPOT)["status"] == "open"
    assert [order["id"] for order in exchange.fetch_open_orders(SPOT)] == [placed["id"]]
    assert exchange.fetch_balance()["used"]["USDT"] == 500
    exchange.cancel_order(placed["id"], SPOT)
    assert exchange.fetch_order(placed["id"], SPOT)["status"] == "canceled"
    assert exchange.fetch_open_orders(SPOT) == []


def test_a_market_order_is_filled_and_paid(exchange: Any) -> None:
    placed = exchange.create_order(SPOT, "market", "sell", 0.5)
    order = exchange.fetch_order(placed["id"], SPOT)
    assert (order["status"], order["filled"]) == ("closed", 0.5)
    assert exchange.fetch_balance()["total"]["BTC"] == 0.5


def test_contracts_make_a_position(exchange: Any) -> None:
    exchange.load_markets()
    exchange.create_order(SWAP, "market", "buy", 2, params={"tdMode": "cross"})
    [position] = exchange.fetch_positions()
    assert (position["contracts"], position["side"]) == (2.0, "long")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("50102", ccxt.InvalidNonce),
        ("50113", ccxt.AuthenticationError),
        ("50111", ccxt.AuthenticationError),
        ("50011", ccxt.RateLimitExceeded),
        ("50001", ccxt.OnMaintenance),
        ("51001", ccxt.BadSymbol),
    ],
)
def test_a_refusal_becomes_ccxts_own_error(
    exchange: Any, okx_server: OkxServer, code: str, error: type[Exception]
) -> None:
    okx_server.faults.add(Reject(code), on="GET /api/v5/account/balance")
    with pytest.raises(error, match=code):
        exchange.fetch_balance()


def test_too_large_an_order_is_insufficient_funds(exchange: Any) -> None:
    with pytest.raises(ccxt.InsufficientFunds):
        exchange.create_order(SPOT, "limit", "buy", 1000, 50_000)


def test_the_sandbox_of_ccxt_stays_on_the_fake(exchange: Any, okx_server: OkxServer) -> None:
    exchange.set_sandbox_mode(True)
    assert exchange.fetch_balance()["total"]["BTC"] == 1.0
    assert okx_server.calls[-1].headers["x-simulated-trading"] == "1"


def test_a_lost_reply_did_place_the_order(exchange: Any, okx_server: OkxServer) -> None:
    exchange.load_markets()
    okx_server.faults.add(LoseReply(), on="POST /api/v5/trade/batch-orders")
    with pytest.raises(ccxt.NetworkError):
        exchange.create_order(SPOT, "limit", "buy", 0.01, 50_000)
    assert len(exchange.fetch_open_orders(SPOT)) == 1


def test_the_asynchronous_one_does_the_same(okx_server: OkxServer) -> None:
    async def flow() -> None:
        exchange: Any = ccxt.async_support.okx(okx_server.client_config("ccxt") | {"enableRateLimit": False})
        try:
            await exchange.load_markets()
            assert (await exchange.fetch_balance())["total"]["BTC"] == 1.0
            placed = await exchange.create_order(SPOT, "limit", "buy", 0.01, 50_000)
            assert (await exchange.fetch_order(placed["id"], SPOT))["status"] == "open"
            assert len(await exchange.fetch_open_orders(SPOT)) == 1
            await exchange.cancel_order(placed["id"], SPOT)
            assert await exchange.fetch_open_orders(SPOT) == []
            okx_server.faults.add(Reject("50102"), on="GET /api/v5/account/balance")
            with pytest.raises(ccxt.InvalidNonce):
                await exchange.fetch_balance()
        finally:
            await exchange.close()

    asyncio.run(flow())
