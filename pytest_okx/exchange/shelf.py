"""Rows kept so that a page of them is found without reading the rest: by id, by time, by what is asked for.

Knows neither what its rows are nor for how long they are shown.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

__all__ = ["Page", "Shelf"]

_Value = TypeVar("_Value")
_Key = tuple[str, str]
_EVERYTHING: _Key = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of a list is asked for; None is no bound.

    `after` is the id that all are older than, `before` the one that all are newer than; `begin` and `end` are the
    first and the last time (ms).
    """

    limit: int = 100
    after: int | None = None
    before: int | None = None
    begin: int | None = None
    end: int | None = None

    def spans(self, time: int) -> bool:
        """Whether something of that time is asked for."""
        return (self.begin is None or self.begin <= time) and (self.end is None or time <= self.end)


class Shelf(Generic[_Value]):
    """What a growing `source` holds, in the order of its numbers, and again under each of its `tabs`.

    A value `leaves` at its time and does not come back, though the clock be moved back: the first page that meets it
    drops it.
    """

    def __init__(
        self,
        source: Sequence[_Value],
        *,
        number: Callable[[_Value], int],
        time: Callable[[_Value], int],
        leaves: Callable[[_Value], int],
        tabs: Mapping[str, Callable[[_Value], str]],
    ) -> None:
        self._source = source
        self._number = number
        self._time = time
        self._leaves = leaves
        self._tabs = tabs
        self._taken = 0
        self._rows: dict[_Key, list[_Value]] = {_EVERYTHING: []}
        self._in_time = True

    def page(self, asked: Page, wanted: Mapping[str, Collection[str]], now: int) -> list[_Value]:
        """Return what is there at `now` (ms) and has one of the values `wanted` of each tab, newest first."""
        self._take()
        gone: list[_Value] = []
        found = list(islice(self._matching(asked, wanted, now, gone), asked.limit))
        self._drop(gone)
        return found

    def _take(self) -> None:
        """Take in what the source got since the last time."""
        for value in self._source[self._taken :]:
            self._put(value)
        self._taken = len(self._source)

    def _put(self, value: _Value) -> None:
        """Put a value in its place: the end of each list, unless it came to the source later than its successors."""
        number, rows = self._number(value), self._rows[_EVERYTHING]
        late = bool(rows) and self._number(rows[-1]) > number
        index = bisect_left(rows, number, key=self._number) if late else len(rows)
        times = [self._time(each) for each in (*rows[max(index - 1, 0) : index], value, *rows[index : index + 1])]
        self._in_time = self._in_time and times == sorted(times)
        for key in self._keys(value):
            rows = self._rows.setdefault(key, [])
            rows.insert(bisect_left(rows, number, key=self._number) if late else len(rows), value)

    def _keys(self, value: _Value) -> Iterator[_Key]:
        yield _EVERYTHING
        for name, read in self._tabs.items():
            yield name, read(value)

    def _matching(
        self, asked: Page, wanted: Mapping[str, Collection[str]], now: int, gone: list[_Value]
    ) -> Iterator[_Value]:
        """Yield what is asked for, newest first, and note on the way what is `gone`."""
        checks = [(self._tabs[name], values) for name, values in wanted.items()]
        rows = self._shortest(wanted)
        low, high = self._bounds(rows, asked)
        for index in range(high - 1, low - 1, -1):
            value = rows[index]
            if self._leaves(value) <= now:
                gone.append(value)
            elif asked.spans(self._time(value)) and all(read(value) in values for read, values in checks):
                yield value

    def _shortest(self, wanted: Mapping[str, Collection[str]]) -> list[_Value]:
        """The shortest list that everything wanted is in: of a tab with several values wanted there is none."""
        keys = [(name, value) for name, values in wanted.items() if len(values) == 1 for value in values]
        return min((self._rows.get(key, []) for key in keys), key=len, default=self._rows[_EVERYTHING])

    def _bounds(self, rows: list[_Value], asked: Page) -> tuple[int, int]:
        """Where the page may begin and end; time tells only as long as numbers and times grow together."""
        low = 0 if asked.before is None else bisect_right(rows, asked.before, key=self._number)
        high = len(rows) if asked.after is None else bisect_left(rows, asked.after, key=self._number)
        if self._in_time and asked.begin is not None:
            low = max(low, bisect_left(rows, asked.begin, key=self._time))
        if self._in_time and asked.end is not None:
            high = min(high, bisect_right(rows, asked.end, key=self._time))
        return low, high

    def _drop(self, gone: list[_Value]) -> None:
        """Take values out, at the cost of the stretches in which they stand."""
        numbers: dict[_Key, set[int]] = {}
        for value in gone:
            for key in self._keys(value):
                numbers.setdefault(key, set()).add(self._number(value))
        for key, dropped in numbers.items():
            rows = self._rows[key]
            low = bisect_left(rows, min(dropped), key=self._number)
            high = bisect_right(rows, max(dropped), key=self._number)
            rows[low:high] = [value for value in rows[low:high] if self._number(value) not in dropped]
            if not rows and key != _EVERYTHING:
                del self._rows[key]
