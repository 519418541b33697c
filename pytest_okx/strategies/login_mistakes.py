"""What can be wrong with a login: one row a mistake, with the code that it gets.

Each row changes a good login in one thing. Knows no strategy and no session.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from ..messages import iso_time
from ..signing import Credentials, sign
from .cases import Entry

__all__ = ["LOGIN_MISTAKES", "Attempt", "LoginMistake", "Stamp"]

Stamp = str | int | float
_METHOD: Final = "GET"
_PATH: Final = "/users/self/verify"
_DAY_MS: Final = 86_400_000
_WORDS: Final = ("now", "None", "null", "NaN", "-1", "1e9", "0x6954", "1,767,614,400", "1767614400s")
_PATHS: Final = ("/users/self/verify/", "users/self/verify", "/api/v5/users/self/verify", "/ws/v5/private", "")
_UUIDS: Final = ("00000000-0000-0000-0000-000000000000", "5F3C2A10-7A55-4B5C-9C62-0D8A5A0F1E11")


class Attempt(NamedTuple):
    """A good login: the key, the timestamp as it is sent, the exchange's time, and half of the window (ms)."""

    key: Credentials
    stamp: Stamp
    now: int
    edge: int = 0

    @property
    def ms(self) -> int:
        """The instant of the timestamp, in Unix milliseconds."""
        return int(float(self.stamp) * 1000)

    def arg(self, **changes: Any) -> Entry:
        """The argument of the login, but for `changes`."""
        good = {
            "apiKey": self.key.api_key,
            "passphrase": self.key.passphrase,
            "timestamp": self.stamp,
            "sign": sign(self.key.secret_key, str(self.stamp), _METHOD, _PATH),
        }
        return good | changes

    def mac(self, message: str, secret: str | None = None) -> bytes:
        """The digest of any message, with another secret where it is asked for."""
        return hmac.digest((self.key.secret_key if secret is None else secret).encode(), message.encode(), "sha256")

    def signed(self, message: str, secret: str | None = None) -> str:
        """The signature of any message."""
        return base64.b64encode(self.mac(message, secret)).decode()


@dataclass(frozen=True, slots=True)
class LoginMistake:
    """One way to go wrong: the code, what it is, and what may stand in `args` then."""

    code: str
    why: str
    args: Callable[[Attempt], Iterable[list[Any]]]


def _without(name: str) -> LoginMistake:
    def args(attempt: Attempt) -> Iterator[list[Any]]:
        yield [{field: value for field, value in attempt.arg().items() if field != name}]
        yield [attempt.arg(**{name: ""})]
        yield [attempt.arg(**{name: None})]

    return LoginMistake("60027", f"there is no {name}", args)


def _with(code: str, why: str, field: str, values: Callable[[Attempt], Iterable[Any]]) -> LoginMistake:
    def args(attempt: Attempt) -> Iterator[list[Any]]:
        good = attempt.arg()[field]
        return ([attempt.arg(**{field: value})] for value in values(attempt) if value != good)

    return LoginMistake(code, why, args)


def _stamped(code: str, why: str, stamps: Callable[[Attempt], Iterable[Stamp]]) -> LoginMistake:
    """Timestamps that are signed as they are sent."""

    def args(attempt: Attempt) -> Iterator[list[Any]]:
        return ([attempt._replace(stamp=stamp).arg()] for stamp in stamps(attempt))

    return LoginMistake(code, why, args)


def _iso(attempt: Attempt) -> tuple[Stamp, ...]:
    text = iso_time(attempt.ms)
    return text, text[:-5] + "Z", text[:-1], text.replace("T", " ")


def _far(attempt: Attempt) -> Iterator[Stamp]:
    for off in (attempt.edge + 1000, 60_000 + attempt.edge, 8 * 3_600_000, _DAY_MS):
        for ms in (attempt.now - off, attempt.now + off):
            yield str(ms // 1000 + (ms > attempt.now))
    yield 0


def _micros(attempt: Attempt) -> tuple[Stamp, ...]:
    return attempt.ms * 1000, f"{attempt.ms}000"


def _methods(attempt: Attempt) -> Iterator[str]:
    return (attempt.signed(f"{attempt.stamp}{method}{_PATH}") for method in ("get", "POST", "LOGIN", ""))


def _paths(attempt: Attempt) -> Iterator[str]:
    return (attempt.signed(f"{attempt.stamp}{_METHOD}{path}") for path in _PATHS)


def _bodies(attempt: Attempt) -> Iterator[str]:
    return (attempt.signed(f"{attempt.stamp}{_METHOD}{_PATH}{body}") for body in ("{}", "None", "null"))


def _stamps(attempt: Attempt) -> Iterator[str]:
    second = attempt.ms // 1000
    times = (attempt.ms, iso_time(attempt.ms), second - 1, second + 1)
    return (attempt.signed(f"{time}{_METHOD}{_PATH}") for time in times)


def _secrets(attempt: Attempt) -> Iterator[str]:
    secrets = (attempt.key.passphrase, attempt.key.api_key, attempt.key.secret_key + "\n", "")
    return (attempt.signed(f"{attempt.stamp}{_METHOD}{_PATH}", secret) for secret in secrets)


def _encodings(attempt: Attempt) -> tuple[str, ...]:
    digest = attempt.mac(f"{attempt.stamp}{_METHOD}{_PATH}")
    right = base64.b64encode(digest).decode()
    return digest.hex(), base64.b64encode(digest.hex().encode()).decode(), right.rstrip("="), right.swapcase()


LOGIN_MISTAKES: Final = (
    *map(_without, ("apiKey", "sign", "timestamp", "passphrase")),
    _stamped("60004", "the timestamp is ISO 8601", _iso),
    _stamped("60004", "the timestamp is no Unix time", lambda attempt: _WORDS),
    _stamped("60006", "the timestamp is in milliseconds", lambda attempt: (str(attempt.ms), attempt.ms)),
    _stamped("60006", "the timestamp is in microseconds", _micros),
    _stamped("60006", "the timestamp is outside the window", _far),
    _with("60005", "the key has never been one", "apiKey", lambda attempt: ("nobody", "None", 0, "é")),
    _with("60032", "nobody has the key", "apiKey", lambda attempt: _UUIDS),
    _with("60024", "the passphrase is another", "passphrase",
          lambda attempt: (attempt.key.passphrase + "x", attempt.key.passphrase[:-1] + " ", attempt.key.secret_key, 1)),
    _with("60007", "another method was signed, or the right one in lower case", "sign", _methods),
    _with("60007", "another path was signed", "sign", _paths),
    _with("60007", "a body was signed", "sign", _bodies),
    _with("60007", "another timestamp was signed than sent", "sign", _stamps),
    _with("60007", "another secret was used", "sign", _secrets),
    _with("60007", "the signature is in another encoding", "sign", _encodings),
    _with("60013", "a field is no text", "sign", lambda attempt: ([], {}, [attempt.key.api_key])),
    LoginMistake("60021", "several accounts log in at once", lambda attempt: ([attempt.arg()] * n for n in (2, 3))),
)  # fmt: skip
