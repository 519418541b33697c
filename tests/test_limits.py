"""What is counted of each limit, for whom, in which window; and what is refused where limits are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pytest_okx import limits as module
from pytest_okx.clock import Clock
from pytest_okx.exchange import Exchange
from pytest_okx.limits import Limits, Usage
from pytest_okx.surface import Limit
from tests.helpers import NOW

PLAIN = Limit("GET /a", 3, 2000, "user")
BY_INSTRUMENT = Limit("POST /b", 3, 2000, "user", ("instrument",))
SINGLE = Limit("POST /c", 2, 2000, "user", ("instrument",))
BATCH = Limit("POST /d", 5, 2000, "user", ("instrument",), of_orders=True, of_one=SINGLE)
BTC, ETH, SWAP = ({"instId": name} for name in ("BTC-USDT", "ETH-USDT", "BTC-USDT-SWAP"))
Entry = dict[str, Any]


class Counter:
    """Limits at a clock that stands still, and the exchange whose instruments they know."""

    def __init__(self, *, enforced: bool = True) -> None:
        self.clock = Clock()
        self.clock.freeze(NOW)
        self.exchange = Exchange(self.clock)
        self.limits = Limits(self.clock, enforced=enforced)

    def full(self, limit: Limit, *entries: Entry, owner: str = "me") -> str:
        return self.limits.full(limit, owner, entries, self.exchange, self.clock.now_ms())

    def used(self) -> dict[str, int]:
        return {f"{usage.route} {usage.scope}": usage.used for usage in self.limits.used()}


@pytest.fixture
def counter() -> Counter:
    return Counter()


def test_what_was_used_is_told_with_its_peak(counter: Counter) -> None:
    for _ in range(2):
        assert counter.full(PLAIN) == ""
    counter.clock.advance(2)
    counter.full(PLAIN)
    assert counter.limits.used() == (Usage("GET /a", "me", used=1, peak=2, limit=3, seconds=2, share=2 / 3),)
    counter.clock.advance(2)
    assert counter.limits.used()[0].used == 0


def test_a_call_too_many_is_refused_in_a_sentence_and_not_counted(counter: Counter) -> None:
    for _ in range(3):
        counter.full(PLAIN)
    counter.clock.advance(0.5)
    expected = "GET /a takes 3 requests in 2 s for me: 3 were counted since 500 ms, this has 1"
    assert counter.full(PLAIN) == expected
    assert counter.used() == {"GET /a me": 3}


def test_a_window_begins_with_the_first_call_that_it_counts(counter: Counter) -> None:
    counter.full(PLAIN)
    counter.clock.advance(1.5)
    counter.full(PLAIN)
    counter.full(PLAIN)
    assert counter.full(PLAIN)
    counter.clock.advance(0.5)
    assert [bool(counter.full(PLAIN)) for _ in range(4)] == [False, False, False, True]


def test_a_clock_that_is_put_back_opens_a_new_window(counter: Counter) -> None:
    for _ in range(3):
        counter.full(PLAIN)
    counter.clock.advance(-timedelta(hours=1))
    assert counter.used() == {"GET /a me": 0}
    assert counter.full(PLAIN) == ""
    assert counter.used() == {"GET /a me": 1}


def test_limits_that_are_not_kept_count_on() -> None:
    counter = Counter(enforced=False)
    for _ in range(6):
        assert counter.full(PLAIN) == ""
    assert (counter.limits.used()[0].peak, counter.limits.used()[0].share) == (6, 2.0)


@pytest.mark.parametrize(
    ("entry", "scope"),
    [
        (BTC, "me BTC-USDT"),
        ({"instIdCode": 4}, "me ETH-USDT"),
        ({"instId": "BTC-USD-260327-70000-C"}, "me BTC-USD"),
        ({"instId": "BTC-USD-260327"}, "me BTC-USD-260327"),
        ({"instId": "NO-SUCH"}, "me NO-SUCH"),
        ({"instId": "A" * 100}, "me " + "A" * 64),
        ({"instId": ["BTC-USDT"]}, "me ['BTC-USDT']"),
        ({}, "me"),
    ],
)
def test_an_instrument_is_one_however_it_is_named_and_options_are_one_by_family(
    counter: Counter, entry: Entry, scope: str
) -> None:
    counter.full(BY_INSTRUMENT, entry)
    assert counter.used() == {f"POST /b {scope}": 1}


@pytest.mark.parametrize(
    ("parts", "scope"),
    [
        (("instId",), "me BTC-USD-260327-70000-C"),
        (("instType", "instFamily"), "me OPTION BTC-USD"),
        (("ccy",), "me"),
    ],
)
def test_other_parts_of_a_scope_are_parameters(counter: Counter, parts: tuple[str, ...], scope: str) -> None:
    option = {"instId": "BTC-USD-260327-70000-C", "instType": "OPTION", "instFamily": "BTC-USD"}
    counter.full(Limit("GET /e", 3, 2000, "ip", parts), option)
    assert counter.used() == {f"GET /e {scope}": 1}


def test_requests_are_counted_once_whatever_is_in_them(counter: Counter) -> None:
    counter.full(BY_INSTRUMENT, BTC, BTC, ETH)
    assert counter.used() == {"POST /b me BTC-USDT": 1}


def test_a_batch_counts_each_order_for_its_instrument(counter: Counter) -> None:
    counter.full(BATCH, BTC, ETH, BTC)
    assert counter.used() == {"POST /d me BTC-USDT": 2, "POST /d me ETH-USDT": 1}


def test_a_batch_that_is_too_large_for_one_instrument_is_refused_and_counts_for_none(counter: Counter) -> None:
    counter.full(BATCH, ETH, BTC, BTC, BTC, BTC)
    assert "BTC-USDT: 4 were counted since 0 ms, this has 2" in counter.full(BATCH, ETH, BTC, BTC)
    assert counter.used() == {"POST /d me ETH-USDT": 1, "POST /d me BTC-USDT": 4}


def test_a_batch_of_one_counts_as_the_single_order(counter: Counter) -> None:
    counter.full(BATCH, BTC)
    counter.full(SINGLE, BTC)
    assert counter.used() == {"POST /c me BTC-USDT": 2}
    assert counter.full(BATCH, BTC)
    assert counter.full(BATCH, BTC, BTC) == ""


def test_owners_are_counted_apart(counter: Counter) -> None:
    for _ in range(3):
        counter.full(PLAIN)
    assert counter.full(PLAIN)
    assert counter.full(PLAIN, owner="you") == ""


def test_a_thousand_orders_of_an_account_are_the_cap_without_spot(counter: Counter) -> None:
    def place(*entries: Entry) -> str:
        return counter.limits.too_many_orders("me", entries, counter.exchange, counter.clock.now_ms())

    assert place(*[SWAP] * 999, BTC, ETH) == ""
    assert place(BTC) == ""
    assert place({"instId": "NO-SUCH"}) == ""
    assert place(BTC, SWAP).startswith("new and amended orders takes 1000 orders in 2 s for me")
    assert place(BTC) == ""


def test_the_number_of_counters_is_bounded(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_BUCKETS", 3)
    for owner in "abcd":
        counter.full(PLAIN, owner=owner)
    assert counter.used() == {"GET /a b": 1, "GET /a c": 1, "GET /a d": 1}
