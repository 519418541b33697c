"""A connection that changes hands, to a WebSocket or to TLS; what HTTP does is in test_transport.py."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import ClientConnection, connect

from pytest_okx import OkxServer, connection, websocket
from pytest_okx.connection import Connection
from pytest_okx.faults import Delay, Disconnect, Drop, Hold, HttpError, LoseReply, Silence, Truncate
from pytest_okx.http1 import RequestParser
from pytest_okx.messages import Reply
from pytest_okx.tls import authority
from pytest_okx.websocket import MOST_WAITING
from pytest_okx.wiring import Wiring, poll

pytestmark = pytest.mark.usefixtures("quick_collections")

UPGRADE = b"GET /ws/v5/public HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
KEY = b"Sec-WebSocket-Key: GVKp/OrMs2aNs/lDyqu8hQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
TICKERS = {"op": "subscribe", "args": [{"channel": "tickers", "instId": "BTC-USDT"}]}


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def server(request: pytest.FixtureRequest) -> Iterator[OkxServer]:
    with OkxServer(tls=request.param) as made:
        made.clock.freeze()
        yield made
    gc.collect()


@pytest.fixture
def plain() -> Iterator[OkxServer]:
    with OkxServer() as made:
        made.clock.freeze()
        yield made
    gc.collect()


def client(server: OkxServer, url: str = "public", **more: Any) -> ClientConnection:
    trust = server.ca.client_context() if server.ca else None
    found: ClientConnection = connect(f"{server.ws_url}/{url}", compression=None, ssl=trust, **more)
    return found


def address(server: OkxServer) -> tuple[str, int]:
    host, _, port = server.url.rpartition("/")[2].partition(":")
    return host, int(port)


def test_a_client_talks_subscribes_is_pushed_to_and_leaves(server: OkxServer) -> None:
    with client(server) as caller:
        caller.send("ping")
        assert caller.recv(60) == "pong"
        assert caller.ping().wait(60)
        caller.send(json.dumps(TICKERS))
        assert json.loads(caller.recv(60))["event"] == "subscribe"
        assert json.loads(caller.recv(60))["arg"]["channel"] == "tickers"
        server.clock.advance(5)
        assert json.loads(caller.recv(60))["arg"]["channel"] == "tickers"
        assert [each.url for each in server.sessions] == ["public"]
        assert server.disconnect_all(4013, "go") == 1
        with pytest.raises(Exception, match="4013"):
            caller.recv(60)


def test_what_follows_the_handshake_in_one_piece_is_heard(plain: OkxServer) -> None:
    with socket.create_connection(address(plain), timeout=60) as raw:
        raw.sendall(UPGRADE + KEY + b"\x81\x84\0\0\0\0ping")
        received = b""
        while not received.endswith(b"\x81\x04pong"):
            received += raw.recv(1000)


@pytest.mark.parametrize(
    "more",
    [
        b"Cookie: " + b"c" * 20_000 + b"\r\n\r\n",
        b"Content-Length: 4\r\n\r\nbody",
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Sec-WebSocket-Protocol: \r\nSec-WebSocket-Extensions: ;;\r\n\r\n",
        b"Origin: http://a\r\nOrigin: null\r\n\r\n",
        b"Connection: keep-alive\r\nHTTP2-Settings: AAEAAEAA\r\n\r\n",
    ],
    ids=lambda more: more.partition(b":")[0].decode(),
)
def test_a_handshake_may_have_more_about_it(plain: OkxServer, more: bytes) -> None:
    target = b"/ws/v5/public?brokerId=" + b"9" * 9_000
    with socket.create_connection(address(plain), timeout=60) as raw:
        raw.sendall(UPGRADE.replace(b"/ws/v5/public", target) + KEY.removesuffix(b"\r\n") + more)
        raw.sendall(b"\x81\x84\0\0\0\0ping")
        received = b""
        while not received.endswith(b"\x81\x04pong"):
            received += raw.recv(1000)
            assert received.startswith(b"HTTP/1.1 101 ")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (UPGRADE + b"\r\n", 400),
        (UPGRADE.replace(b"Connection: Upgrade", b"X: y") + KEY, 426),
        (UPGRADE.replace(b"GET", b"POST") + KEY, 405),
        (UPGRADE.replace(b"/ws/v5/public", b"/ws/v5/nothing") + KEY, 404),
    ],
)
def test_what_is_no_handshake_is_refused_and_leaves_no_session(plain: OkxServer, head: bytes, status: int) -> None:
    plain.allow("GET /ws/v5/nothing")
    plain.allow("POST /ws/v5/public")
    with socket.create_connection(address(plain), timeout=60) as raw:
        raw.sendall(head)
        assert int(raw.recv(1000).split()[1]) == status
    assert plain.sessions == ()


# A connection that is reset before a client has made TLS of it, Python's ssl leaves unclosed.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("fault", [HttpError(503), Disconnect(), LoseReply(), Disconnect(at="connect")], ids=repr)
def test_a_handshake_may_fail(server: OkxServer, fault: Any) -> None:
    at_once = fault.moment == "connect"
    server.faults.add(fault, on=None if at_once else "GET /ws/v5/public")
    with pytest.raises(Exception), client(server):  # noqa: B017, PT011  # which one is the library's choice
        pass
    with client(server):
        pass


@pytest.mark.parametrize("fault", [Disconnect(at="head"), Truncate(0)], ids=repr)
def test_a_client_may_be_accepted_and_dropped(server: OkxServer, fault: Any) -> None:
    server.faults.add(fault, on="GET /ws/v5/public")
    with client(server) as caller, pytest.raises(ConnectionClosedError):
        caller.recv(60)
    with client(server) as caller:
        caller.send("ping")
        assert caller.recv(60) == "pong"
        assert len(server.sessions) == 1


def test_a_handshake_may_be_late_or_held(plain: OkxServer) -> None:
    plain.faults.add(Delay(0.01), on="GET /ws/v5/*")
    with client(plain):
        pass
    handle = plain.faults.add(Hold(), on="GET /ws/v5/*")

    def let_go() -> None:
        handle.wait()
        handle.release()

    threading.Thread(target=let_go).start()
    with client(plain):
        pass


@pytest.mark.parametrize("fault", [Disconnect(), LoseReply(), Truncate(10)], ids=repr)
def test_a_push_may_be_the_end(server: OkxServer, fault: Any) -> None:
    with client(server) as caller:
        server.faults.add(fault, on="WS /ws/v5/public/tickers", skip=1)
        caller.send(json.dumps(TICKERS))
        caller.recv(60)
        caller.recv(60)
        server.clock.advance(5)
        with pytest.raises(Exception, match="close"):
            caller.recv(60)


def test_a_connection_may_be_half_open(plain: OkxServer) -> None:
    plain.faults.add(Silence(), on="WS /ws/v5/public/ping")
    with client(plain, close_timeout=0) as caller:
        caller.send("ping")
        with pytest.raises(TimeoutError):
            caller.recv(0.02)
        assert not caller.ping().wait(0.02)
        [session] = plain.sessions
        session.push("x", "y", plain.clock.now_ms())
        with pytest.raises(TimeoutError):
            caller.recv(0.02)


def test_a_late_message_comes_and_one_that_is_lost_does_not(plain: OkxServer) -> None:
    plain.faults.sequence([Delay(0.01), Drop()], on="WS /ws/v5/public/ping")
    with client(plain) as caller:
        for _ in range(3):
            caller.send("ping")
        assert [caller.recv(60) for _ in range(2)] == ["pong"] * 2
        with pytest.raises(TimeoutError):
            caller.recv(0.01)


def test_who_does_not_read_stalls_nobody_and_is_closed(plain: OkxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_connection(address(plain), timeout=60) as lazy, ExitStack() as stack:
        lazy.sendall(UPGRADE + KEY)
        lazy.recv(1000)
        reader = stack.enter_context(client(plain))
        session = plain.sessions[0]
        monkeypatch.setattr(websocket, "_PATIENCE", 0.01)
        while session.is_open:
            session.push("x", "x" * MOST_WAITING, plain.clock.now_ms())
            reader.send("ping")
            assert reader.recv(60) == "pong"
        with suppress(ConnectionError):
            while lazy.recv(1 << 20):
                pass


def test_time_that_passes_by_itself_is_noticed_while_somebody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    import time_machine

    monkeypatch.setattr("pytest_okx.wiring._POLL_SECONDS", 0.005)
    travel = time_machine.travel("2026-01-05T12:00:01Z", tick=False)
    with travel as traveller, OkxServer() as server, client(server) as caller:
        caller.send(json.dumps(TICKERS))
        caller.recv(60)
        caller.recv(60)
        traveller.shift(5)
        assert json.loads(caller.recv(60))["arg"]["channel"] == "tickers"


def test_what_goes_wrong_in_a_message_is_reported_and_ends_that_connection_alone(plain: OkxServer) -> None:
    def wrong(request: Any) -> bool:
        raise KeyError("match of a test")

    handle = plain.faults.add(Drop(), on="WS /ws/v5/public/ping", match=wrong, optional=True)
    with client(plain) as caller:
        caller.send("ping")
        with pytest.raises(Exception, match="close"):
            caller.recv(60)
    handle.remove()
    with client(plain) as caller:
        caller.send("ping")
        assert caller.recv(60) == "pong"
    [problem] = plain.problems()
    assert "the server broke down: KeyError('match of a test')" in problem
    plain.strict = False


def test_stopping_ends_websockets_at_once(server: OkxServer) -> None:
    with ExitStack() as stack:
        callers = [stack.enter_context(client(server, close_timeout=0)) for _ in range(3)]
        server.stop()
        for caller in callers:
            with pytest.raises(Exception, match="close"):
                caller.recv(60)
    assert server.sessions == ()


def test_a_mute_client_in_its_handshake_blocks_nobody_and_stopping_does_not_wait_for_it() -> None:
    with OkxServer(tls=True) as server, ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(socket.create_connection(address(server), timeout=60))
        half = stack.enter_context(socket.create_connection(address(server), timeout=60))
        half.sendall(b"\x16\x03\x01")
        with client(server) as caller:
            caller.send("ping")
            assert caller.recv(60) == "pong"
        server.stop()
        assert half.recv(1) == b""


def test_plain_http_and_mistrust_are_named_in_the_transcript() -> None:
    with OkxServer(tls=True) as server:
        with socket.create_connection(address(server), timeout=60) as raw:
            raw.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert raw.recv(100) == b""
        assert server.ca is not None
        doubtful = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        with pytest.raises(ssl.SSLCertVerificationError), socket.create_connection(address(server)) as raw:
            doubtful.wrap_socket(raw, server_hostname="127.0.0.1")
        with client(server):
            pass
        told = server.transcript()
    assert "400 the TLS handshake failed ([SSL: HTTP_REQUEST] http request" in told
    assert "use https:// or wss://, and let the client trust okx_ca" in told
    assert told.count("the TLS handshake failed") == 2


def test_many_connections_come_and_go(plain: OkxServer) -> None:
    async def flow() -> None:
        import websockets

        async def one() -> str:
            async with websockets.connect(f"{plain.ws_url}/public", compression=None) as caller:
                await caller.send("ping")
                return str(await caller.recv())

        assert set(await asyncio.gather(*(one() for _ in range(50)))) == {"pong"}

    asyncio.run(flow())
    with client(plain) as last:
        last.send("ping")
        assert last.recv(60) == "pong"
        assert len(plain.sessions) == 1


def test_what_goes_wrong_on_a_poll_is_reported_and_the_server_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    server, polled = OkxServer(strict=False), threading.Event()

    def broken() -> None:
        polled.set()
        raise ValueError("a poll")

    monkeypatch.setattr("pytest_okx.wiring._POLL_SECONDS", 0.001)
    monkeypatch.setattr(server._hub, "tick", broken)
    server._transport._wiring.poll = broken
    with server, client(server) as caller:
        assert polled.wait(60)
        caller.send("ping")
        assert caller.recv(60) == "pong"
    assert any("ValueError('a poll')" in problem for problem in server.problems())


def test_a_client_that_reads_late_gets_what_was_pushed(plain: OkxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "MOST_WAITING", 1 << 30)
    with client(plain, max_size=None, max_queue=1) as caller:
        [session] = plain.sessions
        for number in range(20):
            session.push("x", f"{number:02d}" + "x" * 1_000_000, plain.clock.now_ms())
        received = [str(caller.recv(60))[:2] for _ in range(20)]
    assert received == [f"{number:02d}" for number in range(20)]


def test_an_upgrade_is_announced_and_a_revoked_key_has_to_go(plain: OkxServer) -> None:
    with client(plain) as caller:
        plain.announce_upgrade(10)
        assert json.loads(caller.recv(60))["code"] == "64008"
        plain.clock.advance(10)
        with pytest.raises(Exception, match="1012"):
            caller.recv(60)
    plain.revoke(plain.credentials)


def test_a_client_that_resets_amid_its_tls_handshake_is_forgotten() -> None:
    with OkxServer(tls=True) as server:
        raw = socket.create_connection(address(server), timeout=60)
        raw.sendall(b"\x16\x03\x01\x02\x00")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, connection._RESET_ON_CLOSE)
        raw.close()
        with client(server) as caller:
            caller.send("ping")
            assert caller.recv(60) == "pong"
        assert "TLS handshake failed" not in server.transcript()


# --- one port for TLS, HTTP and a proxy ----------------------------------------------------------------------------

TIME = b"GET /api/v5/public/time HTTP/1.1\r\nHost: www.okx.com\r\n\r\n"
CONNECT = b"CONNECT www.okx.com:443 HTTP/1.1\r\nHost: www.okx.com:443\r\n\r\n"
# The guard of the suite knows no proxy that leads to a fake.
BY_PROXY = pytest.mark.okx(guard=False)
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


@pytest.fixture
def opened(server: OkxServer) -> OkxServer:
    """A server that answers for OKX's host names on its port, whether it spoke TLS there before or not."""
    server.open_doors()
    return server


