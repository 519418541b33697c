"""Other orders of a few things: all of them while they are few, else those that are one move away.

Knows nothing of what is put in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, permutations
from typing import TypeVar

__all__ = ["other_orders"]

_T = TypeVar("_T")
# 720 orders of six are a millisecond's work.
_ALL_UP_TO = 6
_MOST_MOVED = 24


def other_orders(things: Sequence[_T]) -> Iterator[list[_T]]:
    """Every order but the given one of up to six things; of up to 24 those with one thing elsewhere, else none."""
    if len(things) <= _ALL_UP_TO:
        yield from map(list, islice(permutations(things), 1, None))
        return
    if len(things) > _MOST_MOVED:
        return
    for index, thing in enumerate(things):
        rest = [*things[:index], *things[index + 1 :]]
        for place in range(len(things)):
            if place != index:
                yield [*rest[:place], thing, *rest[place:]]
