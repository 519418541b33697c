from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.errors import OkxError
from pytest_okx.exchange.margin import InsufficientMargin, spendable
from tests.exchange.support import Floor, picture, values

SWAP, INVERSE, OPTION = "BTC-USDT-SWAP", "BTC-USD-SWAP", "BTC-USD-261225-70000-C"


def refused(floor: Floor, inst_id: str, side: str, sz: object, px: object = None, **more: object) -> int:
    """Place an order that margin does not cover, and return what would have fitted."""
    before = picture(floor.account)
    with pytest.raises(InsufficientMargin) as refusal:
        floor.place(inst_id, side, sz, px, **more)  # type: ignore[arg-type]
    assert picture(floor.account) == before
    assert (refusal.value.code, refusal.value.sub_code) == ("51008", "1001")
    return refusal.value.fits


def test_the_refusal_names_the_currency() -> None:
    floor = Floor({"USDT": 100})
    with pytest.raises(InsufficientMargin, match="Insufficient USDT margin in account"):
        floor.place(SWAP, "buy", 10, 60_000)


@pytest.mark.parametrize(
    ("cash", "fits"),
    # One contract of 0.01 BTC at 60000 needs 60 of margin and 0.3 of fee.
    [("0", 0), ("60.29", 0), ("60.3", 1), ("120.59", 1), ("6030", 100)],
)
def test_what_fits_is_told_in_whole_contracts(cash: str, fits: int) -> None:
    assert refused(Floor({"USDT": cash}), SWAP, "buy", 101, 60_000) == fits


def test_open_orders_leave_less_room() -> None:
    floor = Floor({"USDT": 603})
    floor.place(SWAP, "buy", 4, 60_000)
    assert refused(floor, SWAP, "buy", 7, 60_000) == 6


def test_isolated_orders_are_checked_alike() -> None:
    assert refused(Floor({"USDT": 603}), SWAP, "buy", 11, 60_000, td_mode="isolated") == 10


@given(
    st.integers(0, 5_000),
    st.sampled_from(["buy", "sell"]),
    st.sampled_from([None, 60_000, 72_000]),
    st.integers(0, 30),
)
def test_what_fits_is_accepted_and_one_more_is_not(cash: int, side: str, px: int | None, held: int) -> None:
    floor = Floor({"USDT": 5_000})
    if held:
        floor.place(SWAP, "buy", held)
    floor.have("USDT", cash)
    px = allowed_px(px, side)
    fits = refused(floor, SWAP, side, 3_000, px)
    refused(floor, SWAP, side, fits + 1, px)
    if fits:
        floor.place(SWAP, side, fits, px)


def allowed_px(px: int | None, side: str) -> int | None:
    """A price within the band: buyers may not bid far above the market, nor sellers far below."""
    return {"buy": {72_000: 70_500}, "sell": {60_000: 69_000}}[side].get(px or 0, px)


def test_closing_needs_no_margin_and_turning_only_for_the_rest() -> None:
    floor = Floor({"USDT": 1_000})
    floor.place(SWAP, "buy", 12)
    floor.have("USDT", 845)
    assert floor.avail("USDT") < 70
    assert refused(floor, SWAP, "sell", 20, 72_000) == 12
    assert floor.place(SWAP, "sell", 12, 72_000).state == "live"
    assert floor.exchange.balance(floor.account, "USDT", floor.now).ord_frozen == 0


def test_an_account_under_water_may_still_close() -> None:
    floor = Floor({"USDT": 1_000})
    floor.place(SWAP, "buy", 10)
    floor.have("USDT", 60)
    assert floor.avail("USDT") < 0
    assert refused(floor, SWAP, "buy", 1) == 0
    assert floor.place(SWAP, "sell", 10).state == "filled"


