"""HTTP/1.1 without a socket: the bytes of a connection become requests, a reply becomes bytes.

What lives here: the grammar that a request head must match (RFC 9112, the strict reading where it
leaves a choice), the limits, and the framing of bodies. llhttp (httptools) parses; it sees a head
only after the grammar has passed it, so that what is refused hardly depends on its version.
It must not know sockets, time, or anything of OKX.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Final

import httptools

from .messages import PLAIN, ConnectionId, Ending, Headers, Reply, Request
from .targets import Answers, Refused, origin_form

__all__ = ["CONTINUE", "TUNNEL", "Incoming", "Refused", "RequestParser", "encode"]

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
TUNNEL: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"
MAX_FIELDS: Final = 100

_TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_TARGET: Final = rb"[\x21-\x7e]++"
_VALUE: Final = rb"[\t\x20-\x7e\x80-\xff]*+"
_REQUEST_LINE: Final = rb"(" + _TOKEN + rb") (" + _TARGET + rb") HTTP/1\.([01])\r\n"
_FIELDS: Final = rb"(?:" + _TOKEN + rb":" + _VALUE + rb"\r\n)*+"
_VERSION_SO_FAR: Final = rb"H|HT|HTT|HTTP|HTTP/|HTTP/1|HTTP/1\.|HTTP/1\.[01]\r?"
_HEAD: Final = re.compile(_REQUEST_LINE + _FIELDS + rb"\r\n")
# What a good head may begin with: a client that has gone wrong is told at once, as its blank line
# may never come (bare LF, HTTP/0.9, TLS).
_HEAD_SO_FAR: Final = re.compile(
    rb"\r|"
    + (_TOKEN + rb"(?: (?:" + _TARGET + rb"(?: (?:" + _VERSION_SO_FAR + rb")?)?)?)?|")
    + (_REQUEST_LINE + _FIELDS + rb"(?:\r|" + _TOKEN + rb"(?::" + _VALUE + rb"\r?)?)?")
)
_COMPLAINTS: Final = tuple(
    (re.compile(pattern, re.DOTALL), sentence)
    for pattern, sentence in (
        (rb"\A\x16\x03", "these bytes are TLS and this port speaks plain HTTP: use http://"),
        (rb"\APRI \* HTTP/2", "these bytes are HTTP/2 and this server speaks HTTP/1.1: use that"),
        (rb"\x00", "the request head has a NUL byte in it: send text"),
        (rb"(?<!\r)\n", "a line of the request head ends in LF alone: end it in CR LF"),
        (rb"\r(?!\n|\Z)", "a CR in the request head has no LF after it: end lines in CR LF"),
        (
            rb"\A(?!" + _REQUEST_LINE + rb")",
            "the request line is not `METHOD /path HTTP/1.1`: mend it",
        ),
        (rb"\r\n[ \t]", "a header is folded onto a second line: send it in one"),
        (rb"\r\n[^:\r\n]*[ \t]:", "a header has white space before its colon: send `Name: value`"),
        (rb"", "a header has a byte out of place, or lacks a part: send `Name: value`"),
    )
)
_TLS: Final = b"\x16"  # what its first record begins with, and no method
_EMPTY_LINE: Final = b"\r\n\r\n"
_OTHER_CODING: Final = re.compile(rb"(?i)\r\ntransfer-encoding:(?![ \t]*chunked[ \t]*\r)")
_ONLY_CHUNKED: Final = "the Transfer-Encoding is not `chunked` alone: send that, or Content-Length"
_LINE_BREAK: Final = re.compile(r"[\r\n\0]")
_HANDSHAKE: Final = frozenset({"upgrade", "connection", "sec-websocket-key", "sec-websocket-version"})
_FRAMING: Final = frozenset({"content-length", "transfer-encoding", "connection"})
_WITHOUT_BODY: Final = frozenset({204, 304})
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request, and what its reply says of the connection: "close", "keep-alive" or nothing.

    `head` is what its head says of a WebSocket, where it asks for one: that parser wants to see bytes.
    """

    request: Request
    connection: str | None
    head: bytes = b""


