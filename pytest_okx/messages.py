"""What passes between transport and gateway: `Request` and `Reply`, OKX's envelopes, its number and time text.

Values, the one `Gate` that a reply may wait at, and what a WebSocket's connection asks of its conversation: nothing
here knows a socket, an account or the order of checks.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl

from .clock import from_unix_ms
from .errors import OkxError

__all__ = [
    "JSON_TYPE",
    "Close",
    "ConnectionId",
    "Encoded",
    "Ending",
    "Headers",
    "Outgoing",
    "Reply",
    "Request",
    "Source",
    "Spoiled",
    "Talk",
    "compact_json",
    "iso_time",
    "number",
    "refusal",
    "success",
]

JSON_TYPE: Final = (("Content-Type", "application/json"),)
_CLOSE_CODES: Final = (range(1000, 1004), range(1007, 1015), range(3000, 5000))
_LONGEST_REASON: Final = 123
# Compact, because clients search the text for `"code":"50113"` without a space (hummingbot does).
compact_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


class Encoded(str):
    """JSON text that was made already: for what is asked again and again and seldom changes."""

    __slots__ = ()

    def parsed(self) -> Any:
        """What it says."""
        return json.loads(self)


# One text for each name, however many requests a log keeps.
_lower = lru_cache(maxsize=512)(str.lower)


class Headers(Mapping[str, str]):
    """Header fields by name in any case; `raw` keeps them as they came, repeated ones included. The first one wins."""

    __slots__ = ("_first", "raw")

    def __init__(self, raw: Iterable[tuple[str, str]] = ()) -> None:
        self.raw = tuple(raw)
        self._first: dict[str, str] = {}
        for name, value in self.raw:
            self._first.setdefault(_lower(name), value)

    def __getitem__(self, name: str) -> str:
        return self._first[name.lower()]

    def text(self, name: str) -> str:
        """The value without surrounding space, "" where the field is absent: blank counts as absent."""
        return self._first.get(name.lower(), "").strip()

    def __iter__(self) -> Iterator[str]:
        return iter(self._first)

    def __len__(self) -> int:
        return len(self._first)

    def __repr__(self) -> str:
        # Names alone: among the values are passphrase and signature.
        return f"Headers({', '.join(name for name, _ in self.raw)})"


@dataclass(frozen=True, slots=True)
class ConnectionId:
    """One connection of a client: its number among those of the server, and when it was accepted (`real_monotonic`)."""

    number: int
    opened: float


@dataclass(frozen=True)
class Request:
    """One HTTP request as it arrived. `target` is the raw request target, its bytes as latin-1 text; `peer` an IP.

    Without a socket there is no `connection`.
    """

    method: str
    target: str
    headers: Headers
    body: bytes = b""
    peer: str = "127.0.0.1"
    connection: ConnectionId | None = field(default=None, compare=False)

    @cached_property
    def path(self) -> str:
        """The target without its query, undecoded."""
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> dict[str, str]:
        """The decoded parameters of the query; the last of a repeated one wins, blank ones are kept."""
        pairs = parse_qsl(self.target.partition("?")[2], keep_blank_values=True, encoding="latin-1")
        return {_utf8(name): _utf8(value) for name, value in pairs}


def _utf8(text: str) -> str:
    # A client may send UTF-8 with or without percent-encoding; both are bytes read as latin-1 here.
    return text.encode("latin-1", "replace").decode("utf-8", "replace")


class Ending(Enum):
    """What becomes of the connection: it lives on, closes (FIN), is reset (RST), or stays open and says no more."""

    KEEP = "keep"
    CLOSE = "close"
    RESET = "reset"
    SILENT = "silent"


class Gate:
    """Where replies wait until it is opened, once and for all, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened = False
        self._waiting: list[Callable[[], None]] = []

    def open(self) -> None:
        """Let everything go on that waits, and everything that comes later; doing so twice is harmless."""
        with self._lock:
            self._opened = True
            waiting, self._waiting = self._waiting, []
        for go_on in waiting:
            go_on()

    def when_open(self, go_on: Callable[[], None]) -> None:
        """Call `go_on` once the gate is open: now, or on the thread that opens it."""
        with self._lock:
            if not self._opened:
                self._waiting.append(go_on)
                return
        go_on()

    def __repr__(self) -> str:
        return f"<Gate, {'open' if self._opened else 'shut'}>"


@dataclass(frozen=True, slots=True)
class Wire:
    """How a reply leaves, where it is not simply sent.

    It waits at each of `gates`, then for `delay` seconds of real time. Its Content-Length is wrong by `length_off`;
    not `framed` it has none, and HTTP is 1.0. It goes out whole, or `piece` bytes at a time with `pause` seconds
    between. With an `ending` other than KEEP only the head and `cut` bytes of the body are sent, nothing without `cut`.
    """

    ending: Ending = Ending.KEEP
    delay: float = 0.0
    gates: tuple[Gate, ...] = ()
    cut: int | None = None
    length_off: int = 0
    framed: bool = True
    piece: int = 0
    pause: float = 0.0

    @property
    def at_once(self) -> bool:
        """Whether all that is sent leaves in one go and now."""
        return not (self.gates or self.delay or self.piece)


PLAIN: Final = Wire()


