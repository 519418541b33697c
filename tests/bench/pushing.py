"""The WebSocket at scale, beside a plain server of the library `websockets` that says the same, in the same run.

Servers live on threads of this process, crowds of clients in another (audience.py): so the processor's time here is the
server's, and there the clients'.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from functools import partial
from http.client import HTTPConnection
from itertools import cycle
from statistics import median

from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.sync.client import connect

from pytest_okx import OkxServer
from pytest_okx.clock import real_monotonic
from tests.session.support import Stage

from .audience import Audience, gathered
from .figures import line, median_us, take_turns
from .servers import BALANCE, signed_fields

__all__ = ["beside_pushes", "connections", "idle", "pushes"]

ROUNDS = 5
CROWD, MOVES = 1_000, 20
OPENED, IDLE = 200, 500
FEW, CALLS, MOVES_A_SECOND = 100, 1_000, 50
SUBSCRIBE = json.dumps({"op": "subscribe", "args": [{"channel": "tickers", "instId": "BTC-USDT"}]})
_PRICES = cycle((70_000, 71_000))


@dataclass(frozen=True)
class _Stand:
    """A server that runs: where, how all are told something in so many `messages`, and the crowd's first words.

    `answers` come for those.
    """

    address: str
    tell: Callable[[], None]
    messages: int
    greeting: str = ""
    answers: int = 0


def _heard() -> tuple[list[str], list[str]]:
    """What a client gets for its subscription, and for one move of the market."""
    stage = Stage()
    caller = stage.connect()
    answers = [str(said) for said in caller.send(SUBSCRIBE)]
    stage.exchange.market("BTC-USDT").move_to(next(_PRICES))
    return answers, [str(said) for said in caller.raw()]


@contextmanager
def _ours() -> Iterator[tuple[OkxServer, _Stand]]:
    answers, told = _heard()
    with OkxServer(strict=False) as server:
        server.clock.freeze()  # so that nothing is pushed but by a move
        market = server.exchange.market("BTC-USDT")
        address = server.url.rpartition("/")[2]
        yield (
            server,
            _Stand(address, lambda: market.move_to(next(_PRICES)), len(told), SUBSCRIBE, len(answers)),
        )


@contextmanager
def _websockets() -> Iterator[_Stand]:
    _, told = _heard()
    with _plain_server() as (loop, server):

        def tell() -> None:
            for text in told:
                loop.call_soon_threadsafe(broadcast, server.connections, text)

        yield _Stand(_address(server), tell, len(told))


@contextmanager
def _plain_server(tls: ssl.SSLContext | None = None) -> Iterator[tuple[asyncio.AbstractEventLoop, Server]]:
    """A server on a thread of its own that says "pong" to whatever it hears."""
    started: list[tuple[asyncio.AbstractEventLoop, Server]] = []
    ready, done = threading.Event(), asyncio.Event()

    async def answer(connection: ServerConnection) -> None:
        async for _ in connection:
            await connection.send("pong")

    async def run() -> None:
        async with serve(answer, "127.0.0.1", 0, compression=None, ping_interval=None, ssl=tls) as server:
            started.append((asyncio.get_running_loop(), server))
            ready.set()
            await done.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    ready.wait()
    yield started[0]
    started[0][0].call_soon_threadsafe(done.set)
    thread.join()


def _address(server: Server) -> str:
    host, port = next(iter(server.sockets)).getsockname()
    return f"{host}:{port}"


@dataclass(frozen=True)
class _Told:
    """What telling a crowd took: messages a second, and microseconds of each side's processor for a message."""

    rate: float
    server: float
    clients: float


def pushes() -> None:
    """A market moves, and all subscribers of its ticker are told: messages a second, and whose time they take."""
    with ExitStack() as stack:
        _, ours = stack.enter_context(_ours())
        peer = stack.enter_context(_websockets())
        crowds = [(stand, stack.enter_context(_crowd(stand, CROWD))) for stand in (ours, peer)]
        rounds = [[_told(*each, CROWD, MOVES) for each in crowds] for _ in range(ROUNDS)]
    ratio = median(mine.rate / theirs.rate for mine, theirs in rounds)
    mine, theirs = (_medians(told) for told in zip(*rounds, strict=True))
    rates = f"{mine.rate:,.0f} to {theirs.rate:,.0f} a second"
    line(f"pushes to {CROWD} subscribers, to websockets", f"{ratio:5.2f} times", rates)
    for name, told in (("ours", mine), ("websockets", theirs)):
        own = f"{told.server:.1f} us of the server, which alone makes {1e6 / told.server:,.0f} a second"
        line(f"a message's share of the processor, {name}", own, f"{told.clients:.1f} us of the clients")


