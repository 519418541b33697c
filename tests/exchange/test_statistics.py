"""Statistics are numbers of (seed, instrument, time) that agree with the markets and with each other."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.exchange import Statistics
from tests.exchange.support import DAY, HOUR, NOW, Floor, instrument

FLOOR = Floor()
STATISTICS = Statistics(FLOOR.exchange)
BTC_SWAPS = [instrument(f"BTC-{quote}-SWAP") for quote in ("USDT", "USD", "USDC")]
times = st.integers(NOW - 60 * DAY, NOW)


@pytest.mark.parametrize("inst_id", ["BTC-USDT-SWAP", "BTC-USD-SWAP", "BTC-USD-261225-70000-C"])
def test_what_is_held_is_one_amount_in_three_units(inst_id: str) -> None:
    of = instrument(inst_id)
    held, px = STATISTICS.open_interest(of, NOW), FLOOR.exchange.indices.price(of.uly, NOW)
    assert of.ct_val is not None
    assert of.ct_mult is not None
    worth = held.contracts * of.ct_val * of.ct_mult
    assert worth == (held.dollars if of.ct_val_ccy == "USD" else held.coins)
    assert held.dollars == pytest.approx(held.coins * px)
    assert held.contracts % of.lot_sz == 0


@given(times)
def test_what_is_held_wanders_within_a_tenth(at: int) -> None:
    of = BTC_SWAPS[0]
    share = STATISTICS.open_interest(of, at).contracts / (of.touch_sz * 200)
    assert Decimal("0.9") < share < Decimal("1.1")


def test_a_total_is_the_sum_of_its_parts() -> None:
    total = STATISTICS.total(BTC_SWAPS, NOW)
    parts = [STATISTICS.open_interest(each, NOW) for each in BTC_SWAPS]
    assert total.dollars == sum(each.dollars for each in parts)
    assert total.coins == sum(each.coins for each in parts)
    assert total.contracts == sum(each.contracts for each in parts)


@given(times, st.decimals(0, 10**9, places=8))
def test_what_is_taken_is_what_is_traded(at: int, volume: Decimal) -> None:
    sold, bought = STATISTICS.taken("BTC", volume, at)
    assert sold + bought == volume
    assert abs(sold - bought) <= volume / 5 + Decimal("0.001")


@given(times)
def test_a_ratio_is_near_one(at: int) -> None:
    assert Decimal("0.7") < STATISTICS.ratio("BTC|accounts", at) < Decimal("1.3")


def test_another_seed_says_something_else() -> None:
    other = Statistics(Floor(seed=1).exchange)
    assert other.ratio("BTC", NOW) != STATISTICS.ratio("BTC", NOW)
    assert other.open_interest(BTC_SWAPS[0], NOW) != STATISTICS.open_interest(BTC_SWAPS[0], NOW)


def test_volumes_of_bars_are_those_of_the_candles() -> None:
    sums = STATISTICS.volumes(BTC_SWAPS, "1H", NOW + 1, NOW - 2 * HOUR, lambda candle: candle.vol_ccy_quote)
    candles = [FLOOR.exchange.markets.candles(each, "1H", NOW + 1, limit=3) for each in BTC_SWAPS]
    assert sums == {row[0].ts: sum(candle.vol_ccy_quote for candle in row) for row in zip(*candles, strict=True)}


@pytest.mark.parametrize(
    ("inst_ids", "expected"),
    [
        (["BTC-USDT"], lambda ticker: ticker("BTC-USDT")),
        (["ETH-BTC"], lambda ticker: ticker("ETH-BTC") * FLOOR.price("BTC-USDT")),
        (["BTC-USD-SWAP"], lambda ticker: ticker("BTC-USD-SWAP") * FLOOR.price("BTC-USDT")),
        (["BTC-USDT", "BTC-USDC"], lambda ticker: ticker("BTC-USDT") + ticker("BTC-USDC")),
    ],
)
def test_the_volume_of_a_day_is_in_dollars(inst_ids: list[str], expected: object) -> None:
    def ticker(inst_id: str) -> Decimal:
        return FLOOR.exchange.markets.ticker(instrument(inst_id), NOW).vol_ccy24h

    assert callable(expected)
    found = STATISTICS.day_volume(map(instrument, inst_ids), NOW)
    assert abs(found - expected(ticker)) < Decimal("0.001")


def test_the_fund_is_told_at_eight_and_changes_by_the_difference() -> None:
    found = STATISTICS.fund("SWAP|BTC-USD|BTC", NOW, 30)
    assert [each.ts for each in found] == [NOW - 4 * HOUR - day * DAY for day in range(30)]
    assert all(newer.balance - older.balance == newer.amount for newer, older in pairwise(found))
    assert STATISTICS.fund("SWAP|BTC-USD|BTC", NOW - 5 * HOUR, 29) == found[1:]
