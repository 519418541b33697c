from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.errors import OkxError

from .support import Floor, values


def test_three_increases_a_day_of_utc() -> None:
    floor = Floor({})
    funds = floor.exchange.demo_funds
    for left in (2, 1, 0):
        (done,) = funds.increase(floor.account, {"USDT": Decimal(5_000)}, floor.now)
        assert funds.left(floor.account, floor.now) == left
        assert values(done.ccy, done.amt, done.bal) == ("USDT", 5_000, 5_000 * (3 - left))
    with pytest.raises(OkxError, match="59691 Daily increase limit reached 3"):
        funds.increase(floor.account, {"USDT": Decimal(1)}, floor.now)
    floor.clock.advance(12 * 3_600)
    assert funds.increase(floor.account, {"USDT": Decimal(1)}, floor.now)[0].bal == 15_001


@pytest.mark.parametrize(
    ("ccy", "amount", "message"),
    [("SOL", 1, "Parameter ccy error"), ("BTC", 2, "Parameter amt error"), ("OKB", 101, "Parameter amt error")],
)
def test_few_currencies_and_small_amounts(ccy: str, amount: int, message: str) -> None:
    floor = Floor({})
    for move in (floor.exchange.demo_funds.increase, floor.exchange.demo_funds.reduce):
        with pytest.raises(OkxError, match=message):
            move(floor.account, {"USDT": Decimal(1), ccy: Decimal(amount)}, floor.now)
    assert floor.account.cash == {}
    assert floor.exchange.demo_funds.left(floor.account, floor.now) == 3


def test_only_what_is_there_and_free_is_taken_away() -> None:
    floor = Floor({"USDT": 1_000, "BTC": 1})
    floor.place("BTC-USDT", "buy", "0.01", 60_000)
    reduce = floor.exchange.demo_funds.reduce
    for amount, code in ((1_001, "59692 Insufficient USDT balance"), (401, "59693 USDT transferable balance")):
        with pytest.raises(OkxError, match=code):
            reduce(floor.account, {"BTC": Decimal(1), "USDT": Decimal(amount)}, floor.now)
    assert values(floor.cash("USDT"), floor.cash("BTC")) == (1_000, 1)
    done = reduce(floor.account, {"BTC": Decimal(1), "USDT": Decimal(400)}, floor.now)
    assert [values(each.ccy, each.bal) for each in done] == [("BTC", 0), ("USDT", 600)]
    assert floor.exchange.demo_funds.left(floor.account, floor.now) == 3
