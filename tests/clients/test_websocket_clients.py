"""Unmodified clients on the WebSocket: OKX's own SDK over TLS, ccxt.pro, websockets, aiohttp."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import ccxt
import ccxt.pro
import pytest
import websockets
from okx.websocket.WsPrivateAsync import WsPrivateAsync
from okx.websocket.WsPublicAsync import WsPublicAsync

from pytest_okx import OkxServer
from tests.session.support import login_frame

ORDER = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
BOTH = pytest.mark.parametrize("server", [False, True], ids=["ws", "wss"], indirect=True)


@pytest.fixture
def server(request: pytest.FixtureRequest, make_okx_server: Callable[..., OkxServer]) -> Any:
    with make_okx_server(tls=request.param) as made:
        yield made


class Inbox:
    """What a callback of the SDK got."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Any] = asyncio.Queue()

    def __call__(self, text: str) -> None:
        self.queue.put_nowait(json.loads(text))

    async def next(self, **wanted: str) -> Any:
        """The next message that has these members."""
        while True:
            message = await asyncio.wait_for(self.queue.get(), 10)
            if all(message.get(name) == value for name, value in wanted.items()):
                return message

    async def push(self, channel: str) -> Any:
        """The next push of a channel."""
        while True:
            message = await asyncio.wait_for(self.queue.get(), 10)
            if "data" in message and message.get("arg", {}).get("channel") == channel:
                return message


