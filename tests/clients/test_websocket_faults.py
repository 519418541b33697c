"""Each fault of the WebSocket as real clients see it: websockets row by row, then ccxt.pro and OKX's SDK.

What a client does not get is proved by what it gets afterwards, the pong to a ping: a connection keeps the order.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any

import ccxt
import ccxt.pro
import pytest
from okx.websocket.WsPublicAsync import WsPublicAsync
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidMessage, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from pytest_okx import OkxServer
from pytest_okx.faults import (
    Close,
    Delay,
    Disconnect,
    Drop,
    Duplicate,
    Fault,
    Garble,
    Hold,
    HttpError,
    Ignore,
    LoseReply,
    Refuse,
    Reject,
    Reorder,
    ResetSequence,
    Silence,
    Truncate,
    Unsure,
)
from tests.session.support import login_frame

ORDER = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
PLACE = {"id": "1", "op": "order", "args": [ORDER]}
HANDSHAKE = "GET /ws/v5/public"
TICKERS, BOOKS = "WS /ws/v5/public/tickers", "WS /ws/v5/public/books"
ACK, ORDERS = "WS /ws/v5/private/order", "WS /ws/v5/private/orders"
# Of a client that waits in vain, and the beat of one that looks whether its server is there.
IMPATIENT = 0.05
OPEN = "open"
# The client may have sent its request by then, or not.
CLOSED_AT_ONCE = (InvalidMessage, ConnectionClosedError, OSError)


@pytest.fixture
def server(okx_server: OkxServer) -> OkxServer:
    okx_server.clock.freeze()
    return okx_server


def calling(server: OkxServer, url: str = "public", **options: Any) -> Any:
    return connect(f"{server.ws_url}/{url}", compression=None, **options)


def say(caller: ClientConnection, message: Any) -> None:
    caller.send(json.dumps(message))


def subscribe(caller: ClientConnection, channel: str, **arg: str) -> None:
    say(caller, {"op": "subscribe", "args": [{"channel": channel, **arg}]})


def got(caller: ClientConnection) -> list[Any]:
    """All that has come when the pong to a ping does."""
    caller.send("ping")
    return [json.loads(text) for text in iter(lambda: caller.recv(60), "pong")]


@contextmanager
def server_at_rest(server: OkxServer) -> Iterator[None]:
    """Meanwhile nothing leaves the server."""
    done = threading.Event()

    def rest() -> None:
        done.wait()

    server._on_server(rest)
    try:
        yield
    finally:
        done.set()


@contextmanager
def member(server: OkxServer) -> Iterator[ClientConnection]:
    """A client that has logged in and watches its orders."""
    with calling(server, "private") as caller:
        say(caller, login_frame(server.credentials, server.clock.now_ms() // 1000))
        subscribe(caller, "orders", instType="ANY")
        assert [message["event"] for message in got(caller)][:2] == ["login", "subscribe"]
        yield caller


# --- the handshake -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "on", "error"),
    [
        (HttpError(503), HANDSHAKE, InvalidStatus),
        (Reject("50011"), HANDSHAKE, InvalidStatus),
        (LoseReply(), HANDSHAKE, InvalidMessage),
        (Disconnect(), HANDSHAKE, InvalidMessage),
        (Close(), None, CLOSED_AT_ONCE),
        (Disconnect(at="connect"), None, CLOSED_AT_ONCE),
    ],
    ids=str,
)
def test_a_handshake_is_refused(server: OkxServer, fault: Fault, on: str | None, error: Any) -> None:
    server.faults.add(fault, on=on)
    with pytest.raises(error), calling(server):
        pass
    with calling(server) as caller:
        assert got(caller) == []


@pytest.mark.parametrize(("fault", "on"), [(Silence(), HANDSHAKE), (Silence(at="connect"), None)], ids=str)
def test_a_handshake_stalls(server: OkxServer, fault: Fault, on: str | None) -> None:
    handle = server.faults.add(fault, on=on)
    with pytest.raises(TimeoutError), calling(server, open_timeout=IMPATIENT):
        pass
    handle.wait()  # the client may have given up before the server knew


def test_a_handshake_stalls_for_a_while(server: OkxServer) -> None:
    handle = server.faults.add(Hold(), on=HANDSHAKE)
    with ThreadPoolExecutor() as pool:
        connecting = pool.submit(calling, server)
        handle.wait()
        assert not connecting.done()
        handle.release()
        with connecting.result() as caller:
            assert got(caller) == []


@pytest.mark.parametrize("fault", [Disconnect(at="head"), Truncate(0)], ids=str)
def test_a_client_is_accepted_and_dropped(server: OkxServer, fault: Fault) -> None:
    server.faults.add(fault, on=HANDSHAKE)
    with calling(server) as caller, pytest.raises(ConnectionClosedError):
        caller.recv(60)


# --- login and subscription --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "codes", "logged_in"),
    [(Refuse("60009"), ["60009"], False), (Ignore(), [], False), (Drop(), [], True), (Hold(), [], True)],
    ids=["refused", "swallowed", "its answer lost", "its answer late"],
)
def test_a_login_goes_wrong(server: OkxServer, fault: Fault, codes: list[str], logged_in: bool) -> None:
    handle = server.faults.add(fault, on="WS /ws/v5/private/login")
    with calling(server, "private") as caller:
        say(caller, login_frame(server.credentials, server.clock.now_ms() // 1000))
        assert [message["code"] for message in got(caller)] == codes
        [session] = server.sessions
        assert session.logged_in is logged_in
        if isinstance(fault, Hold):
            handle.release()
            assert json.loads(caller.recv(60))["event"] == "login"


@pytest.mark.parametrize(
    ("fault", "seen", "subscribed"),
    [(Refuse("60018"), ["error"], False), (Ignore(), [], False), (Drop(), ["tickers"], True)],
    ids=["it fails", "it is swallowed", "its ack is lost"],
)
def test_a_subscription_goes_wrong(server: OkxServer, fault: Fault, seen: list[str], subscribed: bool) -> None:
    server.faults.add(fault, on="WS /ws/v5/public/subscribe")
    with calling(server) as caller:
        subscribe(caller, "tickers", instId="BTC-USDT")
        assert [message.get("event") or message["arg"]["channel"] for message in got(caller)] == seen
        [session] = server.sessions
        assert bool(session.subscriptions) is subscribed


# --- pushes ------------------------------------------------------------------------------------------------------


def pushes(caller: ClientConnection, after: int) -> tuple[list[int], Any]:
    """Which pushes come, one at least, counted from `after` (ms), and how it ends: OPEN, or the client's code."""
    seen: list[int] = []
    texts = chain([caller.recv(60)], iter(lambda: caller.recv(60), "pong"))
    with suppress(ConnectionClosed):  # a client that cannot send throws away what it has not read
        caller.send("ping")
    try:
        for text in texts:
            seen.append((int(json.loads(text)["data"][0]["ts"]) - after) // 5000)
    except ConnectionClosed as closed:
        return seen, closed.sent.code if closed.sent else None
    return seen, OPEN


@pytest.mark.parametrize(
    ("fault", "seen", "end"),
    [
        (Drop(), [1, 3, 4], OPEN),
        (Duplicate(), [1, 2, 2, 3, 4], OPEN),
        (Reorder(), [1, 3, 2, 4], OPEN),
        (LoseReply(), [1], None),
        (Disconnect(), [1], None),
        (Truncate(10), [1], None),
        (Garble(), [1], 1007),
    ],
    ids=str,
)
def test_a_push_goes_wrong_and_the_connection_with_it_or_not(
    server: OkxServer, fault: Fault, seen: list[int], end: Any
) -> None:
    with calling(server) as caller:
        subscribe(caller, "tickers", instId="BTC-USDT")
        got(caller)
        server.faults.add(fault, on=TICKERS, skip=1)
        at = server.clock.now_ms() // 5000 * 5000
        server.clock.advance(20)
        assert pushes(caller, at) == (seen, end)


@pytest.mark.parametrize("fault", [Delay(IMPATIENT), Hold()], ids=str)
def test_a_push_comes_after_later_ones(server: OkxServer, fault: Fault) -> None:
    with calling(server) as caller:
        subscribe(caller, "tickers", instId="BTC-USDT")
        got(caller)
        handle = server.faults.add(fault, on=TICKERS)
        with server_at_rest(server):  # so that both leave at once, however slow this machine is
            server.clock.advance(10)
        second = int(json.loads(caller.recv(60))["data"][0]["ts"])
        if isinstance(fault, Hold):
            handle.release()
        assert int(json.loads(caller.recv(60))["data"][0]["ts"]) == second - 5000


@pytest.mark.parametrize(
    ("fault", "holds"),
    [
        (Drop(), lambda last, row: last < row["prevSeqId"] < row["seqId"]),
        (ResetSequence(), lambda last, row: row["seqId"] < last == row["prevSeqId"]),
    ],
    ids=["a gap", "a reset"],
)
def test_the_sequence_of_a_book_breaks(server: OkxServer, fault: Fault, holds: Callable[[int, Any], bool]) -> None:
    with calling(server) as caller:
        subscribe(caller, "books", instId="BTC-USDT")
        last = got(caller)[-1]["data"][0]["seqId"]
        server.faults.add(fault, on=BOOKS)
        server.clock.advance(10)
        assert holds(last, got(caller)[0]["data"][0])


# --- a server that is not there ----------------------------------------------------------------------------------


def test_no_text_ping_is_answered(server: OkxServer) -> None:
    server.faults.add(Drop(), on="WS /ws/v5/public/ping")
    with calling(server) as caller:
        caller.send("ping")
        subscribe(caller, "status")
        assert json.loads(caller.recv(60))["event"] == "subscribe"
        assert got(caller) == []


@pytest.mark.parametrize("fault", ["no pong", "half-open"])
def test_a_client_that_looks_after_its_server_gives_it_up(server: OkxServer, fault: str) -> None:
    pings: dict[str, Any] = {"ping_interval": IMPATIENT, "ping_timeout": IMPATIENT, "close_timeout": IMPATIENT}
    gone, on = (Drop(), "WS /ws/v5/public/ping") if fault == "no pong" else (Silence(), TICKERS)
    server.faults.add(gone, on=on, times=None, optional=True)  # on a slow machine the client may be quicker
    with calling(server, **pings) as caller:
        subscribe(caller, "tickers", instId="BTC-USDT")
        with pytest.raises(ConnectionClosedError) as closed:
            list(iter(lambda: caller.recv(60), None))
    assert closed.value.sent is not None
    assert (closed.value.sent.code, closed.value.sent.reason) == (1011, "keepalive ping timeout")


def test_a_maintenance_is_announced_and_ends_the_connection(server: OkxServer) -> None:
    with calling(server) as caller:
        server.announce_upgrade(60)
        [notice] = got(caller)
        assert (notice["event"], notice["code"]) == ("notice", "64008")
        for _ in range(3):
            assert got(caller) == []  # nobody is silent until then
            server.clock.advance(20)
        with pytest.raises(ConnectionClosedError) as closed:
            caller.recv(60)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012


@pytest.mark.parametrize("code", [1001, 4001])
def test_everybody_is_disconnected(server: OkxServer, code: int) -> None:
    with calling(server) as caller, calling(server, "private") as other:
        assert server.disconnect_all(code, "away") == 2
        for each in (caller, other):
            with pytest.raises(ConnectionClosed) as closed:
                each.recv(60)
            assert closed.value.rcvd is not None
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (code, "away")


# --- orders ------------------------------------------------------------------------------------------------------


def names(messages: list[Any]) -> list[str]:
    """Of each message the code of the ack, or the state of the order that is pushed."""
    return [message["code"] if "op" in message else message["data"][0]["state"] for message in messages]


@pytest.mark.parametrize(
    ("fault", "on", "seen"),
    [
        (Drop(), ACK, ["live"]),
        (Drop(), ORDERS, ["0"]),
        (Drop(), "WS /ws/v5/private/order*", ["live"]),
        (Reorder(), ACK, ["live", "0"]),
        (Ignore(), ACK, []),
        (Refuse("60012"), ACK, []),
        (Unsure("50004"), ACK, ["50004", "live"]),
        (Unsure("51149"), ACK, ["51149", "live"]),
        (Unsure("50004"), "POST /api/v5/trade/order", ["50004", "live"]),
    ],
    ids=str,
)
def test_an_order_goes_wrong(server: OkxServer, fault: Fault, on: str, seen: list[str]) -> None:
    with member(server) as caller:
        server.faults.add(fault, on=on)
        say(caller, PLACE)
        messages = [message for message in got(caller) if message.get("event") != "error"]
        assert names(messages) == seen
        assert len(server.exchange.orders) == bool(seen)


@pytest.mark.parametrize("code", ["50004", "51149"])
def test_an_order_of_which_nobody_knew_is_filled_late(server: OkxServer, code: str) -> None:
    with member(server) as caller:
        server.faults.add(Unsure(code), on=ACK)
        say(caller, PLACE)
        assert names(got(caller)) == [code, "live"]
        server.clock.advance(20)
        [order] = server.exchange.orders
        server.exchange.market("BTC-USDT").fill(order)
        assert names(got(caller)) == ["filled"]


@pytest.mark.parametrize("fault", [LoseReply(), Disconnect()], ids=str)
def test_the_connection_ends_in_place_of_an_ack_and_the_order_stands(server: OkxServer, fault: Fault) -> None:
    with member(server) as caller:
        server.faults.add(fault, on=ACK)
        say(caller, PLACE)
        with pytest.raises(ConnectionClosedError):
            caller.recv(60)
    with member(server) as caller:
        [order] = server.exchange.orders
        say(caller, {"id": "2", "op": "cancel-order", "args": [{"instId": "BTC-USDT", "ordId": order.ord_id}]})
        assert names(got(caller)) == ["0", "canceled"]


# --- ccxt.pro and OKX's SDK --------------------------------------------------------------------------------------


def with_pro(server: OkxServer, flow: Callable[[Any], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        exchange = ccxt.pro.okx(server.client_config("ccxt") | {"enableRateLimit": False})
        try:
            await exchange.load_markets()
            return await asyncio.wait_for(flow(exchange), 60)
        finally:
            await exchange.close()

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("fault", "on"),
    [(HttpError(503), HANDSHAKE), (LoseReply(), TICKERS), (Disconnect(), TICKERS), (Garble(), TICKERS)],
    ids=str,
)
def test_ccxt_pro_fails_once_and_connects_anew(server: OkxServer, fault: Fault, on: str) -> None:
    async def flow(exchange: Any) -> None:
        server.faults.add(fault, on=on)
        with pytest.raises(ccxt.NetworkError):
            await exchange.watch_ticker("BTC/USDT")
        assert (await exchange.watch_ticker("BTC/USDT"))["last"]

    with_pro(server, flow)


@pytest.mark.parametrize(
    ("code", "on", "watch", "error"),
    [
        ("60018", "WS /ws/v5/public/subscribe", lambda exchange: exchange.watch_ticker("BTC/USDT"), ccxt.BadRequest),
        ("60009", "WS /ws/v5/private/login", lambda exchange: exchange.watch_balance(), ccxt.AuthenticationError),
    ],
)
def test_ccxt_pro_is_told_that_it_was_refused(
    server: OkxServer, code: str, on: str, watch: Callable[[Any], Awaitable[Any]], error: type[Exception]
) -> None:
    async def flow(exchange: Any) -> None:
        server.faults.add(Refuse(code), on=on)
        with pytest.raises(error):
            await watch(exchange)

    with_pro(server, flow)


def test_ccxt_pro_notices_a_gap_in_the_sequence_of_a_book_and_begins_anew(server: OkxServer) -> None:
    async def flow(exchange: Any) -> None:
        await exchange.watch_order_book("BTC/USDT")
        server.faults.add(Drop(), on=BOOKS)
        server.clock.advance(10)
        with pytest.raises(ccxt.InvalidNonce):
            await exchange.watch_order_book("BTC/USDT")
        assert (await exchange.watch_order_book("BTC/USDT"))["bids"]

    with_pro(server, flow)


@pytest.mark.okx(tls=True)
@pytest.mark.parametrize("fault", [LoseReply(), Truncate(10), Garble()], ids=str)
def test_the_sdk_of_okx_tells_its_callback_that_the_connection_has_ended(server: OkxServer, fault: Fault) -> None:
    async def flow() -> list[Any]:
        heard: list[str] = []
        server.faults.add(fault, on=TICKERS)
        client = WsPublicAsync(url=f"{server.ws_url}/public")
        task = await client.start()
        await client.subscribe([{"channel": "tickers", "instId": "BTC-USDT"}], heard.append)
        with pytest.raises(ConnectionClosedError):
            await asyncio.wait_for(task, 60)
        return [json.loads(text) for text in heard]

    ack, end = asyncio.run(flow())
    assert (ack["event"], end["code"]) == ("subscribe", "ConnClosed")
