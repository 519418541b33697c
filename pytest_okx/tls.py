"""TLS for a server on loopback: a certificate authority of this process, and how clients are made to trust it.

One authority signs for every server of the process; it is made when it is first needed, which takes trustme (the extra
`tls`). Nothing here knows a socket or a server.
"""

from __future__ import annotations

import atexit
import os
import shutil
import ssl
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .environment import trusting
from .hosts import api_host

if TYPE_CHECKING:
    import trustme

__all__ = ["Authority", "TlsMissing", "authority"]

_MISSING = "tls=True and OKX's host names need trustme: install it with `pip install pytest-okx[tls]`"


class TlsMissing(RuntimeError):
    """The extra `tls` is not installed."""


class Authority:
    """A certificate authority. `pem` is its certificate as text, `path` a file that holds it.

    `bundle` is a file with it and with what this process trusted before, for clients that take one file.
    """

    def __init__(self) -> None:
        try:
            import trustme
        except ImportError:
            raise TlsMissing(_MISSING) from None
        self._authority = trustme.CA(organization_name="pytest-okx")
        self._folder = Path(tempfile.mkdtemp(prefix="pytest-okx-ca-"))
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()
        self.pem = self._authority.cert_pem.bytes().decode()
        self.path = self._write("ca.pem", self.pem)
        self.bundle = self._write("bundle.pem", self.pem + _trusted_before())
        self._variables = trusting(self.bundle, self.path)

    def enter(self) -> None:
        """A server starts: clients shall trust it."""
        self._variables.enter()
        # aiohttp makes its context as it is imported, when the variables were others.
        context = getattr(sys.modules.get("aiohttp.connector"), "_SSL_CONTEXT_VERIFIED", None)
        if isinstance(context, ssl.SSLContext):
            self.trust(context)

    def leave(self) -> None:
        """A server has stopped."""
        self._variables.leave()

    def server_context(self, host: str) -> ssl.SSLContext:
        """What a server on `host` shakes hands with; its certificate holds for loopback too.

        A client that asks for a host of OKX's API gets a certificate for that one, made when it is first asked for.
        """
        with self._lock:
            if host not in self._contexts:
                self._contexts[host] = self._new_context(self._authority, host)
            return self._contexts[host]

    def trust(self, context: ssl.SSLContext) -> ssl.SSLContext:
        """Let `context` trust the servers; returns it. For clients that made theirs before a server ran."""
        context.load_verify_locations(cadata=self.pem)
        return context

    def client_context(self) -> ssl.SSLContext:
        """A client's context that trusts the servers, and nobody else."""
        return self.trust(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    def _new_context(self, authority: trustme.CA, host: str) -> ssl.SSLContext:
        names = dict.fromkeys((host.strip("[]"), "localhost", "127.0.0.1", "::1"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names).configure_cert(context)
        context.sni_callback = self._choose
        context.set_alpn_protocols(["http/1.1"])
        # Without session tickets nothing reaches a client before it has asked: one that reads on another thread than it
        # writes, as websockets' synchronous client does, loses its request when a ticket crosses it (OpenSSL's state is
        # not safe to be used by two threads).
        context.num_tickets = 0
        return context

    def _choose(self, handshake: ssl.SSLObject | ssl.SSLSocket, name: str | None, context: ssl.SSLContext) -> None:
        if name and api_host(name):
            handshake.context = self.server_context(name.lower())

    def _write(self, name: str, text: str) -> str:
        path = self._folder / name
        path.write_text(text, encoding="ascii", errors="ignore")
        return str(path)

    def __repr__(self) -> str:
        return f"<Authority {self.path}>"


def _trusted_before() -> str:
    """The certificates that this process trusts by default, "" where the system keeps them elsewhere."""
    file = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile or ""
    try:
        return Path(file).read_text(encoding="ascii", errors="ignore")
    except OSError:
        return ""


@cache
def authority() -> Authority:
    """The authority of this process. Raises `TlsMissing` where trustme is not installed."""
    return Authority()
