from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from pytest_okx.exchange import Level, Trade
from pytest_okx.exchange.accounts import Account
from pytest_okx.exchange.orders import open_order
from pytest_okx.exchange.venue import Venue
from tests.exchange.support import NOW, SLOT, instrument, request

ACCOUNT = Account("1", "Lv1", {})


def level(px: int, sz: int) -> Level:
    return Level(Decimal(px), Decimal(sz), 1)


def shown(venue: Venue, side: str) -> list[tuple[int, int]] | None:
    levels = venue.shown(side)
    return None if levels is None else [(int(each.px), int(each.sz)) for each in levels]


def test_a_price_holds_from_its_time_on() -> None:
    venue = Venue()
    assert (venue.pinned_at, venue.price_at(NOW)) == (None, None)
    venue.pin(Decimal(100), NOW)
    venue.pin(Decimal(105), NOW + 10)
    prices = [venue.price_at(NOW + ms) for ms in (-1, 0, 9, 10, 99)]
    assert prices == [None, 100, 100, 105, 105]
    assert (venue.pinned_at, venue.moved_at) == (NOW, NOW + 10)


def test_after_a_rewind_the_last_price_holds_now() -> None:
    venue = Venue()
    venue.pin(Decimal(100), NOW)
    venue.pin(Decimal(105), NOW + 10)
    venue.rewind(NOW + 5)
    assert [venue.price_at(NOW + ms) for ms in (-1, 0, 5)] == [None, 100, 105]


def test_what_is_taken_of_a_shown_level_is_gone() -> None:
    venue = Venue()
    venue.take("sell", Decimal(101), Decimal(1))
    assert shown(venue, "sell") is None
    venue.show([level(101, 2), level(102, 3)], [level(99, 1)])
    venue.take("sell", Decimal(101), Decimal(2))
    venue.take("sell", Decimal(102), Decimal(1))
    assert (shown(venue, "sell"), shown(venue, "buy")) == ([(102, 2)], [(99, 1)])
    venue.pin(Decimal(100), NOW)
    assert shown(venue, "sell") is None


def test_the_numbers_of_trades_grow_with_time_and_repeat_nowhere() -> None:
    venue = Venue()
    numbers = [venue.next_number(NOW + ms) for ms in (0, 0, SLOT, -SLOT, SLOT)]
    assert numbers == sorted(set(numbers))
    assert numbers[0] > NOW // SLOT * 1_000_000
    assert numbers[2] > (NOW + SLOT) // SLOT * 1_000_000


def test_every_change_of_the_book_is_counted() -> None:
    venue, counts = Venue(), []
    order = open_order(
        request("BTC-USDT-SWAP", "sell", 1, 105, reduce_only=True),
        ord_id="1",
        instrument=instrument("BTC-USDT-SWAP"),
        lever="10",
        now=NOW,
    )
    changes: list[Callable[[], None]] = [
        lambda: venue.add(ACCOUNT, order),
        lambda: venue.print(Trade(1, Decimal(105), Decimal(1), "buy", NOW)),
        lambda: venue.remove(order),
        lambda: venue.pin(Decimal(100), NOW),
        lambda: venue.show([], []),
    ]
    for change in changes:
        change()
        counts.append(venue.changes)
    assert counts == [1, 2, 3, 4, 5]
    venue.remove(order)
    assert venue.changes == 5


@pytest.mark.parametrize(("reduce_only", "listed"), [(True, ["1"]), (False, [])])
def test_orders_that_wait_to_reduce_are_listed(reduce_only: bool, listed: list[str]) -> None:
    asked = request("BTC-USDT-SWAP", "sell", 1, 105, reduce_only=reduce_only)
    order = open_order(asked, ord_id="1", instrument=instrument("BTC-USDT-SWAP"), lever="10", now=NOW)
    ACCOUNT.orders["1"] = order
    venue = Venue()
    venue.add(ACCOUNT, order)
    assert list(venue.reducing) == listed
    venue.remove(order)
    assert not venue.reducing
