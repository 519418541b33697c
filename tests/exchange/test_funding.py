"""Funding rates repeat with the seed and stay within their bounds."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.exchange.funding import INTERVAL_MS, Funding
from tests.exchange.support import NOW, instrument

BTC, ETH = (instrument(f"{coin}-USDT-SWAP") for coin in ("BTC", "ETH"))


@given(st.integers(0, 4 * 10**12))
def test_a_rate_is_within_a_twentieth_of_a_percent(time: int) -> None:
    assert abs(Funding(0).rate(BTC, time)) <= Decimal("0.0005")


def test_a_rate_is_of_a_seed_an_instrument_and_an_interval() -> None:
    rate = Funding(0).rate(BTC, NOW)
    assert rate == Funding(0).rate(BTC, NOW)
    others = {Funding(1).rate(BTC, NOW), Funding(0).rate(ETH, NOW), Funding(0).rate(BTC, NOW + INTERVAL_MS)}
    assert rate not in others