@pytest.fixture
def raw(opened: OkxServer) -> Iterator[socket.socket]:
    with socket.create_connection(address(opened), timeout=60) as made:
        yield made


def secured(sock: socket.socket, name: str = "www.okx.com") -> ssl.SSLSocket:
    return authority().client_context().wrap_socket(sock, server_hostname=name)


def client_hello() -> bytes:
    """How a client begins with TLS."""
    arrived, leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
    with suppress(ssl.SSLWantReadError):
        authority().client_context().wrap_bio(arrived, leaving, server_hostname="www.okx.com").do_handshake()
    return leaving.read()


def answer_to(sock: socket.socket, data: bytes) -> bytes:
    """What comes for bytes, until the connection ends in whatever way."""
    answer = bytearray()
    with suppress(ConnectionError):
        sock.sendall(data)
        while data := sock.recv(1000):
            answer += data
    return bytes(answer)


def status_of(sock: socket.socket) -> int:
    sock.sendall(TIME)
    return int(sock.recv(1000).split()[1])


def test_who_begins_with_tls_gets_tls_and_others_http(opened: OkxServer, raw: socket.socket) -> None:
    assert status_of(raw) == 200
    with socket.create_connection(address(opened), timeout=60) as other, secured(other) as tls:
        assert status_of(tls) == 200
        assert status_of(tls) == 200


