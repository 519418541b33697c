from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.exchange.accounts import Account
from pytest_okx.exchange.orders import Order, open_order
from pytest_okx.exchange.resting import Resting
from tests.exchange.support import NOW, instrument, request

ACCOUNT = Account("1", "Lv1", {})


def order(ord_id: str, side: str, px: int, inst_id: str = "BTC-USDT") -> Order:
    asked = request(inst_id, side, 1, px)
    return open_order(asked, ord_id=ord_id, instrument=instrument(inst_id), lever="", now=NOW)


@pytest.fixture
def resting() -> Resting:
    found = Resting()
    placed = [("buy", 90), ("buy", 95), ("sell", 110), ("sell", 105), ("buy", 95)]
    for number, (side, px) in enumerate(placed, start=1):
        found.add(ACCOUNT, order(str(number), side, px))
    return found


def test_the_best_price_comes_first_and_then_the_first_comer(resting: Resting) -> None:
    assert [entry.ord_id for entry in resting.entries("BTC-USDT", "buy")] == ["2", "5", "1"]
    assert [entry.ord_id for entry in resting.entries("BTC-USDT", "sell")] == ["4", "3"]


@pytest.mark.parametrize(
    ("low", "high", "met"),
    [
        (96, 104, []),
        (95, 104, ["2", "5"]),
        (94, 105, ["2", "5", "4"]),
        (1, 1000, ["2", "5", "1", "4", "3"]),
    ],
)
def test_a_market_meets_the_orders_within_its_range(resting: Resting, low: int, high: int, met: list[str]) -> None:
    assert [entry.ord_id for entry in resting.crossed("BTC-USDT", Decimal(low), Decimal(high))] == met


def test_an_order_is_taken_out_and_a_stranger_is_no_error(resting: Resting) -> None:
    resting.remove(order("5", "buy", 95))
    resting.remove(order("9", "buy", 95))
    resting.remove(order("9", "buy", 80))
    resting.remove(order("9", "sell", 80, "ETH-USDT"))
    assert [entry.ord_id for entry in resting.entries("BTC-USDT", "buy")] == ["2", "1"]


def test_only_instruments_with_orders_are_named(resting: Resting) -> None:
    other = order("6", "buy", 1, "ETH-USDT")
    resting.add(ACCOUNT, other)
    assert resting.inst_ids() == ["BTC-USDT", "ETH-USDT"]
    resting.remove(other)
    assert resting.inst_ids() == ["BTC-USDT"]
    assert resting.entries("SOL-USDT", "buy") == []
