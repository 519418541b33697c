"""Logins of the WebSocket as clients send them: those that OKX takes, and those that it refuses, with their code.

What can be wrong is in `login_mistakes`. Knows no session.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from hypothesis import strategies as st

from ..signing import Credentials
from .arguments import count, key, moment
from .frames import Frame, InvalidFrame, malformed_frames, written
from .login_mistakes import LOGIN_MISTAKES, Attempt, Stamp

__all__ = ["invalid_login_frames", "login_frames"]

_URLS: Final = ("private", "business", "public")
_DEMO: Final = "?brokerId=9999"


def login_frames(
    credentials: Credentials, *, now: int, window: int = 30, demo: bool | None = None
) -> st.SearchStrategy[Frame]:
    """Logins with `credentials` at an instant inside the window of so many seconds around `now` (Unix ms).

    The timestamp is text or a number, with decimals or without. `demo` is what is stated of the key: where it is, the
    URL is that of its environment.
    """
    attempts = _attempts(credentials, now, window)
    return st.builds(Frame, _urls(demo), attempts.flatmap(lambda attempt: written("login", [attempt.arg()])))


def invalid_login_frames(
    credentials: Credentials, *, now: int, window: int = 30, demo: bool | None = None
) -> st.SearchStrategy[InvalidFrame]:
    """Logins with one thing wrong, and the code that a session gives that has not logged in.

    Arguments are those of `login_frames`; where `demo` is stated, some logins are for the other environment.
    """
    attempts, urls = _attempts(credentials, now, window), _urls(demo)
    args = [_now(credentials, moment(now)).arg()]
    kinds = [_mistaken(attempts, urls), malformed_frames(_ends(demo), "login", args)]
    if demo is not None:
        other = login_frames(credentials, now=now, window=window, demo=not demo)
        kinds.append(other.map(lambda each: InvalidFrame(each.url, each.text, "50101", "the key is for the other one")))
    return st.one_of(kinds)


@st.composite
def _mistaken(draw: st.DrawFn, attempts: st.SearchStrategy[Attempt], urls: st.SearchStrategy[str]) -> InvalidFrame:
    mistake, attempt = draw(st.sampled_from(LOGIN_MISTAKES)), draw(attempts)
    args = draw(st.sampled_from(list(mistake.args(attempt))))
    return InvalidFrame(draw(urls), draw(written("login", args)), mistake.code, mistake.why)


def _ends(demo: bool | None) -> tuple[str, ...]:
    live, simulated = _URLS, tuple(url + _DEMO for url in _URLS)
    return (*live, *simulated) if demo is None else simulated if demo else live


def _urls(demo: bool | None) -> st.SearchStrategy[str]:
    return st.sampled_from(_ends(demo))


def _now(credentials: Credentials, now: int) -> Attempt:
    return Attempt(key(credentials), str(now // 1000), now)


def _attempts(credentials: Credentials, now: int, window: int) -> st.SearchStrategy[Attempt]:
    plain = _now(credentials, moment(now))
    edge = count("window", window, 2, 3600) * 1000
    return _stamps(plain.now, edge).map(lambda stamp: plain._replace(stamp=stamp, edge=edge))


def _stamps(now: int, edge: int) -> st.SearchStrategy[Stamp]:
    """The timestamps that clients send: whole seconds, and such with three or six decimals, as text or as a number."""
    middle = now // 1000
    first, last = -((edge - now) // 1000), (now + edge) // 1000
    seconds = st.integers(first - middle, last - middle).map(lambda off: middle + off)
    ms = st.integers(-edge, edge).map(lambda off: now + off)
    micros = st.integers(-edge * 1000, edge * 1000).map(lambda off: now * 1000 + off)
    decimals: st.SearchStrategy[Stamp] = ms.map(lambda at: f"{at // 1000}.{at % 1000:03d}")
    more: st.SearchStrategy[Stamp] = micros.map(lambda at: str(Decimal(at).scaleb(-6)))
    return st.one_of(seconds.map(str), seconds, decimals, more, ms.map(lambda at: at / 1000))
