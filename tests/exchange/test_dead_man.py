"""Orders are cancelled when their owner falls silent, and not before."""

from __future__ import annotations

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import Order
from pytest_okx.exchange.dead_man import MAX_TAGS
from tests.exchange.support import Floor, picture


@pytest.fixture
def floor() -> Floor:
    return Floor()


def waiting(floor: Floor, tag: str = "") -> Order:
    return floor.place("BTC-USDT", "buy", "0.01", 60_000, tag=tag)


def arm(floor: Floor, seconds: int, tag: str = "") -> int:
    return floor.exchange.dead_man.set(floor.account, seconds, floor.now, tag=tag)


def after(floor: Floor, seconds: float, *orders: Order) -> list[str]:
    """The states of these orders after so many seconds."""
    floor.clock.advance(seconds)
    floor.exchange.settle(floor.now)
    return [floor.again(order).state for order in orders]


def test_orders_are_cancelled_at_the_time_and_say_why(floor: Floor) -> None:
    order, start = waiting(floor), floor.now
    assert arm(floor, 30) == start + 30_000
    assert after(floor, 29.999, order) == ["live"]
    assert after(floor, 5, order) == ["canceled"]
    ended = floor.again(order)
    assert (ended.cancel_source, ended.u_time) == ("20", start + 30_000)


def test_asking_again_begins_anew(floor: Floor) -> None:
    order = waiting(floor)
    arm(floor, 10)
    floor.clock.advance(9)
    arm(floor, 10)
    assert after(floor, 9, order) == ["live"]
    assert after(floor, 1, order) == ["canceled"]


def test_nought_takes_the_timer_off(floor: Floor) -> None:
    order = waiting(floor)
    arm(floor, 10)
    assert arm(floor, 0) == arm(floor, 0) == 0
    assert after(floor, 1000, order) == ["live"]


def test_a_timer_acts_once(floor: Floor) -> None:
    arm(floor, 10)
    assert after(floor, 20, waiting(floor)) == ["canceled"]
    assert after(floor, 1000, waiting(floor)) == ["live"]


def test_a_tag_has_a_timer_of_its_own(floor: Floor) -> None:
    mine, other, plain = waiting(floor, "mine"), waiting(floor, "other"), waiting(floor)
    arm(floor, 10, "mine")
    arm(floor, 20)
    assert after(floor, 10, mine, other, plain) == ["canceled", "live", "live"]
    assert after(floor, 10, mine, other, plain) == ["canceled"] * 3


def test_other_accounts_are_left_alone(floor: Floor) -> None:
    order = waiting(floor)
    floor.exchange.dead_man.set(floor.exchange.open_account(), 10, floor.now)
    assert after(floor, 100, order) == ["live"]


@pytest.mark.parametrize("seconds", [-1, 1, 9, 121])
def test_any_other_time_is_refused_and_changes_nothing(floor: Floor, seconds: int) -> None:
    order, before = waiting(floor), picture(floor.account)
    arm(floor, 10)
    with pytest.raises(OkxError, match="51000 Parameter timeOut error"):
        arm(floor, seconds)
    assert picture(floor.account) == before
    assert after(floor, 10, order) == ["canceled"]


def test_tags_that_may_have_a_timer_are_counted_while_they_have_one(floor: Floor) -> None:
    arm(floor, 60)
    for number in range(MAX_TAGS):
        arm(floor, 60, f"tag{number}")
    arm(floor, 60, "tag0")
    assert arm(floor, 0, "more") == 0
    with pytest.raises(OkxError, match="51071"):
        arm(floor, 60, "more")
    arm(floor, 0, "tag0")
    assert arm(floor, 60, "more")
    after(floor, 60)
    assert arm(floor, 60, "yet another")
