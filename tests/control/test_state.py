"""A state that is put back is the same state: what follows is the same to the byte."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.server import OkxServer

from .support import ask, commanded, done

SPOT, SWAP = "BTC-USDT", "BTC-USDT-SWAP"
TRADE, ACCOUNT = "/api/v5/trade/", "/api/v5/account/"
LIMIT = {"instId": SPOT, "tdMode": "cash", "side": "buy", "ordType": "limit", "px": "60000", "sz": "0.5"}
CONTRACTS = {"instId": SWAP, "tdMode": "cross", "ordType": "market", "sz": "3"}
STOP = {"instId": SWAP, "tdMode": "cross", "ordType": "conditional", "sz": "2", "slOrdPx": "-1"}
ICEBERG = {"instId": SPOT, "tdMode": "cash", "ordType": "twap", "szLimit": "0.1", "pxLimit": "90000", "pxVar": "0.01"}
# What changes something, by every part that has a state; then what shows it.
CALLS: list[tuple[str, str, Any]] = [
    ("POST", TRADE + "order", LIMIT),
    ("POST", TRADE + "order", LIMIT | {"side": "sell", "px": "90000", "clOrdId": "mine"}),
    ("POST", TRADE + "cancel-order", {"instId": SPOT, "clOrdId": "mine"}),
    ("POST", TRADE + "order", CONTRACTS | {"side": "buy"}),
    ("POST", TRADE + "order", CONTRACTS | {"side": "sell"}),
    ("POST", TRADE + "order-algo", STOP | {"side": "sell", "slTriggerPx": "50000"}),
    ("POST", TRADE + "order-algo", ICEBERG | {"side": "buy", "sz": "1", "timeInterval": "60"}),
    ("POST", TRADE + "cancel-all-after", {"timeOut": "60"}),
    ("POST", ACCOUNT + "set-leverage", {"instId": SWAP, "lever": "7", "mgnMode": "cross"}),
    ("POST", "/api/v5/asset/transfer", {"ccy": "USDT", "amt": "5", "from": "18", "to": "6"}),
]
COMMANDS: list[tuple[str, str, Any]] = [
    ("POST", "/clock/advance", {"seconds": 40}),
    ("POST", "/clock/advance", {"seconds": 9 * 3600}),
    ("POST", f"/markets/{SPOT}/move", {"price": "59000"}),
    ("POST", f"/markets/{SWAP}/move", {"price": "48000"}),
    ("POST", f"/markets/{SPOT}/trade", {"price": "61000", "size": "0.1"}),
    ("PUT", f"/markets/{SPOT}/book", {"asks": [["60000", "0.2"]], "bids": []}),
    ("POST", f"/markets/{SWAP}/suspend", {}),
    ("POST", f"/markets/{SWAP}/resume", {}),
    ("POST", "/accounts", {}),
    ("POST", "/faults", {"kind": "Reject", "arguments": {"code": "50011"}, "times": 2, "optional": True}),
    ("DELETE", "/faults", None),
    ("POST", "/stubs", {"route": "GET /api/v5/public/time", "data": ["canned"]}),
    ("DELETE", "/stubs", None),
]
SHOWN = [
    *(f"/api/v5/{name}" for name in ("public/time", "account/balance", "account/positions", "account/bills")),
    *(TRADE + name for name in ("orders-pending", "fills", "orders-algo-pending?ordType=conditional")),
    *(f"/api/v5/market/{name}" for name in (f"books?instId={SPOT}&sz=5", f"trades?instId={SWAP}&limit=5")),
]
STEPS = st.lists(
    st.sampled_from([*(("call", *each) for each in CALLS), *(("command", *each) for each in COMMANDS)]), max_size=8
)


def said(server: OkxServer, steps: list[tuple[str, str, str, Any]]) -> list[bytes]:
    """What the server says to the steps, and shows after them."""
    replies = []
    for kind, method, path, body in steps:
        replies.append(ask(server, method, path, body).data if kind == "command" else call(server, method, path, body))
    return [*replies, *(call(server, "GET", target) for target in SHOWN), ask(server, "GET", "/accounts").data]


def call(server: OkxServer, method: str, target: str, body: Any = None) -> bytes:
    """A call that meets faults, stubs and limits, as one on a socket does."""
    from tests.helpers import signed

    request = signed(method, target, body, credentials=server.credentials, at=server.clock.now_ms())
    return server._gateway.handle(request).body


@given(before=STEPS, after=STEPS)
@settings(max_examples=40)
def test_after_a_restore_the_same_steps_have_the_same_replies(before: Any, after: Any) -> None:
    server = commanded(rate_limits=True)
    said(server, before)
    name = done(server, "POST", "/snapshot")["id"]
    first = said(server, after)
    done(server, "POST", "/restore", {"id": name})
    assert said(server, after) == first


@given(steps=STEPS, after=STEPS)
@settings(max_examples=20)
def test_after_a_reset_a_server_is_as_a_new_one(steps: Any, after: Any) -> None:
    server = commanded()
    said(server, steps)
    done(server, "POST", "/reset")
    assert said(server, after) == said(commanded(), after)