async def ended(task: asyncio.Task[Any]) -> None:
    """Wait for the SDK's loop of messages, however it ends."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.okx(tls=True)
def test_the_sdk_of_okx_reads_markets_over_tls(okx_server: OkxServer) -> None:
    async def flow() -> None:
        inbox, client = Inbox(), WsPublicAsync(url=f"{okx_server.ws_url}/public")
        task = await client.start()
        await client.subscribe([{"channel": "tickers", "instId": "BTC-USDT"}], inbox)
        assert (await inbox.next(event="subscribe"))["arg"]["channel"] == "tickers"
        assert (await inbox.push("tickers"))["data"][0]["instId"] == "BTC-USDT"
        okx_server.clock.advance(5)
        await inbox.push("tickers")
        await client.unsubscribe([{"channel": "tickers", "instId": "BTC-USDT"}], inbox)
        await inbox.next(event="unsubscribe")
        await client.stop()
        await ended(task)

    asyncio.run(flow())
    assert okx_server.audit() == ()


@pytest.mark.okx(tls=True)
def test_the_sdk_of_okx_logs_in_trades_and_reconnects_over_tls(okx_server: OkxServer) -> None:
    key = okx_server.credentials

    async def session() -> None:
        inbox = Inbox()
        client = WsPrivateAsync(key.api_key, key.passphrase, key.secret_key, f"{okx_server.ws_url}/private")
        task = await client.start()
        client.callback = inbox
        # Its `subscribe` logs in and then sleeps for five seconds: the same, without the sleep.
        await client.login()
        assert (await inbox.next(event="login"))["code"] == "0"
        await client.send("subscribe", [{"channel": "account"}, {"channel": "orders", "instType": "ANY"}], id="sub1")
        await inbox.push("account")
        await client.place_order([ORDER], id="1512")
        placed = (await inbox.next(op="order"))["data"][0]
        assert placed["sCode"] == "0"
        await client.cancel_order([{"instId": "BTC-USDT", "ordId": placed["ordId"]}], id="1513")
        assert (await inbox.next(op="cancel-order"))["data"][0]["sCode"] == "0"
        await client.batch_orders([ORDER, ORDER], id="1514")
        rows = (await inbox.next(op="batch-orders"))["data"]
        cancels = [{"instId": "BTC-USDT", "ordId": row["ordId"]} for row in rows]
        await client.batch_cancel_orders(cancels, id="1515")
        assert (await inbox.next(op="batch-cancel-orders"))["code"] == "0"
        await client.stop()
        await ended(task)

    async def flow() -> None:
        await session()
        await session()

    asyncio.run(flow())
    assert okx_server.audit() == ()


def pro(server: OkxServer) -> Any:
    return ccxt.pro.okx(server.client_config("ccxt") | {"enableRateLimit": False, "newUpdates": True})


def with_pro(server: OkxServer, flow: Callable[[Any], Awaitable[None]]) -> None:
    async def run() -> None:
        exchange = pro(server)
        try:
            await exchange.load_markets()
            await asyncio.wait_for(flow(exchange), 20)
        finally:
            await exchange.close()

    asyncio.run(run())
    assert server.audit() == ()


@BOTH
def test_ccxt_pro_watches_markets(server: OkxServer) -> None:
    async def flow(exchange: Any) -> None:
        assert (await exchange.watch_ticker("BTC/USDT"))["bid"] > 0
        book = await exchange.watch_order_book("BTC/USDT")
        assert len(book["bids"]) == 400
        candles = await exchange.watch_ohlcv("BTC/USDT", "1m")
        assert len(candles) == 1
        server.clock.freeze()
        waiting = asyncio.gather(exchange.watch_trades("BTC/USDT"), exchange.watch_order_book("BTC/USDT"))
        while not any(arg["channel"] == "trades" for each in server.sessions for arg in each.subscriptions):
            await asyncio.sleep(0.001)
        server.clock.advance(5)
        trades, book = await waiting
        assert len(trades) == 1
        assert book["bids"][0][0] < book["asks"][0][0]
        await exchange.un_watch_ticker("BTC/USDT")

    with_pro(server, flow)


@BOTH
def test_ccxt_pro_watches_the_balance_and_trades(server: OkxServer) -> None:
    async def flow(exchange: Any) -> None:
        assert (await exchange.watch_balance())["total"]["BTC"] == 1.0
        placed = await exchange.create_order_ws("BTC/USDT", "limit", "buy", 0.01, 50_000)
        assert placed["id"] in server.exchange.accounts[0].orders
        await exchange.cancel_order_ws(placed["id"], "BTC/USDT")
        assert server.exchange.accounts[0].orders[placed["id"]].state == "canceled"

    with_pro(server, flow)


def test_ccxt_pro_is_told_that_its_secret_is_wrong(okx_server: OkxServer) -> None:
    async def flow() -> None:
        exchange = ccxt.pro.okx(okx_server.client_config("ccxt") | {"secret": "wrong"})
        try:
            with pytest.raises(ccxt.AuthenticationError):
                await asyncio.wait_for(exchange.authenticate(), 10)
        finally:
            await exchange.close()

    asyncio.run(flow())
    assert "60007" in okx_server.transcript()


@BOTH
def test_websockets_and_aiohttp_talk_as_they_are(server: OkxServer) -> None:
    async def flow() -> None:
        async with websockets.connect(f"{server.ws_url}/private?brokerId=9999") as caller:
            await caller.send(json.dumps(login_frame(server.credentials, str(server.clock.now_ms() // 1000))))
            assert json.loads(await caller.recv())["event"] == "login"
            [session] = server.sessions
            assert (session.demo, session.logged_in) == (True, True)
            await (await caller.ping())
        async with aiohttp.ClientSession() as http, http.ws_connect(f"{server.ws_url}/business") as ws:
            await ws.send_str("ping")
            assert (await ws.receive(timeout=10)).data == "pong"
        while server.sessions:  # over TLS aiohttp needs a moment to close
            await asyncio.sleep(0.001)

    asyncio.run(flow())


def test_a_client_reconnects_after_silence_and_finds_its_orders(okx_server: OkxServer) -> None:
    okx_server.clock.freeze()

    async def flow() -> None:
        codes: list[int] = []
        async for caller in websockets.connect(f"{okx_server.ws_url}/private"):
            try:
                login = login_frame(okx_server.credentials, okx_server.clock.now_ms() // 1000)
                for message in (login, {"id": "1", "op": "order", "args": [ORDER]}):
                    await caller.send(json.dumps(message))
                    await caller.recv()
                if codes:
                    await caller.close()
                    break
                okx_server.clock.advance(30)
                await caller.recv()
            except websockets.ConnectionClosed as closed:
                codes.append(closed.rcvd.code if closed.rcvd else 0)
        assert codes == [4004]
        assert len(okx_server.exchange.accounts[0].orders) == 2

    asyncio.run(flow())
