"""The arguments of strategies: each check returns what it was given, or refuses it with a sentence.

Knows no strategy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from hypothesis.errors import InvalidArgument

from ..signing import Credentials

__all__ = ["chosen", "count", "key", "moment", "one", "span"]

# The years 1971 to 2200: far from where arithmetic on datetimes ends.
_EARLIEST, _LATEST = 31_536_000_000, 7_258_118_400_000


def moment(now: object) -> int:
    """`now` as Unix milliseconds."""
    if isinstance(now, bool) or not isinstance(now, int):
        raise InvalidArgument(f"now is {now!r}: give Unix milliseconds as an int, such as okx_clock.now_ms()")
    if not _EARLIEST <= now <= _LATEST:
        raise InvalidArgument(f"now is {now}: give Unix milliseconds between {_EARLIEST} (1971) and {_LATEST} (2200)")
    return now


def span(name: str, low: object, high: object, least: int, most: int) -> tuple[int, int]:
    """The bounds `min_NAME` and `max_NAME`: whole numbers from `least` to `most`, in this order."""
    bounds = count(f"min_{name}", low, least, most), count(f"max_{name}", high, least, most)
    if bounds[0] > bounds[1]:
        raise InvalidArgument(f"min_{name}={low} is above max_{name}={high}: swap them")
    return bounds


def count(name: str, given: object, least: int, most: int) -> int:
    """A whole number from `least` to `most`."""
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise InvalidArgument(f"{name} is {given!r}: give a whole number from {least} to {most}")
    return given


def chosen(name: str, given: object, known: Collection[str]) -> tuple[str, ...]:
    """Some of the `known` words, at least one, in the order given."""
    words = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else ()
    if not words or any(word not in known for word in words):
        raise InvalidArgument(f"{name} is {given!r}: give one or more of {', '.join(known)}, as a tuple")
    return words


def one(name: str, given: object, known: Collection[str]) -> str:
    """One of the `known` words."""
    if not isinstance(given, str) or given not in known:
        raise InvalidArgument(f"{name} is {given!r}: give one of {', '.join(known)}")
    return given


def key(given: object) -> Credentials:
    """The key to sign with."""
    if not isinstance(given, Credentials):
        raise InvalidArgument(f"credentials is a {type(given).__name__}: give Credentials, such as okx_credentials")
    return given
