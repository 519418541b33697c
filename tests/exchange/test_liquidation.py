from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.exchange import Position
from pytest_okx.exchange.events import Event, MarketMoved, OrderChanged, PositionEndangered, PositionLiquidated
from tests.exchange.support import Floor, advance_until

SPOT, SWAP, ETH, INVERSE = "BTC-USDT", "BTC-USDT-SWAP", "ETH-USDT-SWAP", "BTC-USD-SWAP"
OPTION = "BTC-USD-261225-70000-C"


def spoil(floor: Floor, key: tuple[str, str, str], *, entry: object = 0, margin: object = None) -> Position:
    """Let a position have been entered `entry` higher, or have another margin."""
    position = floor.account.positions[key]
    changed = replace(position, avg_px=position.avg_px + Decimal(str(entry)))
    if margin is not None:
        changed = replace(changed, margin=Decimal(str(margin)))
    floor.account.put(changed)
    return changed


def later(floor: Floor) -> None:
    floor.clock.advance(5)
    floor.exchange.settle(floor.now)


def test_a_position_whose_maintenance_is_covered_stays() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 100)
    later(floor)
    assert len(floor.exchange.positions(floor.account)) == 1


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_a_cross_position_is_liquidated_when_its_currency_cannot_keep_it(side: str) -> None:
    floor = Floor()
    floor.place(SWAP, side, 100)
    floor.have("USDT", 200)
    later(floor)
    assert floor.exchange.positions(floor.account) == []
    (closed,) = floor.account.closed_positions
    assert (closed.type, closed.direction) == ("3", "long" if side == "buy" else "short")
    order = floor.exchange.orders_of(floor.account)[-1]
    assert (order.category, order.state, order.trade_id) == ("full_liquidation", "filled", 0)
    assert order.last_fill is not None
    assert order.last_fill.trade_id < 0
    assert floor.cash("USDT") >= 0


def test_the_penalty_is_the_maintenance_margin_or_what_is_left_and_goes_to_the_fund() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 100)
    floor.have("USDT", 310)
    later(floor)
    (closed,) = floor.account.closed_positions
    paid = closed.position.liq_penalty
    assert paid < 0
    assert floor.exchange.liquidations.fund == {"USDT": -paid}
    assert floor.account.bills[-1].sub_type == "109"
    assert floor.cash("USDT") == 0
    assert closed.position.realized_pnl == closed.position.pnl + closed.position.fee + paid


def test_a_loss_beyond_the_cash_is_the_funds() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 100)
    floor.have("USDT", 1_000)
    spoil(floor, (SWAP, "cross", "net"), entry=2_000)
    later(floor)
    (*_, bill) = floor.account.bills
    assert bill.sub_type == "110"
    assert bill.bal_chg == -floor.exchange.liquidations.fund["USDT"] > 0
    assert floor.cash("USDT") == 0


def test_an_isolated_position_loses_its_margin_and_no_more() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 100, td_mode="isolated")
    cash = floor.cash("USDT")
    spoil(floor, (SWAP, "isolated", "net"), entry=9_000)
    later(floor)
    assert floor.exchange.positions(floor.account) == []
    assert floor.cash("USDT") == cash
    assert floor.exchange.liquidations.fund["USDT"] < 0


def test_orders_that_hold_its_margin_are_cancelled_first() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 100)
    orders = {
        "spot buy": floor.place(SPOT, "buy", "0.01", 60_000),
        "spot sell": floor.place(SPOT, "sell", "0.01", 80_000),
        "swap": floor.place(ETH, "buy", 1, 2_400),
        "isolated": floor.place(ETH, "buy", 1, 2_400, td_mode="isolated"),
        "inverse": floor.place(INVERSE, "buy", 1, 60_000),
    }
    floor.have("USDT", 200)
    later(floor)
    ended = {name for name, order in orders.items() if floor.again(order).cancel_source == "3"}
    assert ended == {"spot buy", "swap", "isolated"}
    assert floor.exchange.balance(floor.account, "USDT", floor.now).ord_frozen == 0


def test_of_an_isolated_position_only_its_own_orders_are_cancelled() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 100, td_mode="isolated")
    own = floor.place(SWAP, "buy", 1, 60_000, td_mode="isolated")
    other = floor.place(SWAP, "buy", 1, 60_000)
    spoil(floor, (SWAP, "isolated", "net"), margin=100)
    later(floor)
    assert (floor.again(own).state, floor.again(other).state) == ("canceled", "live")


