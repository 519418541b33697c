"""The guard alone, without pytest around it: what it refuses, what it lets pass, what it leaves behind."""

from __future__ import annotations

import array
import asyncio
import http.client
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from pytest_okx.network import Guard, RealExchangeRefused

OKX = "www.okx.com"


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The names that got past the guard: nothing leaves this machine."""
    names: list[object] = []

    def look_up(host: object, *args: object, **kwargs: object) -> Any:
        names.append(host)
        raise OSError("looked up")

    def connect(sock: socket.socket, address: Any) -> Any:
        names.append(address)
        raise OSError("connected")

    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        monkeypatch.setattr(socket, name, look_up)
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, connect, raising=False)
    for name, module in {"aiodns": SimpleNamespace(DNSResolver=Resolver), "uvloop": SimpleNamespace(Loop=Loop)}.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(Resolver, "names", names)
    return names


class Resolver:
    """What looks names up without Python's sockets, as aiodns does."""

    names: ClassVar[list[object]] = []

    def getaddrinfo(self, host: object, port: int) -> None:
        self.names.append(host)
        raise OSError("looked up")


class Loop(Resolver):
    """What also opens connections without them, as uvloop does."""

    def create_connection(self, factory: object, host: object = None, port: object = None) -> None:
        self.names.append((host, port))
        raise OSError("connected")


@pytest.fixture
def guard(seen: list[object]) -> Iterator[Guard]:
    """A guard that stands, while a test called test_bot runs."""
    guard = Guard(lambda: "test_bot")
    guard.install()
    yield guard
    guard.remove()


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a TCP connection, as to a proxy, made past guards and patches."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as ours:
        super(socket.socket, ours).connect(listener.getsockname())
        theirs, _ = listener.accept()
        with theirs:
            yield ours, theirs


def connect(address: Any) -> None:
    with socket.socket() as sock:
        sock.connect(address)


def connect_ex(address: Any) -> None:
    with socket.socket() as sock:
        sock.connect_ex(address)


def connect_tls(address: Any) -> None:
    context = ssl.create_default_context()
    with context.wrap_socket(socket.socket(), server_hostname=OKX) as sock:
        sock.connect(address)


async def connect_async() -> None:
    await asyncio.open_connection(OKX, 443)


# --- what is refused ---------------------------------------------------------------------------------------------

REACHES: dict[str, tuple[Callable[[], Any], str]] = {
    "getaddrinfo": (lambda: socket.getaddrinfo(OKX, 443), "a look-up of"),
    "getaddrinfo by keyword": (lambda: socket.getaddrinfo(host=OKX, port=443), "a look-up of"),
    "getaddrinfo of bytes": (lambda: socket.getaddrinfo(OKX.encode(), 443), "a look-up of"),
    "gethostbyname": (lambda: socket.gethostbyname(OKX), "a look-up of"),
    "gethostbyname_ex": (lambda: socket.gethostbyname_ex(OKX), "a look-up of"),
    "create_connection": (lambda: socket.create_connection((OKX, 443)), "a look-up of"),
    "connect": (lambda: connect((OKX, 443)), "a connection to"),
    "connect_ex": (lambda: connect_ex((OKX, 443)), "a connection to"),
    "connect of a TLS socket": (lambda: connect_tls((OKX, 443)), "a connection to"),
    "asyncio": (lambda: asyncio.run(connect_async()), "a look-up of"),
    "aiodns": (lambda: Resolver().getaddrinfo(OKX, port=443), "a look-up of"),
    "uvloop": (lambda: Loop().getaddrinfo(OKX, port=443), "a look-up of"),
    "a connection on uvloop": (lambda: Loop().create_connection(object, OKX, 443), "a connection to"),
    "a connection on uvloop by keyword": (
        lambda: Loop().create_connection(object, host=OKX, port=443),
        "a connection to",
    ),
    "http.client": (lambda: http.client.HTTPSConnection(OKX).request("GET", "/"), "a look-up of"),
}


@pytest.mark.parametrize(("reach", "what"), REACHES.values(), ids=REACHES)
def test_reaching_for_okx_is_refused(guard: Guard, seen: list[object], reach: Callable[[], Any], what: str) -> None:
    with pytest.raises(RealExchangeRefused) as caught:
        reach()
    assert str(caught.value) == (
        f"test_bot reached for the real OKX: {what} www.okx.com was refused; "
        "point the client at okx_server.url, ask for okx_network, "
        "or let the test through with @pytest.mark.okx(guard=False)"
    )
    assert guard.refusals == [str(caught.value)]
    assert seen == []


@pytest.mark.parametrize(("reach", "what"), REACHES.values(), ids=REACHES)
def test_nothing_is_refused_while_the_guard_is_lifted(
    guard: Guard, seen: list[object], reach: Callable[[], Any], what: str
) -> None:
    with guard.lifted(), pytest.raises(OSError, match=r"looked up|connected"):
        reach()
    assert len(seen) == 1
    with pytest.raises(RealExchangeRefused, match=what):
        reach()


CONNECT = b"CONNECT www.okx.com:443 HTTP/1.1\r\nHost: www.okx.com:443\r\n\r\n"


