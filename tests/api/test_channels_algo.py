"""The channels of algo orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.messages import Headers, Request, compact_json
from tests.exchange.support import request
from tests.session.support import Caller, Stage

BASE = {"instId": "BTC-USDT", "tdMode": "cash", "side": "sell", "sz": "0.1"}
KINDS = {
    "conditional": {"ordType": "conditional", "slTriggerPx": "50000", "slOrdPx": "-1"},
    "trigger": {"ordType": "trigger", "triggerPx": "50000", "orderPx": "49000"},
    "move_order_stop": {"ordType": "move_order_stop", "callbackRatio": "0.05"},
}


@pytest.fixture
def stage() -> Stage:
    return Stage()


def place(stage: Stage, kind: str) -> str:
    """A new algo order, placed by REST."""
    row = post(stage, "order-algo", {**BASE, **KINDS[kind]})
    return str(row["algoId"])


def post(stage: Stage, name: str, body: Any) -> Any:
    key = stage.exchange.key(stage.credentials.api_key)
    assert key is not None
    request = Request("POST", f"/api/v5/trade/{name}", Headers(), compact_json(body).encode())
    with stage.exchange.lock:
        parsed = stage.gateway.operate(request, key, stage.clock.now_ms()).json()
    assert parsed["code"] == "0", parsed
    return parsed["data"][0]


def rows(caller: Caller) -> list[Any]:
    return [push["data"][0] for push in caller.got()]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channel", ["orders-algo", "algo-advance"])
def test_each_kind_has_its_channel(stage: Stage, kind: str, channel: str) -> None:
    caller = stage.member("business")
    assert len(caller.subscribe(channel, instType="ANY")) == 1
    algo_id = place(stage, kind)
    found = rows(caller)
    if (kind == "move_order_stop") == (channel == "algo-advance"):
        assert [(row["algoId"], row["state"]) for row in found] == [(algo_id, "live")]
        post(stage, "cancel-algos", [{"algoId": algo_id, "instId": "BTC-USDT"}])
        assert [row["state"] for row in rows(caller)] == ["canceled"]
    else:
        assert found == []


def test_advanced_orders_that_are_pending_come_at_first(stage: Stage) -> None:
    algo_id = place(stage, "move_order_stop")
    caller = stage.member("business")
    [_, push] = caller.subscribe("algo-advance", instType="SPOT", instId="BTC-USDT")
    assert push["data"][0]["algoId"] == algo_id
    assert len(caller.subscribe("algo-advance", instType="SWAP")) == 1
    assert len(caller.subscribe("algo-advance", instType="ANY", algoId="1")) == 1
    caller.raw()
    post(stage, "cancel-algos", [{"algoId": algo_id, "instId": "BTC-USDT"}])
    assert [push["arg"]["instType"] for push in caller.got()] == ["SPOT"]


@pytest.mark.parametrize(
    ("arg", "seen"),
    [
        ({"instType": "ANY"}, True),
        ({"instType": "SPOT"}, True),
        ({"instType": "SPOT", "instId": "BTC-USDT"}, True),
        ({"instType": "SPOT", "instId": "ETH-USDT"}, False),
        ({"instType": "SWAP"}, False),
        ({"instType": "ANY", "instFamily": "BTC-USDT"}, False),
    ],
    ids=str,
)
def test_algo_orders_are_filtered(stage: Stage, arg: dict[str, str], seen: bool) -> None:
    caller = stage.member("business")
    caller.subscribe("orders-algo", **arg)
    place(stage, "trigger")
    assert bool(caller.raw()) is seen


@pytest.mark.parametrize("kind", ["conditional", "move_order_stop"])
def test_a_size_is_valued_in_dollars(stage: Stage, kind: str) -> None:
    caller = stage.member("business")
    for channel in ("orders-algo", "algo-advance"):
        caller.subscribe(channel, instType="ANY")
    place(stage, kind)
    [row] = rows(caller)
    last = stage.exchange.market("BTC-USDT").price
    assert Decimal(row["notionalUsd"]) == Decimal("0.1") * last


def test_what_closes_a_whole_position_has_no_value_yet(stage: Stage) -> None:
    caller = stage.member("business")
    caller.subscribe("orders-algo", instType="ANY")
    order = request("BTC-USDT-SWAP", "buy", "1")
    stage.exchange.place(stage.account, order, stage.clock.now_ms())
    closing = {"ordType": "conditional", "slTriggerPx": "50000", "slOrdPx": "-1", "closeFraction": "1"}
    base = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "sell", "reduceOnly": True}
    post(stage, "order-algo", {**base, **closing})
    assert [(row["sz"], row["notionalUsd"]) for row in rows(caller)] == [("", "")]
