"""Sequences that were begun anew on a connection: what a reset of `seqId` makes of a message and of those after it.

A sequence is that of one `arg`. Knows texts and numbers; when a sequence is reset is the business of faults.
"""

from __future__ import annotations

import json
from typing import Any, Final

from ..messages import compact_json

__all__ = ["Sequences", "follows"]

_NUMBERS: Final = ("prevSeqId", "seqId")
_FOLLOWS: Final = '"prevSeqId":'


class Sequences:
    """How far each sequence of one connection was put back; false while none was."""

    def __init__(self) -> None:
        self._back: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._back)

    def carried_on(self, text: str) -> str:
        """The message, counted on from where its sequence began anew."""
        message = _push(text)
        back = self._back.get(_name(message), 0)
        for row in message["data"] if back else ():
            row.update({name: row[name] - back for name in _NUMBERS if row.get(name, -1) >= 0})
        return compact_json(message) if back else text

    def reset(self, text: str) -> str:
        """The message, which follows another, with a `seqId` below its `prevSeqId`.

        What comes after it is counted as if the sequence had begun at 0, or further down where it stands there already.
        """
        message = _push(text)
        for row in message["data"]:
            anew = min(row["seqId"] - row["prevSeqId"], row["prevSeqId"] - 1)
            self._back[_name(message)] = self._back.get(_name(message), 0) + row["seqId"] - anew
            row["seqId"] = anew
        return compact_json(message)


def follows(text: str) -> bool:
    """Whether a text is an update of a sequence: only such a one can begin it anew."""
    return _FOLLOWS in text and any(row["prevSeqId"] > 0 for row in _push(text).get("data", ()))


def _push(text: str) -> dict[str, Any]:
    """A message of a channel, which begins with its `arg`; nothing of any other text."""
    return dict(json.loads(text)) if text.startswith('{"arg":') else {}


def _name(message: dict[str, Any]) -> str:
    return compact_json(message.get("arg"))
