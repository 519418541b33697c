"""The socket: raw bytes in, raw bytes out, and what is left behind (nothing)."""

from __future__ import annotations

import asyncio
import errno
import gc
import http.client
import json
import logging
import os
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

import freezegun
import pytest

from pytest_okx import connection
from pytest_okx.messages import Ending, Gate, Reply, Request, Wire
from pytest_okx.transport import Transport

pytestmark = pytest.mark.usefixtures("quick_collections")

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def echo(request: Request) -> Reply:
    """The request as JSON."""
    seen = {
        "method": request.method,
        "target": request.target,
        "headers": request.headers.raw,
        "body": request.body.decode("latin-1"),
        "peer": request.peer,
    }
    return Reply(200, json.dumps(seen).encode())


@dataclass
class Site:
    """A transport under test, and what it was told of trouble."""

    handle: Callable[[Request], Reply] = echo
    options: dict[str, Any] = field(default_factory=dict)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.transport = Transport(
            lambda request: self.handle(request),
            refuse=self.refuse,
            on_error=lambda error: self.on_error(error),
            **self.options,
        )
        self.transport.start()

    def refuse(self, status: int, reason: str, peer: str) -> Reply:
        self.refused.append((status, reason, peer))
        return Reply(status, reason.encode())

    def on_error(self, error: BaseException) -> Reply:
        self.errors.append(error)
        return Reply(500, type(error).__name__.encode())

    def connect(self) -> socket.socket:
        """A client's socket, which fails rather than hangs."""
        client = socket.create_connection((self.transport.host, self.transport.port), timeout=60)
        with suppress(OSError):  # a connection may be reset at once
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client

    def talk(self, *pieces: bytes) -> bytes:
        """All that comes back for `pieces` until the server closes."""
        with self.connect() as client:
            for piece in pieces:
                client.sendall(piece)
            return read_all(client)

    def ask(self) -> int:
        """The status of one more request, on a connection of its own."""
        return int(self.talk(LAST).split()[1])


MakeSite = Callable[..., Site]


@pytest.fixture
def site() -> Iterator[MakeSite]:
    """Starts sites, and stops them afterwards."""
    sites: list[Site] = []

    def make(handle: Callable[[Request], Reply] = echo, **options: Any) -> Site:
        sites.append(Site(handle, options))
        return sites[-1]

    yield make
    for made in sites:
        made.transport.stop()
    gc.collect()


def read_all(client: socket.socket) -> bytes:
    """What comes until the server closes."""
    received = bytearray()
    while data := client.recv(65536):
        received += data
    return bytes(received)


def read_until(client: socket.socket, end: bytes) -> bytes:
    """What comes up to `end`."""
    received = b""
    while not received.endswith(end):
        data = client.recv(1)
        assert data, f"closed after {received!r}"
        received += data
    return received


def send_for_ever(client: socket.socket) -> None:
    """Send until the system refuses."""
    while True:
        client.sendall(b"and on")


def reset(client: socket.socket) -> None:
    """Close with RST."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, connection._RESET_ON_CLOSE)
    client.close()


def statuses(received: bytes) -> list[int]:
    """The statuses of replies in a row."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", received)]


def bodies(received: bytes) -> list[dict[str, Any]]:
    """The JSON bodies of replies in a row."""
    found, decoder = [], json.JSONDecoder()
    for part in received.decode().split("\r\n\r\n")[1:]:
        found.append(decoder.raw_decode(part)[0])
    return found


def test_a_request_reaches_the_handler_and_its_reply_the_client(site: MakeSite) -> None:
    made = site()
    received = made.talk(b"POST /a//%2c?b= HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi")
    head, _, body = received.partition(b"\r\n\r\n")
    assert head == (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d" % len(body)
    )
    assert json.loads(body) == {
        "method": "POST",
        "target": "/a//%2c?b=",
        "headers": [["Host", "x"], ["Connection", "close"], ["Content-Length", "2"]],
        "body": "hi",
        "peer": "127.0.0.1",
    }


