"""The guard that keeps a test suite off the real exchange.

While it is installed, a look-up of a host of OKX, a connection to one by name, and an HTTP CONNECT to one are refused
where Python's socket module does them. It does not see what never passes there: uvloop and c-ares, native clients, a
function of the socket module that was imported by name before, a CONNECT inside TLS, a SOCKS proxy that resolves names
itself, Windows' proactor event loop once a name is resolved. It does not know pytest: it asks a function who runs.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

__all__ = ["OKX_HOSTS", "Guard", "RealExchangeRefused", "okx_host"]

# The domains under which OKX serves its API, now or before it changed its name; each stands for its subdomains too
# (www, aws, my, eea, us, app, openapi, ws, wsaws, wspap, wseea ...).
OKX_HOSTS: Final = ("okx.com", "okx.cab", "okex.com")

_CONNECT: Final = b"CONNECT "
_CONNECT_TO: Final = re.compile(rb"CONNECT ([^\s:]+)")
_ABSENT: Final = object()

_Function = Callable[..., Any]


class RealExchangeRefused(RuntimeError):
    """A test reached for the real OKX. No OSError, because clients take those for bad weather and try again."""


def okx_host(host: object) -> str:
    """The name in lower case when `host` (text or bytes, of any case, a final dot or not) is one of OKX's, else ""."""
    if isinstance(host, (bytes, bytearray)):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str):
        return ""
    name = host.rstrip(".").lower()
    return name if any(name == known or name.endswith(f".{known}") for known in OKX_HOSTS) else ""


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
        self._patches: list[tuple[Any, str, object, _Function]] = []

    def install(self) -> None:
        """Stand guard; doing so twice is harmless."""
        if self._installed:
            return
        self._installed = True
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            self._patch(socket, name, self._lookup)
        for name in ("connect", "connect_ex"):
            self._patch(socket.socket, name, self._connection)
        for name in ("send", "sendall"):
            self._patch(socket.socket, name, self._sending)
        if hasattr(socket.socket, "sendmsg"):  # Windows has none
            self._patch(socket.socket, "sendmsg", self._sending_parts)

    def remove(self) -> None:
        """Put everything back as it was; what somebody else replaced meanwhile stays theirs, and lets all pass."""
        self._installed = False
        while self._patches:
            owner, name, before, ours = self._patches.pop()
            if vars(owner).get(name) is not ours:
                continue
            if before is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, before)

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

    def _patch(self, owner: Any, name: str, guarded: Callable[[_Function], _Function]) -> None:
        # The methods of socket.socket are inherited from a C class: absent here before, absent here afterwards.
        before, original = vars(owner).get(name, _ABSENT), getattr(owner, name)
        ours = wraps(original)(guarded(original))
        setattr(owner, name, ours)
        self._patches.append((owner, name, before, ours))

    def _lookup(self, original: _Function) -> _Function:
        def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
            self._check("a look-up of", host)
            return original(host, *args, **kwargs)

        return guarded

    def _connection(self, original: _Function) -> _Function:
        def guarded(sock: socket.socket, address: Any) -> Any:
            if isinstance(address, tuple) and address:
                self._check("a connection to", address[0])
            return original(sock, address)

        return guarded

    def _sending(self, original: _Function) -> _Function:
        def guarded(sock: socket.socket, data: Any, *args: Any) -> Any:
            self._check_bytes(data)
            return original(sock, data, *args)

        return guarded

    def _sending_parts(self, original: _Function) -> _Function:
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
            "point the client at okx_server.url, or let the test through with @pytest.mark.okx(guard=False)"
        )
        if test:
            self.refusals.append(text)
        raise RealExchangeRefused(text)
