"""A page is what lies between its bounds, newest first, and no more than asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.api.pages import cut, page
from pytest_okx.exchange import Page

bounds = st.none() | st.integers(0, 30)


@given(bounds, bounds, st.integers(1, 40))
def test_a_page_holds_the_newest_between_its_bounds(after: int | None, before: int | None, limit: int) -> None:
    asked = Page(limit=limit, after=after, before=before)
    found = cut(asked, range(30, -1, -1), int)
    fitting = [key for key in range(30, -1, -1) if (after is None or key < after) and (before is None or key > before)]
    assert found == fitting[:limit]


@given(st.integers(1, 9))
def test_pages_that_follow_each_other_hold_everything_once(limit: int) -> None:
    found: list[int] = []
    after = None
    while rows := cut(Page(limit=limit, after=after), range(20, -1, -1), int):
        found += rows
        after = rows[-1]
    assert found == list(range(20, -1, -1))


def test_a_call_asks_for_a_hundred_unless_it_says_so() -> None:
    assert page({}) == Page(limit=100)
    assert page({}, 400, 400) == Page(limit=400)
    assert page({"limit": "7", "after": "5", "before": "0"}) == Page(limit=7, after=5, before=0)
    assert page({"limit": "101"}).limit == 100
