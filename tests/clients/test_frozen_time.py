"""What time brings on a WebSocket, seen by a plain client while the clock stands: no test waits for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from pytest_okx import OkxServer
from tests.session.support import login_frame

ORDER = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.00001", "px": "100"}


@pytest.fixture(params=[False, True], ids=["ws", "wss"])
def server(request: pytest.FixtureRequest) -> Iterator[OkxServer]:
    with OkxServer(tls=request.param, rate_limits=True) as made:
        made.clock.freeze()
        yield made


def client(server: OkxServer, url: str = "public") -> ClientConnection:
    trust = server.ca.client_context() if server.ca else None
    # Its own pings would break the silence, were the machine slow.
    found: ClientConnection = connect(f"{server.ws_url}/{url}", ssl=trust, ping_interval=None)
    return found


def ask(socket: ClientConnection, message: Any) -> Any:
    """The first answer to a message."""
    socket.send(json.dumps(message))
    return told(socket)


def told(socket: ClientConnection) -> Any:
    """What comes next."""
    return json.loads(socket.recv(60))


def subscribe(socket: ClientConnection, **arg: str) -> None:
    assert ask(socket, {"op": "subscribe", "args": [arg]})["event"] == "subscribe"


def log_in(server: OkxServer, socket: ClientConnection) -> None:
    assert ask(socket, login_frame(server.credentials, server.clock.now_ms() // 1000))["event"] == "login"


def test_two_minutes_of_silence(server: OkxServer) -> None:
    with client(server) as silent, client(server) as pinging:
        for _ in range(5):
            server.clock.advance(24)
            pinging.send("ping")
            assert pinging.recv(60) == "pong"
        with pytest.raises(ConnectionClosedError) as ended:
            silent.recv(60)
    assert ended.value.rcvd is not None
    assert (ended.value.rcvd.code, ended.value.rcvd.reason) == (4004, "No data received in 30s")


def test_a_candle_closes(server: OkxServer) -> None:
    with client(server, "business") as socket:
        subscribe(socket, channel="candle1m", instId="BTC-USDT")
        opened = int(told(socket)["data"][0][0])
        server.clock.advance((opened + 60_000 - server.clock.now_ms()) / 1000)
        rows = [told(socket)["data"][0]]
        while rows[-1][-1] == "1" or int(rows[-1][0]) == opened:
            rows.append(told(socket)["data"][0])
    assert [(int(row[0]) - opened, row[-1]) for row in rows[-2:]] == [(0, "1"), (60_000, "0")]


def test_the_rate_limit_of_orders_recovers(server: OkxServer) -> None:
    with client(server, "private") as socket:
        log_in(server, socket)
        order = {"id": "1", "op": "order", "args": [ORDER]}
        codes = [ask(socket, order)["code"] for _ in range(61)]
        assert (codes[-2], codes[-1]) == ("0", "50011")
        server.clock.advance(2)
        assert ask(socket, order)["code"] == "0"


def test_the_limit_of_connections_recovers(server: OkxServer) -> None:
    for _ in range(3):
        with client(server):
            pass
    with pytest.raises(InvalidStatus) as refused, client(server):
        pass
    assert refused.value.response.status_code == 429
    server.clock.advance(1)
    with client(server) as socket:
        socket.send("ping")
        assert socket.recv(60) == "pong"


def test_orders_are_cancelled_unless_the_bot_says_that_it_lives(server: OkxServer) -> None:
    with client(server, "private") as socket:
        log_in(server, socket)
        subscribe(socket, channel="orders", instType="ANY")
        assert told(socket)["event"] == "channel-conn-count"
        server.request("POST", "/api/v5/trade/cancel-all-after", {"timeOut": "20"})
        assert ask(socket, {"id": "1", "op": "order", "args": [ORDER]})["code"] == "0"
        assert told(socket)["data"][0]["state"] == "live"
        server.clock.advance(20)
        [row] = told(socket)["data"]
        assert (row["state"], row["cancelSource"]) == ("canceled", "20")


def test_a_frame_is_as_long_as_okx_takes_it(server: OkxServer) -> None:
    frame = json.dumps({"op": "subscribe", "args": [{"channel": "status", "own": ""}]})
    longest = frame.replace('""', f'"{"x" * (64 * 1024 - len(frame))}"')
    with client(server) as socket:
        socket.send(longest)
        assert told(socket)["event"] == "subscribe"
        with pytest.raises(ConnectionClosedError) as ended:  # noqa: PT012  # while it is being sent, or after that
            socket.send(f"{longest} ")
            socket.recv(60)
    assert ended.value.rcvd is not None
    assert (ended.value.rcvd.code, ended.value.rcvd.reason) == (
        1009, "Request message exceeds the maximum frame length",
    )  # fmt: skip
