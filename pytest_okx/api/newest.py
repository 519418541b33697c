"""How lists of records are asked for: filters by value, and pages that `after` and `before` cut by time or number.

Newest first, up to 100 rows. Knows no endpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Final, TypeVar

from ..routing import Journey
from .params import limit, whole

__all__ = ["matches", "newest"]

_MOST: Final = 100
_T = TypeVar("_T")


def matches(journey: Journey, values: Mapping[str, str]) -> bool:
    """Whether a record has the `values` that the parameters of those names ask for; absent ones ask for nothing."""
    return all(journey.text(name) in ("", value) for name, value in values.items())


def newest(journey: Journey, records: Iterable[_T], key: Callable[[_T], int]) -> list[_T]:
    """The records, newest first, whose `key` is below `after` and above `before`, neither included."""
    after, before = whole(journey.params, "after"), whole(journey.params, "before")
    most = limit(journey.params, _MOST, _MOST)
    wanted = (
        each
        for each in reversed(list(records))
        if (after is None or key(each) < after) and (before is None or key(each) > before)
    )
    return list(islice(wanted, most))
