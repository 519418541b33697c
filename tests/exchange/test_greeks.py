"""Black's model: prices and volatilities invert each other, and greeks are the slopes of the price."""

from __future__ import annotations

from dataclasses import astuple, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.exchange.greeks import MAX_VOL, Greeks, Terms, greeks, implied_vol, in_coin, value

terms = st.builds(
    Terms,
    sign=st.sampled_from([1, -1]),
    strike=st.floats(50, 200),
    forward=st.floats(80, 120),
    years=st.floats(0.01, 2),
)
vols = st.floats(0.2, 3)
CALL = Terms(1, 100.0, 100.0, 1.0)


@given(terms, vols)
def test_a_price_implies_the_volatility_that_made_it(of: Terms, vol: float) -> None:
    price = value(of, vol)
    assert value(of, implied_vol(of, price)) == pytest.approx(price, abs=1e-6)


@given(terms, vols)
def test_a_call_less_a_put_is_the_forward_less_the_strike(of: Terms, vol: float) -> None:
    call, put = value(replace(of, sign=1), vol), value(replace(of, sign=-1), vol)
    assert call - put == pytest.approx(of.forward - of.strike, abs=1e-6)


@given(terms, vols)
def test_greeks_are_the_slopes_of_the_price(of: Terms, vol: float) -> None:
    found, step = greeks(of, vol), 1e-3
    up, down = (replace(of, forward=of.forward + move) for move in (step, -step))
    assert found.delta == pytest.approx((value(up, vol) - value(down, vol)) / (2 * step), abs=1e-4)
    assert found.gamma == pytest.approx((greeks(up, vol).delta - greeks(down, vol).delta) / (2 * step), abs=1e-4)
    assert found.vega * 100 == pytest.approx((value(of, vol + 1e-5) - value(of, vol - 1e-5)) / 2e-5, abs=1e-3)
    later = replace(of, years=of.years - 1e-6)
    assert found.theta * 365 == pytest.approx((value(later, vol) - value(of, vol)) / 1e-6, rel=1e-2, abs=1e-2)


def test_a_price_below_what_exercising_brings_implies_no_volatility() -> None:
    assert implied_vol(Terms(1, 100.0, 120.0, 1.0), 19.0) == 0


def test_a_price_beyond_all_reason_implies_the_most() -> None:
    assert implied_vol(CALL, 1e9) == pytest.approx(MAX_VOL)


@pytest.mark.parametrize("sign", [1, -1])
def test_without_volatility_an_option_is_worth_what_exercising_it_brings(sign: int) -> None:
    of = Terms(sign, 100.0, 130.0, 1.0)
    assert value(of, 0.0) == pytest.approx(max(sign * 30.0, 0.0))
    assert greeks(of, 0.0) == Greeks(delta=max(sign, 0), gamma=0.0, vega=0.0, theta=0.0)


def test_in_the_coin_the_premium_counts() -> None:
    of = Greeks(delta=0.9, gamma=0.01, vega=50.0, theta=-20.0)
    assert astuple(in_coin(CALL, of, 0.1)) == pytest.approx((0.8, -0.6, 0.5, -0.2))
