from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.exchange.accounts import Account
from pytest_okx.exchange.orders import Order, open_order
from pytest_okx.exchange.resting import Queue, Waiting
from tests.exchange.support import NOW, instrument, request

ACCOUNT = Account("1", "Lv1", {})


def order(ord_id: str, side: str, px: int) -> Order:
    asked = request("BTC-USDT", side, 1, px)
    made = open_order(asked, ord_id=ord_id, instrument=instrument("BTC-USDT"), lever="", now=NOW)
    ACCOUNT.orders[ord_id] = made
    return made


def queue(side: str, *prices: int) -> Queue:
    """A queue of orders that came in this order, numbered from 1."""
    found = Queue(side)
    for number, px in enumerate(prices, start=1):
        found.add(ACCOUNT, order(str(number), side, px))
    return found


def ids(waiting: list[Waiting]) -> str:
    return "".join(each.ord_id for _, each in waiting)


@pytest.mark.parametrize(
    ("side", "prices", "expected", "best"),
    [
        ("buy", (90, 95, 95, 80), "2314", 95),
        ("sell", (110, 105, 120, 105), "2413", 105),
        ("sell", (), "", None),
    ],
)
def test_the_best_price_comes_first_and_then_the_first_comer(
    side: str, prices: tuple[int, ...], expected: str, best: int | None
) -> None:
    found = queue(side, *prices)
    assert ids(list(found.orders())) == expected
    assert (found.best, bool(found)) == (best, bool(prices))


@pytest.mark.parametrize(
    ("side", "px", "met"),
    [("buy", 96, ""), ("buy", 95, "23"), ("buy", 90, "231"), ("sell", 89, ""), ("sell", 90, "1"), ("sell", 99, "123")],
)
def test_who_trades_at_a_price_meets_the_orders_at_that_price_or_a_better_one(side: str, px: int, met: str) -> None:
    assert ids(queue(side, 90, 95, 95).met_at(Decimal(px))) == met


def test_an_order_is_taken_out_and_a_stranger_is_no_error() -> None:
    found = queue("buy", 90, 95, 95)
    assert found.remove(order("2", "buy", 95))
    assert not found.remove(order("9", "buy", 95))
    assert not found.remove(order("9", "buy", 80))
    assert ids(list(found.orders())) == "31"
    assert found.remove(order("3", "buy", 95))
    assert found.best == 90
