"""Mistakes with the message as a whole: its method, the order of its parts, parts in each other's place.

Nothing here knows keys or digests.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import permutations
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from .bodies import parsed
from .recipes import PARTS, Known, Message, Mistake, on_method
from .times import instant

__all__ = ["WHOLES"]

_METHODS: Final = (b"GET", b"POST", b"PUT", b"DELETE")
_JOINTS: Final = (b"\n", b" ", b"&", b"|", b",", b"+", b".", b":", b";", b"-", b"_", b"\r\n")
_USUAL_JOINTS: Final = 3
_LOGIN: Final = b"/users/self/verify"


def _lower(method: bytes, known: Known) -> Iterator[bytes]:
    yield method.lower()
    yield method.title()


def _another(method: bytes, known: Known) -> Iterator[bytes]:
    return (each for each in _METHODS if each != method)


def _left_out(method: bytes, known: Known) -> Iterator[bytes]:
    yield b""


def _order(message: Message, known: Known) -> Iterator[Message]:
    """Two neighbours the other way round, one part first or last, all backwards."""
    for order in permutations(PARTS):
        rest = [part for part in order if part not in (order[0], order[-1])]
        if order == PARTS[::-1] or rest == sorted(rest, key=PARTS.index):
            yield message._replace(order=order)


def _any_order(message: Message, known: Known) -> Iterator[bytes]:
    return (message._replace(order=order).signed for order in permutations(PARTS))


def _joined(message: Message, known: Known) -> Iterator[Message]:
    return (message._replace(joint=joint) for joint in _JOINTS[:_USUAL_JOINTS])


def _any_joint(message: Message, known: Known) -> Iterator[bytes]:
    for joint in _JOINTS:
        yield message._replace(joint=joint).signed
        if not message.body:
            yield message._replace(joint=joint, order=message.order[:3]).signed


def _body_on_get(message: Message, known: Known) -> Iterator[Message]:
    path, _, query = message.target.partition(b"?")
    if message.body or not query:
        return
    value = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    for separators in ((",", ":"), (", ", ": ")):
        body = json.dumps(value, separators=separators).encode()
        yield message._replace(target=path, body=body)
        yield message._replace(body=body)
    yield message._replace(target=path, body=str(value).encode())


def _body_as_query(message: Message, known: Known) -> Iterator[Message]:
    value = parsed(message.body)
    if isinstance(value, dict):
        for query in (urlencode(value, quote_via=quote, errors="replace"), urlencode(value, errors="replace")):
            yield message._replace(target=message.target + b"?" + query.encode(), body=b"")


def _login(message: Message, known: Known) -> Iterator[Message]:
    if message.target == _LOGIN:
        return
    ms = instant(message.timestamp.decode("latin-1"))
    times = [] if ms is None else [f"{ms // 1000}", f"{ms // 1000}.{ms % 1000:03d}", f"{ms}"]
    for time in (*map(str.encode, times), message.timestamp):
        yield message._replace(timestamp=time, method=b"GET", target=_LOGIN, body=b"")


def _key_in_message(message: Message, known: Known) -> Iterator[Message]:
    for extra in (known.own.api_key.encode(), known.own.passphrase.encode()):
        yield message._replace(timestamp=message.timestamp + extra)
        yield message._replace(timestamp=extra + message.timestamp)
        yield message._replace(body=message.body + extra)


WHOLES: Final[tuple[Mistake[Message], ...]] = (
    on_method("method-lower-case", "the method was signed in lower case: sign it in capitals", _lower),
    on_method("another-method", "another method was signed than sent: sign the one that is sent", _another),
    on_method("method-left-out", "the method was left out: sign timestamp, method, target and body", _left_out),
    Mistake(
        "websocket-prehash",
        "the message of a WebSocket login was signed for a REST call: sign timestamp, method, target and body",
        frozenset({"timestamp", "method", "target", "body"}),
        _login,
    ),
    Mistake(
        "body-on-get",
        "the query was signed as a body: a GET has none, its parameters are in the target",
        frozenset({"target", "body"}),
        _body_on_get,
    ),
    Mistake(
        "body-as-query",
        "the body was signed as a query: sign the body as it is sent",
        frozenset({"target", "body"}),
        _body_as_query,
    ),
    Mistake(
        "order-of-parts",
        "the parts were signed in another order: sign timestamp, method, target, body",
        frozenset({"order"}),
        _order,
        _any_order,
    ),
    Mistake(
        "parts-joined",
        "something was put between the parts: sign them with nothing between",
        frozenset({"joint"}),
        _joined,
        _any_joint,
    ),
    Mistake(
        "key-in-message",
        "the key or the passphrase was signed with the rest: sign timestamp, method, target and body alone",
        frozenset({"timestamp", "body"}),
        _key_in_message,
    ),
)
