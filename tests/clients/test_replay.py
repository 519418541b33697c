"""What real clients did, recorded while the clock ran, is answered the same again; no secret of theirs is in it."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Callable
from typing import Any

import ccxt
import ccxt.pro
import pytest
from okx.Account import AccountAPI
from okx.PublicData import PublicAPI
from okx.Trade import TradeAPI

from pytest_okx import Clock, Credentials, OkxServer
from pytest_okx.clock import from_unix_ms
from pytest_okx.recording import Recorder, Replay

from .test_manners import ORDER, SPOT, trade_with_ccxt

pytestmark = [
    pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),
]


def by_ccxt(server: OkxServer) -> None:
    client = ccxt.okx(server.client_config("ccxt") | {"enableRateLimit": False})
    trade_with_ccxt(client)
    client.session.close()


def by_ccxt_pro(server: OkxServer) -> None:
    async def flow() -> None:
        client: Any = ccxt.pro.okx(server.client_config("ccxt") | {"enableRateLimit": False, "newUpdates": True})
        try:
            await client.load_markets()
            await client.watch_ticker(SPOT)
            await client.watch_order_book(SPOT)
            await client.watch_balance()
            placed = await client.create_order_ws(SPOT, "limit", "buy", 0.01, 50_000)
            await client.cancel_order_ws(placed["id"], SPOT)
        finally:
            await client.close()

    asyncio.run(flow())


def by_python_okx(server: OkxServer) -> None:
    config = server.client_config("python-okx")
    with PublicAPI(**config) as public, AccountAPI(**config) as account, TradeAPI(**config) as trade:
        public.get_instruments(instType="SWAP")
        account.get_account_balance()
        placed = trade.place_order(**ORDER, clOrdId="mine1")["data"][0]
        trade.place_order(**ORDER, clOrdId="mine1")
        trade.get_order(instId="BTC-USDT", ordId=placed["ordId"])
        trade.cancel_order(instId="BTC-USDT", ordId=placed["ordId"])
        trade.place_order(**ORDER | {"ordType": "market", "px": ""})
        account.get_account_balance()


@pytest.mark.parametrize("flow", [by_ccxt, by_ccxt_pro, by_python_okx])
def test_a_flow_is_answered_the_same_again(flow: Callable[[OkxServer], None]) -> None:
    file = io.StringIO()
    with OkxServer(strict=False) as server:
        Recorder(server, file, {})
        flow(server)
    record = file.getvalue()
    assert not any(secret in record for secret in server.exchange.secrets)
    assert not re.search(r'"[A-Za-z0-9+/]{43}="', record), "a signature"
    first, *lines = map(json.loads, record.splitlines())
    assert len(lines) >= 8
    clock = Clock()
    clock.freeze(from_unix_ms(first["made"]))
    again = OkxServer(clock=clock, credentials=Credentials(first["apiKey"], "another secret", "another passphrase"))
    assert list(Replay(again, lines).differences()) == []
