"""The pieces of a request: keys, methods, queries, bodies, and how far two clocks are apart.

Each piece is valid by itself; what they make together is in `requests`. Text is ASCII and short at first.
"""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st

from ..signing import Credentials
from .arguments import chosen, count, span

__all__ = ["METHODS", "STYLES", "bodies", "clock_skews", "credentials", "methods", "queries", "secrets"]

METHODS: Final = ("GET", "POST")
_LONGEST_SECRET: Final = 64
# OKX asks for a letter of each case, a digit and a special character, 8 to 32 in all; this fits into a header.
_PASS_START: Final = "Pa1!"
_PASS_REST: Final = "".join(map(chr, range(0x21, 0x7F)))
_HEX: Final = "0123456789ABCDEF"
_NAMES: Final = ("ccy", "instId", "instType", "limit", "after", "before", "ordType", "state")
_PLAIN: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_."
# What encoders disagree about: "," or "%2C", "/" or "%2F", ":" or "%3A", " " as "%20" or "+".
_DISPUTED: Final = ",/:+ =&%?*~@$'"
_LETTERS: Final = "é€漢😀"
_MOST_PAIRS: Final = 20
_MOST_LEAVES: Final = 100


def secrets(*, min_size: int = 32, max_size: int = 32) -> st.SearchStrategy[str]:
    """Secret keys as OKX gives them out: upper-case hexadecimal digits."""
    low, high = span("size", min_size, max_size, 1, _LONGEST_SECRET)
    return st.text(_HEX, min_size=low, max_size=high)


def credentials() -> st.SearchStrategy[Credentials]:
    """Keys with the shapes of OKX's: a UUID, a secret, a passphrase of 8 to 32 ASCII characters."""
    phrases = st.text(_PASS_REST, min_size=4, max_size=28).map(lambda rest: _PASS_START + rest)
    return st.builds(Credentials, st.uuids().map(str), secrets(), phrases)


def methods() -> st.SearchStrategy[str]:
    """The methods that OKX has: GET and POST."""
    return st.sampled_from(METHODS)


def clock_skews(*, window: int = 30, outside: bool = False) -> st.SearchStrategy[float]:
    """Seconds, to the millisecond, by which one clock is ahead of another: within the window, whose edges count as
    inside, or `outside` of it by up to a day.
    """
    edge = count("window", window, 1, 3600) * 1000
    if outside:
        beyond = st.integers(edge + 1, edge + 86_400_000)
        whole = beyond | beyond.map(lambda ms: -ms)
    else:
        whole = st.integers(-edge, edge) | st.sampled_from((edge, -edge))
    return whole.map(lambda ms: ms / 1000)


def queries(*, min_pairs: int = 0, max_pairs: int = 4, ascii_only: bool = False) -> st.SearchStrategy[str]:
    """Queries with their `?`, or "": encoded in each way that clients do, or not at all; repeated and empty ones too.

    They are raw, as a request line has them: unless `ascii_only`, letters beyond ASCII may be there as the bytes of
    UTF-8 in latin-1 text. Without pairs there may be a lone `?`.
    """
    low, high = span("pairs", min_pairs, max_pairs, 0, _MOST_PAIRS)
    name = st.sampled_from(_NAMES)
    pairs = st.lists(st.tuples(name, _values(ascii_only)).map("=".join), min_size=max(low, 1), max_size=max(high, 1))
    some = pairs.map(lambda each: "?" + "&".join(each))
    none = st.sampled_from(("", "?"))
    if not high:
        return none
    return some if low else none | some


def _values(ascii_only: bool) -> st.SearchStrategy[str]:
    """One value as it stands in a query."""
    plain = st.text(_PLAIN, max_size=8)
    disputed = st.text(_PLAIN[:12] + _DISPUTED, max_size=8)
    wide = st.text(_PLAIN[:12] + _DISPUTED + _LETTERS, max_size=6)
    listed = st.sampled_from(("BTC-USDT,ETH-USDT", "BTC-USDT%2CETH-USDT", "BTC-USDT%2cETH-USDT", "a+b", "a%20b"))
    bare = st.text(_PLAIN[:12] + ",/:+*~@$'", max_size=8)
    encoded = [disputed.map(lambda text: quote(text, safe="")), wide.map(quote_plus), wide.map(quote)]
    raw = [] if ascii_only else [st.text(_PLAIN[:12] + _LETTERS, max_size=6).map(_as_bytes)]
    return st.one_of(plain, listed, bare, *encoded, *raw)


def _as_bytes(text: str) -> str:
    return text.encode().decode("latin-1")


STYLES: Final[dict[str, dict[str, Any]]] = {
    "compact": {"separators": (",", ":"), "ensure_ascii": False},
    "default": {},
    "escaped": {"separators": (",", ":")},
    "spaced": {"ensure_ascii": False},
    "indented": {"indent": 2},
    "sorted": {"separators": (",", ":"), "sort_keys": True},
}
"""How clients write JSON."""


def bodies(
    *, max_leaves: int = 5, empty: bool = False, styles: tuple[str, ...] = tuple(STYLES)
) -> st.SearchStrategy[bytes]:
    """Bodies of a POST: JSON objects, nested, with letters of any script, numbers and numbers as text, written in one
    of the `styles` (compact, default, escaped, spaced, indented, sorted), some with a line end; with `empty` also none.
    """
    count("max_leaves", max_leaves, 1, _MOST_LEAVES)
    writers = st.sampled_from(chosen("styles", styles, STYLES))
    ends = st.sampled_from((b"", b"", b"\n"))
    written = st.builds(_written, _objects(max_leaves), writers, ends)
    return st.just(b"") | written if empty else written


def _written(content: object, style: str, end: bytes) -> bytes:
    return json.dumps(content, **STYLES[style]).encode() + end


def _objects(max_leaves: int) -> st.SearchStrategy[dict[str, Any]]:
    numbers = st.integers(0, 10**6) | st.decimals(0, 10**6, places=2).map(str) | st.sampled_from(("0.10", "1e3", "007"))
    words = st.text(_PLAIN, max_size=8) | st.text(_PLAIN[:12] + _LETTERS + ' "\\/,:', max_size=8)
    leaves = st.one_of(words, numbers, st.booleans(), st.none())
    keys = st.sampled_from(("sz", "px", "tag", "instId", "note")) | st.text(_PLAIN, min_size=1, max_size=5)
    values = st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=max_leaves,
    )
    return st.dictionaries(keys, values, max_size=4)
