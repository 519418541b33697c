"""A state that is put back is the same state: what follows is the same to the byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.control.moments import MOST_KEPT
from pytest_okx.faults import Reject
from pytest_okx.server import OkxServer
from pytest_okx.signing import sign
from tests.audit.support import PLACE, Bot
from tests.helpers import NOW, signed

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
    request = signed(method, target, body, credentials=server.credentials, at=server.clock.now_ms())
    return server._gateway.handle(request).body


@given(before=STEPS, after=STEPS)
@settings(max_examples=12)
def test_after_a_restore_the_same_steps_have_the_same_replies(before: Any, after: Any) -> None:
    server = commanded(rate_limits=True)
    said(server, before)
    name = done(server, "POST", "/snapshot")["id"]
    first = said(server, after)
    done(server, "POST", "/restore", {"id": name})
    assert said(server, after) == first


@given(steps=STEPS, after=STEPS)
@settings(max_examples=6)
def test_after_a_reset_a_server_is_as_a_new_one(steps: Any, after: Any) -> None:
    server = commanded()
    said(server, steps)
    done(server, "POST", "/reset")
    assert said(server, after) == said(commanded(), after)


def test_what_a_test_holds_stays_what_it_is() -> None:
    server = commanded()
    account, market = server.exchange.accounts[0], server.exchange.market(SPOT)
    handle = server.faults.add(Reject("50011"), optional=True)
    name = done(server, "POST", "/snapshot")["id"]
    price = market.price
    market.move_to("60000")
    call(server, "GET", ACCOUNT + "balance")
    done(server, "POST", f"/accounts/{account.uid}/deposit", {"ccy": "USDT", "amount": "5"})
    assert handle.hits == 1
    done(server, "POST", "/restore", {"id": name})
    assert (market.price, handle.hits, server.faults.armed) == (price, 0, (handle,))
    assert server.exchange.accounts == (account,)


def test_a_running_clock_runs_on_and_a_frozen_one_stands_where_it_stood() -> None:
    server = commanded()
    frozen = done(server, "POST", "/snapshot")["id"]
    server.clock.resume()
    server.clock.skew = 7
    running = done(server, "POST", "/snapshot")["id"]
    done(server, "POST", "/restore", {"id": frozen})
    assert (server.clock.now(), server.clock.skew) == (NOW, 0)
    done(server, "POST", "/restore", {"id": running})
    assert (server.clock.frozen, server.clock.skew) == (False, 7)
    assert str(server.clock.moves[-1]).startswith("put back at ")


def test_the_log_stays() -> None:
    server = commanded()
    call(server, "GET", ACCOUNT + "balance")
    done(server, "POST", "/reset")
    assert len(done(server, "GET", "/calls")["calls"]) == len(server.calls) == 1


def test_old_snapshots_go() -> None:
    server = commanded()
    names = [done(server, "POST", "/snapshot")["id"] for _ in range(MOST_KEPT + 1)]
    assert ask(server, "POST", "/restore", {"id": names[0]}).status_code == 404
    assert ask(server, "POST", "/restore", {"id": names[1]}).status_code == 204


@contextmanager
def listening(server: OkxServer, path: str, *messages: dict[str, Any]) -> Iterator[Any]:
    """A client on a WebSocket, which has sent the messages and heard an answer to each."""
    from websockets.sync.client import connect

    with connect(f"{server.ws_url}/{path}", proxy=None) as client:
        for message in messages:
            client.send(json.dumps(message))
            client.recv(timeout=60)
        yield client


@pytest.fixture
def server() -> Iterator[OkxServer]:
    with commanded(strict=False) as started:
        yield started


def test_connections_stay_and_are_told_what_happens(server: OkxServer) -> None:
    name = done(server, "POST", "/snapshot")["id"]
    wanted = {"op": "subscribe", "args": [{"channel": "trades", "instId": SPOT}]}
    with listening(server, "public", wanted) as client:
        server.clock.advance(20)
        done(server, "POST", "/restore", {"id": name})
        server.exchange.market(SPOT).trade("61000", "0.1")
        while json.loads(client.recv(timeout=60))["data"][0]["px"] != "61000":
            pass
        assert len(server.sessions) == 1
        client.send("ping")
        assert client.recv(timeout=60) == "pong"


# A channel, and the words in which it tells newcomers how things stand: none where it tells of what happens alone.
WATCHED = [
    ("private", {"channel": "account"}, '"eventType":"snapshot"'),
    ("private", {"channel": "orders", "instType": "ANY"}, ""),
    ("private", {"channel": "balance_and_position"}, '"eventType":"snapshot"'),
    ("public", {"channel": "books", "instId": SPOT}, '"action":"snapshot"'),
    ("public", {"channel": "bbo-tbt", "instId": SPOT}, '"asks"'),
    ("public", {"channel": "trades", "instId": SPOT}, ""),
    ("public", {"channel": "tickers", "instId": SPOT}, '"last"'),
]


@pytest.mark.parametrize(("url", "arg", "words"), WATCHED, ids=[arg["channel"] for _, arg, _ in WATCHED])
def test_who_watches_is_told_how_things_stand_and_then_the_same_again(
    url: str, arg: dict[str, str], words: str
) -> None:
    bot = Bot(control=True)
    socket = bot.connect(url)
    socket.subscribe(**arg)
    name = done(bot.server, "POST", "/snapshot")["id"]

    def lived() -> list[Any]:
        bot.ask("POST", PLACE, LIMIT | {"px": "71000"})
        done(bot.server, "POST", f"/markets/{SPOT}/move", {"price": "61000"})
        bot.wait(1)
        return socket.read()

    first = lived()
    done(bot.server, "POST", "/restore", {"id": name})
    told = socket.read()
    assert first
    assert len(told) == bool(words)
    assert words in "".join(map(str, told))
    assert lived() == first


def test_what_comes_regularly_goes_on_from_where_the_clock_stands_then(server: OkxServer) -> None:
    wanted = {"op": "subscribe", "args": [{"channel": "tickers", "instId": SPOT}]}
    with listening(server, "public", wanted) as client:
        client.recv(timeout=60)
        name = done(server, "POST", "/snapshot")["id"]
        server.clock.advance(3600)
        done(server, "POST", "/restore", {"id": name})
        then = server.clock.now_ms()
        server.clock.advance(60)
        while int(json.loads(client.recv(timeout=60))["data"][0]["ts"]) != then + 60_000:
            pass


def test_who_logged_in_with_a_key_that_is_gone_has_to_go(server: OkxServer) -> None:
    from websockets.exceptions import ConnectionClosed

    name = done(server, "POST", "/snapshot")["id"]
    key = server.issue_key(server.exchange.accounts[0])
    stamp = str(server.clock.now_ms() // 1000)
    proof = sign(key.secret_key, stamp, "GET", "/users/self/verify")
    login = {"apiKey": key.api_key, "passphrase": key.passphrase, "timestamp": stamp, "sign": proof}
    with listening(server, "private", {"op": "login", "args": [login]}) as client:
        assert done(server, "GET", "/sessions")["sessions"][0]["loggedIn"] == server.exchange.accounts[0].uid
        done(server, "POST", "/restore", {"id": name})
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=60)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4007
