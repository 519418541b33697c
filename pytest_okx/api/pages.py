"""Which part of a long list a call asks for: bounds by id and time, and what its rows must have.

Knows no rows: `Page` and filters go to the exchange, or a page is cut of values that come newest first.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from itertools import islice
from typing import Final, TypeVar

from ..errors import Code, OkxError
from ..exchange import Page
from ..routing import Entry, Journey
from .params import limit, whole, words

__all__ = ["Filters", "cut", "filters", "matches", "newest", "page"]

Value = TypeVar("Value")
Filters = Mapping[str, tuple[str, Container[str] | None]]
"""Parameters that filter, what each is called on the exchange, and the values that it may have (None: any)."""

_LISTS: Final = ("ordType",)
_MOST: Final = 100


def page(params: Entry, default: int = _MOST, most: int = _MOST) -> Page:
    """The page by `after`, `before`, `begin`, `end` and `limit`: a hundred rows by default and at most."""
    bounds = {name: whole(params, name) for name in ("after", "before", "begin", "end")}
    return Page(limit=limit(params, default, most), **bounds)


def cut(asked: Page, values: Iterable[Value], key: Callable[[Value], int]) -> list[Value]:
    """The page of `values`, which come newest first, between the bounds of their keys, which are not part of it."""

    def holds(number: int) -> bool:
        return (asked.after is None or number < asked.after) and (asked.before is None or number > asked.before)

    return list(islice((value for value in values if holds(key(value))), asked.limit))


def newest(journey: Journey, values: Iterable[Value], key: Callable[[Value], int]) -> list[Value]:
    """The page that a call asks for of `values`, which come oldest first."""
    return cut(page(journey.params), reversed(list(values)), key)


def matches(journey: Journey, values: Mapping[str, str]) -> bool:
    """Whether a record has the `values` that the parameters of those names ask for; absent ones ask for nothing."""
    return all(journey.text(name) in ("", value) for name, value in values.items())


def filters(params: Entry, known: Filters) -> dict[str, list[str]]:
    """What is asked for, by the exchange's names; what is not asked for is not there."""
    found = {}
    for name, (own, choices) in known.items():
        values = words(params, name, choices)
        if len(values) > 1 and name not in _LISTS:
            raise OkxError(Code.PARAMETER, name)
        if values:
            found[own] = values
    return found
