"""Mistakes with the path and the query: a table, and what each makes of a request target.

Targets are bytes as on the request line. Nothing here knows keys or digests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from .orders import other_orders
from .recipes import Known, Message, Mistake, on_target

__all__ = ["TARGETS"]

_ESCAPE: Final = re.compile(rb"%[0-9A-Fa-f]{2}")
# Encoders agree on everything else.
_DISPUTED: Final = re.compile(rb"[^0-9A-Za-z_.~&=-]")
# What encoders leave as it is: nothing, Python's "/", commas, encodeURIComponent's, encodeURI's.
_SAFE: Final = ("", "/", ",", ",/:", "!~*'()", ";,/?:@$!~*'()")
_MOST_PARAMETERS: Final = 24
_USUAL_HOSTS: Final = 2

Pair = tuple[bytes, bytes, bytes]


def _split(target: bytes) -> tuple[bytes, bytes]:
    path, _, query = target.partition(b"?")
    return path, query


def _pairs(query: bytes) -> list[Pair]:
    return [each.partition(b"=") for each in query.split(b"&")]


def _joined(path: bytes, pairs: Iterable[Pair]) -> bytes:
    query = b"&".join(map(b"".join, pairs))
    return path + b"?" + query if query else path


def _query_left_out(target: bytes, known: Known) -> Iterator[bytes]:
    path, query = _split(target)
    if query:
        yield path


def _decoded(target: bytes, known: Known) -> Iterator[bytes]:
    path, query = _split(target)
    for each in (query, query.replace(b"+", b" ")):
        yield path + b"?" + unquote_to_bytes(each) if query else unquote_to_bytes(path)


def _encoded(target: bytes, known: Known) -> Iterator[bytes]:
    path, query = _split(target)
    if not _DISPUTED.search(query):
        return
    for source in (query.replace(b"+", b" "), query):
        pairs = [(unquote_to_bytes(name), equals, unquote_to_bytes(value)) for name, equals, value in _pairs(source)]
        for safe in _SAFE:
            parts = [quote(name, safe) + equals.decode() + quote(value, safe) for name, equals, value in pairs]
            text = "&".join(parts).encode()
            yield path + b"?" + text
            yield path + b"?" + text.replace(b"%20", b"+")
    yield path + b"?" + _ESCAPE.sub(lambda match: match[0].lower(), query)


def _encoded_twice(target: bytes, known: Known) -> Iterator[bytes]:
    path, query = _split(target)
    if query:
        yield path + b"?" + query.replace(b"%", b"%25")
        yield path + b"?" + quote(query, "=&").encode()
        yield path + b"?" + quote(query, "").encode()
        yield quote(target, "/").encode()
    yield quote(target, "").encode()


def _reordered(target: bytes, known: Known) -> Iterator[bytes]:
    path, query = _split(target)
    pairs = _pairs(query)
    for each in (sorted(pairs), sorted(pairs, reverse=True), sorted(pairs, key=lambda pair: pair[0]), pairs[::-1]):
        yield _joined(path, each)


def _any_order(target: bytes, known: Known) -> Iterator[bytes]:
    path, query = _split(target)
    return (_joined(path, each) for each in other_orders(_pairs(query)))


def _lone_mark(target: bytes, known: Known) -> Iterator[bytes]:
    path, query = _split(target)
    if not query:
        yield path if target.endswith(b"?") else path + b"?"


def _mark_left_out(target: bytes, known: Known) -> Iterator[bytes]:
    path, query = _split(target)
    yield path + query
    yield path + b"&" + query if query else path


def _ampersand(target: bytes, known: Known) -> Iterator[bytes]:
    path, query = _split(target)
    if query:
        yield target[:-1] if target.endswith(b"&") else target + b"&"
        yield path + b"?&" + query


def _parameter_left_out(target: bytes, known: Known) -> Iterator[bytes]:
    path, query = _split(target)
    pairs = _pairs(query)
    if query and len(pairs) <= _MOST_PARAMETERS:
        yield _joined(path, [pair for pair in pairs if pair[2]])
        yield _joined(path, pairs[:-1])


def _any_parameter_left_out(target: bytes, known: Known) -> Iterator[bytes]:
    path, query = _split(target)
    pairs = _pairs(query)
    if query and len(pairs) <= _MOST_PARAMETERS:
        for index in range(len(pairs)):
            yield _joined(path, pairs[:index] + pairs[index + 1 :])


def _host(target: bytes, known: Known) -> Iterator[bytes]:
    return (host.encode() + target for host in known.hosts[:_USUAL_HOSTS])


def _any_host(target: bytes, known: Known) -> Iterator[bytes]:
    for host in known.hosts:
        yield host.encode() + target
        yield b"//" + host.encode() + target


def _scheme(target: bytes, known: Known) -> Iterator[bytes]:
    return (f"https://{host}".encode() + target for host in known.hosts[:_USUAL_HOSTS])


def _any_scheme(target: bytes, known: Known) -> Iterator[bytes]:
    for host in known.hosts:
        for scheme in ("https", "http", "wss", "ws"):
            yield f"{scheme}://{host}".encode() + target
            yield f"{scheme}://{host}/".encode() + target


def _prefix_missing(target: bytes, known: Known) -> Iterator[bytes]:
    path, _ = _split(target)
    rest = target[len(path) :]
    segments = path.split(b"/")[1:]
    for dropped in range(1, len(segments)):
        short = b"/".join(segments[dropped:]) + rest
        yield b"/" + short
        yield short


def _prefix_twice(target: bytes, known: Known) -> Iterator[bytes]:
    first, second = [*target.split(b"/", 3), b"", b""][1:3]
    for prefix in (b"/api/v5", b"/api", b"/" + first, b"/" + first + b"/" + second):
        yield prefix + target


def _slashes(target: bytes, known: Known) -> Iterator[bytes]:
    path, _ = _split(target)
    rest = target[len(path) :]
    yield path.rstrip(b"/") + rest
    yield path + b"/" + rest
    yield target.lstrip(b"/")
    yield b"/" + target


def _case(target: bytes, known: Known) -> Iterator[bytes]:
    yield target.lower()
    yield target.upper()


def _path_left_out(target: bytes, known: Known) -> Iterator[bytes]:
    path, query = _split(target)
    yield target[len(path) :]
    yield query


TARGETS: Final[tuple[Mistake[Message], ...]] = (
    on_target("query-left-out", "the query was left out: sign the path together with its query", _query_left_out),
    on_target(
        "lone-question-mark",
        "a question mark without a query was signed and not sent, or the reverse: sign the target as it is sent",
        _lone_mark,
    ),
    on_target("query-decoded", "the query was signed decoded and sent encoded: encode it first, then sign", _decoded),
    on_target("query-reordered", "the parameters were signed in another order than sent: sign the very query that is "
              "sent", _reordered, _any_order),
    on_target("query-encoded", "the query was signed in another percent-encoding than sent: sign the very text that is "
              "sent, and look for what encodes it afterwards", _encoded),
    on_target("query-encoded-twice", "the query was encoded once more for signing: sign the text that is sent",
              _encoded_twice),
    on_target("question-mark-left-out", "the question mark between path and query was left out or replaced: sign the "
              "target as it is sent", _mark_left_out),
    on_target("ampersand", "the signed query has an ampersand too many or too few: sign the target as it is sent",
              _ampersand),
    on_target("query-parameter-left-out", "a parameter that was sent was not signed: sign the query that is sent, "
              "blank values included", _parameter_left_out, _any_parameter_left_out),
    on_target("host-in-path", "the host was signed with the path: sign from the first slash of the path on", _host,
              _any_host),
    on_target("scheme-in-path", "the whole URL was signed: sign from the first slash of the path on", _scheme,
              _any_scheme),
    on_target("path-prefix-missing", "the start of the path was left out: sign it whole, /api/v5 included",
              _prefix_missing),
    on_target("path-prefix-twice", "the start of the path was signed twice: sign the target as it is sent",
              _prefix_twice),
    on_target("path-slash", "the signed path has a slash too many or too few: sign the target as it is sent",
              _slashes),
    on_target("target-case", "the target was signed in another case: sign it as it is sent", _case),
    on_target("path-left-out", "the path was left out: sign the path together with its query", _path_left_out),
)  # fmt: skip
