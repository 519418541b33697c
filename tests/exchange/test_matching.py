from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.exchange.house import Level
from pytest_okx.exchange.matching import MAX_MAKERS, Budget, Sweep, Take, outcome, sweep
from pytest_okx.exchange.orders import KINDS

LOT = Decimal("0.1")


def asks(*pairs: tuple[int, int]) -> list[Level]:
    return [Level(Decimal(px), Decimal(sz), 1) for px, sz in pairs]


BOOK = asks((100, 1), (101, 2), (102, 3))


def taken(swept: Sweep) -> list[tuple[str, str]]:
    return [(str(take.px), str(take.sz)) for take in swept.takes]


@pytest.mark.parametrize(
    ("limit", "budget", "takes", "done"),
    [
        (None, Budget(base=Decimal("0.5")), [("100", "0.5")], True),
        (None, Budget(base=Decimal(1)), [("100", "1")], True),
        (None, Budget(base=Decimal(2)), [("100", "1"), ("101", "1")], True),
        (None, Budget(base=Decimal(6)), [("100", "1"), ("101", "2"), ("102", "3")], True),
        (None, Budget(base=Decimal(7)), [("100", "1"), ("101", "2"), ("102", "3")], False),
        (101, Budget(base=Decimal(3)), [("100", "1"), ("101", "2")], True),
        (101, Budget(base=Decimal(4)), [("100", "1"), ("101", "2")], False),
        (99, Budget(base=Decimal(4)), [], False),
        (None, Budget(quote=Decimal(55)), [("100", "0.5")], True),
        (None, Budget(quote=Decimal(200)), [("100", "1"), ("101", "0.9")], True),
        (None, Budget(quote=Decimal(5)), [], True),
        (None, Budget(base=Decimal(1), quote=Decimal(50)), [("100", "0.5")], True),
        (None, Budget(base=Decimal("0.2"), quote=Decimal(50)), [("100", "0.2")], True),
        (None, Budget(base=Decimal(0)), [], True),
    ],
)
def test_a_buyer_takes_the_asks_within_limit_and_budget(
    limit: int | None, budget: Budget, takes: list[tuple[str, str]], done: bool
) -> None:
    swept = sweep(BOOK, "buy", None if limit is None else Decimal(limit), budget, LOT)
    assert taken(swept) == takes
    assert swept.done is done
    assert not swept.cut_off


def test_a_seller_stops_below_the_limit() -> None:
    bids = asks((100, 1), (99, 2))
    assert taken(sweep(bids, "sell", Decimal(100), Budget(base=Decimal(5)), LOT)) == [("100", "1")]


def test_a_taker_is_cut_off_after_a_thousand_makers() -> None:
    endless: Iterator[Level] = (Level(Decimal(px), Decimal(1), 1) for px in count(1))
    swept = sweep(endless, "buy", None, Budget(base=Decimal(5000)), LOT)
    assert (len(swept.takes), swept.done, swept.cut_off) == (MAX_MAKERS, False, True)


@given(st.decimals("0.1", 20, places=1), st.decimals(0, 2000, places=2))
def test_no_sweep_exceeds_its_budget(base: Decimal, quote: Decimal) -> None:
    swept = sweep(BOOK, "buy", None, Budget(base, quote), LOT)
    assert swept.sz <= base
    assert sum(take.px * take.sz for take in swept.takes) <= quote
    assert all(take.sz > 0 and take.sz % LOT == 0 for take in swept.takes)


ONE = (Take(Decimal(100), Decimal(1)),)
NOTHING, SOME, ALL, CUT = Sweep((), False), Sweep(ONE, False), Sweep(ONE, True), Sweep(ONE, False, True)


@pytest.mark.parametrize(
    ("ord_type", "swept", "takes", "source", "rests"),
    [
        ("limit", NOTHING, 0, "", True),
        ("limit", SOME, 1, "", True),
        ("limit", ALL, 1, "", False),
        ("limit", CUT, 1, "33", False),
        ("market", SOME, 1, "14", False),
        ("market", ALL, 1, "", False),
        ("ioc", NOTHING, 0, "14", False),
        ("ioc", SOME, 1, "14", False),
        ("fok", SOME, 0, "13", False),
        ("fok", CUT, 0, "33", False),
        ("fok", ALL, 1, "", False),
        ("post_only", NOTHING, 0, "", True),
        ("post_only", ALL, 0, "31", False),
        ("optimal_limit_ioc", SOME, 1, "14", False),
    ],
)
def test_the_kind_of_order_decides_what_becomes_of_the_rest(
    ord_type: str, swept: Sweep, takes: int, source: str, rests: bool
) -> None:
    kept, cancel_source, stays = outcome(KINDS[ord_type], swept)
    assert (len(kept), cancel_source, stays) == (takes, source, rests)
