"""What clients say on a WebSocket, sound and spoilt, drawn from a seeded `random.Random`: for the fuzz of frames.

A sound stream says what the server must have heard. A spoilt one promises nothing. Both may ask for anything: logins,
subscriptions to every channel, orders that are taken, and all of them with something wrong in them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any, Final

from websockets.frames import Frame, Opcode

from pytest_okx import Credentials
from pytest_okx.feeds import CHANNELS
from pytest_okx.session.operations import OPERATIONS
from tests.session.support import login_frame

from .grammar import mutate

__all__ = ["Chatter", "Spoken"]

_PATHS: Final = (b"/ws/v5/public", b"/ws/v5/private", b"/ws/v5/business", b"/ws/v5/private?brokerId=9999")
_INST_IDS: Final = ("BTC-USDT", "ETH-USDT", "BTC-USDT-SWAP", "BTC-USD", "NO-SUCH", "")
_CHANNELS: Final = tuple(CHANNELS)
_COMMON: Final = ("tickers", "books", "trades", "candle1m", "orders", "account", "positions", "orders-algo", "status")
_ODD: Final[tuple[Any, ...]] = (
    *("", "0", "-1", "NaN", "1e999", "x" * 300, "\ud800", "\x00", "BTC-USDT", "buy", "limit", "ANY"),
    *(0, -1, 1.5, 10**30, 1e300, True, None, [], {}, [[]], [None], {"instId": []}),
)
_TEXTS: Final = (
    *("", " ", "pong", "PING", "ping ", "null", "[]", "{}", "true", "0", '""', "{", '{"op":', '{"op":"x"}', '{"op":1}'),
    *(
        '{"op":"login"}',
        '{"op":"subscribe","args":{}}',
        '{"op":"order","args":[[]]}',
        '{"id":{},"op":"order"}',
        "\ufeff{}",
    ),
    *(
        "[" * 5_000,
        '{"op":' * 2_000,
        "9" * 5_000,
        '{"op":"subscribe","args":[' + "1," * 200 + "1]}",
        "\U0010ffff\x00",
    ),
    *('{"op":"order","args":[{"sz":1e999999999}]}', '{"op":"subscribe","op":"login","args":[]}', '{"op":"\\ud800"}'),
)
_RESERVED: Final = (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
_CLOSINGS: Final = (
    b"",
    b"\x03",
    b"\x03\xe8",
    b"\x03\xe8bye",
    b"\x03\xe8\xff",
    b"\x00\x00",
    b"\x03\xed",
    b"\x27\x10x",
    b"\xff\xff",
)
_LARGEST: Final = 64 * 1024


@dataclass(frozen=True)
class Spoken:
    """Bytes on a connection after its handshake, how many frames they are, and the texts that a server must hear."""

    data: bytes
    frames: int
    texts: tuple[str, ...] = ()


class Chatter:
    """Draws what clients say to one server, at one moment (Unix seconds)."""

    def __init__(self, random: Random, credentials: Credentials, seconds: int) -> None:
        self._random = random
        self._key = credentials
        self._seconds = seconds

    def head(self) -> bytes:
        """A handshake."""
        fields = (
            b"GET %s HTTP/1.1" % self._random.choice(_PATHS),
            b"Host: x",
            b"Connection: Upgrade",
            b"Upgrade: websocket",
            b"Sec-WebSocket-Version: 13",
            b"Sec-WebSocket-Key: GVKp/OrMs2aNs/lDyqu8hQ==",
        )
        return b"\r\n".join((*fields, b"", b""))

    def spoilt_head(self) -> bytes:
        """A handshake after one to three changes of bytes."""
        data = bytearray(self.head())
        for _ in range(self._random.randrange(1, 4)):
            mutate(self._random, data)
        return bytes(data)

    def polite(self) -> bytes:
        """A ping and a goodbye."""
        return _frame(Opcode.TEXT, b"ping") + _frame(Opcode.CLOSE, b"\x03\xe8")

    def sound(self) -> Spoken:
        """Whole messages in frames of all sizes, pings and pongs between them, and a close frame."""
        random = self._random
        texts = [self._text() for _ in range(random.randrange(1, 16))]
        if random.random() < 0.3:
            texts.insert(0, json.dumps(self._login()))
        frames = [frame for text in texts for frame in self._framed(text.encode())]
        frames.append(_frame(Opcode.CLOSE, b"\x03\xe8"))
        return Spoken(b"".join(frames), len(frames), tuple(texts))

    def spoilt(self) -> Spoken:
        """Frames of which one at least has something wrong with it, or none by chance."""
        random = self._random
        frames = [frame for _ in range(random.randrange(8)) for frame in self._framed(self._text().encode())]
        frames.insert(random.randrange(len(frames) + 1), self._wrong())
        data = bytearray(b"".join(frames))
        if random.random() < 0.3:
            mutate(random, data)
        return Spoken(bytes(data), len(frames))

    def _framed(self, data: bytes) -> list[bytes]:
        """A message in one to four frames, control frames among them."""
        random = self._random
        places = sorted(random.randrange(len(data) + 1) for _ in range(random.choice((0, 0, 0, 1, 3))))
        bounds = [0, *places, len(data)]
        frames = []
        for number, (start, end) in enumerate(pairwise(bounds)):
            opcode = Opcode.CONT if number else random.choice((Opcode.TEXT, Opcode.TEXT, Opcode.BINARY))
            frames.append(_frame(opcode, data[start:end], fin=number == len(places)))
            if random.random() < 0.1:
                frames.append(
                    _frame(random.choice((Opcode.PING, Opcode.PONG)), random.randbytes(random.randrange(126)))
                )
        return frames

    def _wrong(self) -> bytes:
        """A frame that no client should send."""
        random = self._random
        data = random.randbytes(random.randrange(130))
        return random.choice(
            (
                lambda: _frame(Opcode.TEXT, b"\xff" + data),
                lambda: bytes(Frame(Opcode.TEXT, b"ping").serialize(mask=False)),
                lambda: bytes([0x80 | random.choice(_RESERVED), 0x80 | min(len(data), 125)]) + data,
                lambda: bytes([0x81 | random.randrange(1, 8) << 4, 0x80]) + random.randbytes(4),
                lambda: _frame(Opcode.TEXT, b"x" * (_LARGEST + random.randrange(2))),
                lambda: bytes([0x81, 0xFF]) + random.randbytes(8),
                lambda: bytes([0x80 | random.choice((8, 9, 10)), 0xFE, 0, 200]) + data,
                lambda: _frame(Opcode.CONT, data),
                lambda: _frame(Opcode.TEXT, b"pi", fin=False) + _frame(Opcode.TEXT, b"ng"),
                lambda: bytes([0x09, 0x80]) + random.randbytes(4),
                lambda: _frame(Opcode.CLOSE, random.choice(_CLOSINGS)),
                lambda: data,
            )
        )()

    def _text(self) -> str:
        random = self._random
        kind = random.random()
        if kind < 0.15:
            return "ping"
        if kind < 0.25:
            return random.choice(_TEXTS)
        message = self._message()
        if kind < 0.6:
            self._twist(message)
        text = json.dumps(message)
        return text if kind < 0.9 else self._torn(text)

    def _message(self) -> dict[str, Any]:
        """A message that may well succeed."""
        random = self._random
        kind = random.choice(("login", "subscribe", "subscribe", "unsubscribe", "order"))
        if kind == "login":
            return self._login()
        if kind == "order":
            op = random.choice(tuple(OPERATIONS))
            return {
                "id": str(random.randrange(10**6)),
                "op": op,
                "args": [self._order() for _ in range(random.randrange(1, 3))],
            }
        args = [self._argument() for _ in range(random.randrange(1, 3))]
        return {"op": kind, "args": args} | ({"id": "a1"} if random.random() < 0.3 else {})

    def _login(self) -> dict[str, Any]:
        return dict(login_frame(self._key, str(self._seconds)))

    def _argument(self) -> dict[str, Any]:
        random = self._random
        named = {
            "instId": random.choice(_INST_IDS),
            "instType": random.choice(("SPOT", "ANY")),
            "instFamily": "BTC-USD",
        }
        chosen = {name: value for name, value in named.items() if random.random() < 0.6}
        return {"channel": random.choice(random.choice((_CHANNELS, _COMMON))), **chosen}

    def _order(self) -> dict[str, Any]:
        random = self._random
        return {
            "instId": random.choice(_INST_IDS),
            "tdMode": "cash",
            "side": random.choice(("buy", "sell")),
            "ordType": random.choice(("limit", "market", "post_only")),
            "sz": random.choice(("0.001", "10")),
            "px": random.choice(("50000", "90000")),
            "ordId": str(random.randrange(10**6)),
            "newSz": "0.002",
        }

    def _twist(self, message: dict[str, Any]) -> None:
        """Put something odd in the place of a member, at the top or in an argument."""
        random = self._random
        place: dict[str, Any] = message if random.random() < 0.3 else random.choice(message["args"])
        name = random.choice(
            (*place, random.choice(("id", "args", "op", "extraParams", "expTime", "algoId", "ccy", "uly")))
        )
        place[name] = random.choice(_ODD)

    def _torn(self, text: str) -> str:
        data = bytearray(text.encode())
        mutate(self._random, data)
        return data.decode("utf-8", "replace")


def _frame(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    return bytes(Frame(opcode, data, fin=fin).serialize(mask=True))