def test_the_certificate_is_for_the_name_that_is_asked_for(opened: OkxServer) -> None:
    for name in ("wspap.okx.com", "127.0.0.1", "EEA.okx.com"):
        with socket.create_connection(address(opened), timeout=60) as sock, secured(sock, name) as tls:
            assert status_of(tls) == 200
    for name in ("static.okx.com", "example.org"):
        mismatch = pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch")
        with socket.create_connection(address(opened), timeout=60) as sock, mismatch:
            secured(sock, name)


@BY_PROXY
@pytest.mark.parametrize("inside", [secured, lambda sock: sock], ids=["tls", "plain"])
def test_a_tunnel_leads_to_this_server(raw: socket.socket, inside: Any) -> None:
    raw.sendall(CONNECT)
    assert raw.recv(1000) == ESTABLISHED
    tunnelled = inside(raw)
    assert status_of(tunnelled) == 200
    tunnelled.close()


@BY_PROXY
def test_a_client_that_does_not_wait_for_its_tunnel_is_understood(raw: socket.socket) -> None:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    inside = authority().client_context().wrap_bio(incoming, outgoing, server_hostname="www.okx.com")
    with suppress(ssl.SSLWantReadError):
        inside.do_handshake()
    raw.sendall(CONNECT + outgoing.read())
    received = b""
    while len(received) <= len(ESTABLISHED):
        received += raw.recv(10_000)
    incoming.write(received.removeprefix(ESTABLISHED))
    while not inside.cipher():
        try:
            inside.do_handshake()
        except ssl.SSLWantReadError:
            incoming.write(raw.recv(10_000))
    raw.sendall(outgoing.read())


