"""What two answers have in common and what not: words to the letter, everything else by its shape.

Prices, sizes, times and names differ by nature; that each is there, and of the same type, does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .sides import Seen

__all__ = ["differences"]

# What is the same on both sides or wrong on one.
_WORDS: Final = frozenset({"code", "msg", "sCode", "sMsg", "subCode", "event", "op", "action", "channel", "closed"})
_TEXT: Final = "text"  # a message of a WebSocket that is no JSON
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_MILLISECONDS: Final = re.compile(r"[12]\d{12}", re.ASCII)
# Of what is listed, how much of it is to agree: the number of rows; of a book, whether its sides have levels.
_AMOUNTS: Final[dict[str, Callable[[list[Any]], int]]] = {"data": len, "asks": bool, "bids": bool}


def differences(
    real: Sequence[Seen], fake: Sequence[Seen], words: frozenset[str] = frozenset(), *, full: bool = True
) -> list[str]:
    """One sentence for each difference of what came for the same questions; `words` and `full` are a case's."""
    found: list[str] = []
    comparison = _Comparison(_WORDS | words | {_TEXT}, _AMOUNTS if full else {})
    for number, (one, other) in enumerate(zip(real, fake, strict=True), start=1):
        where = f"answer {number}" if len(real) > 1 else "the answer"
        if one.status != other.status:
            found.append(f"{where}: HTTP status: real {one.status}, fake {other.status}")
        if one.content_type != other.content_type:
            found.append(f"{where}: Content-Type: real {one.content_type!r}, fake {other.content_type!r}")
        said = one.status is None and isinstance(one.content, str)
        found += comparison.of(one.content, other.content, where, _TEXT if said else "")
    return found


@dataclass(frozen=True)
class _Comparison:
    """What is compared to the letter, and of which lists the amount: both by the name of a field."""

    words: frozenset[str]
    amounts: Mapping[str, Callable[[list[Any]], int]]

    def of(self, real: Any, fake: Any, where: str, name: str = "") -> Iterator[str]:
        if name in self.words:
            if real != fake:
                yield f"{where}: real {real!r}, fake {fake!r}"
        elif isinstance(real, dict) and isinstance(fake, dict):
            yield from self._of_objects(real, fake, where)
        elif isinstance(real, list) and isinstance(fake, list):
            yield from self._of_lists(real, fake, where, name)
        elif _kind(real) != _kind(fake) and "" not in (real, fake):
            yield f"{where}: real is {_kind(real)}, fake is {_kind(fake)}"

    def _of_objects(self, real: dict[str, Any], fake: dict[str, Any], where: str) -> Iterator[str]:
        for key in real.keys() | fake.keys():
            if key not in fake:
                yield f"{where}.{key}: only the real one has it"
            elif key not in real:
                yield f"{where}.{key}: only the fake has it"
            else:
                yield from self.of(real[key], fake[key], f"{where}.{key}", key)

    def _of_lists(self, real: list[Any], fake: list[Any], where: str, name: str) -> Iterator[str]:
        amount = self.amounts.get(name)
        if amount and amount(real) != amount(fake):
            yield f"{where}: real has {len(real)}, fake has {len(fake)}"
        if real and fake:
            one, other = _joined(real), _joined(fake)
            rows = isinstance(one, list) and isinstance(other, list)
            yield from self._of_columns(one, other, f"{where}[]") if rows else self.of(one, other, f"{where}[]")

    def _of_columns(self, real: list[Any], fake: list[Any], where: str) -> Iterator[str]:
        """Of rows without names, such as candles and the levels of a book, each column has a meaning of its own."""
        if len(real) != len(fake):
            yield f"{where}: real has {len(real)} columns, fake has {len(fake)}"
        for column, (one, other) in enumerate(zip(real, fake, strict=False), start=1):
            yield from self.of(one, other, f"{where} column {column}")


def _joined(members: list[Any]) -> Any:
    """One member that has all that any of them has: of objects the fields, of lists the longest, else the first."""
    if not all(isinstance(each, dict) for each in members):
        return max(members, key=len) if all(isinstance(each, list) for each in members) else members[0]
    fields: dict[str, list[Any]] = {}
    for each in members:
        for key, value in each.items():
            fields.setdefault(key, []).append(value)
    return {
        key: next((value for value in values if value not in ("", [])), values[0]) for key, values in fields.items()
    }


def _kind(value: Any) -> str:
    if isinstance(value, str):
        if _MILLISECONDS.fullmatch(value):
            return "milliseconds as text"
        return "a number as text" if _NUMBER.fullmatch(value) else "text"
    names = {bool: "a boolean", int: "a number", float: "a number", type(None): "null", list: "a list"}
    return names.get(type(value), "an object")