@pytest.mark.parametrize(
    "send",
    [
        lambda sock: sock.send(CONNECT),
        lambda sock: sock.sendall(CONNECT),
        lambda sock: sock.sendall(bytearray(CONNECT)),
        lambda sock: sock.send(memoryview(CONNECT)),
        pytest.param(
            lambda sock: sock.sendmsg([CONNECT[:30], CONNECT[30:]]),
            marks=pytest.mark.skipif(not hasattr(socket.socket, "sendmsg"), reason="Windows has no sendmsg"),
        ),
    ],
    ids=["send", "sendall", "bytearray", "memoryview", "sendmsg"],
)
def test_connect_through_a_proxy_is_refused(
    guard: Guard, pair: tuple[socket.socket, socket.socket], send: Callable[[socket.socket], object]
) -> None:
    ours, theirs = pair
    with pytest.raises(RealExchangeRefused, match=r"a CONNECT through a proxy to www\.okx\.com was refused"):
        send(ours)
    theirs.setblocking(False)
    with pytest.raises(BlockingIOError):
        theirs.recv(1)


def test_tunnel_of_the_standard_library_is_refused(guard: Guard, pair: tuple[socket.socket, socket.socket]) -> None:
    connection = http.client.HTTPConnection("proxy.example")
    connection.set_tunnel(OKX, 443)
    connection._create_connection = lambda *args: pair[0]  # type: ignore[attr-defined]  # kept there for tests
    with pytest.raises(RealExchangeRefused, match="a CONNECT"):
        connection.request("GET", "/")


def test_tunnel_of_asyncio_is_refused(guard: Guard, pair: tuple[socket.socket, socket.socket]) -> None:
    async def tunnel() -> None:
        _, writer = await asyncio.open_connection(sock=pair[0])
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        writer.write(CONNECT)
        writer.close()

    asyncio.run(tunnel())
    assert len(guard.refusals) == 1
    assert pair[1].recv(100) == b""


# --- what passes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"GET http://www.okx.com/api/v5/public/time HTTP/1.1\r\n\r\n",
        b"CONNECT example.org:443 HTTP/1.1\r\n\r\n",
        b"CONNECT ",
        b"",
        array.array("I", [1, 2, 3]),
    ],
)
def test_other_bytes_pass(guard: Guard, pair: tuple[socket.socket, socket.socket], data: Any) -> None:
    ours, theirs = pair
    ours.send(data, 0)
    ours.sendall(data)
    ours.close()
    assert theirs.recv(1000) == 2 * bytes(data)
    assert guard.refusals == []


@pytest.mark.skipif(not hasattr(socket.socket, "sendmsg"), reason="Windows has no sendmsg")
@pytest.mark.parametrize("buffers", [[b"some", b"thing"], [], (part for part in [b"some", b"thing"])])
def test_other_buffers_pass(guard: Guard, pair: tuple[socket.socket, socket.socket], buffers: Any) -> None:
    size = pair[0].sendmsg(buffers)
    pair[0].close()
    assert pair[1].recv(1000) == b"something"[:size]
    assert size in (0, 9)


@pytest.mark.parametrize("address", [("example.org", 80), ("127.0.0.1", 80), "/run/www.okx.com", ()])
def test_other_addresses_pass(guard: Guard, seen: list[object], address: Any) -> None:
    with pytest.raises(OSError, match="connected"):
        connect(address)
    assert seen == [address]
    assert guard.refusals == []


# --- who is told -------------------------------------------------------------------------------------------------


def test_outside_any_test_it_refuses_and_blames_nobody(seen: list[object]) -> None:
    guard = Guard(lambda: "")
    guard.install()
    try:
        with pytest.raises(RealExchangeRefused, match=r"^this process, outside any test, reached for the real OKX"):
            socket.getaddrinfo(OKX, 443)
    finally:
        guard.remove()
    assert guard.refusals == []


def test_what_was_refused_is_forgotten_when_told(guard: Guard) -> None:
    with pytest.raises(RealExchangeRefused):
        socket.gethostbyname(OKX)
    guard.forget()
    assert guard.refusals == []


# --- what is left ------------------------------------------------------------------------------------------------


def state() -> tuple[dict[str, object], dict[str, object]]:
    return dict(vars(socket)), dict(vars(socket.socket))


def test_nothing_is_left_behind() -> None:
    before = state()
    guard = Guard(lambda: "")
    guard.install()
    assert state() != before
    guard.remove()
    assert state() == before


def test_installing_and_removing_twice_is_harmless() -> None:
    before = state()
    guard = Guard(lambda: "")
    for change in (guard.install, guard.install, guard.remove, guard.remove):
        change()
    assert state() == before


def test_guards_may_stand_behind_each_other(seen: list[object]) -> None:
    before = state()
    outer, inner = Guard(lambda: "outer"), Guard(lambda: "inner")
    outer.install()
    inner.install()
    with inner.lifted(), pytest.raises(RealExchangeRefused, match=r"^outer"):
        socket.gethostbyname(OKX)
    inner.remove()
    outer.remove()
    assert state() == before


def test_what_somebody_replaced_meanwhile_stays_theirs(seen: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    guard = Guard(lambda: "test_bot")
    guard.install()
    guarded = socket.getaddrinfo

    def theirs(*args: Any) -> Any:
        return guarded(*args)

    monkeypatch.setattr(socket, "getaddrinfo", theirs)
    guard.remove()
    assert socket.getaddrinfo is theirs
    with pytest.raises(OSError, match="looked up"):
        socket.getaddrinfo(OKX, 443)


def test_a_system_without_sendmsg_is_guarded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Socket:
        def connect(self) -> None: ...

        connect_ex = send = sendall = connect

    monkeypatch.setattr(socket, "socket", Socket)
    guard = Guard(lambda: "")
    guard.install()
    assert not hasattr(Socket, "sendmsg")
    guard.remove()