@dataclass(frozen=True, slots=True)
class Close:
    """The close frame that ends the conversation on a WebSocket.

    Raises ValueError for what no such frame may carry (RFC 6455, 5.5 and 7.4).
    """

    code: int
    reason: str = ""

    def __post_init__(self) -> None:
        if not any(self.code in codes for codes in _CLOSE_CODES):
            raise ValueError(
                f"no close frame may carry {self.code}: give 1000 to 1003, 1007 to 1014 or 3000 to 4999; to end a "
                "connection without a close frame, add the fault Disconnect() to its next message"
            )
        if len(self.reason.encode()) > _LONGEST_REASON:
            raise ValueError(f"the reason {self.reason!r} is too long: give {_LONGEST_REASON} bytes at most")


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A message that does not simply leave: its text as bytes, which may be none, and how it leaves."""

    text: bytes
    wire: Wire


Outgoing = str | Spoiled | Close | Ending
"""What a conversation says: a text, one that a fault has spoiled, a close frame, or an end without one."""


class Talk(Protocol):
    """The conversation on a WebSocket, as its connection sees it."""

    @property
    def answers_pings(self) -> bool:
        """Whether the client's pings get their pongs."""
        ...

    def begin(self, deliver: Callable[[], None]) -> None:
        """The handshake is done. `deliver` sends what there is to say; it runs on the server's thread alone."""
        ...

    def receive(self, text: str) -> None:
        """The client sent a message; what there is to say is asked for afterwards."""
        ...

    def pinged(self) -> None:
        """The client sent a ping."""
        ...

    def next(self) -> Outgoing | None:
        """What to say next, None when there is nothing more to say now."""
        ...

    def overflow(self) -> Close:
        """The client does not read: how that ends."""
        ...

    def lost(self, *, goodbye: bool = False) -> None:
        """The connection has ended; with a `goodbye` of the client's."""
        ...


class Source(Protocol):
    """What a body without end is made of, as its connection sees it."""

    def begin(self, deliver: Callable[[], None]) -> None:
        """The head has left. `deliver` sends what there is to say; it runs on the server's thread alone."""
        ...

    def next(self) -> bytes | None:
        """What to say next, None when there is nothing more to say now; asked only when the client takes it."""
        ...

    def lost(self) -> None:
        """The connection has ended."""
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP reply, and how it leaves: by default at once and whole, the connection lives on.

    After one with a `talk`, which accepts a WebSocket, the connection is that conversation's; after one with a `source`
    the body goes on from there until one of the two ends it.
    """

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = JSON_TYPE
    wire: Wire = PLAIN
    talk: Talk | None = None
    source: Source | None = None

    @property
    def needs_socket(self) -> bool:
        """Whether there is more to it than status, headers and body, so that only a socket can deliver it."""
        return self.wire != PLAIN or self.talk is not None or self.source is not None

    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


def success(data: Any, extra: Mapping[str, str] | None = None, *, code: str = "0", msg: str = "") -> bytes:
    """v5's envelope; members in the order in which OKX sends them, `inTime` and `outTime` among them where given.

    `data` that is `Encoded` is taken as it is.
    """
    text = data if isinstance(data, Encoded) else compact_json(data)
    rest = {"inTime": extra["inTime"], "msg": msg, "outTime": extra["outTime"]} if extra else {"msg": msg}
    return f'{{"code":"{code}","data":{text},{compact_json(rest)[1:]}'.encode("utf-8", "replace")


def refusal(error: OkxError) -> Reply:
    """`error` in the envelope and with the status of its code, members in the order seen on the wire."""
    return Reply(error.status, compact_json(_ENVELOPES[error.envelope](error)).encode("utf-8", "replace"))


def _data(error: OkxError) -> dict[str, Any]:
    return {"code": error.code, "data": [], "msg": error.message}


def _msg_code(error: OkxError) -> dict[str, Any]:
    return {"msg": error.message, "code": error.code}


def _v3(error: OkxError) -> dict[str, Any]:
    # Both texts equal, the code once as a number and once as text: as probed in 2020.
    code = int(error.code)
    return {"error_message": error.message, "code": code, "error_code": error.code, "message": error.message}


def _gateway_404(error: OkxError) -> dict[str, Any]:
    return {
        "code": 404,
        "data": {},
        "detailMsg": "",
        "error_code": "404",
        "error_message": error.message,
        "msg": error.message,
    }


def _v3_404(error: OkxError) -> dict[str, Any]:
    return {"code": 404, "data": {}, "detailMsg": "No message available", "msg": error.message}


def _v3_500(error: OkxError) -> dict[str, Any]:
    return {"error_message": error.message, "message": error.message}


_ENVELOPES: Final = {
    "data": _data,
    "msg_code": _msg_code,
    "gateway_404": _gateway_404,
    "v3": _v3,
    "v3_404": _v3_404,
    "v3_500": _v3_500,
}


def number(value: Decimal) -> str:
    """OKX's text for a number: plain digits, no exponent, no trailing zeros."""
    if not value:
        return "0"
    text = format(value, "f")
    if "." in text:
        return text.rstrip("0").rstrip(".")
    return text


def iso_time(ms: int) -> str:
    """`2020-12-08T09:08:57.715Z` for Unix milliseconds: the form that OK-ACCESS-TIMESTAMP and v3 use."""
    return from_unix_ms(ms).isoformat(timespec="milliseconds")[:-6] + "Z"
