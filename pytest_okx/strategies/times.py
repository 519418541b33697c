"""Timestamps as clients write them, by what becomes of them: one row a kind, with the code that it gets.

Knows formats and the window, no request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from hypothesis import strategies as st

from ..clock import from_unix_ms
from ..messages import iso_time
from .arguments import chosen, count, moment

__all__ = ["TIMESTAMP_KINDS", "timestamps"]

_DAY_MS: Final = 86_400_000

TIMESTAMP_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "inside": "0",
        "trimmed": "0",
        "edge": "0",
        "outside": "50102",
        "unix_ms": "50102",
        "offset": "50102",
        "unix_s": "50112",
        "micros": "50112",
        "malformed": "50112",
    }
)
"""The kinds of `timestamps`, and the code that OKX answers a call with that has one ("0": the call goes on)."""

_LAYOUTS: Final = (
    "%Y-%m-%d %H:%M:%S.000Z",
    "%Y-%m-%dT%H:%M:%S.000",
    "%Y-%m-%dt%H:%M:%S.000z",
    "%Y%m%dT%H%M%SZ",
    "%a, %d %b %Y %H:%M:%S GMT",
    "%d.%m.%Y %H:%M",
    "%Y-%m-%d",
)
_WORDS: Final = ("nan", "None", "null", "undefined", "0", "-1", "Z", "now", "NaT", "2026-02-30T00:00:00.000Z")


def timestamps(*, now: int, kinds: tuple[str, ...] = ("inside",), window: int = 30) -> st.SearchStrategy[str]:
    """Values of OK-ACCESS-TIMESTAMP for an exchange at `now` (Unix ms) with a window of so many seconds.

    `kinds` are some of `TIMESTAMP_KINDS`: ISO 8601 "inside" the window, with fewer decimals ("trimmed"), exactly on
    its "edge" and "outside"; the same instants in "unix_ms", "unix_s", "micros" (six decimals) and with an "offset";
    and "malformed" ones. The codes are those of a server that takes ISO 8601 alone, which is the default.
    """
    at = moment(now)
    edge = count("window", window, 2, 3600) * 1000
    return st.one_of([_kind(kind, at, edge) for kind in chosen("kinds", kinds, TIMESTAMP_KINDS)])


def _kind(kind: str, now: int, edge: int) -> st.SearchStrategy[str]:
    inside = st.integers(-edge, edge).map(lambda ms: now + ms)
    if kind == "inside":
        return inside.map(iso_time)
    if kind == "edge":
        return st.sampled_from((now + edge, now - edge)).map(iso_time)
    if kind == "outside":
        far = st.integers(edge + 1, edge + _DAY_MS)
        return st.one_of(far.map(lambda ms: iso_time(now - ms)), far.map(lambda ms: iso_time(now + ms)))
    if kind == "malformed":
        layouts = st.builds(lambda ms, layout: from_unix_ms(ms).strftime(layout), inside, st.sampled_from(_LAYOUTS))
        return st.sampled_from(_WORDS) | layouts
    return inside.flatmap(lambda ms: st.sampled_from(_OTHERS[kind](ms, now)))


def _trimmed(ms: int, now: int) -> tuple[str, ...]:
    # Trimming moves an instant back by up to a second, so this one starts nearer.
    near = now + (ms - now) // 2
    text = iso_time(near)
    return (text[:-5] + "Z", text[:-3] + "Z", text[:-2] + "Z")


def _offset(ms: int, now: int) -> tuple[str, ...]:
    text = iso_time(ms)[:-1]
    return (f"{text}+00:00", f"{text}+0000", f"{text}+08:00", f"{text}-05:00")


_OTHERS: Final[Mapping[str, Callable[[int, int], tuple[str, ...]]]] = {
    "trimmed": _trimmed,
    "offset": _offset,
    "unix_ms": lambda ms, now: (str(ms),),
    "unix_s": lambda ms, now: (str(ms // 1000), f"{ms // 1000}.{ms % 1000:03d}"),
    "micros": lambda ms, now: (iso_time(ms)[:-1] + "000Z", iso_time(ms)[:-1] + "123Z"),
}
