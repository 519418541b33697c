"""Calls for the page to tell about: right ones, wrong ones, and many."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from pytest_okx import OkxServer
from pytest_okx.calls import Call
from pytest_okx.messages import Headers, Request

from ..helpers import signed

__all__ = ["ORDER", "log_calls", "place", "place_wrongly_signed", "request"]

ORDER = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "px": "20000", "sz": "0.01"}
"""An order that rests."""


def request(server: OkxServer, asked: Request) -> dict[str, Any]:
    """Send a request over a socket; the reply's JSON, whatever its status."""
    sent = urllib.request.Request(
        server.url + asked.target, asked.body or None, dict(asked.headers.raw), method=asked.method
    )
    try:
        with urllib.request.build_opener().open(sent, timeout=30) as reply:
            told: dict[str, Any] = json.load(reply)
    except urllib.error.HTTPError as error:
        with error:
            told = json.load(error)
    return told


def place(server: OkxServer, **changes: str) -> dict[str, Any]:
    """Place an order, correctly signed."""
    now = server.clock.now_ms()
    return request(
        server, signed("POST", "/api/v5/trade/order", ORDER | changes, credentials=server.credentials, at=now)
    )


def place_wrongly_signed(server: OkxServer) -> dict[str, Any]:
    """Place an order whose body was signed without the spaces with which it is sent."""
    now = server.clock.now_ms()
    right = signed("POST", "/api/v5/trade/order", ORDER, credentials=server.credentials, at=now)
    return request(server, Request(right.method, right.target, right.headers, json.dumps(ORDER).encode()))


def log_calls(server: OkxServer, number: int) -> None:
    """Let the log tell of so many calls, every fourth one refused."""
    for index in range(number):
        verdict, code, status = ("401 50113 Invalid Sign", "50113", 401) if index % 4 == 3 else ("accepted", "0", 200)
        call = Call("GET", f"/api/v5/made/{index}", Headers(), b"", status, code, verdict, "", server.clock.now())
        server.calls.append(lambda call=call: call)  # type: ignore[misc]
