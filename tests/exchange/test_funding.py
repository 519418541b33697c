from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.exchange.funding import INTERVAL, funding_rate, next_time
from tests.exchange.support import NOW, Floor, instrument, values

SWAP, INVERSE = "BTC-USDT-SWAP", "BTC-USD-SWAP"
RATE = Decimal("0.0001")


@given(st.integers(0, 9), st.sampled_from([SWAP, INVERSE]), st.integers(0, 10**6))
def test_the_houses_rates_are_small_and_always_the_same(seed: int, inst_id: str, count: int) -> None:
    rate = funding_rate(seed, inst_id, count * INTERVAL)
    assert abs(rate) <= Decimal("0.0005")
    assert rate == funding_rate(seed, inst_id, count * INTERVAL)


def test_rates_differ_by_seed_instrument_and_time() -> None:
    rates = {funding_rate(seed, inst_id, time) for seed in (0, 1) for inst_id in (SWAP, INVERSE) for time in (0, 8)}
    assert len(rates) == 8


@pytest.mark.parametrize(("now", "due"), [(0, INTERVAL), (INTERVAL - 1, INTERVAL), (INTERVAL, 2 * INTERVAL)])
def test_the_next_funding_is_after_now(now: int, due: int) -> None:
    assert next_time(now) == due


def test_a_rate_is_that_of_the_funding_to_come_until_a_test_sets_one() -> None:
    floor, of = Floor(), instrument(SWAP)
    funding = floor.exchange.funding
    due = next_time(NOW)
    assert funding.rate(of, NOW) == funding.rate(of, due) == funding_rate(0, SWAP, due)
    funding.set_rate(SWAP, RATE)
    assert funding.rate(of, NOW) == RATE
    assert funding.rate(instrument(INVERSE), NOW) != RATE
    funding.set_rate(SWAP, None)
    assert funding.rate(of, NOW) == funding_rate(0, SWAP, due)


def test_a_rate_is_exact() -> None:
    wrong: Any = 0.0001
    with pytest.raises(TypeError, match=r"the funding rate of BTC-USDT-SWAP is 0\.0001: give a Decimal"):
        Floor().exchange.funding.set_rate(SWAP, wrong)


def test_a_rate_may_be_written_as_text_and_below_zero() -> None:
    funding = Floor().exchange.funding
    funding.set_rate(SWAP, "-0.0002")
    assert funding.rate(instrument(SWAP), NOW) == Decimal("-0.0002")
    with pytest.raises(ValueError, match=r"^the funding rate of BTC-USDT-SWAP is '1%': give a finite number$"):
        funding.set_rate(SWAP, "1%")


@pytest.mark.parametrize(("side", "rate", "sign"), [("buy", RATE, -1), ("sell", RATE, 1), ("buy", -RATE, 1)])
def test_longs_pay_shorts_when_the_rate_is_above_zero(side: str, rate: Decimal, sign: int) -> None:
    floor = Floor()
    floor.exchange.funding.set_rate(SWAP, rate)
    floor.place(SWAP, side, 100)
    cash = floor.cash("USDT")
    floor.clock.advance((next_time(NOW) - NOW) / 1000)
    (position,) = floor.exchange.positions(floor.account, floor.now)
    paid = sign * floor.price(SWAP) * RATE
    assert values(floor.cash("USDT") - cash, position.funding_fee) == (paid, paid)
    assert position.realized_pnl == position.fee + paid
    bill = floor.account.bills[-1]
    assert (bill.type, bill.sub_type, bill.ts) == ("8", "173" if sign < 0 else "174", next_time(NOW))


def test_an_isolated_position_pays_out_of_its_margin() -> None:
    floor = Floor()
    floor.exchange.funding.set_rate(SWAP, RATE)
    floor.place(SWAP, "buy", 100, td_mode="isolated")
    cash, margin = floor.cash("USDT"), floor.account.positions[SWAP, "isolated", "net"].margin
    floor.clock.advance(8 * 3600)
    (position,) = floor.exchange.positions(floor.account, floor.now)
    assert floor.cash("USDT") == cash
    assert position.margin == margin + position.funding_fee < margin


def test_it_is_paid_at_every_funding_time_passed_and_to_every_holder() -> None:
    floor = Floor()
    other = floor.exchange.open_account()
    floor.exchange.funding.set_rate(SWAP, RATE)
    floor.place(SWAP, "buy", 100)
    floor.place("BTC-USDT-261225", "buy", 1)
    floor.clock.advance(24 * 3600)
    floor.exchange.settle(floor.now)
    times = [bill.ts for bill in floor.account.bills if bill.type == "8"]
    assert times == [next_time(NOW) + n * INTERVAL for n in range(3)]
    assert other.bills == []


def test_nothing_is_paid_once_nobody_holds_a_swap_and_again_when_somebody_does() -> None:
    floor = Floor()
    for _ in range(2):
        floor.place(SWAP, "buy", 1)
        floor.place(SWAP, "sell", 1)
        floor.clock.advance(24 * 3600)
        floor.exchange.settle(floor.now)
    floor.place(SWAP, "buy", 1)
    floor.clock.advance(8 * 3600)
    floor.exchange.settle(floor.now)
    assert len([bill for bill in floor.account.bills if bill.type == "8"]) == 1
