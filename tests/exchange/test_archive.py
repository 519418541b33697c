"""What an account's history shows, and for how long."""

from __future__ import annotations

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import Order, Page
from tests.exchange.support import DAY, HOUR, Floor

EVERYTHING = Page()


@pytest.fixture
def floor() -> Floor:
    return Floor()


def orders(floor: Floor, wanted: dict[str, str] | None = None, *, archived: bool = False) -> list[str]:
    """The ids of the orders in the history."""
    filters = {name: [value] for name, value in (wanted or {}).items()}
    found = floor.exchange.archive.orders(floor.account, floor.now, EVERYTHING, filters, archived=archived)
    return [order.ord_id for order in found]


def fills(floor: Floor, wanted: dict[str, str] | None = None, *, archived: bool = False) -> list[str]:
    """The orders of the fills in the history."""
    filters = {name: [value] for name, value in (wanted or {}).items()}
    found = floor.exchange.archive.fills(floor.account, floor.now, EVERYTHING, filters, archived=archived)
    return [fill.ord_id for fill in found]


def filled(floor: Floor) -> Order:
    return floor.place("BTC-USDT", "buy", 100)


def canceled(floor: Floor) -> Order:
    return floor.cancel(floor.place("BTC-USDT", "buy", "0.01", 60_000))


def test_an_order_is_history_once_it_has_ended(floor: Floor) -> None:
    waiting = floor.place("BTC-USDT", "buy", "0.01", 60_000)
    done = filled(floor)
    assert orders(floor) == [done.ord_id]
    floor.cancel(waiting)
    assert orders(floor) == orders(floor, archived=True) == [done.ord_id, waiting.ord_id]


def test_each_account_has_a_history_of_its_own(floor: Floor) -> None:
    filled(floor)
    stranger = floor.exchange.open_account()
    archive = floor.exchange.archive
    assert not archive.bills(stranger, floor.now, EVERYTHING, {})
    assert not archive.orders(stranger, floor.now, EVERYTHING, {})
    assert not archive.fills(stranger, floor.now, EVERYTHING, {})


@pytest.mark.parametrize(("archived", "days"), [(False, 7), (True, 90)])
def test_a_filled_order_is_shown_for_a_week_or_three_months(floor: Floor, archived: bool, days: int) -> None:
    ord_id = filled(floor).ord_id
    floor.clock.advance(days * DAY / 1000 - 1)
    assert orders(floor, archived=archived) == [ord_id]
    floor.clock.advance(1)
    assert orders(floor, archived=archived) == []


@pytest.mark.parametrize("archived", [False, True])
def test_an_order_that_was_cancelled_without_a_fill_is_shown_for_two_hours(floor: Floor, archived: bool) -> None:
    ord_id = canceled(floor).ord_id
    floor.clock.advance(2 * HOUR / 1000 - 1)
    assert orders(floor, archived=archived) == [ord_id]
    floor.clock.advance(1)
    assert orders(floor, archived=archived) == []


@pytest.mark.parametrize(("archived", "days"), [(False, 3), (True, 90)])
def test_a_fill_is_shown_for_three_days_or_three_months(floor: Floor, archived: bool, days: int) -> None:
    ord_id = filled(floor).ord_id
    floor.clock.advance(days * DAY / 1000 - 1)
    assert fills(floor, archived=archived) == [ord_id]
    floor.clock.advance(1)
    assert fills(floor, archived=archived) == []


@pytest.mark.parametrize(("end", "shown"), [(canceled, 2 * HOUR), (filled, 90 * DAY)], ids=["cancelled", "filled"])
def test_an_order_that_left_the_history_cannot_be_asked_for(floor: Floor, end: object, shown: int) -> None:
    order = end(floor)  # type: ignore[operator]

    def ask() -> Order:
        return floor.exchange.order(floor.account, floor.now, inst_id="BTC-USDT", ord_id=order.ord_id)

    floor.clock.advance(shown / 1000 - 1)
    assert ask() == order
    floor.clock.advance(1)
    with pytest.raises(OkxError, match="51603"):
        ask()


def test_an_open_order_can_be_asked_for_however_old_it_is(floor: Floor) -> None:
    order = floor.place("BTC-USDT", "buy", "0.01", "1")
    floor.clock.advance(100 * DAY / 1000)
    assert floor.exchange.order(floor.account, floor.now, inst_id="BTC-USDT", ord_id=order.ord_id) == order


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"inst_type": "SPOT"}, [0]),
        ({"inst_type": "SWAP"}, [1]),
        ({"inst_id": "BTC-USDT-SWAP"}, [1]),
        ({"inst_family": "BTC-USDT"}, [1]),
        ({"uly": "BTC-USDT"}, [1]),
        ({"ord_type": "limit"}, [2]),
        ({"state": "canceled"}, [2]),
        ({"category": "normal"}, [2, 1, 0]),
        ({"category": "adl"}, []),
        ({"inst_type": "FUTURES", "state": "filled"}, []),
    ],
)
def test_orders_are_found_by_what_they_are(floor: Floor, wanted: dict[str, str], expected: list[int]) -> None:
    placed = [filled(floor), floor.place("BTC-USDT-SWAP", "buy", 1)]
    placed.append(floor.cancel(floor.place("BTC-USD-261225", "buy", 1, 69_000)))
    assert orders(floor, wanted) == [placed[index].ord_id for index in expected]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"inst_type": "SPOT"}, [0]),
        ({"inst_id": "BTC-USDT-SWAP"}, [1]),
        ({"inst_family": "BTC-USDT"}, [1]),
        ({"uly": "BTC-USDT"}, [1]),
        ({"sub_type": "no such"}, []),
    ],
)
def test_fills_are_found_by_what_they_are(floor: Floor, wanted: dict[str, str], expected: list[int]) -> None:
    placed = [filled(floor), floor.place("BTC-USDT-SWAP", "buy", 1)]
    assert fills(floor, wanted) == [placed[index].ord_id for index in expected]
    assert fills(floor, {"ord_id": placed[0].ord_id}) == [placed[0].ord_id]


@pytest.mark.parametrize(("archived", "days"), [(False, 7), (True, 90)])
def test_a_bill_is_shown_for_a_week_or_three_months(floor: Floor, archived: bool, days: int) -> None:
    filled(floor)

    def bills(**wanted: list[str]) -> list[str]:
        found = floor.exchange.archive.bills(floor.account, floor.now, EVERYTHING, wanted, archived=archived)
        return [bill.ccy for bill in found]

    floor.clock.advance(days * DAY / 1000 - 1)
    assert bills() == bills(inst_id=["BTC-USDT"], type=["2"], sub_type=["1"]) == ["USDT", "BTC"]
    assert (bills(ccy=["BTC"]), bills(ct_type=["linear"])) == (["BTC"], [])
    floor.clock.advance(1)
    assert bills() == []
