"""Prices that are waited for: which ones a market meets, and in which order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.exchange import Account
from pytest_okx.exchange.triggers import Watch, Watches, path, price_source, watches_of
from tests.exchange.algo_support import Street, leg
from tests.exchange.support import INSTRUMENTS, instrument, values

ACCOUNT = Account("1", "Lv1", {})


def watch(algo_id: str, px: int, rises: bool, inst_id: str = "A") -> Watch:
    return Watch(Decimal(px if rises else -px), algo_id, "trigger", inst_id, rises, ACCOUNT)


def waiting(*found: Watch) -> Watches:
    watches = Watches()
    for each in found:
        watches.put(each.algo_id, (each,))
    return watches


FOUR = (watch("1", 110, True), watch("2", 105, True), watch("3", 95, False), watch("4", 90, False))


@pytest.mark.parametrize(
    ("px", "met"), [(100, ""), (104, ""), (105, "2"), (110, "21"), (200, "21"), (95, "3"), (90, "34"), (1, "34")]
)
def test_a_market_meets_the_nearest_price_first(px: int, met: str) -> None:
    watches = waiting(*FOUR)
    assert "".join(each.algo_id for each in watches.met("A", Decimal(px))) == met
    assert watches.met("B", Decimal(px)) == []


def test_of_equal_prices_the_older_order_is_met_first() -> None:
    watches = waiting(watch("8", 105, True), watch("5", 105, True))
    assert [each.algo_id for each in watches.met("A", Decimal(105))] == ["5", "8"]


def test_an_algo_order_that_waits_for_nothing_any_more_is_forgotten() -> None:
    watches = waiting(*FOUR)
    for algo_id in "1234":
        assert watches.inst_ids() == ["A"]
        watches.put(algo_id, ())
    assert watches.inst_ids() == []


@given(
    prices=st.lists(st.tuples(st.integers(1, 50), st.booleans()), max_size=12),
    ends=st.tuples(st.integers(1, 50), st.integers(1, 50)),
)
def test_a_range_touches_what_a_market_at_one_of_its_ends_meets(
    prices: list[tuple[int, bool]], ends: tuple[int, int]
) -> None:
    watches = waiting(*(watch(str(number), px, rises) for number, (px, rises) in enumerate(prices)))
    low, high = Decimal(min(ends)), Decimal(max(ends))
    met = [each for each in watches.met("A", high) if each.rises]
    met += [each for each in watches.met("A", low) if not each.rises]
    assert watches.touched("A", low, high) is bool(met)
    assert all(each.px <= high if each.rises else each.px >= low for each in met)


@pytest.mark.parametrize(("start", "end", "turns"), [(5, 7, (1, 9, 7)), (5, 5, (1, 9, 5)), (7, 5, (9, 1, 5))])
def test_a_market_turns_first_against_the_direction_of_the_whole(start: int, end: int, turns: tuple[int, ...]) -> None:
    assert path(*map(Decimal, (start, 1, 9, end))) == tuple(map(Decimal, turns))


@pytest.mark.parametrize(
    ("inst_id", "px_type", "expected"),
    [
        ("BTC-USDT-SWAP", "last", "BTC-USDT-SWAP"),
        ("BTC-USDT-SWAP", "mark", "BTC-USDT-SWAP"),
        ("BTC-USDT-SWAP", "index", "BTC-USDT"),
        ("BTC-USD-SWAP", "index", "BTC-USDT"),
        ("BTC-USDC-SWAP", "index", "BTC-USDC"),
        ("ETH-BTC", "index", "ETH-BTC"),
    ],
)
def test_the_index_is_the_pair_of_the_underlying(inst_id: str, px_type: str, expected: str) -> None:
    assert price_source(instrument(inst_id), px_type, INSTRUMENTS).inst_id == expected


def test_without_such_a_pair_the_index_is_the_instrument_itself() -> None:
    alone = replace(instrument("BTC-USDT-SWAP"), uly="NEW-USDT")
    assert price_source(alone, "index", INSTRUMENTS) is alone


@pytest.mark.parametrize(
    ("ord_type", "side", "more", "expected"),
    [
        ("oco", "sell", {"tp": leg(75000), "sl": leg(60000)}, [("tp", 75000, True), ("sl", 60000, False)]),
        ("oco", "buy", {"tp": leg(60000), "sl": leg(75000)}, [("tp", 60000, False), ("sl", 75000, True)]),
        ("trigger", "buy", {"trigger_px": Decimal(75000)}, [("trigger", 75000, True)]),
        ("trigger", "buy", {"trigger_px": Decimal(60000)}, [("trigger", 60000, False)]),
        (
            "move_order_stop",
            "sell",
            {"callback_spread": Decimal(10), "active_px": Decimal(75000)},
            [("active", 75000, True)],
        ),
        ("move_order_stop", "sell", {"callback_spread": Decimal("96.4")}, [("trail", 69800, False)]),
        ("chase", "sell", {}, []),
    ],
)
def test_what_an_algo_order_waits_for_follows_from_its_side(
    ord_type: str, side: str, more: dict[str, Any], expected: list[tuple[str, int, bool]]
) -> None:
    street = Street()
    found = watches_of(street.algo(ord_type, side, **more), street.account, str)
    assert [values(each.leg, each.px, each.rises) for each in found] == expected