@contextmanager
def _crowd(stand: _Stand, count: int) -> Iterator[Audience]:
    """Clients who wait to be told something."""
    with gathered(stand.address, count, greeting=stand.greeting) as audience:
        audience.expect(stand.answers)
        audience.served()
        yield audience


def _told(stand: _Stand, audience: Audience, count: int, moves: int) -> _Told:
    """Tell a crowd something so many times, each time until the last one knows."""
    clients, start, used = 0.0, real_monotonic(), time.process_time()
    for _ in range(moves):
        audience.expect(stand.messages)
        stand.tell()
        clients += audience.served()
    messages, seconds = count * stand.messages * moves, real_monotonic() - start
    return _Told(messages / seconds, (time.process_time() - used) / messages * 1e6, clients / messages * 1e6)


def _medians(told: tuple[_Told, ...]) -> _Told:
    return _Told(*(median(getattr(each, field.name) for each in told) for field in fields(_Told)))


def connections() -> None:
    """A client connects, says "ping", hears "pong" and leaves, again and again."""
    for tls in (False, True):
        with OkxServer(strict=False, tls=tls) as server:
            context = server.ca.server_context("127.0.0.1") if server.ca else None
            with _plain_server(context) as (_, peer):
                scheme, trust = ("wss", server.ca.client_context()) if server.ca else ("ws", None)
                ours = partial(_visits, f"{server.ws_url}/public", trust)
                theirs = partial(_visits, f"{scheme}://{_address(peer)}", trust)
                mine, other, ratio = take_turns(ours, theirs, ROUNDS)
        told = f"{mine:.2f} s to {other:.2f} s"
        line(f"{OPENED} connections opened and closed, {scheme}", f"{ratio:5.2f} times", told)


def _visits(url: str, trust: ssl.SSLContext | None) -> float:
    start = real_monotonic()
    for _ in range(OPENED):
        with connect(url, compression=None, ssl=trust) as caller:
            caller.send("ping")
            assert caller.recv() == "pong"
    return real_monotonic() - start


def idle() -> None:
    """What a connection holds on to that is only there."""
    with _ours() as (_, ours), _websockets() as peer:
        mine, theirs = (_memory(stand) for stand in (ours, peer))
    told = f"{mine:.1f} KB to {theirs:.1f} KB"
    line(f"memory of each of {IDLE} idle connections", f"{mine / theirs:5.2f} times", told)


def _memory(stand: _Stand) -> float:
    """Kilobytes of a connection."""
    with gathered(stand.address, 1):  # what all share is there from now on
        tracemalloc.start()
    with gathered(stand.address, IDLE):
        held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return held / IDLE / 1e3


def beside_pushes() -> None:
    """The median time of a signed call while 100 subscribers are pushed to, to its time when nobody is."""
    with ExitStack() as stack:
        server, stand = stack.enter_context(_ours())
        audience = stack.enter_context(_crowd(stand, FEW))
        connection = HTTPConnection(stand.address)
        stack.callback(connection.close)

        def call() -> None:
            connection.request("GET", BALANCE, headers=signed_fields(server.credentials, server.clock.now_ms()))
            assert b'"code":"0"' in connection.getresponse().read()

        def beside() -> float:
            with _moving(stand, audience):
                return median_us(call, CALLS)

        mine, alone, ratio = take_turns(beside, lambda: median_us(call, CALLS), ROUNDS)
    rate = f"{MOVES_A_SECOND * FEW * stand.messages:,} messages a second"
    line(f"p50 beside pushes to {FEW} subscribers", f"{ratio:5.2f} times", f"{mine:.0f} us to {alone:.0f} us", rate)


@contextmanager
def _moving(stand: _Stand, audience: Audience) -> Iterator[None]:
    """Moves the market again and again meanwhile."""
    done = threading.Event()

    def move() -> None:
        while not done.wait(1 / MOVES_A_SECOND):
            _told(stand, audience, FEW, 1)

    thread = threading.Thread(target=move)
    thread.start()
    yield
    done.set()
    thread.join()
