"""A page is what lies between its bounds, newest first; filters are read from parameters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.api.pages import cut, filters, page
from pytest_okx.errors import OkxError
from pytest_okx.exchange import Page
from tests.helpers import data, frozen_server

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
    assert page({"begin": "10", "end": "20"}) == Page(limit=100, begin=10, end=20)


KNOWN = {"instType": ("inst_type", ("SPOT", "SWAP")), "ordType": ("ord_type", None)}


def test_what_is_not_asked_for_is_no_filter() -> None:
    assert filters({"instType": "SPOT", "ordType": ""}, KNOWN) == {"inst_type": ["SPOT"]}


def test_only_lists_may_have_several_values() -> None:
    assert filters({"ordType": "limit,fok"}, KNOWN) == {"ord_type": ["limit", "fok"]}
    with pytest.raises(OkxError, match="instType"):
        filters({"instType": "SPOT,SWAP"}, KNOWN)


HISTORY = "/api/v5/asset/deposit-history"
NOON = 1_767_614_400_000


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["5", "4", "3", "2", "1"]),
        ("limit=2", ["5", "4"]),
        ("limit=1000", ["5", "4", "3", "2", "1"]),
        (f"after={NOON + 2000}", ["2", "1"]),
        (f"before={NOON + 2000}", ["5", "4"]),
        (f"after={NOON + 4000}&before={NOON}", ["4", "3", "2"]),
        (f"after={NOON + 4000}&limit=1", ["4"]),
        ("ccy=USDT&limit=1", ["5"]),
        ("ccy=BTC", []),
    ],
)
def test_pages_are_cut_by_time_and_the_newest_come_first(query: str, expected: list[str]) -> None:
    server = frozen_server()
    (account,) = server.exchange.accounts
    for amount in range(1, 6):
        account.deposit("USDT", amount)
        server.clock.advance(1)
    assert [row["amt"] for row in data(server, f"{HISTORY}?{query}")] == expected


@pytest.mark.parametrize("name", ["after", "before", "limit"])
def test_what_is_no_number_is_named(name: str) -> None:
    reply = frozen_server().request("GET", f"{HISTORY}?{name}=soon")
    assert reply.json()["msg"] == f"Parameter {name} error"
