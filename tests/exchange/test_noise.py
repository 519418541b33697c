from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.exchange.noise import SCALE, SLOTS_PER_HOUR, deviation

slots = st.integers(-(10**6), 10**9)


@given(slots)
def test_a_currency_stays_near_its_anchor(slot: int) -> None:
    assert abs(deviation(0, "BTC", slot)) * 10_000 <= 225 * SCALE


@given(slots)
def test_it_is_linear_between_whole_hours(slot: int) -> None:
    start = slot - slot % SLOTS_PER_HOUR
    first, last = deviation(0, "BTC", start), deviation(0, "BTC", start + SLOTS_PER_HOUR)
    part = slot % SLOTS_PER_HOUR
    line = first * (SLOTS_PER_HOUR - part) + last * part
    assert abs(deviation(0, "BTC", slot) * SLOTS_PER_HOUR - line) == 0


def test_it_differs_by_seed_currency_and_time() -> None:
    found = {deviation(seed, ccy, slot) for seed in (0, 1) for ccy in ("BTC", "ETH") for slot in (7, 9999)}
    assert len(found) == 8
