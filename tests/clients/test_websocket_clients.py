"""Unmodified clients on the WebSocket: OKX's own SDK over TLS, ccxt.pro, websockets, aiohttp."""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from typing import Any

import aiohttp
import ccxt
import ccxt.pro
import pytest
import websockets
from okx.websocket.WsPrivateAsync import WsPrivateAsync
from okx.websocket.WsPublicAsync import WsPublicAsync
from websockets.sync.client import connect

from pytest_okx import Credentials, OkxServer
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
        await client.amend_order([{"instId": "BTC-USDT", "ordId": placed["ordId"], "newSz": "0.02"}], id="1516")
        assert (await inbox.next(op="amend-order"))["data"][0]["sCode"] == "0"
        await client.cancel_order([{"instId": "BTC-USDT", "ordId": placed["ordId"]}], id="1513")
        assert (await inbox.next(op="cancel-order"))["data"][0]["sCode"] == "0"
        await client.batch_orders([ORDER, ORDER], id="1514")
        rows = (await inbox.next(op="batch-orders"))["data"]
        cancels = [{"instId": "BTC-USDT", "ordId": row["ordId"]} for row in rows]
        await client.batch_cancel_orders(cancels, id="1515")
        assert (await inbox.next(op="batch-cancel-orders"))["code"] == "0"
        await client.send("unsubscribe", [{"channel": "account"}], id="sub2")
        assert (await inbox.next(event="unsubscribe"))["arg"] == {"channel": "account"}
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
def test_ccxt_pro_comes_back(server: OkxServer) -> None:
    async def flow(exchange: Any) -> None:
        await exchange.watch_ticker("BTC/USDT")
        await exchange.watch_balance()
        server.disconnect_all()
        while exchange.clients:  # it notices, and forgets the connections
            await asyncio.sleep(0.001)
        await exchange.watch_ticker("BTC/USDT")
        await exchange.watch_balance()
        assert {session.logged_in for session in server.sessions} == {True, False}

    with_pro(server, flow)


@BOTH
def test_ccxt_pro_watches_the_balance_and_trades(server: OkxServer) -> None:
    async def flow(exchange: Any) -> None:
        assert (await exchange.watch_balance())["total"]["BTC"] == 1.0
        placed = await exchange.create_order_ws("BTC/USDT", "limit", "buy", 0.01, 50_000)
        assert placed["id"] in server.exchange.accounts[0].orders
        await exchange.edit_order_ws(placed["id"], "BTC/USDT", "limit", "buy", 0.02, 50_000)
        assert server.exchange.accounts[0].orders[placed["id"]].sz == Decimal("0.02")
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
            assert (await ws.receive(timeout=60)).data == "pong"
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


# What a client needs to know: the address, its key, and whom to trust.
Invitation = tuple[str, Credentials, ssl.SSLContext | None]


def invitation(server: OkxServer) -> Invitation:
    return server.ws_url, server.credentials, server.ca.client_context() if server.ca else None


@contextmanager
def by_fixture(request: pytest.FixtureRequest, tls: bool) -> Iterator[Invitation]:
    request.applymarker(pytest.mark.okx(tls=tls))
    yield invitation(request.getfixturevalue("okx_server"))


@contextmanager
def by_factory(request: pytest.FixtureRequest, tls: bool) -> Iterator[Invitation]:
    with request.getfixturevalue("make_okx_server")(tls=tls) as server:
        yield invitation(server)


@contextmanager
def by_command(request: pytest.FixtureRequest, tls: bool) -> Iterator[Invitation]:
    """`pytest-okx serve` in a process of its own."""
    key = Credentials("key", "secret", "passphrase")
    arguments = ["--api-key", key.api_key, "--secret-key", key.secret_key, "--passphrase", key.passphrase]
    command = [sys.executable, "-m", "pytest_okx", "serve", *arguments, *["--tls"][: int(tls)]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            url, _ = process.stdout.readline().strip(), process.stderr.readline()
            trust = None
            if tls:
                trust = ssl.create_default_context(cafile=process.stderr.readline().split()[1])
            yield f"{url.replace('http', 'ws', 1)}/ws/v5", key, trust
        finally:
            process.terminate()


Way = Callable[[pytest.FixtureRequest, bool], AbstractContextManager[Invitation]]


@pytest.mark.parametrize("tls", [False, True], ids=["ws", "wss"])
@pytest.mark.parametrize("way", [by_fixture, by_factory, by_command])
def test_a_client_trades_whichever_way_it_came_to_its_server(
    request: pytest.FixtureRequest, way: Way, tls: bool
) -> None:
    with way(request, tls) as (url, key, trust), connect(f"{url}/private", compression=None, ssl=trust) as caller:
        assert url.startswith("wss:" if tls else "ws:")
        # A process of its own has no clock that this test could stop.
        for message in (login_frame(key, time.time_ns() // 10**9), {"id": "1", "op": "order", "args": [ORDER]}):
            caller.send(json.dumps(message))
            assert json.loads(caller.recv(60))["code"] == "0"
