"""How fast the server is from outside: replies in a second, and the time of a call by real clients."""

from __future__ import annotations

import asyncio
import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import aiohttp
import httpx
import requests
from pytest_httpserver import HTTPServer

from pytest_okx import OkxServer

from .figures import Work, line, median_us, take_turns
from .load import WRK, rate
from .servers import BALANCE, PEERS, TRIVIAL, running, signed_fields

__all__ = ["latency", "throughput"]

ROUNDS, SECONDS = 5, 1.0
CALL_ROUNDS, CALLS = 7, 200
Sign = Callable[[], dict[str, str]]


def throughput() -> None:
    """Signed, verified, logged GET account/balance against the peers' trivial reply, servers and client apart."""
    with running("pytest-okx") as ours:
        for name in PEERS:
            with running(name) as peer:
                for connections, fresh in ((1, False), (16, False), (1, True), (16, True)):
                    mine, theirs, ratio = take_turns(
                        partial(rate, ours, connections, SECONDS, fresh=fresh),
                        partial(rate, peer, connections, SECONDS, fresh=fresh),
                        ROUNDS,
                    )
                    kind = "new connections" if fresh else "keep-alive"
                    told = f"{mine:.0f}/s to {theirs:.0f}/s ({'wrk' if WRK else 'own client'})"
                    line(f"throughput to {name}, {connections:2} {kind}", f"{ratio:5.2f} times", told)


def latency() -> None:
    """The median time of a signed call, client and server in one process as in a test, to pytest-httpserver's."""
    with OkxServer(strict=False) as okx, HTTPServer() as peer:
        peer.expect_request(BALANCE).respond_with_json(TRIVIAL)
        address, other = okx.url.removeprefix("http://"), f"127.0.0.1:{peer.port}"

        def sign() -> dict[str, str]:
            return signed_fields(okx.credentials, time.time_ns() // 1_000_000)

        for name, client in _CLIENTS.items():
            with client(address, sign) as ours, client(other, sign) as theirs:
                mine, his, ratio = take_turns(
                    partial(median_us, ours, CALLS), partial(median_us, theirs, CALLS), CALL_ROUNDS
                )
            line(f"p50 to pytest-httpserver, {name}", f"{ratio:5.2f} times", f"{mine:.0f} us to {his:.0f} us")


@contextmanager
def _http_client(address: str, sign: Sign) -> Iterator[Work]:
    connection = http.client.HTTPConnection(address)

    def call() -> None:
        connection.request("GET", BALANCE, headers=sign())
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 200, reply.status

    yield call
    connection.close()


@contextmanager
def _requests(address: str, sign: Sign) -> Iterator[Work]:
    with requests.Session() as session:

        def call() -> None:
            assert session.get(f"http://{address}{BALANCE}", headers=sign()).status_code == 200

        yield call


@contextmanager
def _httpx(address: str, sign: Sign) -> Iterator[Work]:
    with httpx.Client(base_url=f"http://{address}") as session:

        def call() -> None:
            assert session.get(BALANCE, headers=sign()).status_code == 200

        yield call


@contextmanager
def _aiohttp(address: str, sign: Sign) -> Iterator[Work]:
    with asyncio.Runner() as runner:

        async def make() -> aiohttp.ClientSession:
            return aiohttp.ClientSession()

        async def ask() -> None:
            async with session.get(f"http://{address}{BALANCE}", headers=sign()) as reply:
                await reply.read()
                assert reply.status == 200, reply.status

        session = runner.run(make())
        yield lambda: runner.run(ask())
        runner.run(session.close())


_CLIENTS = {"http.client": _http_client, "requests.Session": _requests, "httpx.Client": _httpx, "aiohttp": _aiohttp}
