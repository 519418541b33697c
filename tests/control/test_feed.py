"""The live feed: what happens comes at once, in order, and a reader resumes where it was."""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_okx.control.feed import Feed
from pytest_okx.server import OkxServer
from tests.helpers import NOW, signed

from .support import ask, commanded, done

TIME = "/api/v5/public/time"


@pytest.fixture
def server() -> Iterator[OkxServer]:
    with OkxServer(control=True, strict=False) as started:
        started.clock.freeze(NOW)
        yield started


class Reader:
    """Reads the events of a server."""

    def __init__(self, server: OkxServer, **headers: str) -> None:
        self._connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request("GET", "/_okx/events", headers=fields)
        self.reply = self._connection.getresponse()

    def next(self) -> tuple[int | None, Any]:
        """The id of the next event, where it has one, and what it tells."""
        number, data = None, None
        while line := self.reply.readline().decode().strip():
            name, _, value = line.partition(": ")
            number = int(value) if name == "id" else number
            data = json.loads(value) if name == "data" else data
        return number, data

    def until(self, kind: str) -> tuple[int | None, Any]:
        """The next event of a kind."""
        while (found := self.next())[1]["type"] != kind:
            pass
        return found

    def close(self) -> None:
        self.reply.close()
        self._connection.close()


def call(server: OkxServer, target: str = TIME) -> None:
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), 10) as line:
        line.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        while line.recv(65536):
            pass


def test_a_reader_is_told_of_the_clock_the_faults_and_each_call(server: OkxServer) -> None:
    call(server)
    reader = Reader(server)
    assert reader.reply.getheader("Content-Type") == "text/event-stream"
    assert reader.next()[1] == {"type": "clock"} | done(server, "GET", "/clock")
    assert reader.next() == (None, {"type": "faults", "faults": []})
    call(server, "/x")
    number, told = reader.next()
    assert (number, told["type"], told["call"]) == (2, "call", done(server, "GET", "/calls?since=1")["calls"][0])
    server.clock.advance(5)
    assert reader.next()[1]["nowMs"] == server.clock.now_ms()
    reader.close()


def test_a_fault_is_told_when_it_is_added_and_when_it_fires(server: OkxServer) -> None:
    reader = Reader(server)
    reader.until("faults")
    done(server, "POST", "/faults", {"kind": "Reject", "arguments": {"code": "50011"}})
    assert reader.until("faults")[1]["faults"][0]["hits"] == 0
    call(server)
    assert reader.until("faults")[1]["faults"][0]["hits"] == 1
    reader.close()


def test_a_reader_resumes_after_the_last_event_that_it_knows(server: OkxServer) -> None:
    for _ in range(3):
        call(server)
    reader = Reader(server, Last_Event_ID="1")
    assert [reader.until("call")[0], reader.until("call")[0]] == [2, 3]
    reader.close()
    assert ask(server, "GET", "/events", Last_Event_ID="one").status_code == 422


def test_messages_of_a_websocket_are_told_among_the_calls(server: OkxServer) -> None:
    from websockets.sync.client import connect

    reader = Reader(server)
    with connect(f"{server.ws_url}/public", proxy=None) as socket_:
        socket_.send('{"op":"subscribe","args":[{"channel":"nothing"}]}')
        socket_.recv()
        socket_.send("ping")
        socket_.recv()
        assert [session["url"] for session in done(server, "GET", "/sessions")["sessions"]] == ["public"]
    rows = [reader.until("call")[1]["call"] for _ in range(5)]
    assert [(row["kind"], row["method"], row["code"]) for row in rows] == [
        ("http", "GET", "0"),
        ("ws", "subscribe", ""),
        ("ws", "error", "60018"),
        ("ws", "ping", ""),
        ("ws", "pong", ""),
    ]
    assert [row["verdict"].partition(" ")[0] for row in rows[1:3]] == ["accepted", "60018"]
    assert done(server, "GET", "/calls/2")["body"].startswith('{"op"')
    refused = done(server, "GET", "/calls?verdict=refused")["calls"]
    assert [row["number"] for row in refused] == [3]
    reader.close()


def test_a_reader_that_does_not_read_stalls_nobody_and_misses_only_what_is_gone(server: OkxServer) -> None:
    with socket.socket() as idle:
        idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        idle.settimeout(10)
        idle.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
        idle.sendall(b"GET /_okx/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 0\r\n\r\n")
        for number in range(400):
            request = signed("GET", f"/x{number}{'y' * 20_000}", credentials=server.credentials, at=0)
            server.handle(request)
        call(server)
        read = bytearray()
        while b"id: 401\n" not in read[-30_000:]:
            read += idle.recv(1 << 20)
    assert [int(number) for number in re.findall(rb"^id: (\d+)$", read, re.MULTILINE)] == list(range(1, 402))


def test_a_reader_that_has_gone_is_forgotten(server: OkxServer) -> None:
    world = server._control._world  # type: ignore[union-attr]
    feed = Feed(world, 0)
    delivered: list[None] = []
    feed.begin(lambda: delivered.append(None))
    feed.lost()
    feed.lost()
    server.clock.advance(1)
    assert delivered == [None]


def test_without_a_socket_there_are_no_events() -> None:
    from pytest_okx.faults import NeedsSocket

    with pytest.raises(NeedsSocket, match="needs a socket"):
        ask(commanded(), "GET", "/events")
