"""What two answers have in common and what not: words to the letter, everything else by its shape.

Prices, sizes, times and names differ by nature; that each is there, and of the same type, does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from .sides import Seen

__all__ = ["differences"]

# What is the same on both sides or wrong on one.
_WORDS: Final = frozenset({"code", "msg", "sCode", "sMsg", "subCode", "event", "op", "action", "channel", "closed"})
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def differences(real: Sequence[Seen], fake: Sequence[Seen]) -> list[str]:
    """One sentence for each difference of what came for the same questions."""
    found: list[str] = []
    for number, (one, other) in enumerate(zip(real, fake, strict=True), start=1):
        where = f"answer {number}" if len(real) > 1 else "the answer"
        if one.status != other.status:
            found.append(f"{where}: HTTP status: real {one.status}, fake {other.status}")
        if one.content_type != other.content_type:
            found.append(f"{where}: Content-Type: real {one.content_type!r}, fake {other.content_type!r}")
        found += _of(one.content, other.content, where)
    return found


def _of(real: Any, fake: Any, where: str, name: str = "") -> Iterator[str]:
    if name in _WORDS:
        if real != fake:
            yield f"{where}: real {real!r}, fake {fake!r}"
    elif isinstance(real, dict) and isinstance(fake, dict):
        yield from _of_objects(real, fake, where)
    elif isinstance(real, list) and isinstance(fake, list):
        if real and fake:
            yield from _of(_joined(real), _joined(fake), f"{where}[]")
    elif _kind(real) != _kind(fake) and "" not in (real, fake):
        yield f"{where}: real is {_kind(real)}, fake is {_kind(fake)}"


def _of_objects(real: dict[str, Any], fake: dict[str, Any], where: str) -> Iterator[str]:
    for key in real.keys() | fake.keys():
        if key not in fake:
            yield f"{where}.{key}: only the real one has it"
        elif key not in real:
            yield f"{where}.{key}: only the fake has it"
        else:
            yield from _of(real[key], fake[key], f"{where}.{key}", key)


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
        return "a number as text" if _NUMBER.fullmatch(value) else "text"
    names = {bool: "a boolean", int: "a number", float: "a number", type(None): "null", list: "a list"}
    return names.get(type(value), "an object")