@dataclass(frozen=True, slots=True)
class _Head:
    """A head that was accepted; `length` is the body's in bytes, None when it comes in chunks."""

    method: str
    target: str
    headers: Headers
    connection: str | None
    length: int | None
    expects: bool
    handshake: bytes


class RequestParser:
    """The bytes of one connection, and the requests in them, one at a time and in order.

    `feed` takes bytes as they come; `next` gives the next whole request, or None until there is
    one, and raises `Refused`, after which nothing more is to be had from the connection. With `answers` it takes what
    is sent to a proxy, for the hosts of which that is true.
    """

    def __init__(
        self,
        peer: str,
        max_head: int,
        max_body: int,
        connection: ConnectionId | None = None,
        answers: Answers | None = None,
    ) -> None:
        self._peer = peer
        self._connection = connection
        self._answers = answers
        self._max_head = max_head
        self._max_body = max_body
        self._buffer = bytearray()
        self._head: _Head | None = None
        self._chunks: _Chunks | None = None
        self._expects = False

    def feed(self, data: bytes | memoryview) -> None:
        """Take `data` as it came off the wire, in pieces of any size."""
        self._buffer += data

    def next(self) -> Incoming | None:
        """The next request, or None until more bytes come."""
        head = self._head or self._take_head()
        if head is None:
            return None
        body = self._take_body(head)
        if body is None:
            return None
        self._head = None
        request = Request(head.method, head.target, head.headers, body, self._peer, self._connection)
        return Incoming(request, head.connection, head.handshake)

    def take_rest(self) -> bytes:
        """What came after the requests that `next` gave: of a client that does not speak HTTP any more."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        return rest

    @property
    def has_more(self) -> bool:
        """Whether bytes wait that `next` has not taken."""
        return bool(self._buffer)

    @property
    def meets_tls(self) -> bool:
        """Whether the bytes that wait begin a handshake of TLS."""
        return self._buffer.startswith(_TLS)

    def take_expectation(self) -> bool:
        """Whether the client waits for `100 Continue` to send a body; True once a request."""
        waits = self._expects and self._head is not None and not self._buffer
        self._expects = self._expects and not waits
        return waits

    def _take_head(self) -> _Head | None:
        buffer = self._buffer
        while buffer.startswith(b"\r\n"):  # RFC 9112, 2.2: skip empty lines before a request
            del buffer[:2]
        end = buffer.find(_EMPTY_LINE) + 4
        size = end if end > 3 else len(buffer)
        if size > self._max_head:
            raise Refused(431, f"the request head is over {self._max_head} bytes: send a shorter one")
        if end == 3:
            if buffer and not _HEAD_SO_FAR.fullmatch(buffer):
                raise Refused(400, _complaint(bytes(buffer)))
            return None
        head = self._head = _parse_head(bytes(buffer[:end]), self._answers)
        del buffer[:end]
        self._expects = head.expects
        self._chunks = _Chunks(self._max_head, self._max_body) if head.length is None else None
        return head

    def _take_body(self, head: _Head) -> bytes | None:
        if self._chunks is not None:
            return self._chunks.take_from(self._buffer)
        length = head.length or 0
        if length > self._max_body:
            raise Refused(413, f"a body of {length} bytes is over {self._max_body}: send less")
        if len(self._buffer) < length:
            return None
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        return body


class _ChunkEvents:
    """What llhttp finds in a chunked body; trailers and extensions are parsed and dropped."""

    __slots__ = ("body", "complete")

    def __init__(self) -> None:
        self.body = bytearray()
        self.complete = False

    def on_body(self, data: bytes) -> None:
        self.body += data

    def on_message_complete(self) -> None:
        self.complete = True


class _Chunks:
    """A chunked body on its way through llhttp, and its limits."""

    def __init__(self, max_head: int, max_body: int) -> None:
        self._found = _ChunkEvents()
        self._wire = 0
        self._tail = b""
        self._max_head = max_head
        self._max_body = max_body
        self._parser = httptools.HttpRequestParser(self._found)
        self._parser.feed_data(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")

    def take_from(self, buffer: bytearray) -> bytes | None:
        """The body, when `buffer` completes it; its bytes leave `buffer`, those after it stay."""
        # A chunked body ends in an empty line: cut after each, llhttp never takes the next request.
        while buffer and not self._found.complete:
            end = self._next_cut(buffer)
            self._feed(bytes(buffer[:end]))
            del buffer[:end]
        return bytes(self._found.body) if self._found.complete else None

    def _next_cut(self, buffer: bytearray) -> int:
        """How many bytes to the end of the next empty line, which what was fed may have begun."""
        across = (self._tail + bytes(buffer[:3])).find(_EMPTY_LINE)
        found = buffer.find(_EMPTY_LINE) if across < 0 else across - len(self._tail)
        if across < 0 and found < 0:
            self._tail = (self._tail + bytes(buffer[-3:]))[-3:]
            return len(buffer)
        self._tail = b""
        return found + 4

    def _feed(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            raise Refused(400, f"the chunked body is malformed ({error}): mend it") from None
        self._wire += len(data)
        size = len(self._found.body)
        if size > self._max_body:
            raise Refused(413, f"the chunked body is over {self._max_body} bytes: send less")
        # A chunk of one byte costs five more; what is beyond that are extensions and trailers.
        if self._wire > self._max_head + 6 * size:
            raise Refused(413, f"beside the body the chunks bring over {self._max_head} bytes: send less")


@lru_cache(maxsize=512)
def _name(name: bytes) -> str:
    """A header's name; clients send few, and a log keeps them by the thousand."""
    return name.decode("latin-1")


