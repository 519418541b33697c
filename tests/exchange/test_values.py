from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.exchange.instruments import margin_twin
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
    ("inst_id", "side", "in_quote", "paid", "ccy"),
    [
        (SPOT, "buy", False, "-0.002", "BTC"),
        (SPOT, "buy", True, "-140", "USDT"),
        (SPOT, "sell", False, "-140", "USDT"),
        (SPOT, "sell", True, "-140", "USDT"),
        (LINEAR, "buy", False, "-1.4", "USDT"),
        (LINEAR, "sell", True, "-1.4", "USDT"),
        (OPTION, "buy", False, "-1.4", "BTC"),
    ],
)
def test_a_fee_is_negative_and_paid_in_what_the_trade_brings_in_or_in_quote(
    inst_id: str, side: str, in_quote: bool, paid: str, ccy: str
) -> None:
    i, rate = instrument(inst_id), Decimal("0.001")
    assert fee(i, side, Decimal(2), Decimal(70_000), rate, in_quote=in_quote) == Decimal(paid)
    assert fee_ccy(i, side, in_quote=in_quote) == ccy


def test_a_rebate_is_above_zero() -> None:
    assert fee(instrument(LINEAR), "buy", Decimal(2), Decimal(70_000), Decimal("-0.001")) == Decimal("1.4")


@pytest.mark.parametrize(("ccy", "worth", "earned"), [("USDT", 160_000, 20_000), ("BTC", 2, "0.25")])
def test_a_pair_on_margin_is_worth_and_earns_the_currency_of_its_margin(
    ccy: str, worth: int, earned: Decimal | str
) -> None:
    twin = margin_twin(instrument(SPOT), ccy)
    assert twin is not None
    assert notional(twin, Decimal(2), Decimal(80_000)) == worth
    assert profit(twin, Decimal(2), Decimal(70_000), Decimal(80_000)) == Decimal(earned)
    assert fee_ccy(twin, "buy") == ccy


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