def test_all_cross_positions_of_a_currency_go_together_and_others_stay() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 100)
    floor.place(ETH, "sell", 100)
    floor.place(INVERSE, "buy", 1)
    floor.place(ETH, "buy", 1, td_mode="isolated")
    floor.have("USDT", 250)
    later(floor)
    assert {position.key[:2] for position in floor.exchange.positions(floor.account)} == {
        (INVERSE, "cross"),
        (ETH, "isolated"),
    }


def test_a_price_that_was_passed_in_between_liquidates_at_the_price_where_it_hurt() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 1_000, td_mode="isolated")
    position = floor.account.positions[SWAP, "isolated", "net"]
    start = floor.price(SWAP)
    low = advance_until_back(floor, start)
    target = (start + low) / 2
    # Just so much margin that half of the way down is where maintenance is met no longer.
    need = target * 10 * Decimal("0.0045")
    spoil(floor, position.key, margin=(position.avg_px - target) * 10 + need)
    floor.exchange.settle(floor.now)
    (closed,) = floor.account.closed_positions
    assert closed.trigger_px is not None
    assert abs(closed.trigger_px - target) <= Decimal("0.1")
    assert floor.price(SWAP) > target


def advance_until_back(floor: Floor, start: Decimal) -> Decimal:
    """Let the price fall by at least 50 and come back without the exchange being asked; return the lowest price."""
    lowest = start
    advance_until(floor, lambda price: price < start - 50, SWAP)
    lowest = min(lowest, floor.price(SWAP))
    advance_until(floor, lambda price: price >= start, SWAP)
    return lowest


def test_a_move_of_the_market_is_judged_within_the_same_moment() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 100)
    later(floor)
    floor.have("USDT", 200)
    floor.exchange.settle(floor.now)
    assert len(floor.exchange.positions(floor.account)) == 1
    floor.exchange.events.emit(MarketMoved(floor.now, SWAP))
    floor.exchange.settle(floor.now)
    assert floor.exchange.positions(floor.account) == []


@pytest.mark.parametrize(
    ("side", "factor", "left"), [("buy", "0.92", 1), ("buy", "0.9", 0), ("sell", "1.08", 1), ("sell", "1.1", 0)]
)
def test_a_test_that_moves_the_market_far_enough_liquidates(side: str, factor: str, left: int) -> None:
    floor = Floor()
    floor.place(SWAP, side, 1_000, td_mode="isolated")
    (position,) = floor.exchange.positions(floor.account)
    safe = floor.exchange.risk(floor.account, position, floor.now).liq_px
    there = floor.price(SWAP) * Decimal(factor) // 1
    floor.exchange.market(SWAP).move_to(there)
    assert len(floor.exchange.positions(floor.account)) == left
    assert safe is not None
    assert (there < safe if side == "buy" else there > safe) is not bool(left)


def test_a_written_option_is_liquidated_when_its_coins_are_short() -> None:
    floor = Floor()
    floor.place(OPTION, "sell", 100, "0.05")
    floor.have("BTC", "0.07")
    later(floor)
    assert floor.exchange.positions(floor.account) == []


def test_multi_currency_margin_counts_every_currency() -> None:
    floor = Floor()
    floor.exchange.set_account_level(floor.account, "3", floor.now)
    floor.place(SWAP, "buy", 100)
    floor.place(INVERSE, "buy", 10)
    floor.have("USDT", 0)
    later(floor)
    assert len(floor.exchange.positions(floor.account)) == 2
    for ccy in ("USDC", "BTC", "ETH"):
        floor.have(ccy, 0)
    later(floor)
    assert floor.exchange.positions(floor.account) == []
    assert all(amount >= 0 for amount in floor.account.cash.values())


def test_what_a_position_lost_may_be_made_good_by_another_of_its_currency() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 100)
    floor.place(ETH, "buy", 10)
    floor.have("USDT", 1_000)
    spoil(floor, (SWAP, "cross", "net"), entry=3_000)
    spoil(floor, (ETH, "cross", "net"), entry=-2_000)
    (losing,) = [p for p in floor.exchange.positions(floor.account) if p.inst_id == SWAP]
    floor.exchange.liquidate(losing)
    assert floor.cash("USDT") < 0
    assert floor.exchange.liquidations.fund == {}
    assert [p.inst_id for p in floor.exchange.positions(floor.account)] == [ETH]


