"""Which part of a long list a call asks for: bounds by id and time, and what its rows must have.

Knows neither lists nor rows: `Page` and filters go to the exchange.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

from ..errors import Code, OkxError
from ..exchange import Page
from ..routing import Entry
from .params import limit, whole, words

__all__ = ["Filters", "filters", "page"]

Filters = Mapping[str, tuple[str, Container[str] | None]]
"""Parameters that filter, what each is called on the exchange, and the values that it may have (None: any)."""

_LISTS: Final = ("ordType",)
_MOST: Final = 100


def page(params: Entry) -> Page:
    """The page by `after`, `before`, `begin`, `end` and `limit`: a hundred rows by default and at most."""
    bounds = {name: whole(params, name) for name in ("after", "before", "begin", "end")}
    return Page(limit=limit(params, _MOST, _MOST), **bounds)


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
