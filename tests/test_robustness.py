"""A small share of `tests.bench`: a fuzz over sockets, and clients that misbehave while others are served.

`python -m tests.bench fuzz frames rude cycles` runs the large share. Nothing here sleeps or is judged by a time.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from pytest_okx.gateway import Gateway
from pytest_okx.messages import Reply, Request
from pytest_okx.server import OkxServer
from pytest_okx.session import Session
from tests.bench import frames, fuzz, rude
from tests.bench.servers import Peer, signed_fields

BALANCE = "/api/v5/account/balance"
TIME = b"GET /api/v5/public/time HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = TIME.replace(b"Host", b"Connection: close\r\nHost")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
def server() -> Iterator[OkxServer]:
    """A server whose calls all have to succeed."""
    with OkxServer() as server:
        yield server
    assert {call.verdict for call in server.calls} == {"accepted"}


def address(server: OkxServer) -> tuple[str, int]:
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    return host, int(port)


def connect(server: OkxServer) -> socket.socket:
    return socket.create_connection(address(server), timeout=60)


def signed(server: OkxServer, *, close: bool = True) -> bytes:
    """The bytes of a signed call."""
    fields = signed_fields(server.credentials, server.clock.now_ms())
    return Peer("", server.url.removeprefix("http://"), BALANCE, fields).request(close=close)


def read_all(client: socket.socket) -> bytes:
    received = bytearray()
    while data := client.recv(1 << 18):
        received += data
    return bytes(received)


def served(server: OkxServer) -> bool:
    """Whether somebody else gets an answer to a signed call."""
    with connect(server) as client:
        client.sendall(signed(server))
        return [status for status, _ in fuzz.replies(read_all(client))] == [200]


# --- the fuzz ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_bytes_come_the_server_stands_and_the_exchange_is_unchanged(seed: int) -> None:
    found = fuzz.run(1_000, seed, streams=150)
    assert found["answers"] >= 1_000
    assert min(found[f"{kind} streams"] for kind in ("sound", "spoilt", "abandoned")) > 0
    assert found["servers"] > 1


HANDLE = Gateway.handle


def _breaks_down(gateway: Gateway, request: Request) -> Reply:
    raise RuntimeError("a defect")


def _changes(gateway: Gateway, request: Request) -> Reply:
    gateway._exchange.open_account()
    return HANDLE(gateway, request)


def _mishears(gateway: Gateway, request: Request) -> Reply:
    return HANDLE(gateway, replace(request, body=request.body[1:]))


def _is_rough(gateway: Gateway, request: Request) -> Reply:
    return replace(HANDLE(gateway, request), status=502)


@pytest.mark.parametrize(
    ("defect", "says"),
    [
        (_breaks_down, r"^\(500, .* is no answer of OKX's"),
        (_is_rough, r"^\(502, .* is no answer of OKX's"),
        (_changes, "^the exchange has changed"),
        (_mishears, "^understood otherwise"),
    ],
)
def test_the_fuzz_notices_a_defect(
    monkeypatch: pytest.MonkeyPatch, defect: Callable[[Gateway, Request], Reply], says: str
) -> None:
    monkeypatch.setattr(Gateway, "handle", defect)
    with pytest.raises(AssertionError, match=says):
        fuzz.run(300, 1, streams=50)


@pytest.mark.parametrize(
    ("received", "found"),
    [
        (b"", []),
        (OK, [(200, b"{}")]),
        (OK + OK, [(200, b"{}"), (200, b"{}")]),
        (OK[:-2], [(200, b"")]),
        (OK[:-2] + OK, [(200, b""), (200, b"{}")]),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, [(200, b"{}")]),
    ],
)
def test_the_fuzz_reads_whole_replies(received: bytes, found: list[tuple[int, bytes]]) -> None:
    assert list(fuzz.replies(received)) == found


@pytest.mark.parametrize("received", [OK[:-1], OK[:20], OK + b"x", b"x" + OK, OK.replace(b"Content-Length", b"Length")])
def test_the_fuzz_takes_no_broken_reply_for_a_whole_one(received: bytes) -> None:
    with pytest.raises(AssertionError):
        list(fuzz.replies(received))


# --- the fuzz of frames ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_frames_come_the_server_stands_and_forgets_who_has_gone(seed: int) -> None:
    found = frames.run(1_000, seed, conversations=60)
    assert found["frames"] >= 1_000
    assert min(found[f"{kind} conversations"] for kind in ("sound", "spoilt", "misled", "abandoned")) > 0
    assert found["servers"] > 1


def _stumbles(session: Session, text: str) -> None:
    raise RuntimeError("a defect")


def _hears_half(session: Session, text: str) -> None:
    RECEIVE(session, text[1:])


def _answers_twice(session: Session, text: str) -> None:
    RECEIVE(session, text)
    RECEIVE(session, text)


def _hears_nothing(session: Session, text: str) -> None:
    """Not a word."""


def _speaks_otherwise(session: Session, text: str) -> None:
    session.push("", '{"code":"99999"}', 0)
    RECEIVE(session, text)


RECEIVE = Session.receive


@pytest.mark.parametrize(
    ("defect", "says"),
    [
        (_stumbles, "^the server broke down"),
        (_hears_half, "^heard "),
        (_hears_nothing, "^heard "),
        (_answers_twice, "^heard "),
        (_speaks_otherwise, "is no answer of OKX's"),
    ],
)
def test_the_fuzz_of_frames_notices_a_defect(
    monkeypatch: pytest.MonkeyPatch, defect: Callable[[Session, str], None], says: str
) -> None:
    monkeypatch.setattr(Session, "receive", defect)
    with pytest.raises(AssertionError, match=says):
        frames.run(200, 1, conversations=20)


def test_the_fuzz_of_frames_notices_who_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "SECONDS", 0)
    monkeypatch.setattr(Session, "lost", lambda session: None)
    with pytest.raises(AssertionError, match="left behind"):
        frames.run(20, 1, conversations=2)


# --- misbehaving clients -----------------------------------------------------------------------------------------


def test_a_silent_client_keeps_nobody_waiting(server: OkxServer) -> None:
    with connect(server):
        assert served(server)


def test_a_slow_client_keeps_nobody_waiting_and_is_answered_at_last(server: OkxServer) -> None:
    with connect(server) as slow:
        for byte in signed(server):
            slow.sendall(bytes([byte]))
            assert served(server)
        assert [status for status, _ in fuzz.replies(read_all(slow))] == [200]


def test_a_client_that_never_reads_keeps_nobody_waiting_and_loses_nothing(server: OkxServer) -> None:
    with connect(server) as client:
        sent = _send_until_full(client, signed(server, close=False))
        assert served(server)
        client.settimeout(60)
        client.shutdown(socket.SHUT_WR)
        statuses = [status for status, _ in fuzz.replies(read_all(client))]
        assert statuses == [200] * sent


def _send_until_full(client: socket.socket, request: bytes) -> int:
    """How many whole requests went off before the connection took no more, or enough of them."""
    client.setblocking(False)
    sent = 0
    try:
        while sent < 2_000 * len(request):
            sent += client.send(request * 100 if sent % len(request) == 0 else request[sent % len(request) :])
    except BlockingIOError:
        pass
    return sent // len(request)


def _files_allowed() -> int:
    """How many files this process may open: each connection takes two, as both ends are here."""
    resource = pytest.importorskip("resource", reason="this system does not say how many files may be open")
    limits: tuple[int, int] = resource.getrlimit(resource.RLIMIT_NOFILE)
    return limits[0]


@pytest.fixture
def crowd() -> int:
    """Five hundred, or as many as this system lets a process have."""
    return min(rude.CROWD, (_files_allowed() - 100) // 2)


def test_many_idle_and_half_spoken_clients_keep_nobody_waiting(server: OkxServer, crowd: int) -> None:
    with rude.crowd(address(server), signed(server, close=False), crowd):
        assert served(server)


def test_many_clients_that_come_at_once_are_all_answered(server: OkxServer, crowd: int) -> None:
    received = rude.knock(address(server), signed(server), crowd)
    assert [status for reply in received for status, _ in fuzz.replies(reply)] == [200] * crowd


def test_servers_that_lived_among_clients_leave_nothing_behind() -> None:
    rude.live()
    before = rude.left_behind()
    for _ in range(50):
        rude.live()
    assert rude.left_behind() == before
