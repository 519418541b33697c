from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.exchange.values import ceiling, cut, face, fee, fee_ccy, floor, margin, notional, profit
from tests.exchange.support import instrument

LINEAR, INVERSE, SPOT = "BTC-USDT-SWAP", "BTC-USD-SWAP", "BTC-USDT"
OPTION = "BTC-USD-261225-70000-C"

amounts = st.decimals(0, 10**9, places=6)
steps = st.sampled_from([Decimal("0.1"), Decimal("0.00001"), Decimal(1), Decimal("0.5")])


@pytest.mark.parametrize(
    ("inst_id", "sz", "px", "value"),
    [
        (SPOT, "2", "70000", "140000"),
        (LINEAR, "3", "70000", "2100"),
        (INVERSE, "7", "70000", "0.01"),
        (OPTION, "5", "0.05", "0.0025"),
    ],
)
def test_a_notional_is_in_quote_or_settlement_currency(inst_id: str, sz: str, px: str, value: str) -> None:
    assert notional(instrument(inst_id), Decimal(sz), Decimal(px)) == Decimal(value)


@pytest.mark.parametrize(
    ("inst_id", "pos", "entry", "leave", "earned"),
    [
        (LINEAR, "3", "70000", "71000", "30"),
        (LINEAR, "-3", "70000", "71000", "-30"),
        (INVERSE, "70", "70000", "140000", "0.05"),
        (INVERSE, "-70", "70000", "140000", "-0.05"),
        (OPTION, "10", "0.05", "0.06", "0.001"),
    ],
)
def test_profit_follows_the_contract(inst_id: str, pos: str, entry: str, leave: str, earned: str) -> None:
    found = profit(instrument(inst_id), Decimal(pos), Decimal(entry), Decimal(leave))
    assert found == Decimal(earned)


@pytest.mark.parametrize(
    ("inst_id", "side", "kind", "paid", "ccy"),
    [
        (SPOT, "buy", "T", "-0.002", "BTC"),
        (SPOT, "buy", "M", "-0.0016", "BTC"),
        (SPOT, "sell", "T", "-140", "USDT"),
        (SPOT, "sell", "M", "-112", "USDT"),
        (LINEAR, "buy", "T", "-0.7", "USDT"),
        (LINEAR, "sell", "M", "-0.28", "USDT"),
        (OPTION, "buy", "T", "-0.7", "BTC"),
    ],
)
def test_fees_are_negative_and_paid_in_what_the_trade_brings_in(
    inst_id: str, side: str, kind: str, paid: str, ccy: str
) -> None:
    i = instrument(inst_id)
    assert fee(i, side, Decimal(2), Decimal(70_000), kind) == Decimal(paid)
    assert fee_ccy(i, side) == ccy


@pytest.mark.parametrize(
    ("inst_id", "pos", "px", "need"),
    [
        (LINEAR, "10", "70000", "700"),
        (LINEAR, "-10", "70000", "700"),
        (INVERSE, "70", "70000", "0.01"),
        (OPTION, "10", "0.05", "0"),
        (OPTION, "-10", "0.05", "0.015"),
    ],
)
def test_margin_is_notional_by_leverage_and_a_part_of_the_coins_for_writers(
    inst_id: str, pos: str, px: str, need: str
) -> None:
    assert margin(instrument(inst_id), Decimal(pos), Decimal(px), Decimal(10)) == Decimal(need)


def test_the_multiplier_multiplies_the_value_of_a_contract() -> None:
    assert face(instrument(OPTION)) == Decimal("0.01")
    assert face(instrument(SPOT)) == 1


def test_a_division_ends_at_sixteen_decimals_and_an_exact_one_keeps_its_digits() -> None:
    assert cut(Decimal(1) / Decimal(3)) == Decimal("0.3333333333333333")
    assert str(cut(Decimal(1) / Decimal(4))) == "0.25"


@given(amounts, steps)
def test_steps_round_down_and_up_to_the_nearest_multiple(value: Decimal, step: Decimal) -> None:
    down, up = floor(value, step), ceiling(value, step)
    assert down % step == 0
    assert up % step == 0
    assert down <= value <= up
    assert up - down == (step if value % step else 0)