@BY_PROXY
def test_plain_requests_may_follow_a_tunnel_without_waiting(raw: socket.socket) -> None:
    raw.sendall(CONNECT + TIME + CONNECT + TIME)
    received = b""
    while received.count(b'"code":"0"') < 2:
        received += raw.recv(10_000)
    assert received.count(ESTABLISHED) == 2


@BY_PROXY
@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET https://www.okx.com/api/v5/public/time HTTP/1.1\r\nHost: www.okx.com\r\n\r\n", 200),
        (b"GET http://www.okx.com/api/v5/public/time HTTP/1.1\r\nHost: www.okx.com\r\n\r\n", 200),
        (b"GET http://example.org/ HTTP/1.1\r\nHost: example.org\r\n\r\n", 403),
        (b"CONNECT static.okx.com:443 HTTP/1.1\r\nHost: static.okx.com:443\r\n\r\n", 403),
        (b"CONNECT www.okx.com HTTP/1.1\r\nHost: www.okx.com\r\n\r\n", 400),
    ],
)
def test_a_proxy_leads_nowhere_else(opened: OkxServer, raw: socket.socket, head: bytes, status: int) -> None:
    raw.sendall(head)
    reply = raw.recv(10_000)
    assert int(reply.split()[1]) == status
    if status == 403:
        assert b"is no host of OKX's API" in reply
        assert "is no host of OKX's API" in opened.transcript()


