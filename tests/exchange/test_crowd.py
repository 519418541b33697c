from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pytest_okx.exchange import Level
from tests.exchange.support import HOUR, NOW, Floor, instrument

SPOT = "BTC-USDT"
BTC = instrument(SPOT)


@pytest.fixture
def floor() -> Floor:
    return Floor({"USDT": 10**7, "BTC": 100})


def level(px: int, sz: int) -> Level:
    return Level(Decimal(px), Decimal(sz), 1)


def test_a_stopped_market_stays_where_it_is_and_a_moved_one_is_stopped_already(floor: Floor) -> None:
    crowd, markets = floor.exchange.crowd, floor.exchange.markets
    price = markets.price(BTC, NOW)
    crowd.stop(BTC, NOW)
    crowd.stop(BTC, NOW + HOUR)
    assert markets.price(BTC, NOW + HOUR) == price
    assert (markets.venue(SPOT).pinned_at, markets.venue(SPOT).moved_at) == (NOW, NOW)


@pytest.mark.parametrize(("tick", "price"), [("0.1", "70000.7"), ("0.5", "70000.5"), ("100000", "100000")])
def test_a_price_comes_onto_a_new_tick_and_never_to_nothing(floor: Floor, tick: str, price: str) -> None:
    crowd, markets = floor.exchange.crowd, floor.exchange.markets
    crowd.move(BTC, Decimal("70000.7"), NOW)
    version = markets.version
    crowd.adapt(replace(BTC, tick_sz=Decimal(tick)), NOW)
    assert markets.price(BTC, NOW) == Decimal(price)
    assert (markets.version > version) is (tick != "0.1")


def test_a_move_prints_the_size_that_is_given(floor: Floor) -> None:
    crowd, markets = floor.exchange.crowd, floor.exchange.markets
    crowd.move(BTC, Decimal(70_000), NOW, Decimal(7))
    crowd.move(BTC, Decimal(69_000), NOW)
    assert [trade.sz for trade in markets.trades(BTC, NOW, 2)] == [markets.house.trade_sz(BTC), 7]


def test_who_follows_a_trade_quotes_there_though_somebody_still_waits_beyond(floor: Floor) -> None:
    crowd, markets = floor.exchange.crowd, floor.exchange.markets
    order = floor.place(SPOT, "buy", 1, 69_500)
    crowd.follow(BTC, Decimal(69_000), Decimal("0.4"), "sell", NOW)
    assert floor.again(order).acc_fill_sz == Decimal("0.4")
    assert markets.price(BTC, NOW) == 69_000
    assert markets.touch(BTC, NOW, "sell") == 69_500
    assert markets.touch(BTC, NOW, "buy") > 69_500


@pytest.mark.parametrize(("px", "side"), [(70_100, "buy"), (69_900, "sell"), (70_000, "buy")])
def test_a_trade_is_a_takers_who_moves_away_from_the_market(floor: Floor, px: int, side: str) -> None:
    floor.exchange.crowd.show(BTC, [level(70_200, 1)], [level(69_800, 1)], Decimal(70_000), NOW)
    assert floor.exchange.crowd.wants(BTC, Decimal(px), NOW) == side


def test_every_move_makes_the_balances_new(floor: Floor) -> None:
    held = {each.ccy: each.eq_usd for each in floor.exchange.balances(floor.account, NOW)}
    floor.exchange.crowd.move(BTC, Decimal(60_000), NOW)
    after = {each.ccy: each.eq_usd for each in floor.exchange.balances(floor.account, NOW)}
    assert after["BTC"] == 100 * 60_000 != held["BTC"]
