"""The detour that leads OKX's host names to a fake, for all that this process opens with Python's sockets or uvloop.

While it stands, a look-up of a host of OKX's API gives an address of no machine, a connection to that address, at any
port, goes to the fake, and a TLS handshake for such a name trusts the fake's authority, whenever its context was made.
Other hosts of OKX are refused, and where it was told so, all but loopback. It does not see what the guard does not see;
it knows neither the fake nor pytest: it is given an address, a way to trust, and who runs.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final

from ..hosts import api_host, okx_host
from .patches import Function, Patches
from .refusals import ElsewhereRefused, RealExchangeRefused

__all__ = ["Detour"]

# Loopback that nobody uses: clients differ in what they take of an answer, address and port or the address alone.
_NOWHERE: Final = "127.79.75.88"
_NO_API: Final = "the hosts of OKX's API lead to the fake exchange, and this is none of them"
_ISOLATED: Final = "nothing but OKX's API and loopback is let through, because isolated=True was asked for"


class Detour:
    """Leads the hosts of OKX's API to `address`, between `install` and `remove`; detours may nest, the inner one wins.

    `trust(context)` lets a client's context trust the fake. With `isolated` no host but those and loopback can be
    reached. `running()` names who is to blame for what is refused, and `note(sentence)` is told of it.
    """

    def __init__(
        self,
        address: tuple[str, int],
        trust: Callable[[ssl.SSLContext], object],
        *,
        isolated: bool = False,
        running: Callable[[], str] = lambda: "",
        note: Callable[[str], object] = lambda sentence: None,
    ) -> None:
        self._address = address
        self._trust = trust
        self._isolated = isolated
        self._running = running
        self._note = note
        self._stands = False
        self._patches = Patches()

    def install(self) -> None:
        """Stand in the way from now on."""
        self._stands = True
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            self._patches.replace(socket, name, self._lookup)
        for name in ("connect", "connect_ex"):
            self._patches.replace(socket.socket, name, self._connection)
        for name in ("wrap_socket", "wrap_bio"):
            self._patches.replace(ssl.SSLContext, name, self._handshake)
        # With the one aiohttp looks names up by c-ares; the other is an event loop in C.
        for module, owner in (("aiodns", "DNSResolver"), ("uvloop", "Loop")):
            self._patches.replace_in(module, owner, "getaddrinfo", self._lookup_by)
        self._patches.replace_in("uvloop", "Loop", "create_connection", self._connection_by)

    def remove(self) -> None:
        """Put everything back as it was; what somebody else replaced meanwhile stays theirs, and leads nowhere else."""
        self._stands = False
        self._patches.restore()

    def __enter__(self) -> Detour:
        self.install()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    def _lookup(self, original: Function) -> Function:
        def detoured(host: Any, *args: Any, **kwargs: Any) -> Any:
            return original(self._towards("a look-up of", host), *args, **kwargs)

        return detoured

    def _lookup_by(self, original: Function) -> Function:
        def detoured(resolver: Any, host: Any, *args: Any, **kwargs: Any) -> Any:
            return original(resolver, self._towards("a look-up of", host), *args, **kwargs)

        return detoured

    def _connection(self, original: Function) -> Function:
        def detoured(sock: socket.socket, address: Any) -> Any:
            if self._stands and isinstance(address, tuple) and address:
                led = self._towards("a connection to", address[0]) == _NOWHERE
                address = self._address if led else address
            return original(sock, address)

        return detoured

    def _connection_by(self, original: Function) -> Function:
        def detoured(loop: Any, factory: Any, host: Any = None, port: Any = None, **kwargs: Any) -> Any:
            if self._stands and self._towards("a connection to", host) == _NOWHERE:
                if kwargs.get("ssl") and kwargs.get("server_hostname") is None:
                    kwargs["server_hostname"] = host  # as the loop does
                host, port = self._address
            return original(loop, factory, host, port, **kwargs)

        return detoured

    def _handshake(self, original: Function) -> Function:
        def trusting(context: ssl.SSLContext, *args: Any, **kwargs: Any) -> Any:
            # The name is an argument by place or by word, and no other argument is one of OKX's names.
            if self._stands and any(map(api_host, (*args, *kwargs.values()))):
                self._trust(context)
            return original(context, *args, **kwargs)

        return trusting

    def _towards(self, what: str, host: object) -> object:
        """The host to use for `host`; refused are those that lead astray."""
        if not self._stands:
            return host
        if okx_host(host):
            if api_host(host) is None:
                self._refuse(RealExchangeRefused, f"the real OKX: {what} {okx_host(host)}", _NO_API)
            return _NOWHERE
        if self._isolated and not _here(host):
            self._refuse(ElsewhereRefused, f"another host: {what} {_text(host)}", _ISOLATED)
        return host

    def _refuse(self, kind: type[RuntimeError], what: str, why: str) -> None:
        sentence = f"{self._running() or 'this process'} reached for {what} was refused; {why}"
        self._note(sentence)
        raise kind(sentence)


def _here(host: object) -> bool:
    """Whether `host` is this machine: by name, by a loopback address, or "any address", which is for listening."""
    name = _text(host)
    if not isinstance(name, str) or name.lower() in ("", "localhost", "localhost."):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _text(host: object) -> object:
    return host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else host
