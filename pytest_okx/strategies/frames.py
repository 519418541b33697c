"""Frames of a WebSocket: text, the URL that it is for, how clients write it, and what can be wrong with any of them.

Knows no login, no channel and no session.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from hypothesis import strategies as st

from ..session.log import without_proofs
from .cases import ALPHANUMERIC
from .pieces import STYLES

__all__ = ["Frame", "InvalidFrame", "malformed_frames", "written"]

_NO_OBJECTS: Final = ("", "{", "[]", "null", "1", '"subscribe"', "{'op': 'subscribe', 'args': []}", "Ping", "pong")
_NO_OPS: Final = ("{}", '{"args":[]}', '{"op":null,"args":[]}', '{"op":1,"args":[]}', '{"event":"subscribe","args":[]}')
_UNKNOWN_OPS: Final = ("", "Login", "LOGIN", "sub", "subscribe ", "unsubcribe", "orders", "ping")
_BAD_IDS: Final[tuple[Any, ...]] = ("a-b", "a b", "_", "a" * 33, "é", True, 1.5, [], {"id": "1"})
_MOST_TURNS: Final = 7
_NO_ARGS: Final[tuple[Any, ...]] = (None, [])
_NO_LISTS: Final[tuple[Any, ...]] = ({}, "", "tickers", [None], ["tickers"], [[]], [1])


@dataclass(frozen=True, slots=True, repr=False)
class Frame:
    """What a client sends on a WebSocket: the end of its URL ("public", behind `/ws/v5/`), and the text.

    Its repr has no signature and no passphrase.
    """

    url: str
    text: str

    def __repr__(self) -> str:
        values = ", ".join(f"{each.name}={without_proofs(str(getattr(self, each.name)))!r}" for each in fields(self))
        return f"{type(self).__name__}({values})"


@dataclass(frozen=True, slots=True, repr=False)
class InvalidFrame(Frame):
    """A frame that is refused, the code that it gets, and what is wrong with it."""

    code: str
    why: str


@st.composite
def written(draw: st.DrawFn, op: str, args: Any) -> str:
    """The text of a request, with or without an `id`: members in some order, in any of the ways to write JSON."""
    given = draw(st.none() | st.text(ALPHANUMERIC, min_size=1, max_size=32) | st.integers(0, 10**18) | st.just(""))
    message = {"op": op, "args": args} | ({} if given is None else {"id": given})
    turns, end = draw(st.integers(0, _MOST_TURNS)), draw(st.sampled_from(("", "\n", " ")))
    return json.dumps(_turned(message, turns), **STYLES[draw(st.sampled_from(tuple(STYLES)))]) + end


def _turned(value: Any, turns: int) -> Any:
    """The same, the first members of each object last, so many of them; of an odd number all backwards, too."""
    if isinstance(value, list):
        return [_turned(each, turns) for each in value]
    if not isinstance(value, Mapping):
        return value
    names = list(value)
    first = turns // 2 % len(names) if names else 0
    names = (names[first:] + names[:first])[:: -1 if turns % 2 else 1]
    return {name: _turned(value[name], turns) for name in names}


def malformed_frames(urls: Iterable[str], op: str, args: Any) -> st.SearchStrategy[InvalidFrame]:
    """Frames that are no request, or the request for `op` with something wrong that has nothing to do with `op`."""
    texts = [
        *(("60012", "it is no JSON object", each) for each in _NO_OBJECTS),
        *(("60012", "there is no op", each) for each in _NO_OPS),
        *(("60019", "there is no such op", json.dumps({"op": each, "args": args})) for each in _UNKNOWN_OPS),
        *(("60033", "the id is none", json.dumps({"id": each, "op": op, "args": args})) for each in _BAD_IDS),
        *(("60012", "args is no list of objects", json.dumps({"op": op, "args": each})) for each in _NO_LISTS),
        *(("60013", "there are no args", json.dumps({"op": op, "args": each})) for each in _NO_ARGS),
    ]
    rows = st.sampled_from(texts)
    return st.builds(lambda url, row: InvalidFrame(url, row[2], *row[:2]), st.sampled_from(tuple(urls)), rows)