def test_one_connection_serves_many_requests(site: MakeSite) -> None:
    made = site()
    client = http.client.HTTPConnection(made.transport.host, made.transport.port, timeout=60)
    client.connect()
    own = client.sock.getsockname()
    for number in range(3):
        client.request("POST", f"/{number}", body=b"x" * number)
        with client.getresponse() as response:
            assert json.loads(response.read())["target"] == f"/{number}"
        assert client.sock.getsockname() == own
    client.request("HEAD", "/")
    with client.getresponse() as response:
        assert (response.read(), int(response.headers["Content-Length"]) > 0) == (b"", True)
    client.close()


def test_small_pieces_leave_at_once(site: MakeSite) -> None:
    # Else the second of two waits for the client's system to acknowledge the first, which takes it 40 ms.
    made = site()
    with made.connect() as client:
        client.sendall(GET)
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
        [accepted] = made.transport._wiring.connections
        assert isinstance(accepted, connection.Connection)
        assert accepted._transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_requests_in_a_row_are_answered_in_order(site: MakeSite) -> None:
    received = site().talk(GET + GET.replace(b"/ ", b"/2 ") + LAST)
    assert [body["target"] for body in bodies(received)] == ["/", "/2", "/last"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (b"GET / HTTP/1.0\r\n\r\n", b"Connection: close\r\n"),
        (
            b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + LAST,
            b"Connection: keep-alive\r\n",
        ),
        (
            b"GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
            b"Connection: close\r\n",
        ),
        (
            b"GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n" + LAST,
            b"Content-Length",
        ),
    ],
)
def test_the_connection_lives_as_long_as_the_client_asks(site: MakeSite, asked: bytes, said: bytes) -> None:
    received = site().talk(asked)
    assert received.count(b"HTTP/1.1 200") == 1 + asked.count(LAST)
    assert said in received.partition(b"\r\n\r\n")[0] + b"\r\n"


def test_a_reply_may_close_the_connection(site: MakeSite) -> None:
    made = site(lambda _: Reply(200, b"{}", headers=(("Connection", "close"),)))
    assert made.talk(GET + GET) == (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")


def test_a_client_that_half_closes_is_still_answered(site: MakeSite) -> None:
    with site().connect() as client:
        client.sendall(GET)
        client.shutdown(socket.SHUT_WR)
        assert statuses(read_all(client)) == [200]


def test_chunks_arrive_joined(site: MakeSite) -> None:
    received = site().talk(
        LAST.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n"),
        b"2\r\nhe\r\n3\r",
        b"\nllo\r\n0\r\nTrailer: x\r\n\r\n",
    )
    assert bodies(received)[0]["body"] == "hello"


def test_a_client_that_waits_for_100_continue_gets_it(site: MakeSite) -> None:
    with site().connect() as client:
        client.sendall(LAST.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"))
        assert read_until(client, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"hi")
        assert bodies(read_all(client))[0]["body"] == "hi"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET /\r\n", 400),
        (b"GET / HTTP/1.1\nHost: x\n\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n0", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"x" * 33_000, 431),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: x\r\nExpect: x\r\n\r\n", 417),
    ],
)
def test_what_is_no_request_is_refused_and_the_connection_closed(site: MakeSite, data: bytes, status: int) -> None:
    made = site()
    received = made.talk(data)
    assert statuses(received) == [status]
    assert b"\r\nConnection: close\r\n" in received
    assert [(code, peer) for code, _, peer in made.refused] == [(status, "127.0.0.1")]
    assert received.endswith(b"\r\n\r\n" + made.refused[0][1].encode())
    assert made.errors == []


def test_what_comes_before_a_bad_request_is_answered_and_nothing_after_it(site: MakeSite) -> None:
    made = site()
    assert statuses(made.talk(GET + b"bad\r\n\r\n" + GET)) == [200, 400]
    assert len(made.refused) == 1


