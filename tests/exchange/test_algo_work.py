"""What algo orders do once their price is met: the orders that they place, one or part after part, and their ends."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.exchange import AlgoOrder, Order
from tests.exchange.algo_support import SWAP, Street, leg
from tests.exchange.support import values

MINUTE = 60


@pytest.fixture
def street() -> Street:
    street = Street()
    street.walk(70000)
    return street


def orders_of(street: Street, algo: AlgoOrder) -> list[Order]:
    return [order for order in street.exchange.orders if order.algo_id == algo.algo_id]


# One order


@pytest.mark.parametrize(("to", "side", "source"), [(72000, "tp", "7"), (68000, "sl", "7")])
def test_either_leg_of_a_pair_ends_the_other(street: Street, to: int, side: str, source: str) -> None:
    street.place(SWAP, "buy", 2)
    algo = street.algo("oco", sz=2, reduce_only=True, tp=leg(72000), sl=leg(68000))
    street.walk(to)
    (order,) = orders_of(street, algo)
    after = street.now_is(algo)
    assert values(after.state, after.actual_side, after.actual_sz, after.ord_ids) == (
        "effective",
        side,
        2,
        (order.ord_id,),
    )
    assert values(order.state, order.source, order.side, after.actual_px) == ("filled", source, "sell", order.avg_px)
    assert street.exchange.positions(street.account) == []
    street.walk(70000, 68000, 72000)
    assert len(orders_of(street, algo)) == 1


def test_a_limit_order_of_a_trigger_rests(street: Street) -> None:
    algo = street.algo("trigger", "buy", trigger_px=Decimal(71000), order_px=Decimal(70500))
    street.walk(71000)
    (order,) = orders_of(street, algo)
    assert values(order.state, order.px, order.source, street.now_is(algo).actual_px) == ("live", 70500, "6", 70500)


def test_nothing_is_frozen_before_it_triggers(street: Street) -> None:
    before = street.avail("USDT")
    street.algo("trigger", "buy", sz=100, trigger_px=Decimal(71000))
    assert street.avail("USDT") == before


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"sz": 10**6, "trigger_px": Decimal(71000), "order_px": Decimal(71000)}, "51008"),
        ({"sz": 1, "trigger_px": Decimal(71000), "order_px": Decimal(90000)}, "51006"),
        ({"sz": 1, "trigger_px": Decimal(71000), "reduce_only": True}, "51169"),
    ],
)
def test_an_order_that_is_refused_ends_it(street: Street, more: dict[str, Any], code: str) -> None:
    algo = street.algo("trigger", "buy", **more)
    street.walk(71000)
    after = street.now_is(algo)
    assert values(after.state, after.fail_code, after.ord_ids) == ("order_failed", code, ())


def test_the_whole_position_is_closed_whatever_it_is_by_then(street: Street) -> None:
    street.place(SWAP, "buy", 2)
    algo = street.algo("conditional", sz=None, close_fraction=True, reduce_only=True, sl=leg(69000))
    street.place(SWAP, "buy", 3)
    street.walk(68999)
    assert street.exchange.positions(street.account) == []
    assert street.now_is(algo).actual_sz == 5


def test_a_position_that_went_away_leaves_nothing_to_close(street: Street) -> None:
    street.place(SWAP, "buy", 2)
    algo = street.algo("conditional", sz=None, close_fraction=True, reduce_only=True, sl=leg(69000))
    street.account.positions.clear()
    street.walk(68999)
    assert values(street.now_is(algo).state, street.now_is(algo).fail_code) == ("order_failed", "51058")


# A trailing stop


@pytest.mark.parametrize(
    ("side", "way", "state"),
    [
        ("sell", (70500, 70401), "live"),
        ("sell", (70500, 70400), "effective"),
        ("sell", (69900,), "effective"),
        ("buy", (69500, 69599), "live"),
        ("buy", (69500, 69600), "effective"),
    ],
)
def test_a_trailing_stop_follows_the_best_price(street: Street, side: str, way: tuple[int, ...], state: str) -> None:
    algo = street.algo("move_order_stop", side, callback_spread=Decimal(100))
    street.walk(*way)
    assert street.now_is(algo).state == state
    assert {order.source for order in orders_of(street, algo)} <= {"25"}


def test_a_trailing_stop_sleeps_until_its_price_is_met(street: Street) -> None:
    algo = street.algo("move_order_stop", callback_ratio=Decimal("0.01"), active_px=Decimal(71000))
    street.walk(70900, 60000)
    assert street.now_is(algo).move_trigger_px is None
    street.walk(71100)
    assert street.now_is(algo).move_trigger_px == Decimal("70389")
    street.walk(70389)
    assert street.now_is(algo).state == "effective"


# A take-profit that rests


def bracket(street: Street) -> AlgoOrder:
    street.place(SWAP, "buy", 2)
    return street.algo(
        "oco", sz=2, reduce_only=True, cxl_on_close_pos=True, tp=leg(72000, 72000, kind="limit"), sl=leg(69000)
    )


def test_the_limit_order_of_a_take_profit_rests_from_the_start(street: Street) -> None:
    algo = bracket(street)
    (order,) = orders_of(street, algo)
    assert values(order.state, order.px, street.now_is(algo).ord_ids) == ("live", 72000, (order.ord_id,))
    street.show(71000, 72000)
    assert street.now_is(algo).state == "live", "no trigger of its own"


def test_the_stop_loss_cancels_the_take_profit_that_rests(street: Street) -> None:
    algo = bracket(street)
    street.walk(69000)
    resting, stop = orders_of(street, algo)
    assert (resting.state, resting.cancel_source, stop.state) == ("canceled", "36", "filled")
    assert street.now_is(algo).actual_side == "sl"


def test_a_take_profit_that_fills_ends_the_stop_loss(street: Street) -> None:
    algo = bracket(street)
    street.fill(orders_of(street, algo)[0])
    after = street.now_is(algo)
    assert values(after.state, after.actual_side, len(after.ord_ids)) == ("effective", "tp", 1)


def test_without_its_take_profit_the_stop_loss_stays(street: Street) -> None:
    algo = bracket(street)
    street.cancel(orders_of(street, algo)[0])
    assert street.now_is(algo).state == "live"
    street.walk(69000)
    assert values(street.now_is(algo).state, len(orders_of(street, algo))) == ("effective", 2)


def test_cancelling_the_pair_cancels_what_rests(street: Street) -> None:
    algo = bracket(street)
    street.end(algo)
    assert [(order.state, order.cancel_source) for order in orders_of(street, algo)] == [("canceled", "37")]


def test_a_take_profit_that_is_refused_ends_the_pair(street: Street) -> None:
    algo = street.algo(
        "oco", sz=2, reduce_only=True, cxl_on_close_pos=True, tp=leg(72000, 72000, kind="limit"), sl=leg(69000)
    )
    assert values(algo.state, algo.fail_code) == ("order_failed", "51169")


# Part after part


def iceberg(street: Street, **more: Any) -> AlgoOrder:
    parts: dict[str, Any] = {"sz_limit": Decimal(2), "px_limit": Decimal(71000), "px_spread": Decimal(10)}
    return street.algo("iceberg", "buy", 5, **(parts | more))


def test_an_iceberg_shows_one_part_after_the_other(street: Street) -> None:
    algo = iceberg(street)
    sizes = []
    while street.now_is(algo).is_pending:
        last = orders_of(street, algo)[-1]
        sizes.append(last.sz)
        street.fill(last)
    assert sizes == [2, 2, 1]
    after = street.now_is(algo)
    assert values(after.state, after.actual_sz, len(after.ord_ids)) == ("effective", 5, 3)


def test_an_iceberg_follows_a_market_that_goes_away(street: Street) -> None:
    algo = iceberg(street)
    street.walk(70010)
    assert len(orders_of(street, algo)) == 1
    street.walk(70100)
    first, second = orders_of(street, algo)
    assert (first.state, first.cancel_source, second.px) == ("canceled", "42", Decimal("70089.9"))


def test_an_iceberg_pauses_beyond_its_limit_and_goes_on_after(street: Street) -> None:
    algo = iceberg(street)
    street.walk(72000)
    assert street.now_is(algo).state == "live", "the part that rests may still fill"
    street.fill(orders_of(street, algo)[0])
    assert street.now_is(algo).state == "pause"
    street.walk(71500)
    assert street.now_is(algo).state == "pause"
    street.walk(70900)
    assert street.now_is(algo).state == "partially_effective"
    assert len(orders_of(street, algo)) == 2


def test_one_that_never_began_pauses_as_well(street: Street) -> None:
    algo = iceberg(street, px_limit=Decimal(69000))
    assert algo.state == "pause"
    street.walk(68900)
    assert values(street.now_is(algo).state, len(orders_of(street, algo))) == ("live", 1)


@pytest.mark.parametrize("by", ["part", "whole"])
def test_a_user_who_cancels_a_part_or_the_whole_ends_both(street: Street, by: str) -> None:
    algo = iceberg(street)
    part = orders_of(street, algo)[0]
    street.cancel(part) if by == "part" else street.end(algo)
    assert values(street.now_is(algo).state, street.again(part).state) == ("canceled", "canceled")
    assert street.again(part).cancel_source == "1"


def test_a_part_that_is_refused_ends_it_and_what_was_done_counts(street: Street) -> None:
    algo = iceberg(street)
    first = orders_of(street, algo)[0]
    street.account.cash["USDT"] = Decimal(1)
    street.fill(first)
    after = street.now_is(algo)
    assert values(after.state, after.fail_code, after.actual_sz) == ("partially_failed", "51008", 2)


def twap(street: Street, **more: Any) -> AlgoOrder:
    parts: dict[str, Any] = {
        "sz_limit": Decimal(2),
        "px_limit": Decimal(71000),
        "px_spread": Decimal(10),
        "time_interval": MINUTE,
    }
    return street.algo("twap", "buy", 5, **(parts | more))


def test_a_twap_takes_a_part_at_each_interval(street: Street) -> None:
    algo = twap(street)
    done = [street.now_is(algo).actual_sz]
    for _ in range(3):
        street.clock.advance(MINUTE)
        street.exchange.settle(street.now)
        done.append(street.now_is(algo).actual_sz)
    assert done == [2, 4, 5, 5]
    assert [order.c_time for order in orders_of(street, algo)] == [algo.c_time + n * MINUTE * 1000 for n in range(3)]
    assert street.now_is(algo).state == "effective"


def test_a_twap_pauses_beyond_its_limit_and_goes_on_after(street: Street) -> None:
    algo = twap(street)
    street.walk(72000)
    street.clock.advance(10 * MINUTE)
    street.exchange.settle(street.now)
    assert values(street.now_is(algo).state, street.now_is(algo).actual_sz) == ("pause", 2)
    street.walk(70500)
    assert values(street.now_is(algo).state, street.now_is(algo).actual_sz) == ("partially_effective", 4)
    street.clock.advance(MINUTE)
    street.exchange.settle(street.now)
    assert street.now_is(algo).state == "effective"


def test_a_twap_that_was_cancelled_takes_no_more(street: Street) -> None:
    algo = twap(street)
    street.end(algo)
    street.clock.advance(MINUTE)
    street.exchange.settle(street.now)
    assert values(street.now_is(algo).state, len(orders_of(street, algo))) == ("canceled", 1)


def test_a_chase_stays_at_the_touch(street: Street) -> None:
    algo = street.algo("chase", "buy", 5)
    street.walk(70100, 70200)
    assert [(order.state, order.px, order.source) for order in orders_of(street, algo)] == [
        ("canceled", Decimal("69999.9"), "34"),
        ("canceled", Decimal("70099.9"), "34"),
        ("live", Decimal("70199.9"), "34"),
    ]
    street.fill(orders_of(street, algo)[-1])
    assert values(street.now_is(algo).state, street.now_is(algo).actual_sz) == ("effective", 5)


def test_a_chase_gives_up_where_it_was_told(street: Street) -> None:
    algo = street.algo("chase", "buy", 5, max_chase_type="distance", max_chase_val=Decimal(150))
    street.walk(70100, 70200)
    assert street.now_is(algo).state == "canceled"
    assert orders_of(street, algo)[-1].cancel_source == "42"


def test_what_is_left_below_the_smallest_size_is_let_go(street: Street) -> None:
    parts = {"sz_limit": Decimal("0.002"), "px_limit": Decimal(71000), "px_var": Decimal("0.001")}
    algo = street.algo("iceberg", "buy", "0.002009", inst_id="BTC-USDT", td_mode="cash", **parts)
    street.fill(orders_of(street, algo)[0])
    assert values(street.now_is(algo).state, street.now_is(algo).actual_sz) == ("effective", Decimal("0.002"))
