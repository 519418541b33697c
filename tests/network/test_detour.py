"""The detour alone: where it leads, what it refuses, what it leaves behind. Whole clients are in test_hosting.py."""

from __future__ import annotations

import os
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_okx.network import Detour, ElsewhereRefused, RealExchangeRefused

Seen = list[object]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """The hosts and addresses that got past the detour: nothing leaves this machine."""
    names: Seen = []

    def look_up(host: object, *args: object, **kwargs: object) -> Any:
        names.append(host)
        return host

    def connect(sock: object, address: object) -> None:
        names.append(address)

    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        monkeypatch.setattr(socket, name, look_up)
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, connect, raising=False)
    for owner, name in ((ssl.SSLContext, "wrap_socket"), (ssl.SSLContext, "wrap_bio"), (Resolver, "getaddrinfo")):
        monkeypatch.setattr(owner, name, getattr(owner, name))  # to be put back, whatever a test leaves
    for name, module in MODULES.items():
        monkeypatch.setitem(sys.modules, name, module)
    return names


class Resolver:
    """What aiodns looks names up with."""

    def getaddrinfo(self, host: object, port: int = 0) -> object:
        return host


class Loop(Resolver):
    """An event loop as uvloop has it: it opens connections without Python's sockets."""

    def create_connection(self, factory: object, host: object = None, port: object = None, **kwargs: object) -> object:
        return host, port, kwargs


MODULES: Any = {"aiodns": SimpleNamespace(DNSResolver=Resolver), "uvloop": SimpleNamespace(Loop=Loop)}


@pytest.fixture
def detour(seen: Seen) -> Iterator[Detour]:
    with Detour(("127.0.0.1", 1234), lambda context: None) as made:
        yield made


def connect(*address: Any) -> None:
    with socket.socket() as sock:
        sock.connect(address)


LOOK_UPS: dict[str, Callable[[Any], Any]] = {
    "getaddrinfo": lambda host: socket.getaddrinfo(host, 443),
    "getaddrinfo by keyword": lambda host: socket.getaddrinfo(host=host, port=443),
    "gethostbyname": lambda host: socket.gethostbyname(host),
    "gethostbyname_ex": lambda host: socket.gethostbyname_ex(host),
    "aiodns": lambda host: Resolver().getaddrinfo(host, port=443),
    "uvloop": lambda host: Loop().getaddrinfo(host, port=443),
}


@pytest.mark.parametrize("look_up", LOOK_UPS.values(), ids=LOOK_UPS)
@pytest.mark.parametrize("host", ["www.okx.com", "WSPAP.okx.com.", b"my.okx.com"])
@pytest.mark.parametrize("port", [80, 443, 8443])
def test_whatever_a_client_takes_of_a_look_up_leads_to_the_fake(
    detour: Detour, seen: Seen, look_up: Callable[[Any], Any], host: object, port: int
) -> None:
    connect(look_up(host), port)
    assert seen[-1] == ("127.0.0.1", 1234)
    assert not {"www.okx.com", "WSPAP.okx.com.", b"my.okx.com"} & set(seen)


def test_a_connection_by_name_leads_there_too(detour: Detour, seen: Seen) -> None:
    connect("ws.okx.com", 8443)
    with socket.socket() as sock:
        sock.connect_ex(("ws.okx.com", 80))
    assert seen == [("127.0.0.1", 1234)] * 2


FAKE = ("127.0.0.1", 1234)


@pytest.mark.parametrize(
    ("given", "opened"),
    [
        ({"host": "ws.okx.com", "port": 80}, (*FAKE, {})),
        ({"host": "ws.okx.com", "port": 443, "ssl": True}, (*FAKE, {"ssl": True, "server_hostname": "ws.okx.com"})),
        (
            {"host": "ws.okx.com", "port": 443, "ssl": True, "server_hostname": ""},
            (*FAKE, {"ssl": True, "server_hostname": ""}),
        ),
        ({"host": "example.org", "port": 443, "ssl": True}, ("example.org", 443, {"ssl": True})),
        ({"sock": "opened"}, (None, None, {"sock": "opened"})),
    ],
)
def test_a_loop_without_sockets_of_python_leads_there_too(
    detour: Detour, given: dict[str, Any], opened: tuple[object, ...]
) -> None:
    assert Loop().create_connection(object, **given) == opened


def test_such_a_loop_is_refused_other_hosts_of_okx_and_led_nowhere_afterwards(seen: Seen) -> None:
    with Detour(FAKE, lambda context: None):
        looked_up = Loop().getaddrinfo("ws.okx.com")
        assert Loop().create_connection(object, looked_up, 443) == (*FAKE, {})
        with pytest.raises(RealExchangeRefused, match=r"a connection to static\.okx\.com was refused"):
            Loop().create_connection(object, "static.okx.com", 443)
        kept = Loop.create_connection
    assert Loop().create_connection(object, "ws.okx.com", 443) == ("ws.okx.com", 443, {})
    assert kept(Loop(), object, "ws.okx.com", 443) == ("ws.okx.com", 443, {})


