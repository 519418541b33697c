"""The log: every call that reached the server, with the verdict on it and no secret in it.

It keeps what happened and prints it; it does not judge.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import overload

from .clock import real_monotonic
from .diagnosis import Diagnosis
from .messages import ConnectionId, Headers, Reply, Request

__all__ = [
    "PLACEHOLDERS",
    "REMOVED",
    "Call",
    "CallLog",
    "Details",
    "Step",
    "cleared",
    "cleared_request",
    "without_secrets",
]

_SECRET_HEADERS = frozenset(
    {"ok-access-sign", "ok-access-passphrase", "authorization", "cookie", "proxy-authorization"}
)
_WELCOME = frozenset({"accepted", "101, a WebSocket"})
REMOVED = "<removed>"
PLACEHOLDERS = frozenset({"", "nan", "none", "null", "undefined"})
"""What programs send in place of a value that they do not have, in small letters."""
_SHOWN_BODY = 300
# A SHA-256 in Base64, as it is or quoted for a URL or in JSON, which makes it longer.
_SIGNATURE = re.compile(r"(?<![\w+-])[\w+/\\%-]{43,60}?(?:=|%3D|\\u003d)", re.ASCII | re.IGNORECASE)
# Replacing a shorter one would make the log unreadable and hide nothing; OKX asks for eight characters at least.
_SHORTEST_SECRET = 4


def without_secrets(headers: Headers) -> Headers:
    """The same header fields, the values of signature, passphrase and the like replaced, unless they are none."""
    return Headers((name, REMOVED if _is_secret(name, value) else value) for name, value in headers.raw)


def cleared(text: str, secrets: Iterable[str]) -> str:
    """A text without the secrets that are known, and without whatever has the form of a signature."""
    for secret in secrets:
        text = text.replace(secret, REMOVED) if len(secret) >= _SHORTEST_SECRET else text
    return _SIGNATURE.sub(REMOVED, text)


def cleared_request(request: Request, secrets: Iterable[str]) -> tuple[str, Headers, bytes]:
    """What arrived, for the log: a client may have put a secret where none belongs."""
    target, headers, body = request.target, without_secrets(request.headers), request.body
    text = "\n".join([target, body.decode("latin-1"), *(value for _, value in headers.raw)])
    found = [secret for secret in secrets if secret in text]
    if found or _SIGNATURE.search(text):
        target, body = cleared(target, found), cleared(body.decode("latin-1"), found).encode("latin-1")
        headers = Headers((name, cleared(value, found)) for name, value in headers.raw)
    return target, headers, body


def _is_secret(name: str, value: str) -> bool:
    return name.lower() in _SECRET_HEADERS and value.strip().lower() not in PLACEHOLDERS


@dataclass(frozen=True, slots=True)
class Step:
    """One check of a call: what is asked, with which codes it refuses, and whether it was "passed", "failed" or
    "not reached".
    """

    name: str
    codes: tuple[str, ...]
    outcome: str


@dataclass(frozen=True, slots=True)
class Details:
    """What can be told of a call beyond its line in the log: its checks, why its signature is wrong, its reply.

    No secret is in any of them. Of a long body of the reply only the beginning is kept.
    """

    steps: tuple[Step, ...]
    diagnosis: Diagnosis | None
    reply: Reply


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what arrived, what it got, and why.

    `verdict` is "accepted" or the refusal ("401 50113 Invalid Sign"); `code` OKX's code as text, where rows carry it
    that of the first one that failed; `fault` the faults that fired, `remark` what the client is not told.
    `connection` is the one that it came on, None without a socket. `details` tells more of it. `delivery` is "whole"
    where the reply left as it was made, "late" where it had to wait, "damaged" where it came in no other way than cut,
    altered or not at all.
    """

    method: str
    target: str
    headers: Headers
    body: bytes
    status: int
    code: str
    verdict: str
    fault: str
    at: datetime
    remark: str = ""
    connection: ConnectionId | None = field(default=None, compare=False)
    delivery: str = "whole"
    real: float = field(repr=False, compare=False, default_factory=real_monotonic)
    details: Callable[[], Details] | None = field(default=None, repr=False, compare=False)

    @property
    def refused(self) -> bool:
        """Whether it got something else than what it asked for; a WebSocket is what a handshake asks for."""
        return self.verdict not in _WELCOME

    def __str__(self) -> str:
        lines = [f"{self.at:%H:%M:%S}.{self.at.microsecond // 1000:03d} {self.method} {self.target} -> {self.verdict}"]
        if self.body:
            shown = self.body[:_SHOWN_BODY].decode("utf-8", "replace")
            lines.append(f"    body: {shown}{' ...' if len(self.body) > _SHOWN_BODY else ''}")
        if self.fault:
            lines.append(f"    fault: {self.fault}")
        if self.remark:
            lines.append("    why: " + self.remark.replace("\n", "\n         "))
        return "\n".join(lines)


Listener = Callable[[Callable[[], Call]], None]


class _Once:
    """What makes a call when it is first read, and has it from then on."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Call]) -> None:
        self._make = make
        self._made: Call | None = None

    def __call__(self) -> Call:
        if self._made is None:
            self._made = self._make()
        return self._made


class CallLog(Sequence[Call]):
    """The last `max_calls` calls, oldest first; `dropped` counts those that had to go.

    An entry is made when it is read: most never are, and taking secrets out is most of the work.
    """

    def __init__(self, max_calls: int) -> None:
        self._calls: deque[Callable[[], Call]] = deque(maxlen=max_calls)
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()
        self.dropped = 0

    def append(self, make: Callable[[], Call]) -> None:
        """Add what makes a call; the oldest goes where the log is full."""
        call = _Once(make)
        with self._lock:
            self.dropped += len(self._calls) == self._calls.maxlen
            self._calls.append(call)
        for listener in self._listeners:
            listener(call)

    def listen(self, listener: Listener) -> None:
        """Call `listener` with whatever is added from now on, on the thread that adds it."""
        self._listeners = (*self._listeners, listener)

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> list[Call]: ...
    def __getitem__(self, index: int | slice) -> Call | list[Call]:
        found = tuple(self._calls)[index]
        return [call() for call in found] if isinstance(found, tuple) else found()

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Call]:
        return (call() for call in tuple(self._calls))

    def __repr__(self) -> str:
        lines = [f"<{len(self)} calls{f', {self.dropped} earlier ones dropped' if self.dropped else ''}>"]
        return "\n".join([*lines, *map(str, self)])