def test_a_refusal_reaches_a_client_that_goes_on_sending(site: MakeSite) -> None:
    made = site()
    size = 8 * 1024 * 1024
    received = made.talk(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size, b"x" * size)
    assert statuses(received) == [413]


def test_a_body_up_to_the_limit_is_taken(site: MakeSite) -> None:
    made = site(lambda request: Reply(200, b"%d" % len(request.body)))
    asked = LAST.replace(b"\r\n\r\n", b"\r\nContent-Length: 1048576\r\n\r\n")
    assert made.talk(asked, b"x" * 1048576).endswith(b"1048576")


def test_a_client_that_never_ends_is_ended(site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_LINGER_SECONDS", 0.01)
    with site().connect() as client:
        client.sendall(b"bad\r\n")
        assert statuses(read_all(client)) == [400]
        with pytest.raises(ConnectionError):
            send_for_ever(client)


def test_a_client_that_reads_late_gets_the_whole_last_reply(site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    size = 32 * 1024 * 1024
    waited = threading.Event()
    give_up = connection.Connection._give_up

    def spy(connection: connection.Connection) -> None:
        give_up(connection)
        waited.set()

    monkeypatch.setattr(connection, "_LINGER_SECONDS", 0.01)
    monkeypatch.setattr(connection.Connection, "_give_up", spy)
    made = site(lambda _: Reply(200, b"x" * size, headers=()))
    with made.connect() as client:
        client.sendall(LAST)
        assert waited.wait(60)
        assert len(read_all(client).partition(b"\r\n\r\n")[2]) == size


def test_an_error_of_the_handler_becomes_a_reply_and_the_server_goes_on(site: MakeSite) -> None:
    def handle(request: Request) -> Reply:
        if request.target == "/":
            raise SystemExit("no")
        return echo(request)

    made = site(handle)
    received = made.talk(GET + LAST)
    assert statuses(received) == [500, 200]
    assert b"SystemExit" in received
    assert [type(error) for error in made.errors] == [SystemExit]


def test_a_reply_that_cannot_be_sent_is_an_error_and_closes(site: MakeSite) -> None:
    made = site(lambda _: Reply(200, b"", headers=(("Name", "\u20ac"),), wire=Wire(delay=60)))
    assert statuses(made.talk(GET + GET)) == [500]
    assert [type(error) for error in made.errors] == [UnicodeEncodeError]


def test_an_error_on_top_of_an_error_ends_that_connection_alone(
    site: MakeSite, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handle(request: Request) -> Reply:
        if request.target == "/":
            raise ValueError("first")
        return echo(request)

    def on_error(error: BaseException) -> Reply:
        raise ValueError("second")

    made = site(handle)
    monkeypatch.setattr(made, "on_error", on_error)
    with caplog.at_level(logging.CRITICAL, "asyncio"), suppress(ConnectionError):
        assert made.talk(GET) == b""
    assert made.ask() == 200


@pytest.mark.parametrize("frozen", [False, True], ids=["real", "freezegun"])
def test_a_delayed_reply_comes_and_later_requests_wait_for_it(site: MakeSite, frozen: bool) -> None:
    def handle(request: Request) -> Reply:
        return Reply(200, request.target.encode(), wire=Wire(delay=0.02 if request.target == "/" else 0))

    made = site(handle)
    with freezegun.freeze_time("2020-01-01") if frozen else nullcontext():
        received = made.talk(GET + LAST)
    assert [part.rpartition(b"\r\n")[2] for part in received.split(b"HTTP/1.1 ")[1:]] == [
        b"/",
        b"/last",
    ]


def test_a_client_that_does_not_wait_for_a_delayed_reply_breaks_nothing(site: MakeSite) -> None:
    made = site(lambda _: Reply(200, b"x" * 500_000, wire=Wire(delay=0.01)))
    clients = [made.connect() for _ in range(4)]
    for client in clients:
        client.sendall(GET + LAST)
    reset(clients[0])
    clients[1].close()
    reset(clients[2])
    assert statuses(read_all(clients[3])) == [200, 200]
    clients[3].close()
    assert made.ask() == 200
    assert made.errors == []


def test_stopping_does_not_wait_for_a_delayed_reply(site: MakeSite) -> None:
    asked = threading.Event()

    def handle(_: Request) -> Reply:
        asked.set()
        return Reply(200, b"", wire=Wire(delay=3600))

    made = site(handle)
    with made.connect() as client:
        client.sendall(GET)
        assert asked.wait(60)
        made.transport.stop()
        assert client.recv(1) == b""


@pytest.mark.parametrize("delay", [0, 0.01])
def test_a_reply_may_be_a_close_without_a_byte(site: MakeSite, delay: float) -> None:
    made = site(lambda _: Reply(200, b"", wire=Wire(Ending.CLOSE, delay)))
    assert made.talk(GET + GET) == b""


@pytest.mark.parametrize("delay", [0, 0.01])
def test_a_reply_may_be_a_reset(site: MakeSite, delay: float) -> None:
    made = site(lambda _: Reply(200, b"", wire=Wire(Ending.RESET, delay)))
    with pytest.raises(ConnectionError):
        made.talk(GET)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n"


@pytest.mark.parametrize(
    ("wire", "received"),
    [
        (Wire(Ending.CLOSE, cut=4), HEAD + b"0123"),
        (Wire(Ending.CLOSE, cut=0), HEAD),
        (Wire(Ending.CLOSE, 0.01, cut=4), HEAD + b"0123"),
        (Wire(Ending.CLOSE, cut=4, piece=7, pause=0.0001), HEAD + b"0123"),
        (Wire(Ending.CLOSE, piece=7, pause=0.0001), b""),
        (Wire(framed=False), b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n0123456789"),
        (Wire(framed=False, length_off=3), b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n0123456789"),
    ],
    ids=repr,
)
def test_a_reply_may_end_before_its_end(site: MakeSite, wire: Wire, received: bytes) -> None:
    made = site(lambda _: Reply(200, b"0123456789", wire=wire))
    assert made.talk(GET + GET) == received


def test_a_reset_may_come_after_the_head(site: MakeSite) -> None:
    made = site(lambda _: Reply(200, b"0123456789", wire=Wire(Ending.RESET, cut=0)))
    with made.connect() as client:
        client.sendall(GET)
        assert read_until(client, b"\r\n\r\n") == HEAD
        with pytest.raises(ConnectionResetError):
            client.recv(1)


def test_the_bytes_after_a_length_that_is_too_short_stand_before_the_next_reply(site: MakeSite) -> None:
    replies = iter([Reply(200, b"0123456789", wire=Wire(length_off=-4)), Reply(200, b"")])
    received = site(lambda _: next(replies)).talk(GET + LAST)
    assert b"Content-Length: 6\r\n\r\n0123456789HTTP/1.1 200 OK\r\n" in received


def test_a_reply_of_a_length_that_is_too_long_leaves_the_client_waiting(site: MakeSite) -> None:
    made = site(lambda _: Reply(200, b"0123456789", wire=Wire(length_off=4)))
    with made.connect() as client:
        client.sendall(GET)
        assert read_until(client, b"789").endswith(b"Content-Length: 14\r\n\r\n0123456789")
        client.settimeout(0.01)
        with pytest.raises(TimeoutError):
            client.recv(1)


@pytest.mark.parametrize("size", [1, 7, 40, 10_000])
def test_a_reply_may_come_in_pieces_and_later_requests_wait_for_it(site: MakeSite, size: int) -> None:
    def handle(request: Request) -> Reply:
        return Reply(200, request.target.encode(), wire=Wire(piece=size) if request.target == "/" else Wire())

    received = site(handle).talk(GET + GET + LAST)
    assert [part.rpartition(b"\r\n")[2] for part in received.split(b"HTTP/1.1 ")[1:]] == [b"/", b"/", b"/last"]


def test_pieces_come_one_by_one(site: MakeSite) -> None:
    made = site(lambda _: Reply(200, b"0123456789", wire=Wire(piece=20, pause=3600)))
    with made.connect() as client:
        client.sendall(GET)
        assert client.recv(1000) == HEAD[:20]


def test_a_client_that_leaves_amid_the_pieces_breaks_nothing(site: MakeSite) -> None:
    made = site(lambda request: Reply(200, b"0123456789", wire=Wire(piece=1) if request.target == "/" else Wire()))
    for leave in (socket.socket.close, reset):
        client = made.connect()
        client.sendall(GET)
        client.recv(1)
        leave(client)
    assert made.ask() == 200
    assert made.errors == []


@pytest.mark.parametrize("gates", [1, 2])
def test_a_reply_may_wait_until_its_gates_are_open(site: MakeSite, gates: int) -> None:
    shut = tuple(Gate() for _ in range(gates))
    made = site(lambda request: Reply(200, b"", wire=Wire(gates=shut) if request.target == "/" else Wire()))
    with made.connect() as client:
        client.sendall(GET)
        assert made.ask() == 200
        for gate in shut:
            client.settimeout(0.01)
            with pytest.raises(TimeoutError):
                client.recv(1)
            gate.open()
        client.settimeout(60)
        client.sendall(LAST)
        assert statuses(read_all(client)) == [200, 200]
    assert statuses(made.talk(GET + LAST)) == [200, 200]


def test_a_gate_may_be_opened_when_client_or_server_have_gone(site: MakeSite) -> None:
    first, second, asked = Gate(), Gate(), threading.Semaphore(0)

    def handle(request: Request) -> Reply:
        asked.release()
        return Reply(200, b"", wire=Wire(gates=(first if request.target == "/" else second,)))

    made = site(handle)
    for data in (GET, LAST):
        client = made.connect()
        client.sendall(data)
        assert asked.acquire(timeout=60)
        reset(client)
    first.open()
    made.handle = echo
    assert made.ask() == 200
    made.transport.stop()
    second.open()
    assert made.errors == []


@pytest.mark.parametrize("wire", [Wire(Ending.SILENT), Wire(Ending.SILENT, 0.001)], ids=["at once", "later"])
def test_a_server_may_fall_silent_until_the_client_leaves(site: MakeSite, wire: Wire) -> None:
    asked = threading.Event()

    def handle(_: Request) -> Reply:
        asked.set()
        return Reply(200, b"", wire=wire)

    made = site(handle)
    with made.connect() as client:
        client.sendall(GET)
        assert asked.wait(60)
        client.sendall(GET)
        client.settimeout(0.01)
        with pytest.raises(TimeoutError):
            client.recv(1)
        client.settimeout(60)
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""


def test_stopping_does_not_wait_for_a_silent_connection_nor_for_a_gate(site: MakeSite) -> None:
    endings = iter([Wire(Ending.SILENT), Wire(gates=(Gate(),)), Wire(piece=1, pause=3600)])
    asked = threading.Semaphore(0)

    def handle(_: Request) -> Reply:
        asked.release()
        return Reply(200, b"", wire=next(endings))

    made = site(handle)
    clients = [made.connect() for _ in range(3)]
    for client in clients:
        client.sendall(GET)
        assert asked.acquire(timeout=60)
    made.transport.stop()
    for client in clients:
        with suppress(ConnectionError):
            read_all(client)
        client.close()


def test_many_requests_in_a_row_may_all_be_answered_oddly(site: MakeSite) -> None:
    made = site(lambda request: Reply(200, b"", wire=Wire(length_off=-1) if request.target == "/" else Wire()))
    assert len(statuses(made.talk(GET * 3000 + LAST))) == 3001


def test_a_connection_may_be_silent_from_the_start(site: MakeSite) -> None:
    endings = iter([Ending.SILENT, Ending.KEEP])
    made = site(on_connect=lambda _: next(endings))
    with made.connect() as client:
        client.sendall(GET)
        assert made.ask() == 200
        client.settimeout(0.01)
        with pytest.raises(TimeoutError):
            client.recv(1)


@pytest.mark.parametrize("data", [b"", GET], ids=["silent", "asking"])
def test_a_connection_may_be_closed_before_its_first_byte(site: MakeSite, data: bytes) -> None:
    made = site(on_connect=lambda _: Ending.CLOSE)
    assert made.talk(data) == b""


def test_a_connection_may_be_reset_before_its_first_byte(site: MakeSite) -> None:
    made = site(on_connect=lambda _: Ending.RESET)
    with pytest.raises(ConnectionError):
        made.talk()


def test_each_connection_is_asked_about_once(site: MakeSite) -> None:
    peers: list[str] = []

    def on_connect(peer: str) -> Ending:
        peers.append(peer)
        return Ending.KEEP

    made = site(on_connect=on_connect)
    assert statuses(made.talk(GET + LAST)) == [200, 200]
    assert peers == ["127.0.0.1"]


def test_an_error_at_the_start_of_a_connection_becomes_a_reply(site: MakeSite) -> None:
    def on_connect(peer: str) -> Ending:
        raise ValueError(peer)

    made = site(on_connect=on_connect)
    assert statuses(made.talk()) == [500]
    assert [str(error) for error in made.errors] == ["127.0.0.1"]


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HT",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
    ],
)
@pytest.mark.parametrize("leave", [socket.socket.close, reset], ids=["FIN", "RST"])
def test_a_client_that_leaves_amid_a_request_is_forgotten(
    site: MakeSite, data: bytes, leave: Callable[[socket.socket], None]
) -> None:
    made = site()
    client = made.connect()
    client.sendall(data)
    leave(client)
    assert made.ask() == 200
    assert (made.refused, made.errors) == ([], [])


def test_a_client_that_does_not_read_is_not_read_and_harms_nobody(site: MakeSite) -> None:
    handled: list[str] = []

    def handle(request: Request) -> Reply:
        handled.append(request.target)
        return Reply(200, b"x" * (300_000 if request.target == "/" else 0), headers=())

    made = site(handle)
    with made.connect() as client:
        client.sendall(GET * 200 + LAST)
        assert made.ask() == 200
        assert len(handled) < 200
        received = read_all(client)
    assert received.count(b"HTTP/1.1 200") == 201
    assert len(handled) == 202


def test_silent_and_slow_clients_cost_no_thread_and_harm_nobody(site: MakeSite) -> None:
    made = site()
    threads = threading.active_count()
    silent = [made.connect() for _ in range(30)]
    with made.connect() as slow:
        for byte in LAST:
            slow.sendall(bytes([byte]))
            assert made.ask() == 200
        assert statuses(read_all(slow)) == [200]
    assert threading.active_count() == threads
    for client in silent:
        client.close()


def test_an_address_of_ipv6_may_be_listened_on(site: MakeSite) -> None:
    try:
        made = site(host="::1")
    except OSError as error:
        pytest.skip(f"this machine has no IPv6: {error}")
    assert bodies(made.talk(LAST))[0]["peer"] == "::1"


def test_a_port_in_use_is_said_so(site: MakeSite) -> None:
    port = site().transport.port
    with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1 port {port}: the port is in use") as caught:
        site(port=port)
    assert caught.value.errno == errno.EADDRINUSE


@pytest.mark.parametrize(
    ("host", "port", "says"),
    [
        ("192.0.2.1", 0, "cannot listen on 192.0.2.1 port 0: the host is no address of this"),
        ("127.0.0.1", 65536, "cannot listen on 127.0.0.1 port 65536: .*0-65535.*; take 127.0.0.1"),
    ],
)
def test_an_address_that_cannot_be_had_is_said_so(site: MakeSite, host: str, port: int, says: str) -> None:
    with pytest.raises(OSError, match=says):
        site(host=host, port=port)


def test_the_port_asked_for_is_the_port_listened_on(site: MakeSite) -> None:
    first = site()
    first.transport.stop()
    second = site(port=first.transport.port)
    assert second.transport.port == first.transport.port
    assert second.ask() == 200


def test_starting_twice_is_an_error_and_starting_again_is_not(site: MakeSite) -> None:
    made = site()
    with pytest.raises(RuntimeError, match=f"listens on port {made.transport.port} already"):
        made.transport.start()
    made.transport.stop()
    made.transport.start()
    assert made.ask() == 200


def test_stopping_is_harmless_twice_and_from_many_threads(site: MakeSite) -> None:
    made = site()
    threads = [threading.Thread(target=made.transport.stop) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made.transport.stop()
    with pytest.raises(ConnectionRefusedError):
        made.connect()


def test_the_server_cannot_stop_itself(site: MakeSite) -> None:
    def handle(_: Request) -> Reply:
        made.transport.stop()
        raise AssertionError("stopped on its own thread")

    made = site(handle)
    assert statuses(made.talk(LAST)) == [500]
    assert "stop() was called on the server's own thread" in str(made.errors[0])


def test_an_event_loop_may_stop_the_server_that_its_own_client_uses(site: MakeSite) -> None:
    made = site()

    async def main() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", made.transport.port)
        writer.write(GET)
        received = await reader.readuntil(b"\r\n\r\n")
        made.transport.stop()
        await reader.read()
        writer.close()
        return received

    assert statuses(asyncio.run(main())) == [200]


def test_a_loop_that_has_ended_by_itself_can_be_stopped(site: MakeSite) -> None:
    made = site()
    running = made.transport._running
    assert running is not None
    running._loop.call_soon_threadsafe(running._stopping.set_result, None)
    running.thread.join()
    made.transport.stop()


@pytest.mark.parametrize("broken", ["_Loop", "threading.Thread.start"])
def test_a_start_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("cannot")

    before = open_files()
    monkeypatch.setattr(f"pytest_okx.transport.{broken}", fail)
    with pytest.raises(RuntimeError, match="cannot"):
        Site()
    gc.collect()
    assert open_files() == before


def open_files() -> int:
    """How many files this process has open, where the system tells."""
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0


def test_two_hundred_servers_leave_no_thread_and_no_file() -> None:
    gc.collect()
    before = (open_files(), threading.enumerate())
    for _ in range(200):
        made = Site()
        clients = [made.connect() for _ in range(3)]
        clients[0].sendall(GET)
        made.transport.stop()
        for client in clients:
            client.close()
    gc.collect()
    assert (open_files(), threading.enumerate()) == before


def test_a_client_that_asks_without_waiting_lets_others_in_between(site: MakeSite) -> None:
    begun, asked = threading.Event(), threading.Event()
    handled: list[str] = []

    def handle(request: Request) -> Reply:
        if request.target == "/":
            begun.set()
            assert asked.wait(60)
        handled.append(request.target)
        return Reply(200, b"", headers=())

    made = site(handle)
    many = LAST.replace(b"/last", b"/").replace(b"Connection: close\r\n", b"") * 2_000
    with made.connect() as greedy, made.connect() as other:
        greedy.sendall(many + LAST.replace(b"/last", b"/end"))
        assert begun.wait(60)
        other.sendall(LAST)
        asked.set()
        assert statuses(read_all(other)) == [200]
        assert statuses(read_all(greedy)) == [200] * 2_001
    assert handled.index("/last") < 1_000
