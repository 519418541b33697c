"""The channels of liquidations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.exchange.events import PositionEndangered
from pytest_okx.feeds import CHANNELS, Subscribed, Topic
from tests.exchange.support import request
from tests.session.support import Stage

SWAP = "BTC-USDT-SWAP"


@pytest.fixture
def stage() -> Stage:
    return Stage()


def fall(stage: Stage, to: str) -> None:
    """Let the price of what a long position holds fall."""
    order = request(SWAP, "buy", "100", td_mode="isolated")
    stage.exchange.place(stage.account, order, stage.clock.now_ms())
    market = stage.exchange.market(SWAP)
    market.move_to((market.price * Decimal(to)).quantize(Decimal(1)))
    stage.exchange.settle(stage.clock.now_ms())


def rows(messages: list[Any]) -> list[Any]:
    return [row for message in messages if "data" in message for row in message["data"]]


@pytest.mark.parametrize(
    ("arg", "seen"),
    [
        ({"instType": "ANY"}, 1),
        ({"instType": "SWAP"}, 1),
        ({"instType": "SWAP", "instFamily": "BTC-USDT"}, 1),
        ({"instType": "SWAP", "instId": SWAP}, 1),
        ({"instType": "FUTURES"}, 0),
        ({"instType": "SWAP", "instFamily": "ETH-USDT"}, 0),
        ({"instType": "SWAP", "instId": "ETH-USDT-SWAP"}, 0),
    ],
    ids=str,
)
def test_a_position_near_its_liquidation_is_told_to_its_owner(stage: Stage, arg: dict[str, str], seen: int) -> None:
    caller = stage.member()
    stranger = stage.member("private", stage.exchange.issue_key(stage.exchange.open_account()))
    assert rows(caller.subscribe("liquidation-warning", **arg)) == []
    stranger.subscribe("liquidation-warning", instType="ANY")
    fall(stage, "0.911")
    found = rows(caller.got())
    assert [(row["instId"], row["pos"], row["pTime"]) for row in found] == [
        (SWAP, "100", str(stage.clock.now_ms()))
    ] * seen
    assert all(Decimal(row["mgnRatio"]) <= 3 for row in found)
    assert stranger.got() == []


def test_of_a_position_that_is_gone_nobody_is_warned(stage: Stage) -> None:
    caller = stage.member()
    caller.subscribe("liquidation-warning", instType="ANY")
    key = (SWAP, "cross", "net")
    stage.exchange.events.emit(PositionEndangered(stage.clock.now_ms(), stage.account, key))
    assert caller.got() == []


@pytest.mark.parametrize(("kind", "seen"), [("SWAP", 1), ("FUTURES", 0)])
def test_a_liquidation_is_told_to_everybody_without_a_name(stage: Stage, kind: str, seen: int) -> None:
    caller = stage.connect()
    assert len(caller.subscribe("liquidation-orders", instType=kind)) == 1
    fall(stage, "0.8")
    found = caller.got()
    assert len(found) == seen
    for row in rows(found):
        [detail] = row["details"]
        assert (row["instId"], row["uly"]) == (SWAP, "BTC-USDT")
        assert [detail[name] for name in ("side", "posSide", "sz", "ccy")] == ["sell", "long", "100", ""]
        assert Decimal(detail["bkLoss"]) > 0
        assert stage.account.uid not in str(found)


@pytest.mark.parametrize("name", ["liquidation-orders", "liquidation-warning"])
def test_nothing_is_told_on_subscribing(stage: Stage, name: str) -> None:
    feed = CHANNELS[name].feed
    assert feed is not None
    assert list(feed(Topic(CHANNELS[name], {"instType": "ANY"}, stage.exchange), Subscribed(0))) == []
