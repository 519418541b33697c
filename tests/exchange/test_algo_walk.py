"""The way of a market: when the house meets a price that is waited for, and what a price range triggers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.exchange import AlgoOrder, AlgoRequest
from tests.exchange.algo_support import SWAP, Street
from tests.exchange.support import NOW, SLOT, Floor, Number

DAY = 86_400


def stop(floor: Floor, px: Number, **more: object) -> AlgoOrder:
    """A trigger order that buys a contract at the market when the price is met."""
    fields: dict[str, object] = {"inst_id": SWAP, "td_mode": "cross", "side": "buy", "ord_type": "trigger"}
    fields |= {"sz": Decimal(1), "trigger_px": Decimal(px)}
    return floor.exchange.algos.place(floor.account, AlgoRequest(**(fields | more)), floor.now)  # type: ignore[arg-type]


def later(floor: Floor, seconds: int, algo: AlgoOrder) -> AlgoOrder:
    floor.clock.advance(seconds)
    floor.exchange.settle(floor.now)
    return floor.exchange.algos.find(floor.account, algo.algo_id)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), off=st.integers(-300, 300), steps=st.lists(st.integers(1, 20_000), max_size=6))
def test_it_triggers_in_the_first_slot_that_meets_its_price_however_the_clock_moves(
    seed: int, off: int, steps: list[int]
) -> None:
    floor = Floor(seed=seed)
    start = floor.price(SWAP)
    algo = stop(floor, start + off)
    for step in steps:
        after = later(floor, step, algo)
    house, instrument = floor.exchange.markets, floor.exchange.instrument(SWAP)
    slots = range(NOW // SLOT, floor.now // SLOT + 1)
    prices = ((slot, house.price(instrument, slot * SLOT)) for slot in slots)
    first = next((slot for slot, px in prices if (px >= start + off if off >= 0 else px <= start + off)), None)
    after = later(floor, 0, algo)
    assert after.trigger_time == (None if first is None else first * SLOT)
    if first is not None:
        (order,) = floor.exchange.orders
        assert order.c_time == order.fill_time == first * SLOT


def test_a_walk_in_one_step_is_a_walk_in_many() -> None:
    ends = []
    for steps in (1, 7, 24 * 60):
        floor = Floor(seed=3)
        algo = stop(floor, 0, ord_type="move_order_stop", trigger_px=None, side="sell", callback_ratio=Decimal("0.004"))
        for _ in range(steps):
            after = later(floor, DAY // steps, algo)
        ends.append((after.state, after.trigger_time, after.extreme))
    assert ends[0][0] == "effective"
    assert ends[1:] == ends[:1] * 2


def test_several_trigger_in_the_order_of_time() -> None:
    floor = Floor()
    px = floor.price(SWAP)
    algos = [stop(floor, px + off) for off in (-60, -20, 20, -40)]
    algos.append(stop(floor, floor.price("BTC-USDT") - 30, inst_id="BTC-USDT", td_mode="cash", sz=Decimal(100)))
    later(floor, DAY, algos[0])
    times = [floor.exchange.algos.find(floor.account, algo.algo_id).trigger_time for algo in algos]
    placed = [order.algo_id for order in floor.exchange.orders]
    assert None not in times
    assert [order.c_time for order in floor.exchange.orders] == sorted(time for time in times if time)
    assert placed.index(algos[1].algo_id) < placed.index(algos[3].algo_id) < placed.index(algos[0].algo_id)


def test_a_clock_that_goes_back_triggers_nothing_and_goes_on() -> None:
    floor = Floor()
    algo = stop(floor, floor.price(SWAP) + 20)
    assert later(floor, -DAY, algo).state == "live"
    assert later(floor, 2 * DAY, algo).state == "effective"


def test_the_index_is_watched_where_it_is_asked_for() -> None:
    floor = Floor()
    index, swap = floor.price("BTC-USDT"), floor.price(SWAP)
    algo = stop(floor, (index + swap) / 2 // 1, trigger_px_type="index")
    assert algo.start_px == index
    after = later(floor, DAY, algo)
    met = floor.exchange.markets.price(floor.exchange.instrument("BTC-USDT"), after.trigger_time or 0)
    assert after.state == "effective"
    assert (met >= after.last) is (after.last >= index)


@pytest.mark.parametrize(
    ("extremes", "expected"),
    [
        ((69000, 71000), ["up1", "up2", "down1", "down2"]),
        ((69960, 71000), ["up1", "up2"]),
        ((69000, 70010), ["down1", "down2"]),
    ],
)
def test_within_one_range_the_nearest_comes_first(extremes: tuple[int, int], expected: list[str]) -> None:
    street = Street()
    street.walk(70000)
    prices = {"up2": 70200, "down2": 69800, "up1": 70100, "down1": 69900}
    names = {stop(street, px).algo_id: name for name, px in prices.items()}
    street.exchange.markets.venue(SWAP).pin(Decimal(69999), street.now)
    street.show(*extremes)
    assert [names[order.algo_id] for order in street.exchange.orders] == expected


def test_a_price_that_is_met_already_triggers_at_once() -> None:
    street = Street()
    assert stop(street, street.px).state == "effective"


def test_an_order_that_moves_the_market_itself_is_walked_after_the_others() -> None:
    street = Street()
    street.walk(70000)
    first, second = stop(street, 70100), stop(street, 70500)
    street.exchange.events.listen(lambda event: street.show(70100, 70600) if street.px == 70100 else None)
    street.walk(70100)
    assert [street.now_is(algo).state for algo in (first, second)] == ["effective", "effective"]
    assert len(street.exchange.orders) == 2


def test_what_is_not_listed_any_more_is_passed_over() -> None:
    floor = Floor()
    algo = stop(floor, floor.price(SWAP) + 1)
    listed = floor.exchange.instruments
    floor.exchange.instruments = {name: each for name, each in listed.items() if name != SWAP}
    assert later(floor, DAY, algo).state == "live"
