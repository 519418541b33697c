"""Order operations: they do what REST does, in the WebSocket's envelope."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.faults import Garble, Reject, Unsure
from pytest_okx.messages import Headers, Request, compact_json
from pytest_okx.routing import ENDPOINTS
from pytest_okx.session.operations import OPERATIONS, answer
from tests.session.support import Caller, Stage

ORDER = {"instIdCode": 3, "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def caller(stage: Stage) -> Caller:
    return stage.member()


@pytest.mark.parametrize("named", [{"instIdCode": 3}, {"instIdCode": "3"}, {"instId": "BTC-USDT"}], ids=str)
def test_an_order_is_placed_by_number_or_by_name(stage: Stage, caller: Caller, named: dict[str, Any]) -> None:
    ack = caller.operate("order", {**ORDER, "instIdCode": None, **named})
    assert list(ack) == ["id", "op", "data", "code", "msg", "inTime", "outTime"]
    assert (ack["id"], ack["op"], ack["code"], ack["msg"]) == ("1", "order", "0", "")
    assert ack["inTime"] == f"{stage.clock.now_ms()}000"
    [row] = ack["data"]
    assert (row["sCode"], row["tag"], row["subCode"]) == ("0", "", "")
    assert stage.account.orders[row["ordId"]].inst_id == "BTC-USDT"


def test_orders_are_placed_and_cancelled_one_by_one_and_together(stage: Stage, caller: Caller) -> None:
    ids = [row["ordId"] for row in caller.operate("batch-orders", ORDER, {**ORDER, "instIdCode": 4, "px": "1"})["data"]]
    ids += [caller.operate("order", ORDER)["data"][0]["ordId"]]
    assert caller.operate("cancel-order", {"instIdCode": 3, "ordId": ids[2]})["data"][0]["sCode"] == "0"
    cancels = [{"instIdCode": 3, "ordId": ids[0]}, {"instId": "ETH-USDT", "ordId": ids[1]}]
    assert caller.operate("batch-cancel-orders", *cancels)["code"] == "0"
    assert {order.state for order in stage.account.orders.values()} == {"canceled"}


@pytest.mark.parametrize(
    ("op", "args", "code", "codes"),
    [
        ("order", [{**ORDER, "sz": "1000"}], "1", ["51008"]),
        ("order", [{**ORDER, "instIdCode": 999_999}], "1", ["51001"]),
        ("batch-orders", [ORDER, {**ORDER, "sz": "1000"}], "2", ["0", "51008"]),
        ("batch-orders", [{**ORDER, "sz": "1000"}] * 2, "1", ["51008", "51008"]),
        ("cancel-order", [{"instIdCode": 3, "ordId": "1"}], "1", ["51400"]),
        ("order", [{**ORDER, "sz": ""}], "50014", []),
        ("batch-orders", [ORDER] * 21, "51111", []),
        ("order", [], "60013", []),
        ("order", [ORDER, ORDER], "60013", []),
        ("order", ["x"], "60013", []),
    ],
)
def test_what_is_refused_is_told_in_the_rows_or_above_them(
    caller: Caller, op: str, args: list[Any], code: str, codes: list[str]
) -> None:
    ack = caller.operate(op, *args)
    assert (ack["code"], [row["sCode"] for row in ack["data"]]) == (code, codes)
    assert (ack["msg"] == "") is bool(codes)
    assert {"inTime", "outTime"} <= set(ack)


def test_a_number_that_is_no_text_is_read_like_text(stage: Stage, caller: Caller) -> None:
    ack = caller.operate("order", {**ORDER, "sz": 0.01, "px": 50_000, "attachAlgoOrds": [], "reduceOnly": False})
    assert ack["code"] == "0"
    caller.operate("order", {**ORDER, "attachAlgoOrds": [{"slTriggerPx": 1.5, "list": [0.5]}]})


@pytest.mark.parametrize("args", [None, "x", {}, [[]]])
def test_bad_arguments_are_60013(caller: Caller, args: Any) -> None:
    [ack] = caller.ask({"id": "9", "op": "order", "args": args})
    assert ack["id"] == "9"
    assert (ack["op"], ack["code"], ack["msg"], ack["data"]) == ("order", "60013", "Invalid args", [])


@pytest.mark.parametrize(("url", "code"), [("public", "60028"), ("business", "60028"), ("private", "60011")])
def test_an_operation_needs_its_url_and_a_login(stage: Stage, url: str, code: str) -> None:
    answer = stage.connect(url).operate("order", ORDER)
    assert (answer["event"], answer["code"], answer["id"]) == ("error", code, "1")


def test_permission_and_limits_are_those_of_the_key_and_of_rest(stage: Stage) -> None:
    reader = stage.exchange.issue_key(stage.account, permissions=["read"])
    assert stage.member("private", reader).operate("order", ORDER)["code"] == "50120"


def test_the_rate_limit_is_shared_with_rest_and_recovers_with_the_clock() -> None:
    stage = Stage(rate_limits=True)
    caller = stage.member()
    codes = [caller.operate("order", {**ORDER, "sz": "0.00001", "px": "100"})["code"] for _ in range(61)]
    assert codes == ["0"] * 60 + ["50011"]
    assert caller.operate("order", ORDER)["data"] == []
    stage.clock.advance(2)
    assert caller.operate("order", ORDER)["code"] == "0"


@pytest.mark.parametrize(("ahead", "code"), [(-1, "50036"), (1000, "0")])
def test_an_order_may_expire(stage: Stage, caller: Caller, ahead: int, code: str) -> None:
    ack = caller.operate("order", ORDER, expTime=str(stage.clock.now_ms() + ahead))
    assert ack["data"][0]["sCode"] == code


def test_a_fault_on_the_route_meets_the_operation_too(stage: Stage, caller: Caller) -> None:
    stage.faults.add(Reject("51119"), on="POST /api/v5/trade/order")
    assert caller.operate("order", ORDER)["data"][0]["sCode"] == "51119"
    stage.faults.add(Unsure("50004"), on="POST /api/v5/trade/order")
    assert caller.operate("order", ORDER)["code"] == "50004"
    assert len(stage.account.orders) == 1
    stage.faults.add(Garble(), on="POST /api/v5/trade/order")
    [garbled] = caller.send({"id": "1", "op": "order", "args": [ORDER]})
    assert isinstance(garbled, str)
    assert "\ufffd" in garbled


@pytest.mark.parametrize("op", OPERATIONS)
def test_every_operation_is_a_route_that_okx_documents(op: str) -> None:
    method, _, path = OPERATIONS[op].route.partition(" ")
    assert ENDPOINTS[path][method].permission == "trade"


def test_an_operation_that_is_not_simulated_says_so_and_fails_the_test(stage: Stage) -> None:
    route = OPERATIONS["sprd-order"].route
    order = {"sprdId": "x", "side": "buy", "ordType": "limit", "sz": "1", "px": "1"}
    assert stage.member("business").operate("sprd-order", order)["code"] == "50038"
    assert list(stage.gateway.unsimulated) == [route]


def test_a_stub_answers_in_the_envelope_of_the_operation(stage: Stage) -> None:
    stage.gateway.stub("POST", "/api/v5/sprd/mass-cancel", [{"result": True}])
    ack = stage.member("business").operate("sprd-mass-cancel", {})
    assert (ack["code"], ack["data"]) == ("0", [{"result": True}])


def test_rest_and_websocket_say_the_same_of_the_same(stage: Stage, caller: Caller) -> None:
    key = stage.exchange.key(stage.credentials.api_key)
    assert key is not None
    body = compact_json({**ORDER, "instId": "BTC-USDT", "sz": "1000"}).encode()
    reply = stage.gateway.operate(Request("POST", "/api/v5/trade/order", Headers(), body), key, stage.clock.now_ms())
    ack = caller.operate("order", {**ORDER, "sz": "1000"})
    assert (ack["code"], ack["data"]) == (reply.json()["code"], reply.json()["data"])
    assert answer("order", "1", reply, stage.clock.now_ms()) == compact_json(ack)