@pytest.mark.parametrize("td_mode", ["cross", "isolated"])
def test_a_test_may_liquidate_what_is_safe(td_mode: str) -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 10, td_mode=td_mode)
    (position,) = floor.exchange.positions(floor.account)
    floor.exchange.liquidate(position)
    assert floor.exchange.positions(floor.account) == []
    (closed,) = floor.account.closed_positions
    assert closed.position.liq_penalty == -floor.price(SWAP) / 10 * Decimal("0.004")


def test_only_an_open_position_can_be_liquidated() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 10)
    (position,) = floor.exchange.positions(floor.account)
    floor.place(SWAP, "sell", 10)
    with pytest.raises(ValueError, match="nobody holds"):
        floor.exchange.liquidate(position)


def test_listeners_hear_of_the_order_and_its_fill() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 10)
    (position,) = floor.exchange.positions(floor.account)
    heard: list[Event] = []
    floor.exchange.events.listen(heard.append)
    floor.exchange.liquidate(position)
    changes = [event for event in heard if isinstance(event, OrderChanged)]
    assert [(change.order.state, change.fill is not None) for change in changes] == [("live", False), ("filled", True)]


def told(floor: Floor, kind: type[Event]) -> list[Any]:
    """What is told of that kind from now on."""
    found: list[Any] = []
    floor.exchange.events.listen_to(kind, found.append)
    return found


def move(floor: Floor, px: object) -> None:
    floor.exchange.market(SWAP).move_to(str(px))
    floor.exchange.settle(floor.now)


@pytest.mark.parametrize("td_mode", ["cross", "isolated"])
def test_danger_is_told_once_and_again_after_it_was_over(td_mode: str) -> None:
    floor = Floor()
    if td_mode == "cross":
        floor.have("USDT", 10_000)
    warnings = told(floor, PositionEndangered)
    floor.place(SWAP, "buy", 100, td_mode=td_mode)
    (position,) = floor.exchange.positions(floor.account)
    safe = floor.price(SWAP).quantize(Decimal(1))
    near = 1 + (floor.exchange.risk(floor.account, position, floor.now).liq_px or 0) // 1
    for px, count in ((safe, 0), (near, 1), (near + 10, 1), (safe, 1), (near, 2)):
        move(floor, px)
        assert len(warnings) == count
    assert {(each.account, each.key) for each in warnings} == {(floor.account, (SWAP, td_mode, "net"))}
    assert floor.exchange.positions(floor.account)


def test_the_margin_ratio_of_a_warning_is_three_or_less() -> None:
    floor = Floor()
    warnings = told(floor, PositionEndangered)
    floor.place(SWAP, "buy", 100, td_mode="isolated")
    (position,) = floor.exchange.positions(floor.account)
    px, ratio = floor.price(SWAP).quantize(Decimal(1)), Decimal(9)
    while ratio > 3:
        assert warnings == []
        px -= 100
        move(floor, px)
        ratio = floor.exchange.risk(floor.account, position, floor.now).mgn_ratio or Decimal(0)
    assert len(warnings) == 1


def test_a_position_that_is_liquidated_at_once_is_told_of_as_that() -> None:
    floor = Floor()
    warnings, ends = told(floor, PositionEndangered), told(floor, PositionLiquidated)
    floor.place(SWAP, "buy", 100, td_mode="isolated")
    move(floor, 40_000)
    assert warnings == []
    (end,) = ends
    assert (end.account, end.position.inst_id, end.position.signed, end.px) == (floor.account, SWAP, 100, 40_000)
    assert end.loss == -floor.exchange.liquidations.fund["USDT"] > 0


def test_a_liquidation_that_leaves_something_costs_the_fund_nothing() -> None:
    floor = Floor()
    ends = told(floor, PositionLiquidated)
    floor.place(SWAP, "buy", 100)
    floor.have("USDT", 310)
    later(floor)
    assert [each.loss for each in ends] == [0]


def test_a_bought_option_is_never_in_danger() -> None:
    floor = Floor()
    warnings = told(floor, PositionEndangered)
    floor.place(OPTION, "buy", 1, "0.09", td_mode="isolated")
    later(floor)
    assert len(floor.exchange.positions(floor.account)) == 1
    assert warnings == []
