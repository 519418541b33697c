"""The gateway as a WSGI application: calls without a socket, for clients that live in this process.

What lives here: an environ becomes a `Request`, and a `Reply` what WSGI wants to hear of it. It decides nothing about
OKX and must not know who answers. No connection is here and no byte on its way, so what a fault does to those is
refused, not imitated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from werkzeug.datastructures import EnvironHeaders
from werkzeug.wsgi import get_input_stream

from .faults import NeedsSocket
from .http1 import encode
from .messages import Ending, Headers, Reply, Request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["Application"]

# What clients leave as it is in a path (RFC 3986, 3.3).
_PATH_CHARACTERS: Final = "/:@!$&'()*+,;="


class Application:
    """A WSGI application over `handle`, for `httpx.WSGITransport`, `werkzeug.test.Client` and the like.

    Each call counts as a connection of its own: `on_connect(peer)` is asked how it ends. `on_error(exception)` makes
    the reply when `handle` raises. Where a fault leaves more to a reply than status, headers and body, the client gets
    `NeedsSocket` instead, and so does `on_refusal`, because a client may swallow it.
    """

    def __init__(
        self,
        handle: Callable[[Request], Reply],
        *,
        on_connect: Callable[[str], Ending],
        on_error: Callable[[BaseException], Reply],
        on_refusal: Callable[[NeedsSocket], None],
    ) -> None:
        self._handle = handle
        self._on_connect = on_connect
        self._on_error = on_error
        self._on_refusal = on_refusal

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer one call (PEP 3333) with the status, the headers and the body that a socket would carry."""
        request = _request(environ)
        try:
            status, headers, body = _parts(self._reply(request), request.method)
        except NeedsSocket as refusal:
            self._on_refusal(refusal)
            raise
        except Exception as error:
            status, headers, body = _parts(self._on_error(error), request.method)
        start_response(status, headers)
        return [body]

    def _reply(self, request: Request) -> Reply:
        if self._on_connect(request.peer) is not Ending.KEEP:
            raise NeedsSocket(_refusal("the connection", request))
        reply = self._handle(request)
        if reply.needs_socket:
            raise NeedsSocket(_refusal("the reply", request))
        return reply


def _refusal(what: str, request: Request) -> str:
    return (
        f"{what} of {request.method} {request.path} met a fault that needs a socket, and `wsgi` has none: "
        "send this call to the `url` of a started server, or take the fault out of its way"
    )


def _request(environ: WSGIEnvironment) -> Request:
    headers = Headers(EnvironHeaders(environ))
    # Without a length, werkzeug reads nothing of what might never end; what clients send in chunks is all there.
    stream = get_input_stream(environ, safe_fallback="transfer-encoding" not in headers)
    peer = environ.get("REMOTE_ADDR") or "127.0.0.1"
    return Request(environ["REQUEST_METHOD"], _target(environ), headers, stream.read(), peer)


def _target(environ: WSGIEnvironment) -> str:
    """The request target: as it was sent where the environ tells, else put together again."""
    sent: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    # It tells nothing of ours under a prefix, nor where a client of werkzeug's was given a whole URL.
    target = sent if sent.startswith("/") and not environ.get("SCRIPT_NAME") else _path(environ)
    query = environ.get("QUERY_STRING")
    # Werkzeug's client leaves out a query that it was given apart.
    return f"{target}?{query}" if query and "?" not in target else target


def _path(environ: WSGIEnvironment) -> str:
    path = environ.get("PATH_INFO") or "/"
    try:
        path.encode("latin-1").decode()
    except UnicodeError:
        return quote(path, _PATH_CHARACTERS)  # httpx hands over text, PEP 3333 wants UTF-8 read as latin-1
    return quote(path, _PATH_CHARACTERS, encoding="latin-1")


def _parts(reply: Reply, method: str) -> tuple[str, list[tuple[str, str]], bytes]:
    """Status, headers and body, taken from the bytes that a socket would carry: so they cannot differ."""
    head, _, body = encode(reply, None, method=method).partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = [line.partition(": ") for line in lines]
    return first.partition(" ")[2], [(name, value) for name, _, value in fields], body
