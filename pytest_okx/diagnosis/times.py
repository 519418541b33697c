"""Mistakes with the timestamp: another format of the instant that was sent, or another instant.

No clock is read: everything follows from the timestamp that arrived and from those seen before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Final

from ..clock import from_unix_ms, unix_ms
from .recipes import Known, Message, Mistake, on_timestamp

__all__ = ["TIMES", "instant"]

_ISO: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,6})?(?:Z|[+-]00:?00)?", re.ASCII)
_UNIX: Final = re.compile(r"\d{10}(?:\.\d{1,7})?", re.ASCII)
_WHOLE: Final = re.compile(r"\d{10}|.*:\d\dZ?", re.ASCII)
_UNIX_MS: Final = re.compile(r"\d{13}", re.ASCII)
_DAY: Final = 86_400_000
_HOUR: Final = 3_600_000
_MINUTE: Final = 60_000
# What is between a year 1 and a year 9999 for any offset below.
_EARLIEST, _LATEST = -62_000_000_000_000, 253_000_000_000_000


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return from_unix_ms(seconds * 1000).isoformat()[:19]


def _iso(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{_second(seconds)}.{rest:03d}"


def _whole(ms: int) -> str:
    return _second(ms // 1000)


def _unix(ms: int) -> str:
    return f"{ms // 1000}.{ms % 1000:03d}"


# The forms of a timestamp seen in the wild; the first is the documented one.
_FORMS: Final[tuple[Callable[[int], str], ...]] = (
    lambda ms: _iso(ms) + "Z",
    lambda ms: _whole(ms) + "Z",
    lambda ms: _iso(ms) + "000Z",
    lambda ms: _iso(ms).rstrip("0").rstrip(".") + "Z" if ms % 1000 else _whole(ms) + "Z",
    lambda ms: _iso(ms) + "+00:00",
    _iso,
    lambda ms: _iso(ms) + "000",
    str,
    _unix,
    lambda ms: _iso(ms).replace("T", " "),
)
_RARE_FORMS: Final[tuple[Callable[[int], str], ...]] = (
    lambda ms: _iso(ms) + "000+00:00",
    lambda ms: _whole(ms) + "+00:00",
    _whole,
    lambda ms: _iso(ms).replace("T", " ") + "Z",
    lambda ms: _iso(ms).replace("T", " ") + "000",
    lambda ms: _whole(ms).replace("T", " "),
    lambda ms: _iso(ms) + "z",
    lambda ms: _iso(ms) + "000000Z",
    lambda ms: _unix(ms) + "Z",
    lambda ms: str(ms / 1000),
    lambda ms: f"{ms}000",
    lambda ms: f"{ms}000000",
    lambda ms: f"{ms}.0",
)
_PRECISE_FORMS: Final[tuple[Callable[[int], str], ...]] = (
    str,
    lambda ms: _iso(ms) + "Z",
    _unix,
    lambda ms: str(ms / 1000),
)
_SECONDS: Final[tuple[Callable[[int], str], ...]] = (
    lambda ms: str(ms // 1000),
    lambda ms: str((ms + 500) // 1000),
    lambda ms: f"{ms // 1000}.0",
)


@lru_cache(maxsize=64)
def instant(text: str) -> int | None:
    """Unix milliseconds of a timestamp in any form that says UTC or says nothing; None for anything else."""
    if _UNIX_MS.fullmatch(text):
        return int(text)
    if _UNIX.fullmatch(text):
        whole, _, fraction = text.partition(".")
        return int(whole) * 1000 + int(fraction[:3].ljust(3, "0"))
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    try:
        seconds = unix_ms(datetime.fromisoformat(f"{match[1]}T{match[2]}").replace(tzinfo=UTC))
    except ValueError:
        return None
    ms = seconds + int((match[3] or ".0")[1:4].ljust(3, "0"))
    return ms if _EARLIEST < ms < _LATEST else None


@lru_cache(maxsize=256)
def _form(text: str, ms: int) -> Callable[[int], str]:
    """How the timestamp that arrived was written, so that another instant is written alike."""
    return next((form for form in _FORMS + _SECONDS + _RARE_FORMS if form(ms) == text), _FORMS[0])


def _in_forms(forms: Iterable[Callable[[int], str]]) -> Callable[[bytes, Known], Iterator[bytes]]:
    def rewritten(sent: bytes, known: Known) -> Iterator[bytes]:
        ms = instant(sent.decode("latin-1"))
        if ms is not None:
            yield from (form(ms).encode() for form in forms)

    return rewritten


def _moved(offsets: Iterable[int]) -> Callable[[bytes, Known], Iterator[bytes]]:
    """The timestamp as it would be that many milliseconds later."""

    def moved(sent: bytes, known: Known) -> Iterator[bytes]:
        text = sent.decode("latin-1")
        ms = instant(text)
        if ms is not None:
            form = _form(text, ms)
            yield from (form(ms + offset).encode() for offset in offsets)

    return moved


def _rare_forms(sent: bytes, known: Known) -> Iterator[bytes]:
    """Forms that are seldom seen, and those with the decimals that were cut off before sending."""
    yield from _in_forms(_RARE_FORMS)(sent, known)
    text = sent.decode("latin-1")
    ms = instant(text)
    if ms is not None and _WHOLE.fullmatch(text):
        yield from (form(ms + rest).encode() for form in _PRECISE_FORMS for rest in range(1000))
    if ms is not None and "T" in text and text[19:20] == ".":
        head = text[:23].encode()
        for tail in (b"Z",):
            yield from (b"%b%03d%b" % (head, micros, tail) for micros in range(1000))


def _earlier(sent: bytes, known: Known) -> Iterator[bytes]:
    yield from (text.encode() for text in known.earlier[:_EARLIER_IN_PAIRS])
    yield from _moved(_USUAL_AGES)(sent, known)


def _any_earlier(sent: bytes, known: Known) -> Iterator[bytes]:
    yield from (text.encode() for text in known.earlier)
    yield from _moved(_AGES)(sent, known)


_USUAL_AGES: Final = tuple(-ms for ms in (1, 2, 1000, 5000, 10_000, 60_000))
# Clocks read twice differ by milliseconds; tests move clocks by whole seconds, minutes and days.
_AGES: Final = tuple(
    -ms
    for ms in chain(
        range(1, 501),
        range(600, 10_100, 100),
        range(11_000, 301_000, 1000),
        range(6 * _MINUTE, 240 * _MINUTE, _MINUTE),
        range(_DAY, 31 * _DAY, _DAY),
    )
)  # fmt: skip
# A timestamp that was made once and kept is the oldest.
_EARLIER_IN_PAIRS: Final = 2
_USUAL_ZONES: Final = tuple(round(hours * _HOUR) for hours in (8, 9, 1, 2, 5.5, -8, -5, -4))
_ZONES: Final = tuple(quarter * _HOUR // 4 for quarter in range(-48, 57) if quarter)


def _left_out(sent: bytes, known: Known) -> Iterator[bytes]:
    yield b""


TIMES: Final[tuple[Mistake[Message], ...]] = (
    on_timestamp("timestamp-seconds", "the timestamp was signed in Unix seconds and sent otherwise: sign the very "
                 "text that is sent", _in_forms(_SECONDS)),
    on_timestamp("timestamp-format", "the timestamp was signed in another format than sent: make its text once, sign "
                 "it and send it", _in_forms(_FORMS), _rare_forms),
    on_timestamp("timestamp-local", "local time was signed and UTC was sent: make the timestamp once, in UTC",
                 _moved(_USUAL_ZONES), _moved(_ZONES)),
    on_timestamp("timestamp-earlier", "an earlier timestamp was signed than sent, as if it had been kept: make it once "
                 "for each call, sign it and send it", _earlier, _any_earlier),
    on_timestamp("timestamp-later", "a later timestamp was signed than sent: make it once for each call, sign it and "
                 "send it", _moved((1, 1000)), _moved(tuple(chain(range(2, 101), range(2000, 61_000, 1000))))),
    on_timestamp("timestamp-left-out", "the timestamp was left out: what is signed begins with it", _left_out),
)  # fmt: skip
