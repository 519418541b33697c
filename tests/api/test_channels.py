"""Channels that mirror an endpoint: rows of REST, when they change."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.api.channels import changed
from pytest_okx.exchange import new_request
from pytest_okx.exchange.events import InstrumentChanged, MarketMoved
from pytest_okx.feeds import CHANNELS, Beat, Subscribed, Topic
from pytest_okx.routing import ENDPOINTS
from tests.session.support import Stage

# Where the endpoint that a channel asks is not simulated, the channel is silent.
MIRRORS = {
    "tickers": ("BTC-USDT-SWAP", "/api/v5/market/ticker"),
    "mark-price": ("BTC-USDT", "/api/v5/public/mark-price"),
    "index-tickers": ("BTC-USD", "/api/v5/market/index-tickers"),
    "price-limit": ("BTC-USDT-SWAP", "/api/v5/public/price-limit"),
    "open-interest": ("BTC-USDT-SWAP", "/api/v5/public/open-interest"),
    "funding-rate": ("BTC-USDT-SWAP", "/api/v5/public/funding-rate"),
}


@pytest.fixture
def stage() -> Stage:
    return Stage()


def simulated(path: str) -> bool:
    return ENDPOINTS[path]["GET"].handler is not None


@pytest.mark.parametrize("name", MIRRORS)
def test_a_newcomer_gets_the_row_of_the_endpoint_at_once(stage: Stage, name: str) -> None:
    inst_id, path = MIRRORS[name]
    _, *pushes = stage.connect().subscribe(name, instId=inst_id)
    assert len(pushes) == simulated(path)
    for push in pushes:
        assert push["arg"] == {"channel": name, "instId": inst_id}
        assert [row["instId"] for row in push["data"]] == [inst_id]


def test_a_ticker_is_that_of_rest_and_comes_with_every_trade_of_the_house(stage: Stage) -> None:
    caller = stage.connect()
    caller.subscribe("tickers", instId="BTC-USDT")
    stage.clock.advance(5)
    [push] = caller.got()
    topic = Topic(CHANNELS["tickers"], {"instId": "BTC-USDT"}, stage.exchange)
    assert push["data"] == topic.ask("GET /api/v5/market/ticker", stage.clock.now_ms(), instId="BTC-USDT")
    stage.clock.advance(20)
    assert len(caller.got()) == 4


def test_a_ticker_comes_too_when_an_order_is_the_best_and_not_for_one_further_off(stage: Stage) -> None:
    now = stage.clock.now_ms()
    bid: dict[str, Any] = {"inst_id": "BTC-USDT", "td_mode": "cash", "side": "buy", "ord_type": "limit"}
    stage.exchange.market("BTC-USDT").set_book([(70_100, 1)], [(69_900, 1)])
    caller = stage.connect()
    caller.subscribe("tickers", instId="BTC-USDT")
    for px in (69_800, 70_000):
        order = stage.exchange.place(stage.account, new_request(**bid, sz=Decimal("0.1"), px=Decimal(px)), now)
    stage.exchange.cancel(stage.account, now, inst_id="BTC-USDT", ord_id=order.ord_id)
    assert [push["data"][0]["bidPx"] for push in caller.got()] == ["70000", "69900"]


def test_rows_are_told_when_they_differ_but_for_their_times_and_a_newcomer_gets_all(stage: Stage) -> None:
    topic = Topic(CHANNELS["price-limit"], {}, stage.exchange)
    old, new = [{"px": "1", "ts": "1"}], [{"px": "2", "ts": "3"}]
    assert changed(topic, Subscribed(1), old) == old
    assert changed(topic, Beat(2), [{"px": "1", "ts": "2"}]) == []
    assert changed(topic, Subscribed(2), new) == new  # told to the newcomer alone: the others still wait for it
    assert changed(topic, Beat(3), new) == new
    assert changed(topic, Beat(4), new) == []


def test_an_instrument_that_changed_is_told_with_its_type_and_no_list_at_first(stage: Stage) -> None:
    spot, swaps = stage.connect(), stage.connect()
    assert len(spot.subscribe("instruments", instType="SPOT")) == 1
    swaps.subscribe("instruments", instType="SWAP")
    now = stage.clock.now_ms()
    stage.exchange.events.emit(InstrumentChanged(now, "BTC-USDT"))
    stage.exchange.events.emit(InstrumentChanged(now, "GONE-USDT"))
    [push] = spot.got()
    assert [row["instId"] for row in push["data"]] == ["BTC-USDT"]
    assert swaps.raw() == []


@pytest.mark.parametrize(("kind", "settles"), [("FUTURES", "delivery"), ("OPTION", "exercise")])
def test_what_a_contract_settles_at_is_told_in_its_last_hour_alone(stage: Stage, kind: str, settles: str) -> None:
    caller = stage.connect()
    of = next(each for each in stage.exchange.instruments.values() if each.inst_type == kind)
    assert len(caller.subscribe("estimated-price", instType=kind, instId=of.inst_id)) == 1
    assert of.exp_time is not None
    stage.clock.advance((of.exp_time - stage.clock.now_ms()) / 1000 - 3601)
    caller.session.heard = stage.clock.now_ms()
    caller.raw()
    caller = stage.connect()
    assert len(caller.subscribe("estimated-price", instType=kind, instFamily=of.inst_family)) == 1
    stage.clock.advance(1)
    rows = [row for push in caller.got() for row in push["data"]]
    assert {(row["instId"], row["settleType"]) for row in rows} >= {(of.inst_id, settles)}
    [_, *pushes] = stage.connect().subscribe("estimated-price", instType=kind, instId=of.inst_id)
    assert [row["instId"] for push in pushes for row in push["data"]] == [of.inst_id]


def test_a_moved_market_is_told_at_once(stage: Stage) -> None:
    caller = stage.connect()
    caller.subscribe("tickers", instId="BTC-USDT")
    stage.exchange.events.emit(MarketMoved(stage.clock.now_ms(), "BTC-USDT"))
    assert len(caller.got()) == 1


def test_the_status_is_told_at_each_change_of_a_maintenance_and_the_latest_to_a_newcomer(stage: Stage) -> None:
    caller = stage.connect()
    assert len(caller.subscribe("status")) == 1
    begin = stage.clock.now() + timedelta(seconds=10)
    stage.exchange.declare_maintenance(begin, begin + timedelta(seconds=10), title="Upgrade")
    found = caller.got()
    for _ in range(2):
        stage.clock.advance(10)
        found += caller.got()
    rows = [push["data"][0] for push in found]
    assert [row["state"] for row in rows] == ["scheduled", "ongoing", "completed"]
    assert rows[-1]["ts"] == rows[-1]["end"] == str(stage.clock.now_ms())
    [_, latest] = stage.connect().subscribe("status")
    assert latest == found[-1]


@pytest.mark.parametrize(
    ("name", "arg", "seconds"),
    [
        ("mark-price", {"instId": "BTC-USDT-SWAP"}, 10),
        ("index-tickers", {"instId": "BTC-USDT"}, 60),
        ("funding-rate", {"instId": "BTC-USDT-SWAP"}, 60),
        ("block-tickers", {"instId": "BTC-USDT"}, 300),
    ],
)
def test_what_has_not_changed_is_told_as_often_as_okx_tells_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, name: str, arg: dict[str, str], seconds: int
) -> None:
    monkeypatch.setattr(Topic, "ask", lambda topic, route, now, **params: [{"px": "1", "ts": str(now)}])
    caller = stage.connect(CHANNELS[name].url)
    assert len(caller.subscribe(name, **arg)) == 2
    pushes = []
    for _ in range(2 * seconds // 5):
        stage.clock.advance(5)
        caller.session.pinged()
        pushes += caller.got()
    start = stage.clock.now_ms() - 2_000 * seconds
    assert [int(push["data"][0]["ts"]) - start for push in pushes] == [1_000 * seconds, 2_000 * seconds]


def test_greeks_come_regularly_and_of_one_currency_if_asked(stage: Stage) -> None:
    caller = stage.member()
    *_, push = caller.subscribe("account-greeks", ccy="BTC")
    assert [row["ccy"] for row in push["data"]] == ["BTC"]
    assert len(caller.subscribe("account-greeks")[-1]["data"]) == 4
    stage.clock.advance(5)
    assert [len(push["data"]) for push in caller.got()] == [1, 4]
    stage.account.deposit("SOL", 1)
    stage.exchange.pay(stage.account, "SOL", Decimal(1), stage.clock.now_ms(), type="1", sub_type="11")
    assert [len(push["data"]) for push in caller.got()] == [5]


def test_an_auction_is_told_of_to_newcomers_for_there_is_none(stage: Stage) -> None:
    caller = stage.connect()
    [_, push] = caller.subscribe("call-auction-details", instId="BTC-USDT")
    assert push["data"][0]["state"] == "continuous_trading"
    stage.clock.advance(20)
    assert caller.raw() == []


def test_all_options_of_a_family_come_together(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"instId": "a", "ts": "1"}, {"instId": "b", "ts": "1"}]
    monkeypatch.setattr(Topic, "ask", lambda topic, route, now, **params: rows if params["instFamily"] else [])
    [_, push] = stage.connect().subscribe("opt-summary", instFamily="BTC-USD")
    assert push["data"] == rows


def test_an_instrument_that_is_gone_is_silent(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = stage.connect()
    caller.subscribe("mark-price", instId="BTC-USDT-SWAP")
    caller.raw()
    monkeypatch.setattr(stage.exchange, "instruments", {})
    stage.clock.advance(5)
    assert caller.raw() == []
