from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pytest_okx.exchange.expiry import settlement_price
from pytest_okx.exchange.values import profit
from tests.exchange.support import Floor, instrument, values

FUTURE, INVERSE = "BTC-USDT-261225", "BTC-USD-261225"
CALL, PUT, FAR_CALL = "BTC-USD-261225-70000-C", "BTC-USD-261225-70000-P", "BTC-USD-261225-80000-C"


def expire(floor: Floor, inst_id: str = FUTURE) -> None:
    due = instrument(inst_id).exp_time or 0
    floor.clock.advance((due - floor.now) / 1000)
    floor.exchange.settle(floor.now)


@pytest.mark.parametrize(
    ("inst_id", "index", "px"),
    [
        (FUTURE, 70_000, "70000"),
        (CALL, 87_500, "0.2"),
        (CALL, 60_000, "0"),
        (PUT, 56_000, "0.25"),
        (PUT, 80_000, "0"),
    ],
)
def test_a_future_settles_at_the_index_and_an_option_at_what_it_is_worth(inst_id: str, index: int, px: str) -> None:
    assert settlement_price(instrument(inst_id), Decimal(index)) == Decimal(px)


def test_an_option_that_is_paid_in_dollars_is_worth_dollars() -> None:
    in_dollars = replace(instrument(CALL), settle_ccy="USD")
    assert settlement_price(in_dollars, Decimal(87_500)) == 17_500


@pytest.mark.parametrize(
    ("inst_id", "side", "sub_type"), [(FUTURE, "buy", "112"), (FUTURE, "sell", "113"), (INVERSE, "sell", "113")]
)
@pytest.mark.parametrize("td_mode", ["cross", "isolated"])
def test_a_future_is_delivered_at_the_price_of_its_underlying(
    inst_id: str, side: str, sub_type: str, td_mode: str
) -> None:
    floor = Floor()
    order = floor.place(inst_id, side, 10, td_mode=td_mode)
    expire(floor)
    index = floor.price("BTC-USDT")
    assert floor.exchange.positions(floor.account) == []
    (*_, bill) = floor.account.bills
    sign = 1 if side == "buy" else -1
    earned = profit(instrument(inst_id), sign * order.sz, order.avg_px or Decimal(0), index)
    assert values(bill.type, bill.sub_type, bill.pnl, bill.px) == ("3", sub_type, earned, index)
    (closed,) = floor.account.closed_positions
    assert values(closed.type, closed.close_avg_px, closed.position.pnl) == ("2", index, earned)
    assert bill.ts == instrument(inst_id).exp_time


@pytest.mark.parametrize(
    ("inst_id", "side", "px", "sub_types"),
    [
        (CALL, "buy", "0.09", {"170", "172"}),
        (CALL, "sell", "0.04", {"171", "172"}),
        (FAR_CALL, "buy", "0.03", {"170", "172"}),
    ],
)
def test_an_option_is_exercised_assigned_or_worthless(inst_id: str, side: str, px: str, sub_types: set[str]) -> None:
    floor = Floor()
    floor.place(inst_id, side, 10, px)
    cash = floor.cash("BTC")
    expire(floor, inst_id)
    worth = settlement_price(instrument(inst_id), floor.price("BTC-USDT"))
    (*_, bill) = floor.account.bills
    assert bill.sub_type in sub_types
    assert (bill.sub_type == "172") is (worth == 0)
    assert floor.cash("BTC") == cash + (worth if side == "buy" else -worth) / 10


def test_everybodys_positions_end_and_those_of_other_contracts_stay() -> None:
    floor = Floor()
    other = floor.exchange.open_account()
    floor.place(FUTURE, "buy", 1)
    floor.place("BTC-USDT-270326", "buy", 1)
    floor.account, mine = other, floor.account
    floor.place(FUTURE, "sell", 1)
    expire(floor)
    assert floor.exchange.positions(other) == []
    assert [position.inst_id for position in floor.exchange.positions(mine)] == ["BTC-USDT-270326"]


def test_a_position_that_was_closed_before_is_not_delivered() -> None:
    floor = Floor()
    floor.place(FUTURE, "buy", 1)
    floor.place(FUTURE, "sell", 1)
    expire(floor)
    assert not [bill for bill in floor.account.bills if bill.type == "3"]
