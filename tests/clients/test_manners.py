"""What the audit says of real clients in the order of a trading day: nothing that is false, and what is true."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import Any

import ccxt
import ccxt.async_support
import pytest
from okx import Account, Funding, MarketData, PublicData, Trade

from pytest_okx import OkxServer
from pytest_okx.faults import LoseReply, Reject

pytestmark = [
    pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),
]

NO_KEY = {"api_key": "-1", "api_secret_key": "-1", "passphrase": "-1"}
ORDER = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
SPOT, SWAP = "BTC/USDT", "BTC/USDT:USDT"


def rules(server: OkxServer) -> list[str]:
    return [finding.rule for finding in server.audit()]


def sdk(server: OkxServer, stack: ExitStack, kind: type, **arguments: Any) -> Any:
    """One of python-okx's classes, pointed at the fake."""
    config = server.client_config("python-okx") | {"debug": False} | arguments
    return stack.enter_context(kind(**config))


@pytest.mark.parametrize("flag", ["0", "1"])
def test_python_okx_has_good_manners(okx_server: OkxServer, flag: str) -> None:
    with ExitStack() as stack:
        public, market = (
            sdk(okx_server, stack, kind, **NO_KEY) for kind in (PublicData.PublicAPI, MarketData.MarketAPI)
        )
        account, funding, trade = (
            sdk(okx_server, stack, kind, flag=flag) for kind in (Account.AccountAPI, Funding.FundingAPI, Trade.TradeAPI)
        )
        public.get_system_time()
        for kind in ("SPOT", "SWAP", "FUTURES"):
            public.get_instruments(instType=kind)
        for _ in range(5):
            market.get_ticker(instId="BTC-USDT")
            account.get_account_balance()
        funding.get_currencies()
        for number in range(5):
            placed = trade.place_order(**ORDER, clOrdId=f"mine{number}")
            trade.get_order(instId="BTC-USDT", ordId=placed["data"][0]["ordId"])
            trade.cancel_order(instId="BTC-USDT", ordId=placed["data"][0]["ordId"])
        for _ in range(2):
            trade.place_order(**ORDER)  # twice on purpose: both were acknowledged
        trade.place_order(**{**ORDER, "sz": "1000"})
    assert rules(okx_server) == []


def test_python_okx_given_a_key_shows_it_on_public_calls(okx_server: OkxServer) -> None:
    with ExitStack() as stack:
        sdk(okx_server, stack, PublicData.PublicAPI).get_system_time()
    assert rules(okx_server) == ["credentials-on-public-call"]


def test_python_okx_with_its_default_flag_in_one_place_alone_trades_on_demo_there(okx_server: OkxServer) -> None:
    with ExitStack() as stack:
        sdk(okx_server, stack, Account.AccountAPI, flag="0").get_account_balance()
        sdk(okx_server, stack, Trade.TradeAPI).get_order_list()
    assert rules(okx_server) == ["demo-header"]


@pytest.mark.okx(skew=6)
def test_python_okx_does_not_correct_its_clock(okx_server: OkxServer) -> None:
    with ExitStack() as stack:
        account = sdk(okx_server, stack, Account.AccountAPI)
        for _ in range(3):
            account.get_account_balance()
    assert rules(okx_server) == ["clock-far-off"]


def trade_with_ccxt(client: Any) -> None:
    client.load_markets()
    client.fetch_ticker(SPOT)
    client.fetch_order_book(SPOT, 5)
    client.fetch_balance()
    for _ in range(3):
        placed = client.create_order(SPOT, "limit", "buy", 0.01, 50_000)
        client.fetch_order(placed["id"], SPOT)
        client.cancel_order(placed["id"], SPOT)
    client.create_order(SWAP, "market", "buy", 2, params={"tdMode": "cross"})
    client.fetch_positions()
    client.fetch_open_orders(SPOT)
    with pytest.raises(ccxt.InsufficientFunds):
        client.create_order(SPOT, "limit", "buy", 1000, 50_000)


@pytest.mark.parametrize("sandbox", [False, True])
def test_ccxt_has_good_manners(okx_server: OkxServer, sandbox: bool) -> None:
    client = ccxt.okx(okx_server.client_config("ccxt") | {"enableRateLimit": False})
    client.set_sandbox_mode(sandbox)
    trade_with_ccxt(client)
    client.session.close()
    assert rules(okx_server) == []


def test_ccxt_looks_before_it_orders_again(okx_server: OkxServer) -> None:
    client = ccxt.okx(okx_server.client_config("ccxt") | {"enableRateLimit": False})
    client.load_markets()
    okx_server.faults.add(LoseReply(), on="POST /api/v5/trade/*")
    with pytest.raises(ccxt.NetworkError):
        client.create_order(SPOT, "limit", "buy", 0.01, 50_000)
    client.fetch_open_orders(SPOT)
    client.create_order(SPOT, "limit", "buy", 0.01, 50_000)
    client.session.close()
    assert rules(okx_server) == []


def test_whoever_has_ccxt_order_again_at_once_orders_twice(okx_server: OkxServer) -> None:
    client = ccxt.okx(okx_server.client_config("ccxt") | {"enableRateLimit": False})
    client.load_markets()
    okx_server.faults.add(LoseReply(), on="POST /api/v5/trade/*")
    with pytest.raises(ccxt.NetworkError):
        client.create_order(SPOT, "limit", "buy", 0.01, 50_000)
    client.create_order(SPOT, "limit", "buy", 0.01, 50_000)
    client.session.close()
    assert len(okx_server.exchange.orders) == 2
    assert rules(okx_server) == ["order-repeated"]


def test_the_asynchronous_ccxt_has_good_manners(okx_server: OkxServer) -> None:
    async def flow() -> None:
        client: Any = ccxt.async_support.okx(okx_server.client_config("ccxt") | {"enableRateLimit": False})
        try:
            await client.load_markets()
            reads = (client.fetch_balance(), client.fetch_ticker(SPOT), client.fetch_positions())
            await asyncio.gather(*reads, *(client.fetch_open_orders(SPOT) for _ in range(5)))
            orders = [client.create_order(SPOT, "limit", "buy", 0.01, 50_000) for _ in range(5)]
            await asyncio.gather(*(client.cancel_order(placed["id"], SPOT) for placed in await asyncio.gather(*orders)))
            okx_server.faults.add(Reject("50011"), on="GET /api/v5/account/balance")
            with pytest.raises(ccxt.RateLimitExceeded):
                await client.fetch_balance()
        finally:
            await client.close()

    asyncio.run(flow())
    assert rules(okx_server) == []
