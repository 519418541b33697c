"""Bytes that clients send, sound and spoilt, drawn from a seeded `random.Random`: the words of the fuzz.

Two kinds of stream. A sound one says what the server must have understood. A spoilt one promises nothing, except that
nothing in it may change the exchange: each write that is signed well asks for what cannot be had.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

from pytest_okx import Credentials
from pytest_okx.messages import iso_time
from pytest_okx.signing import sign

__all__ = ["LABEL", "Message", "Words", "cut", "joined", "mutate"]

LABEL = "Stream"
_READS = (
    "/api/v5/account/balance",
    "/api/v5/account/balance?ccy=BTC%2CETH",
    "/api/v5/account/positions",
    "/api/v5/trade/orders-pending?instType=SPOT",
    "/api/v5/public/time",
    "/api/v5/market/ticker?instId=BTC-USDT",
    "/api/v5/market/books?instId=BTC-USDT&sz=5",
    "/api/spot/v3/accounts",
    "/api/general/v3/time",
)
_WRITES = (
    "/api/v5/trade/order",
    "/api/v5/trade/batch-orders",
    "/api/v5/trade/cancel-order",
    "/api/v5/trade/cancel-batch-orders",
    "/api/spot/v3/orders",
    "/api/futures/v3/order",
)
_METHODS = (b"GET", b"POST", b"HEAD", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"CONNECT", b"PRI", b"get", b"G@T", b"")
_TARGETS = (
    b"/",
    b"//",
    b"*",
    b"",
    b"?",
    b"no-slash",
    b"/%",
    b"/%zz?%=%&&=&a==b",
    b"/\xff\xfe",
    b"/api/v5/public/time#fragment",
    b"/api/v5/../v5/public/time",
    b"/api//v5/account/balance",
    b"/api/v5/account/balance/",
    b"/api/v3",
    b"/api/spot/v3/",
    b"/api/v5",
    b"/API/V5/PUBLIC/TIME",
    b"http://127.0.0.1/api/v5/public/time",
    b"http://",
    b"https://www.okx.com/api/v5/public/time",
    b"/api/v5/public/time?a b",
    b"/api/v5/market/candles?instId=BTC-USDT&bar=1m&limit=-1",
    b"/api/v5/market/books?instId=%00&sz=99999999999999999999",
    b"/api/v5/market/ticker?instId=" + b"B" * 9_000,
)
_VERSIONS = (
    b"HTTP/1.1",
    b"HTTP/1.0",
    b"HTTP/1.2",
    b"HTTP/2.0",
    b"HTTP/0.9",
    b"http/1.1",
    b"HTTP/1.1 ",
    b"",
    b"ICY/1.1",
)
_LENGTHS = (
    *(b"0", b"00", b"5", b"+5", b"-1", b"0x5", b"1_0", b"5,5", b"5, 6", b" 5 ", b"", b"1e1", b"\xb2", b"5.0"),
    *(b"99999999999999999999", b"9" * 5_000, b"0" * 5_000 + b"5"),
)
_CODINGS = (b"chunked", b"Chunked", b"chunked, chunked", b"gzip", b"identity", b"gzip, chunked", b"chunked;x", b"x")
_FIELDS = (
    b"Host: again",
    b"Expect: 100-continue",
    b"Expect: 200-ok",
    b"Connection: close",
    b"Connection: keep-alive, , upgrade",
    b"Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x",
    b"Connection: upgrade, HTTP2-Settings\r\nUpgrade: h2c",
    b"Folded: one\r\n two",
    b"Space : x",
    b": nameless",
    b"NoColon",
    b"Nul: \x00",
    b"Bare: a\rb",
    b"Latin: \xe9\xff",
    b"Empty:",
    b"OK-ACCESS-KEY: \xff",
    b"OK-ACCESS-TIMESTAMP: 1E400",
    b"OK-ACCESS-TIMESTAMP: 9999-99-99T99:99:99.999Z",
    b"OK-ACCESS-SIGN: ====",
    b"OK-ACCESS-PASSPHRASE: \xc3\xa9",
    b"Content-Type: text/plain",
    b"Content-Type: application/json; charset=\xff",
    b"x-simulated-trading: 1",
    b"expTime: soon",
    b"Long: " + b"x" * 33_000,
    b"\r\n".join(b"Many-%d: x" % number for number in range(101)),
)
_TOKENS = (
    b"\r\n",
    b"\n",
    b"\r",
    b"\x00",
    b":",
    b" ",
    b"\t",
    b"%",
    b"\xff",
    b"\r\n\r\n",
    b"0\r\n\r\n",
    b"GET / HTTP/1.1\r\n",
)
_BODIES = (
    *(b"", b"{", b"[]", b"[[]]", b"null", b"NaN", b'""', b"[1]", b"{}{}", b"\xff", b"\xef\xbb\xbf{}", b'"\\ud800"'),
    *(b'{"a":1,"a":2}', b"9" * 5_000, b'{"sz":1e999999999}', b'{"sz":-0.0}', b"[" * 20_000, b'{"":' * 5_000),
)
_VALUES: tuple[Any, ...] = (
    "",
    "1",
    "-1",
    "1e9",
    "NaN",
    "buy",
    "sell",
    "limit",
    "market",
    "cash",
    "\ud800",
    "\x00",
    1,
    1.5,
    True,
    None,
    [],
)
_NAMES = ("side", "ordType", "sz", "px", "tdMode", "ordId", "clOrdId", "type", "size", "price", "order_id", "expTime")


@dataclass(frozen=True)
class Message:
    """One request as bytes, and what a server must have understood of it."""

    data: bytes
    method: str = ""
    target: str = ""
    body: bytes = b""


class Words:
    """Draws messages for one server's key, signed at one moment (ms)."""

    def __init__(self, random: Random, credentials: Credentials, at: int) -> None:
        self._random = random
        self._key = credentials
        self._timestamp = iso_time(at)
        self._stream = 0
        self._choice: Callable[[tuple[bytes, ...]], bytes] = random.choice

    def relabel(self) -> str:
        """From here on sound requests have a header `LABEL` of this value, which none had before."""
        self._stream += 1
        return str(self._stream)

    def sound(self) -> Message:
        """A request that is well-formed HTTP and may be refused by the exchange only; bodies of every framing."""
        random = self._random
        if random.random() < 0.6:
            return self._sound("GET", random.choice(_READS), b"" if random.random() < 0.8 else random.choice(_BODIES))
        return self._sound("POST", random.choice(_WRITES), self._hopeless())

    def spoilt(self) -> Message:
        """A request with something wrong with it, or with nothing wrong by chance."""
        make = self._random.choice((self._mutated, self._mutated, self._assembled, self._odd_length, self._odd_chunks))
        return Message(make())

    def _sound(self, method: str, target: str, body: bytes) -> Message:
        fields = [b"Host: x", b"%s: %d" % (LABEL.encode(), self._stream), *self._signed(method, target, body)]
        framed = body
        if self._random.random() < 0.3:
            fields.append(b"Transfer-Encoding: chunked")
            framed = self._chunked(body)
        elif body or self._random.random() < 0.1:
            fields.append(b"Content-Length: %d" % len(body))
        data = b"\r\n".join([b"%s %s HTTP/1.1" % (method.encode(), target.encode()), *fields, b"", framed])
        return Message(data, method, target, body)

    def _signed(self, method: str, target: str, body: bytes) -> list[bytes]:
        signature = sign(self._key.secret_key, self._timestamp, method, target, body)
        return [
            b"OK-ACCESS-KEY: " + self._key.api_key.encode(),
            b"OK-ACCESS-SIGN: " + signature.encode(),
            b"OK-ACCESS-TIMESTAMP: " + self._timestamp.encode(),
            b"OK-ACCESS-PASSPHRASE: " + self._key.passphrase.encode(),
            b"Content-Type: application/json",
        ]

    def _hopeless(self) -> bytes:
        """The body of a write that no exchange can carry out: nonsense, or of an instrument that is not there."""
        random = self._random
        if random.random() < 0.3:
            return random.choice(_BODIES)
        entry = {random.choice(_NAMES): random.choice(_VALUES) for _ in range(random.randrange(8))}
        entry |= {"instId": "NO-SUCH", "instrument_id": "NO-SUCH"}
        return json.dumps([entry] * random.randrange(1, 4) if random.random() < 0.4 else entry).encode()

    def _chunked(self, body: bytes) -> bytes:
        random, framed, rest = self._random, bytearray(), body
        while rest:
            size = random.randrange(1, len(rest) + 1) if len(rest) < 200 else len(rest)
            extension = random.choice((b"", b"", b";a", b';a="b"'))
            framed += b"%x%s\r\n%s\r\n" % (size, extension, rest[:size])
            rest = rest[size:]
        return bytes(framed) + b"0\r\n" + random.choice((b"", b"", b"Trailer: x\r\n")) + b"\r\n"

    def _mutated(self) -> bytes:
        """A sound request after one to three changes of bytes."""
        data = bytearray(self.sound().data)
        for _ in range(self._random.randrange(1, 4)):
            mutate(self._random, data)
        return bytes(data)

    def _assembled(self) -> bytes:
        """A head put together from parts that are odd one by one."""
        choice, random = self._choice, self._random
        separator = random.choice((b" ", b" ", b" ", b"  ", b"\t"))
        first = separator.join((choice(_METHODS), choice(_TARGETS), choice((b"HTTP/1.1", *_VERSIONS))))
        fields = [choice(_FIELDS) for _ in range(random.randrange(4))]
        if random.random() < 0.8:
            fields.insert(0, b"Host: x")
        return b"\r\n".join([first, *fields, b"", b""])

    def _odd_length(self) -> bytes:
        """A body whose length is told strangely, twice, or wrongly."""
        fields = [
            b"Host: x",
            *(b"Content-Length:" + self._choice(_LENGTHS) for _ in range(self._random.choice((1, 1, 2)))),
        ]
        if self._random.random() < 0.3:
            fields.append(b"Transfer-Encoding: " + self._choice(_CODINGS))
        return b"\r\n".join([b"POST /api/v5/trade/order HTTP/1.1", *fields, b"", self._choice(_BODIES)])

    def _odd_chunks(self) -> bytes:
        """A chunked body with a size, an end or a trailer that is odd."""
        random, choice = self._random, self._choice
        head = b"POST /api/v5/trade/order HTTP/1.%d\r\nHost: x\r\nTransfer-Encoding: " % (random.random() < 0.9)
        sizes = (
            b"2",
            b"02",
            b"0002",
            b"2 ",
            b" 2",
            b"0x2",
            b"-2",
            b"+2",
            b"g",
            b"",
            b"f" * 15,
            b"f" * 17,
            b"2;" + b"e" * 40_000,
        )
        chunks = b"".join(
            choice(sizes) + choice((b"\r\n", b"\r\n", b"\n")) + b"{}" + choice((b"\r\n", b"\r\n", b"", b"x\r\n"))
            for _ in range(random.randrange(3))
        )
        end = choice(
            (b"0\r\n\r\n", b"0\r\n\r\n", b"0\r\nA: b\r\n\r\n", b"0\r\n bad\r\n\r\n", b"", b"0\n\n", b"00000\r\n\r\n")
        )
        return head + choice((b"chunked", *_CODINGS)) + b"\r\n\r\n" + chunks + end


def mutate(random: Random, data: bytearray) -> None:
    """Change some bytes."""
    at = random.randrange(len(data) + 1)
    to = min(at + random.randrange(1, 9), len(data))
    kind = random.randrange(6)
    if kind == 0:
        data[at:to] = random.randbytes(to - at)
    elif kind == 1:
        del data[at:to]
    elif kind == 2:
        data[at:at] = random.choice(_TOKENS)
    elif kind == 3:
        data[at:at] = data[at : at + random.randrange(200)]
    elif kind == 4:
        ending = random.choice((b"\n", b"\r", b"\r\n ", b"\r\n\r\n"))
        data[:] = data.replace(b"\r\n", ending, random.randrange(1, 4))
    else:
        del data[at:]


def joined(messages: list[Message]) -> bytes:
    """The messages as a client sends them that does not wait for replies."""
    return b"".join(message.data for message in messages)


def cut(random: Random, data: bytes, pieces: int) -> list[bytes]:
    """`data` in up to `pieces` pieces."""
    places = sorted(random.randrange(len(data) + 1) for _ in range(pieces - 1))
    bounds = [0, *places, len(data)]
    return [data[start:end] for start, end in pairwise(bounds) if start < end]