ELSEWHERE = ("example.org", "192.0.2.1", "localhost", "127.0.0.1", "::1", "", None)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_other_hosts_are_what_they_were(detour: Detour, seen: Seen, host: Any) -> None:
    socket.getaddrinfo(host, 443)
    connect(host, 443)
    assert seen == [host, (host, 443)]


@pytest.mark.parametrize("address", ["/run/www.okx.com", ()])
def test_addresses_of_other_kinds_are_what_they_were(detour: Detour, seen: Seen, address: Any) -> None:
    with socket.socket() as sock:
        sock.connect(address)
    assert seen == [address]


@pytest.mark.parametrize("look_up", LOOK_UPS.values(), ids=LOOK_UPS)
def test_other_hosts_of_okx_are_refused(seen: Seen, look_up: Callable[[Any], Any]) -> None:
    noted: list[str] = []
    with (
        Detour(("127.0.0.1", 1234), lambda context: None, running=lambda: "test_bot", note=noted.append),
        pytest.raises(RealExchangeRefused) as caught,
    ):
        look_up("static.okx.com")
    assert noted == [str(caught.value)]
    assert noted == [
        "test_bot reached for the real OKX: a look-up of static.okx.com was refused; "
        "the hosts of OKX's API lead to the fake exchange, and this is none of them"
    ]
    assert seen == []


@pytest.mark.parametrize("host", ["example.org", b"example.org", "192.0.2.1", "2001:db8::1"])
def test_isolated_it_refuses_every_other_host(seen: Seen, host: Any) -> None:
    with Detour(("127.0.0.1", 1234), lambda context: None, isolated=True):
        with pytest.raises(ElsewhereRefused, match=r"^this process reached for another host: a look-up of"):
            socket.getaddrinfo(host, 443)
        with pytest.raises(ElsewhereRefused, match=r"a connection to .* was refused; nothing but OKX's API"):
            connect(host, 443)
    assert seen == []


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", b"localhost", "127.0.0.1", "127.1.2.3", "::1", "0.0.0.0", "::", "", None, 0]
)
def test_isolated_this_machine_is_reached_still(seen: Seen, host: Any) -> None:
    with Detour(("127.0.0.1", 1234), lambda context: None, isolated=True):
        socket.getaddrinfo(host, 443)
        connect(host, 443)
        connect("www.okx.com", 443)
    assert seen == [host, (host, 443), ("127.0.0.1", 1234)]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda context, name: context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=name),
        lambda context, name: context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), False, name),
        lambda context, name: context.wrap_socket(socket.socket(), server_hostname=name).close(),
    ],
    ids=["bio", "bio by place", "socket"],
)
def test_a_context_is_made_to_trust_for_okx_alone(seen: Seen, wrap: Callable[[ssl.SSLContext, str], Any]) -> None:
    trusting: list[ssl.SSLContext] = []
    contexts = [ssl.create_default_context() for _ in range(3)]
    with Detour(("127.0.0.1", 1234), trusting.append):
        wrap(contexts[0], "www.okx.com")
        wrap(contexts[1], "example.org")
    wrap(contexts[2], "www.okx.com")
    assert trusting == [contexts[0]]


def test_the_inner_one_of_two_wins(seen: Seen) -> None:
    with Detour(("127.0.0.1", 1), lambda context: None):
        with Detour(("127.0.0.1", 2), lambda context: None):
            connect(socket.getaddrinfo("www.okx.com", 443), 443)
        connect(socket.getaddrinfo("www.okx.com", 443), 443)
    connect("www.okx.com", 443)
    assert [each for each in seen if isinstance(each, tuple)] == [
        ("127.0.0.1", 2),
        ("127.0.0.1", 1),
        ("www.okx.com", 443),
    ]


def test_one_that_is_removed_out_of_turn_leads_nowhere(seen: Seen) -> None:
    outer, inner = (Detour(("127.0.0.1", port), lambda context: None) for port in (1, 2))
    outer.install()
    inner.install()
    outer.remove()
    connect("www.okx.com", 443)
    inner.remove()
    connect("www.okx.com", 443)
    socket.gethostbyname("static.okx.com")
    assert seen == [("127.0.0.1", 2), ("www.okx.com", 443), "static.okx.com"]


@pytest.mark.parametrize("modules", [dict.fromkeys(MODULES), MODULES], ids=["without aiodns and uvloop", "with them"])
def test_nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch, modules: dict[str, object]) -> None:
    def state() -> list[dict[str, object]]:
        owners = (socket, socket.socket, ssl.SSLContext, Resolver, Loop)
        return [dict(vars(each)) for each in owners] + [dict(os.environ)]

    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    before = state()
    with Detour(("127.0.0.1", 1), lambda context: None):
        assert state() != before
    assert state() == before