def test_a_connection_that_was_reset_at_once_gets_no_tls(opened: OkxServer) -> None:
    opened.faults.add(Disconnect(at="connect"))
    with suppress(ConnectionError), socket.create_connection(address(opened), timeout=60) as sock:
        assert answer_to(sock, client_hello()) == b""
    with socket.create_connection(address(opened), timeout=60) as sock, secured(sock) as tls:
        assert status_of(tls) == 200


def test_bytes_that_begin_like_tls_and_are_none_are_refused(opened: OkxServer, raw: socket.socket) -> None:
    assert b"HTTP" not in answer_to(raw, b"\x16\x03\x01\x00\x05hello")
    deadline = time.monotonic() + 10
    while "the TLS handshake failed" not in opened.transcript():  # told once the connection has ended
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_nothing_runs_on_the_thread_of_a_server_that_has_stopped(plain: OkxServer) -> None:
    plain.stop()
    plain._transport.call_soon(pytest.fail)


def idle() -> Wiring:
    """The wiring of a server to which nothing happens."""

    def never(*_: object) -> Reply:
        raise AssertionError("nothing was to happen")

    return Wiring(never, never, never, None, lambda: pytest.fail("nobody listens"), None, 1000, 1000)


def test_nobody_is_polled_for_when_nobody_listens_any_more() -> None:
    wiring = idle()
    wiring.polls = True
    with asyncio.Runner() as runner:
        poll(wiring, runner.get_loop())
    assert not wiring.polls


def test_what_comes_before_the_handshake_of_tls_is_seen_through_waits() -> None:
    wiring = idle()
    data = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    wiring.arrivals[: len(data)] = data
    with asyncio.Runner() as runner:
        made = Connection(wiring, runner.get_loop())
        made._parser = RequestParser("127.0.0.1", 1000, 1000)
        made._securing = True
        made.buffer_updated(len(data))
        assert made._parser.has_more