def test_a_crossing_order_needs_the_dearer_of_its_price_and_the_touch() -> None:
    """An inverse contract is dearer at the touch than at a higher limit."""
    floor = Floor({"BTC": "0.01"})
    touch = floor.exchange.markets.touch(floor.exchange.instrument(INVERSE), floor.now, "buy")
    at_touch = refused(floor, INVERSE, "buy", 5_000, touch)
    assert refused(floor, INVERSE, "buy", 5_000, touch + 3_000) == at_touch
    assert refused(floor, INVERSE, "sell", 5_000, touch + 3_000) > at_touch


def test_margin_is_in_the_currency_of_the_contract() -> None:
    floor = Floor({"USDT": 10**9})
    with pytest.raises(InsufficientMargin, match="BTC"):
        floor.place(INVERSE, "buy", 1)


def test_a_buyer_of_options_needs_the_premium_and_a_writer_margin() -> None:
    floor = Floor({"BTC": "0.015"})
    # The premium of 10 contracts of 0.01 BTC at 0.06 is 0.006, their margin 0.015.
    assert refused(floor, OPTION, "buy", 100, "0.06") == 24
    assert refused(floor, OPTION, "sell", 100, "0.07") == 9


def test_cross_positions_count_into_equity_and_freeze_their_margin() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 100)
    held = floor.exchange.balance(floor.account, "USDT", floor.now)
    mark = floor.price(SWAP)
    assert held.imr == mark / 10
    assert held.upl == Decimal("-0.1")
    assert values(held.iso_eq, held.opt_val) == (0, 0)
    assert held.frozen_bal == held.imr
    assert held.eq == held.cash_bal + held.upl


def test_isolated_positions_keep_their_margin_out_of_cash() -> None:
    floor = Floor()
    order = floor.place(SWAP, "sell", 100, td_mode="isolated")
    held = floor.exchange.balance(floor.account, "USDT", floor.now)
    margin = (order.avg_px or Decimal(0)) / 10
    assert held.cash_bal == 100_000 - margin + order.fee
    assert held.iso_eq == margin + Decimal("-0.1")
    assert held.avail_bal == held.cash_bal
    assert values(held.imr, held.upl) == (0, 0)


def test_an_option_bought_is_worth_its_price_but_cannot_be_spent() -> None:
    floor = Floor()
    order = floor.place(OPTION, "buy", 10, "0.07")
    held = floor.exchange.balance(floor.account, "BTC", floor.now)
    assert held.opt_val == floor.price(OPTION) / 10
    assert held.eq == held.cash_bal + held.opt_val
    assert held.cash_bal == 1 - (order.avg_px or Decimal(0)) / 10 + order.fee
    assert held.avail_bal == held.cash_bal
    assert held.upl == 0


def test_a_written_option_brings_its_premium_and_freezes_margin() -> None:
    floor = Floor()
    floor.place(OPTION, "sell", 10, "0.05", td_mode="isolated")
    floor.place(OPTION, "sell", 10, "0.05")
    held = floor.exchange.balance(floor.account, "BTC", floor.now)
    assert held.imr == Decimal("0.015")
    assert held.opt_val < 0
    assert held.iso_eq == Decimal("0.015") + held.opt_val
    assert held.cash_bal > 1 - Decimal("0.015")


def test_open_profit_is_margin_but_not_money_to_buy_coins_with() -> None:
    floor = Floor({"USDT": 1_000})
    floor.place(SWAP, "buy", 10)
    key = (SWAP, "cross", "net")
    position = floor.account.positions[key]
    floor.account.positions[key] = replace(position, avg_px=position.avg_px - 20_000)
    held = floor.exchange.balance(floor.account, "USDT", floor.now)
    assert held.upl > 1_900
    assert held.avail_bal > held.cash_bal
    assert spendable(held) == held.cash_bal
    with pytest.raises(OkxError, match="Insufficient USDT balance"):
        floor.place("BTC-USDT", "buy", "0.02", 60_000)
    assert floor.place(SWAP, "buy", 20).state == "filled"
