"""A server with something to see in each view: calls that went well and that did not, orders, faults, a session."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from websockets.sync.client import connect

from pytest_okx import Clock, Credentials, OkxServer
from pytest_okx.faults import Delay, LoseReply, Reject

from ..helpers import signed
from .clients import place, place_wrongly_signed, request

__all__ = ["VIEWS", "scene"]

VIEWS = ("calls", "calls/4", "clock", "faults", "accounts", "markets/BTC-USDT", "audit", "sessions")
"""Each view at its address; call 4 is refused."""

_NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
_KEY = Credentials("0f3e9c1a-5a44-4f0e-9d0c-3b1f5f6f7a10", "A1B2C3D4E5F60718293A4B5C6D7E8F90", "Look-1nside")


@contextmanager
def scene() -> Iterator[OkxServer]:
    """The same in each run but for the port."""
    clock = Clock()
    clock.freeze(_NOON)
    with OkxServer(clock=clock, credentials=_KEY, control=True, strict=False) as server:
        _ask(server, "GET", "/api/v5/public/time")
        _ask(server, "GET", "/api/v5/account/balance?ccy=BTC,USDT")
        place(server)
        place_wrongly_signed(server)
        server.request("POST", "/api/v5/account/set-account-level", {"acctLv": "2"})
        place(server, instId="BTC-USDT-SWAP", tdMode="cross", ordType="market", px="", sz="1")
        place(server, ordType="market", px="", sz="500")
        for _ in range(2):
            place(server, sz="1000000")
        _add_faults(server)
        _let_time_pass(server)
        with connect(f"{server.ws_url}/public") as socket:
            channels = [{"channel": name, "instId": "BTC-USDT"} for name in ("tickers", "books5")]
            socket.send(json.dumps({"op": "subscribe", "args": channels}))
            for _ in range(4):
                socket.recv(timeout=30)
            yield server


def _let_time_pass(server: OkxServer) -> None:
    """Forty minutes in which the price goes up and down, and somebody looks at the book now and then."""
    market = server.exchange.market("BTC-USDT")
    start = market.price
    for step in range(160):
        market.move_to(start + round(60 * math.sin(step / 16)) + 13 * (step % 5) - 9 * (step % 3))
        server.clock.advance(15)
        if step % 16 == 0:
            _ask(server, "GET", f"/api/v5/market/books?instId=BTC-USDT&sz={step + 1}")


def _ask(server: OkxServer, method: str, target: str) -> None:
    request(server, signed(method, target, credentials=server.credentials, at=server.clock.now_ms()))


def _add_faults(server: OkxServer) -> None:
    server.faults.add(Reject("50011"), on="POST /api/v5/trade/order", times=3)
    server.faults.add(Delay(0.01), on="GET /api/v5/market/*")
    server.faults.add(LoseReply(), on="POST /api/v5/trade/*", skip=4)
    place(server, sz="0.02")
