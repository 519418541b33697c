"""The guard that keeps a test suite off the real exchange.

While it is installed, a look-up of a host of OKX, a connection to one by name, and an HTTP CONNECT to one are refused
where Python's socket module does them; look-ups and connections where uvloop and aiodns (c-ares) do them, too. It does
not see what never passes there: native clients, a function of the socket module that was imported by name before, a
CONNECT inside TLS or on uvloop, a SOCKS proxy that resolves names itself, Windows' proactor event loop once a name is
resolved. It does not know pytest: it asks a function who runs.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from ..hosts import okx_host
from .patches import Function, Patches
from .refusals import RealExchangeRefused

__all__ = ["Guard"]

_CONNECT: Final = b"CONNECT "
_CONNECT_TO: Final = re.compile(rb"CONNECT ([^\s:]+)")


class Guard:
    """Refuses what would reach the real OKX, between `install` and `remove`.

    `running()` gives the name of the test that runs, or "" when none does. `refusals` holds what was refused while one
    ran, because a client may swallow the error: one sentence each, until `forget`.
    """

    def __init__(self, running: Callable[[], str]) -> None:
        self.refusals: list[str] = []
        self._running = running
        self._installed = False
        self._lifted = 0
        self._patches = Patches()

    def install(self) -> None:
        """Stand guard; doing so twice is harmless."""
        if self._installed:
            return
        self._installed = True
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            self._patches.replace(socket, name, self._lookup)
        for name in ("connect", "connect_ex"):
            self._patches.replace(socket.socket, name, self._connection)
        for name in ("send", "sendall"):
            self._patches.replace(socket.socket, name, self._sending)
        if hasattr(socket.socket, "sendmsg"):  # Windows has none
            self._patches.replace(socket.socket, "sendmsg", self._sending_parts)
        for module, owner in (("aiodns", "DNSResolver"), ("uvloop", "Loop")):
            self._patches.replace_in(module, owner, "getaddrinfo", self._lookup_by)
        self._patches.replace_in("uvloop", "Loop", "create_connection", self._connection_by)

    def remove(self) -> None:
        """Put everything back as it was; what somebody else replaced meanwhile stays theirs, and lets all pass."""
        self._installed = False
        self._patches.restore()

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """Within it nothing is refused."""
        self._lifted += 1
        try:
            yield
        finally:
            self._lifted -= 1

    def forget(self) -> None:
        """Another test begins: what was refused before is not its doing."""
        self.refusals = []

    def _lookup(self, original: Function) -> Function:
        def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
            self._check("a look-up of", host)
            return original(host, *args, **kwargs)

        return guarded

    def _lookup_by(self, original: Function) -> Function:
        def guarded(resolver: Any, host: Any, *args: Any, **kwargs: Any) -> Any:
            self._check("a look-up of", host)
            return original(resolver, host, *args, **kwargs)

        return guarded

    def _connection(self, original: Function) -> Function:
        def guarded(sock: socket.socket, address: Any) -> Any:
            if isinstance(address, tuple) and address:
                self._check("a connection to", address[0])
            return original(sock, address)

        return guarded

    def _connection_by(self, original: Function) -> Function:
        def guarded(loop: Any, factory: Any, host: Any = None, *args: Any, **kwargs: Any) -> Any:
            self._check("a connection to", host)
            return original(loop, factory, host, *args, **kwargs)

        return guarded

    def _sending(self, original: Function) -> Function:
        def guarded(sock: socket.socket, data: Any, *args: Any) -> Any:
            self._check_bytes(data)
            return original(sock, data, *args)

        return guarded

    def _sending_parts(self, original: Function) -> Function:
        def guarded(sock: socket.socket, buffers: Iterable[Any], *args: Any) -> Any:
            parts = tuple(buffers)  # asyncio gives an iterator, which can be read once
            if parts:
                self._check_bytes(parts[0])
            return original(sock, parts, *args)

        return guarded

    def _check_bytes(self, data: Any) -> None:
        # Every byte of every client passes here: one comparison, unless it is a CONNECT.
        if isinstance(data, (bytes, bytearray, memoryview)) and data[:8] == _CONNECT:
            match = _CONNECT_TO.match(bytes(data))
            self._check("a CONNECT through a proxy to", match[1] if match else None)

    def _check(self, what: str, host: object) -> None:
        name = okx_host(host)
        if not name or not self._installed or self._lifted:
            return
        test = self._running()
        text = (
            f"{test or 'this process, outside any test,'} reached for the real OKX: {what} {name} was refused; "
            "point the client at okx_server.url, ask for okx_network, "
            "or let the test through with @pytest.mark.okx(guard=False)"
        )
        if test:
            self.refusals.append(text)
        raise RealExchangeRefused(text)
