"""Mistakes with the login of a WebSocket: another path than the one that is signed there, a timestamp of another kind.

A timestamp can be wrong without any signature: `timestamp_of_login` says what it is then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from .recipes import Known, Message, Mistake, on_target

__all__ = ["LOGINS", "LOGIN_TIMES", "LoginTime", "timestamp_of_login"]

_PATH: Final = b"/users/self/verify"
_ENDS: Final = (b"/ws/v5/private", b"/ws/v5/public", b"/ws/v5/business", b"/ws/v5")
_OTHERS: Final = (
    *_ENDS,
    *(end + _PATH for end in (*_ENDS, b"/api/v5", b"/api", b"/v5")),
    *(b"/user/self/verify", b"/users/verify", b"/users/self", b"/login", b"/ws", b"/"),
    *(b"/api/v5/account/balance", b"/api/v5/account/config", b"/api/v5/users/self", b"/api/v5/public/time"),
)
_SOCKETS: Final = (b"ws.okx.com:8443", b"ws.okx.com", b"wspap.okx.com:8443", b"wsaws.okx.com:8443", b"wspap.okx.com")
_QUARTER_MS: Final = 15 * 60_000
_MOST_QUARTERS: Final = 14 * 4
_NEAR_MS: Final = 30_000


def _path(target: bytes, known: Known) -> Iterator[bytes]:
    if target == _PATH:
        yield from _OTHERS


def _whole_url(target: bytes, known: Known) -> Iterator[bytes]:
    for host in (*_SOCKETS, *(host.encode() for host in known.hosts)) if target == _PATH else ():
        for scheme in (b"wss://", b"ws://", b""):
            yield from (scheme + host + end for end in (*_OTHERS, _PATH))


LOGINS: Final[tuple[Mistake[Message], ...]] = (
    on_target("login-path", "another path was signed for a WebSocket login: sign GET/users/self/verify on every URL",
              _path, _whole_url),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoginTime:
    """One mistake with the timestamp of a login: its name, a sentence with the way out, and whether it was made.

    `made` is given what arrived, and the time of the exchange in Unix milliseconds.
    """

    name: str
    sentence: str
    made: Callable[[str, int], bool]


def _shaped(pattern: str) -> Callable[[str, int], bool]:
    shape = re.compile(pattern, re.ASCII)
    return lambda text, now: bool(shape.fullmatch(text))


def _local(text: str, now: int) -> bool:
    if not _SECONDS.fullmatch(text):
        return False
    quarters, rest = divmod(round(float(text) * 1000) - now + _NEAR_MS, _QUARTER_MS)
    return rest <= 2 * _NEAR_MS and 0 < abs(quarters) <= _MOST_QUARTERS


_SECONDS: Final = re.compile(r"\d{10}(?:\.\d+)?", re.ASCII)
LOGIN_TIMES: Final = (
    LoginTime("login-timestamp-iso", "the timestamp is ISO 8601, which calls of REST have: a login takes Unix seconds",
              _shaped(r"\d{4}-\d\d-\d\d[T ].*")),
    LoginTime("login-timestamp-milliseconds", "the timestamp is in milliseconds: a login takes Unix seconds",
              _shaped(r"\d{13}(?:\.\d*)?")),
    LoginTime("login-timestamp-microseconds", "the timestamp is in micro- or nanoseconds: a login takes Unix seconds",
              _shaped(r"\d{16}|\d{19}")),
    LoginTime("login-timestamp-local", "the timestamp is off by whole quarters of an hour, as one of local time taken "
              "for UTC: take the Unix time of an aware datetime, or of the clock itself", _local),
)  # fmt: skip


def timestamp_of_login(text: str, *, now: int) -> LoginTime | None:
    """What is wrong with the timestamp of a login that arrived at `now` (Unix ms); None where nothing known is."""
    return next((row for row in LOGIN_TIMES if row.made(text, now)), None)
