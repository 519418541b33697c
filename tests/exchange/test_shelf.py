"""A page is what a look at every row would find, without one."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.exchange.shelf import Page, Shelf

FOREVER = 10**9


class Row(NamedTuple):
    number: int
    time: int
    kind: str
    leaves: int = FOREVER


def shelf(rows: list[Row]) -> Shelf[Row]:
    return Shelf(
        rows,
        number=lambda row: row.number,
        time=lambda row: row.time,
        leaves=lambda row: row.leaves,
        tabs={"kind": lambda row: row.kind, "parity": lambda row: "odd" if row.number % 2 else "even"},
    )


def looked_up(rows: list[Row], asked: Page, wanted: dict[str, list[str]], now: int) -> list[Row]:
    """What a look at every row finds."""
    found = [
        row
        for row in sorted(rows, reverse=True)
        if row.leaves > now
        and (asked.after is None or row.number < asked.after)
        and (asked.before is None or row.number > asked.before)
        and (asked.begin is None or row.time >= asked.begin)
        and (asked.end is None or row.time <= asked.end)
        and row.kind in wanted.get("kind", [row.kind])
        and ("odd" if row.number % 2 else "even") in wanted.get("parity", ["odd", "even"])
    ]
    return found[: asked.limit]


SMALL = st.integers(0, 12)
ROWS = st.lists(
    st.builds(Row, SMALL, SMALL, st.sampled_from("abc"), st.integers(5, 30)), unique_by=lambda row: row.number
)
BOUND = st.none() | SMALL
PAGES = st.builds(Page, limit=st.integers(1, 5), after=BOUND, before=BOUND, begin=BOUND, end=BOUND)
WANTED = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.lists(st.sampled_from("abcd"), min_size=1, max_size=2, unique=True),
        "parity": st.sampled_from([["odd"], ["even"], ["odd", "even"]]),
    },
)


@given(ROWS, st.booleans(), st.lists(st.tuples(PAGES, WANTED, SMALL), min_size=1, max_size=4), st.data())
def test_a_page_is_what_a_look_at_every_row_finds(
    rows: list[Row], in_time: bool, asked: list[tuple[Page, dict[str, list[str]], int]], data: st.DataObject
) -> None:
    if in_time:
        rows = [row._replace(time=row.number) for row in rows]
    source: list[Row] = []
    kept = shelf(source)
    for page, wanted, now in sorted(asked, key=lambda each: each[2]):
        count = data.draw(st.integers(0, len(rows) - len(source)))
        source.extend(rows[len(source) : len(source) + count])
        assert kept.page(page, wanted, now) == looked_up(source, page, wanted, now)


def test_what_left_does_not_come_back_when_the_clock_is_moved_back() -> None:
    kept = shelf([Row(1, 1, "a", leaves=10), Row(2, 2, "a")])
    assert [row.number for row in kept.page(Page(), {}, 9)] == [2, 1]
    assert [row.number for row in kept.page(Page(), {}, 10)] == [2]
    assert [row.number for row in kept.page(Page(), {}, 9)] == [2]


class Counted:
    """A row that counts how often any row of its list was read."""

    reads = 0

    def __init__(self, number: int) -> None:
        self._number = number

    @property
    def number(self) -> int:
        Counted.reads += 1
        return self._number


@pytest.mark.parametrize(
    "asked",
    [
        Page(),
        Page(after=500),
        Page(before=2_000),
        Page(begin=2_000, end=2_500),
        Page(after=3_500, begin=3_000),
        Page(end=50),
    ],
    ids=str,
)
@pytest.mark.parametrize("wanted", [{}, {"kind": ["most"]}, {"kind": ["few"]}, {"kind": ["none"]}], ids=str)
def test_a_page_reads_some_rows_and_not_all(asked: Page, wanted: dict[str, list[str]]) -> None:
    kept = Shelf(
        [Counted(number) for number in range(4_000)],
        number=lambda row: row.number,
        time=lambda row: row.number,
        leaves=lambda row: FOREVER,
        tabs={"kind": lambda row: "few" if row.number % 200 == 0 else "most"},
    )
    kept.page(asked, wanted, 0)
    Counted.reads = 0
    kept.page(asked, wanted, 0)
    assert Counted.reads < 600


@given(st.permutations(range(8)))
def test_rows_may_come_in_any_order(numbers: list[int]) -> None:
    kept = shelf([Row(number, number, "a") for number in numbers])
    assert [row.number for row in kept.page(Page(), {"kind": ["a"]}, 0)] == list(range(7, -1, -1))