class _Fields:
    """What llhttp finds in a head."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def on_header(self, name: bytes, value: bytes) -> None:
        self.found.append((_name(name), value.decode("latin-1").strip(" \t")))


def _complaint(head: bytes) -> str:
    return next(sentence for pattern, sentence in _COMPLAINTS if pattern.search(head))


def _parse_head(raw: bytes, answers: Answers | None) -> _Head:
    match = _HEAD.fullmatch(raw)
    if match is None:
        raise Refused(400, _complaint(raw))
    method, target, minor = (group.decode("latin-1") for group in match.groups())
    fields = _llhttp_fields(raw, method)
    named: dict[str, list[str]] = {}
    for name, value in fields:
        named.setdefault(name.lower(), []).append(value)
    http10 = minor == "0"
    _check_hosts(named.get("host", ()), http10)
    return _Head(
        method,
        origin_form(method, target, answers),
        Headers(fields),
        _connection(named, http10),
        _body_length(named, http10),
        _expects_continue(named, http10),
        b"" if http10 or not _asks_for_websocket(named) else _handshake(method, fields),
    )


def _handshake(method: str, fields: Sequence[tuple[str, str]]) -> bytes:
    """A head of that which makes a handshake: its parser refuses what is fine here, such as long cookies and a body."""
    lines = [f"{method} / HTTP/1.1", *(f"{name}: {value}" for name, value in fields if name.lower() in _HANDSHAKE)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _llhttp_fields(raw: bytes, method: str) -> list[tuple[str, str]]:
    fields = _Fields()
    try:
        httptools.HttpRequestParser(fields).feed_data(raw)
    except httptools.HttpParserUpgrade:
        pass  # llhttp hands over after such a head; whether the protocol changes is not its affair
    except httptools.HttpParserInvalidMethodError:
        raise Refused(501, f"the method {method[:40]!r} is unknown: send GET or POST") from None
    except httptools.HttpParserError as error:
        if _OTHER_CODING.search(raw):
            raise Refused(501, _ONLY_CHUNKED) from None
        raise Refused(400, f"the request head is malformed ({error}): mend the client") from None
    if len(fields.found) > MAX_FIELDS:
        raise Refused(400, f"{len(fields.found)} headers are over {MAX_FIELDS}: send fewer")
    return fields.found


def _check_hosts(hosts: Sequence[str], http10: bool) -> None:
    if len(hosts) > 1 or not (hosts or http10):
        raise Refused(400, f"the request has {len(hosts)} Host headers: send one")


def _connection(named: dict[str, list[str]], http10: bool) -> str | None:
    if not http10 and "connection" not in named:
        return None
    options = _options(named.get("connection", ()))
    if "close" in options or _asks_for_websocket(named):
        return "close"
    if http10:
        return "keep-alive" if "keep-alive" in options else "close"
    return None


def _asks_for_websocket(named: dict[str, list[str]]) -> bool:
    return "upgrade" in _options(named.get("connection", ())) and "websocket" in _options(named.get("upgrade", ()))


def _options(values: Sequence[str]) -> set[str]:
    return {option.strip(" \t").lower() for value in values for option in value.split(",")}


def _body_length(named: dict[str, list[str]], http10: bool) -> int | None:
    """How many bytes of body follow; None when they come in chunks."""
    # llhttp has refused repeated or malformed lengths, and a length beside a coding.
    coding = named.get("transfer-encoding")
    if coding is None:
        # Python refuses to read thousands of digits, llhttp takes any number of leading zeros.
        return int(named.get("content-length", ("0",))[0].lstrip("0") or "0")
    if http10:
        raise Refused(400, "HTTP/1.0 has no Transfer-Encoding: send Content-Length")
    if coding[0].lower() != "chunked":
        raise Refused(501, _ONLY_CHUNKED)
    return None


def _expects_continue(named: dict[str, list[str]], http10: bool) -> bool:
    if http10 or "expect" not in named:
        return False
    expectation = ", ".join(named["expect"])
    if expectation.lower() != "100-continue":
        raise Refused(417, f"Expect: {expectation[:40]!r} is not 100-continue: leave the header out")
    return True


@lru_cache(maxsize=256)
def _reply_head(version: str, status: int, headers: tuple[tuple[str, str], ...], connection: str | None) -> bytes:
    for name, value in headers:
        if _LINE_BREAK.search(name + value):
            raise ValueError(f"the reply's header {name!r} has a line break in it: put it on one line")
    lines = [f"HTTP/{version} {status} {_PHRASES.get(status, '')}"]
    lines += [f"{name}: {value}" for name, value in headers if name.lower() not in _FRAMING]
    if connection is not None:
        lines.append(f"Connection: {connection}")
    return "\r\n".join(lines).encode("latin-1")


def encode(reply: Reply, connection: str | None, *, method: str = "GET") -> bytes:
    """`reply` as the bytes to send. Framing headers are this module's affair: those of `reply` are left out."""
    wire = reply.wire
    head = _reply_head("1.1", reply.status, reply.headers, connection)
    body = b"" if method == "HEAD" or reply.status in _WITHOUT_BODY else reply.body
    if wire is not PLAIN:
        return _encode_as_told(reply, head, body)
    if reply.status in _WITHOUT_BODY:
        return head + b"\r\n\r\n"
    return b"%b\r\nContent-Length: %d\r\n\r\n%b" % (head, len(reply.body), body)


def _encode_as_told(reply: Reply, head: bytes, body: bytes) -> bytes:
    """What `reply.wire` lets out of a reply, and with which framing."""
    wire = reply.wire
    if not wire.framed:
        head = _reply_head("1.0", reply.status, reply.headers, None)
    elif reply.status not in _WITHOUT_BODY:
        head += b"\r\nContent-Length: %d" % max(0, len(reply.body) + wire.length_off)
    if wire.ending is Ending.KEEP:
        return b"%b\r\n\r\n%b" % (head, body)
    return b"" if wire.cut is None else b"%b\r\n\r\n%b" % (head, body[: wire.cut])
