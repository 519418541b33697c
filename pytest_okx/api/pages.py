"""How public data is paged: `after` means older than a key, `before` newer, `limit` how many, newest first.

A key is a time in ms or a number that grows. Knows no endpoint. (OKX docs: Pagination)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from .params import limit, whole

__all__ = ["Page", "page"]

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows are asked for; absent bounds are None."""

    limit: int
    after: int | None
    before: int | None

    def holds(self, key: int) -> bool:
        """Whether a row of that key is between the bounds, which are not part of the page themselves."""
        return (self.after is None or key < self.after) and (self.before is None or key > self.before)

    def cut(self, values: Iterable[Value], key: Callable[[Value], int]) -> list[Value]:
        """The page of `values`, which come newest first."""
        return list(islice((value for value in values if self.holds(key(value))), self.limit))


def page(params: Mapping[str, Any], default: int = 100, most: int = 100) -> Page:
    """The page that a call asks for."""
    return Page(limit(params, default, most), whole(params, "after"), whole(params, "before"))
