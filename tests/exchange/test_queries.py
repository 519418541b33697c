"""Asking about orders and fills."""

from __future__ import annotations

from dataclasses import replace

from pytest_okx.messages import number
from tests.exchange.support import Floor


def test_what_a_test_compares_is_told_in_a_line() -> None:
    floor = Floor({"USDT": 100_000})
    resting, bought = floor.place("BTC-USDT", "buy", "0.0100", 60_000), floor.place("BTC-USDT-SWAP", "buy", 2)
    (fill,), (position,) = floor.exchange.fills, floor.exchange.positions(floor.account)
    px, fee = number(fill.px), number(fill.fee)
    assert repr(resting) == f"<Order {resting.ord_id} BTC-USDT buy limit 0.01@60000 live, 0 filled>"
    assert repr(bought) == f"<Order {bought.ord_id} BTC-USDT-SWAP buy market 2 filled, 2 filled>"
    assert repr(replace(resting, pos_side="long")).count(" buy long limit ") == 1
    assert repr(fill) == f"<Fill {fill.trade_id} BTC-USDT-SWAP buy 2@{px} fee {fee} USDT>"
    assert repr(position) == f"<Position {position.pos_id} BTC-USDT-SWAP cross net 2@{px}>"
    assert (
        repr(floor.exchange.balance(floor.exchange.open_account(), "BTC", floor.now)) == "<Balance 1 BTC, 1 available>"
    )


def test_orders_and_fills_are_told_as_they_are_now() -> None:
    floor = Floor()
    floor.place("BTC-USDT", "buy", "0.01", 60_000)
    floor.exchange.dead_man.set(floor.account, 10, floor.now)
    floor.clock.advance(10)
    assert [order.state for order in floor.exchange.orders] == ["canceled"]


def test_what_changes_by_itself_is_told_once_its_time_has_come() -> None:
    floor = Floor()
    order = floor.place("BTC-USDT", "buy", "0.01", floor.price("BTC-USDT") - 1)
    while not floor.exchange.fills and floor.clock.now_ms() < order.c_time + 3_600_000:
        floor.clock.advance(5)
    assert [fill.ord_id for fill in floor.exchange.fills_of(floor.account)] == [order.ord_id]
