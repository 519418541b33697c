"""Algo orders of an exchange: placed, cancelled, amended and asked for, woken by fills and bound to positions."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.errors import OkxError
from pytest_okx.exchange import ALGO_KINDS, AlgoAmendment, AlgoFilter, AttachedAlgo, LegAmendment
from pytest_okx.exchange.events import AlgoChanged, Event, OrderChanged, PositionChanged
from tests.exchange.algo_support import ALL, SWAP, Street, leg
from tests.exchange.support import NOW, picture, values

FUTURE = "BTC-USDT-261225"


@pytest.fixture
def street() -> Street:
    street = Street()
    street.walk(70000)
    return street


def told(street: Street) -> list[Event]:
    events: list[Event] = []
    street.exchange.events.listen(events.append)
    return events


def states(street: Street) -> list[str]:
    return [algo.state for algo in street.exchange.algo_orders]


def test_one_that_was_placed_waits(street: Street) -> None:
    algo = street.algo("oco", tp=leg(72000), sl=leg(68000), algo_cl_ord_id="mine")
    assert values(algo.state, algo.c_time, algo.last, algo.lever, algo.tgt_ccy) == ("live", NOW, 70000, "10", "")
    assert street.exchange.algos.find(street.account, algo_cl_ord_id="mine") == algo
    assert street.exchange.algo_orders == (algo,) == tuple(street.pending())


@pytest.mark.parametrize(
    ("ord_type", "side", "more", "expected"),
    [
        ("conditional", "sell", {"sl": leg(60000)}, "base_ccy"),
        ("conditional", "buy", {"sl": leg(80000)}, "quote_ccy"),
        ("conditional", "buy", {"sl": leg(80000, 81000)}, "base_ccy"),
        ("conditional", "buy", {"sl": leg(80000), "tgt_ccy": "base_ccy"}, "base_ccy"),
        ("trigger", "buy", {"trigger_px": Decimal(80000)}, "quote_ccy"),
        ("trigger", "buy", {"trigger_px": Decimal(80000), "order_px": Decimal(80000)}, "base_ccy"),
    ],
)
def test_on_spot_the_unit_of_its_size_is_that_of_its_order(
    street: Street, ord_type: str, side: str, more: dict[str, Any], expected: str
) -> None:
    algo = street.algo(ord_type, side, inst_id="BTC-USDT", td_mode="cash", **more)
    assert (algo.tgt_ccy, algo.lever) == (expected, "")


def test_a_conditional_one_with_both_legs_is_its_stop_loss(street: Street) -> None:
    assert street.algo("conditional", tp=leg(1), sl=leg(68000)).tp is None


def test_every_change_is_told(street: Street) -> None:
    events = told(street)
    algo = street.algo("conditional", sl=leg(68000), sz=1)
    change = AlgoAmendment(sl=LegAmendment(changes={"trigger_px": Decimal(69000)}), req_id="r")
    street.exchange.algos.amend(street.account, street.now, change, inst_id=SWAP, algo_id=algo.algo_id)
    street.walk(69000)
    found = [event for event in events if isinstance(event, AlgoChanged)]
    assert [(event.algo.state, event.req_id, event.amend_result) for event in found] == [
        ("live", "", ""),
        ("live", "r", "0"),
        ("effective", "", ""),
    ]


@pytest.mark.parametrize("how", ["cancelled", "triggered", "unknown", "elsewhere"])
def test_what_is_not_pending_cannot_be_cancelled(street: Street, how: str) -> None:
    algo = street.algo("conditional", sl=leg(68000))
    if how == "cancelled":
        street.end(algo)
    if how == "triggered":
        street.walk(68000)
    inst_id = "BTC-USDT" if how == "elsewhere" else SWAP
    algo_id = "1" if how == "unknown" else algo.algo_id
    with pytest.raises(OkxError, match="51400"):
        street.exchange.algos.cancel(street.account, street.now, inst_id=inst_id, algo_id=algo_id)


def test_one_that_is_unknown_does_not_exist(street: Street) -> None:
    with pytest.raises(OkxError, match="51603"):
        street.exchange.algos.find(street.account, "1")


def test_the_history_has_what_ended(street: Street) -> None:
    algos = [street.algo("conditional", sl=leg(px)) for px in (68000, 67000, 66000)]
    street.end(algos[2])
    street.walk(67500)

    def history(**more: Any) -> list[str]:
        wanted = AlgoFilter(**({"ord_types": ("conditional",), "states": ()} | more))
        return [each.algo_id for each in street.exchange.algos.history(street.account, wanted, street.now)]

    assert history() == [algos[2].algo_id, algos[0].algo_id]
    assert history(states=("effective",)) == [algos[0].algo_id]
    assert history(states=("live",)) == []
    street.clock.advance(90 * 86_400)
    assert history() == []


def test_an_amendment_may_trigger_it(street: Street) -> None:
    algo = street.algo("trigger", "buy", trigger_px=Decimal(72000))
    change = AlgoAmendment(changes={"trigger_px": Decimal(70000)})
    after = street.exchange.algos.amend(street.account, street.now, change, inst_id=SWAP, algo_id=algo.algo_id)
    assert after.state == "effective"


@pytest.mark.parametrize(("cxl_on_fail", "state"), [(False, "live"), (True, "canceled")])
def test_one_that_cannot_be_amended_is_cancelled_if_that_was_asked(
    street: Street, cxl_on_fail: bool, state: str
) -> None:
    algo = street.algo("trigger", "buy", trigger_px=Decimal(72000))
    change = AlgoAmendment(changes={"sz": Decimal("0.001")}, cxl_on_fail=cxl_on_fail)
    with pytest.raises(OkxError, match="51020"):
        street.exchange.algos.amend(street.account, street.now, change, inst_id=SWAP, algo_id=algo.algo_id)
    assert street.now_is(algo).state == state
    with pytest.raises(OkxError, match=r"51527 Order .* does not exist"):
        street.exchange.algos.amend(street.account, street.now, change, inst_id="BTC-USDT", algo_id=algo.algo_id)


# Attached ones

BOTH = AttachedAlgo(tp=leg(72000), sl=leg(68000), attach_algo_cl_ord_id="both")


def test_what_a_filled_order_carried_wakes(street: Street) -> None:
    order = street.place(SWAP, "buy", 2, attach_algo_ords=(BOTH,))
    assert order.attach_algo_ords[0].attach_algo_id
    (algo,) = street.pending()
    assert values(algo.ord_type, algo.side, algo.sz, algo.reduce_only) == ("oco", "sell", 2, True)
    assert (algo.linked_ord_id, algo.algo_cl_ord_id) == (order.ord_id, "both")


def test_until_then_it_sleeps_and_a_cancelled_order_takes_it_along(street: Street) -> None:
    first = street.place(SWAP, "buy", 2, 69000, attach_algo_ords=(BOTH,))
    second = street.place(SWAP, "buy", 2, 69000, attach_algo_ords=(AttachedAlgo(sl=leg(68000)),))
    assert street.exchange.algo_orders == ()
    street.cancel(first)
    street.fill(second)
    (algo,) = street.pending()
    assert algo.linked_ord_id == second.ord_id


def test_it_wakes_once(street: Street) -> None:
    order = street.place(SWAP, "buy", 2, attach_algo_ords=(BOTH,))
    street.exchange.events.emit(OrderChanged(street.now, street.account, order))
    street.exchange.settle(street.now)
    assert len(street.pending()) == 1


def test_one_that_was_passed_while_it_slept_goes_off_at_once(street: Street) -> None:
    street.place(SWAP, "buy", 2, 69000, attach_algo_ords=(BOTH,))
    street.walk(67000)
    assert states(street) == ["effective"]
    assert street.exchange.positions(street.account) == []


def test_the_order_of_a_trigger_carries_its_own(street: Street) -> None:
    street.algo("trigger", "buy", trigger_px=Decimal(71000), attach_algo_ords=(BOTH,))
    street.walk(71000)
    assert states(street) == ["effective", "live"]
    street.walk(72000)
    assert states(street) == ["effective", "effective"]
    assert street.exchange.positions(street.account) == []


# Bound to a position


@pytest.mark.parametrize("bound", [True, False])
def test_what_is_bound_to_a_position_ends_with_it(street: Street, bound: bool) -> None:
    street.place(SWAP, "buy", 2)
    street.algo("conditional", reduce_only=True, cxl_on_close_pos=bound, sl=leg(68000))
    street.place(SWAP, "sell", 1)
    assert states(street) == ["live"]
    street.place(SWAP, "sell", 1)
    assert states(street) == ["canceled" if bound else "live"]


def test_a_position_that_was_closed_from_outside_ends_it_as_well(street: Street) -> None:
    street.place(SWAP, "buy", 2)
    street.algo("conditional", reduce_only=True, cxl_on_close_pos=True, sl=leg(68000))
    (key,) = street.account.positions
    del street.account.positions[key]
    street.exchange.events.emit(PositionChanged(street.now, street.account, key, "liquidation"))
    street.exchange.settle(street.now)
    assert states(street) == ["canceled"]
    street.exchange.events.emit(PositionChanged(street.now, street.account, key, "liquidation"))


@pytest.mark.parametrize("ended", [True, False])
def test_at_its_expiry_a_contract_takes_them_along(ended: bool) -> None:
    street = Street()
    algo = street.algo("trigger", "buy", inst_id=FUTURE, trigger_px=Decimal(99999))
    if ended:
        street.end(algo)
    street.clock.advance(40 * 86_400)
    street.exchange.settle(street.now)
    after = street.now_is(algo)
    assert (after.state, after.u_time) == ("canceled", NOW if ended else algo.instrument.exp_time)


# All together

commands = st.lists(
    st.one_of(
        st.tuples(st.just("walk"), st.integers(68000, 72000)),
        st.tuples(st.just("later"), st.integers(1, 7200)),
        st.tuples(st.just("stop"), st.integers(1, 1500)),
        st.tuples(st.just("oco"), st.integers(1, 1500)),
        st.tuples(st.just("trail"), st.integers(10, 500)),
        st.tuples(st.just("carry"), st.integers(1, 1500)),
        st.tuples(st.just("twap"), st.integers(1, 9)),
        st.tuples(st.just("chase"), st.integers(1, 9)),
        st.tuples(st.just("iceberg"), st.integers(1, 9)),
        st.tuples(st.just("end"), st.integers(0, 9)),
    ),
    max_size=12,
)


def run(street: Street, command: str, number: int) -> None:
    px, slices = street.px, {"sz_limit": Decimal(2), "px_limit": Decimal(70500), "px_spread": Decimal(20)}
    if command == "walk":
        street.walk(number)
    elif command == "later":
        street.clock.advance(number)
        street.exchange.settle(street.now)
    elif command == "end":
        for algo in street.pending()[number : number + 1]:
            street.end(algo)
    elif command == "carry":
        carried = AttachedAlgo(tp=leg(px + number), sl=leg(px - number))
        street.place(SWAP, "buy", 2, attach_algo_ords=(carried,))
    else:
        asked = {
            "stop": lambda: street.algo("conditional", sl=leg(px - number)),
            "oco": lambda: street.algo("oco", "buy", tp=leg(px - number), sl=leg(px + number)),
            "trail": lambda: street.algo("move_order_stop", "buy", callback_spread=Decimal(number)),
            "twap": lambda: street.algo("twap", "buy", number, time_interval=60, **(slices | {"sz_limit": Decimal(1)})),
            "chase": lambda: street.algo("chase", "sell", number),
            "iceberg": lambda: street.algo("iceberg", "buy", number, **(slices | {"sz_limit": Decimal(1)})),
        }
        # Of chases one may be pending, and a part may not be larger than the whole.
        with suppress(OkxError):
            asked[command]()


@settings(max_examples=60, deadline=None)
@given(commands=commands)
def test_algo_orders_agree_with_the_orders_that_they_placed(commands: list[tuple[str, int]]) -> None:
    streets = [Street(USDT=10**7), Street(USDT=10**7)]
    for street in streets:
        street.walk(70000)
        for command, number in commands:
            run(street, command, number)
    one, other = streets
    assert repr(one.exchange.algo_orders) == repr(other.exchange.algo_orders)
    assert one.exchange.algo_orders == other.exchange.algo_orders
    assert repr(picture(one.account)) == repr(picture(other.account))
    for algo in one.exchange.algo_orders:
        orders = [one.account.orders[ord_id] for ord_id in algo.ord_ids]
        assert all(order.algo_id == algo.algo_id for order in orders)
        if algo.ord_type in ("iceberg", "twap", "chase"):
            assert algo.actual_sz == sum(order.acc_fill_sz for order in orders) <= (algo.sz or 0)
        if not algo.is_pending:
            assert not any(order.is_open for order in orders)
    children = {order.ord_id for order in one.exchange.orders if order.algo_id}
    assert children == {ord_id for algo in one.exchange.algo_orders for ord_id in algo.ord_ids}


def test_the_types_are_those_of_the_table() -> None:
    assert tuple(ALGO_KINDS) == ALL
