"""Order operations: they do what REST does, in the WebSocket's envelope."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_okx.faults import Garble, Reject, Unsure
from pytest_okx.messages import Headers, Request, compact_json
from pytest_okx.routing import ENDPOINTS
from pytest_okx.session.operations import OPERATIONS, answer
from tests.session.support import Caller, Stage

NEW = {"tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
ORDER = {"instIdCode": 3, **NEW}


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def caller(stage: Stage) -> Caller:
    return stage.member()


PLACED = {"ordId", "clOrdId", "tag", "ts", "sCode", "sMsg", "subCode"}
CANCELED = {"ordId", "clOrdId", "ts", "sCode", "sMsg"}
AMENDED = {"ordId", "clOrdId", "ts", "reqId", "sCode", "sMsg", "subCode"}
# Of each operation what it adds to the name of the instrument and of the order, and what a row of its answer has.
ROWS: list[tuple[str, dict[str, Any], set[str], str]] = [
    ("order", {**NEW, "clOrdId": "mine"}, PLACED, "live"),
    ("batch-orders", {**NEW, "clOrdId": "mine"}, PLACED, "live"),
    ("cancel-order", {}, CANCELED, "canceled"),
    ("batch-cancel-orders", {}, CANCELED, "canceled"),
    ("amend-order", {"newSz": "0.02", "reqId": "r1"}, AMENDED, "live"),
    ("batch-amend-orders", {"newSz": "0.02", "reqId": "r1"}, AMENDED, "live"),
]
NAMED = pytest.mark.parametrize("named", [{"instIdCode": 3}, {"instIdCode": "3"}, {"instId": "BTC-USDT"}], ids=str)
EACH = pytest.mark.parametrize(("op", "more", "fields", "state"), ROWS, ids=[row[0] for row in ROWS])


@NAMED
@EACH
def test_an_operation_does_what_it_says_by_number_or_by_name(
    stage: Stage, caller: Caller, named: dict[str, Any], op: str, more: dict[str, Any], fields: set[str], state: str
) -> None:
    ids = {} if fields is PLACED else {"ordId": caller.operate("order", ORDER)["data"][0]["ordId"]}
    count = 2 if op == "batch-orders" else 1
    entries = [{**named, **ids, **more, **({"clOrdId": f"mine{n}"} if count > 1 else {})} for n in range(count)]
    ack = caller.operate(op, *entries)
    assert list(ack) == ["id", "op", "data", "code", "msg", "inTime", "outTime"]
    assert (ack["id"], ack["op"], ack["code"], ack["msg"]) == ("1", op, "0", "")
    assert ack["inTime"] == ack["outTime"] == f"{stage.clock.now_ms()}000"
    assert all((set(row), row["sCode"]) == (fields, "0") for row in ack["data"])
    orders = [stage.account.orders[row["ordId"]] for row in ack["data"]]
    assert len(orders) == count
    assert {(order.inst_id, order.state) for order in orders} == {("BTC-USDT", state)}
    assert {str(order.sz) for order in orders} == {more.get("newSz", "0.01")}


@EACH
def test_an_operation_that_fails_says_so_in_its_row(
    caller: Caller, op: str, more: dict[str, Any], fields: set[str], state: str
) -> None:
    wrong = {"sz": "1000"} if fields is PLACED else {"ordId": "1"}
    ack = caller.operate(op, {"instIdCode": 3, **more, **wrong})
    code = {"live": "51008", "canceled": "51400"}[state] if fields is not AMENDED else "51503"
    assert (ack["code"], ack["msg"]) == ("1", "")
    assert [(set(row), row["sCode"]) for row in ack["data"]] == [(fields, code)]


@EACH
def test_an_operation_shares_its_rate_limit_with_rest(
    op: str, more: dict[str, Any], fields: set[str], state: str
) -> None:
    stage = Stage(rate_limits=True)
    caller, key = stage.member(), stage.exchange.key(stage.credentials.api_key)
    assert key is not None
    entry = {"instId": "BTC-USDT", **more} | ({"sz": "1000", "clOrdId": ""} if fields is PLACED else {"ordId": "1"})
    method, _, path = OPERATIONS[op].route.partition(" ")
    body = compact_json([entry] if OPERATIONS[op].many else entry).encode()

    def by_rest() -> Any:
        request = Request(method, path, Headers(), body)
        return stage.gateway.operate(request, key, stage.clock.now_ms()).json()["code"]

    assert [caller.operate(op, entry)["code"] for _ in range(3)] == ["1"] * 3
    assert [by_rest() for _ in range(58)] == ["1"] * 57 + ["50011"]
    assert caller.operate(op, entry)["code"] == "50011"
    stage.clock.advance(2)
    assert caller.operate(op, entry)["code"] == "1"


def test_a_mass_cancel_answers_without_times(stage: Stage, caller: Caller) -> None:
    stage.gateway.stub("POST", "/api/v5/trade/mass-cancel", [{"result": True}])
    ack = caller.operate("mass-cancel", {"instType": "OPTION", "instFamily": "BTC-USD"})
    assert ack == {"id": "1", "op": "mass-cancel", "data": [{"result": True}], "code": "0", "msg": ""}


def test_a_mass_cancel_is_refused_as_by_rest(caller: Caller) -> None:
    ack = caller.operate("mass-cancel", {"instType": "OPTION", "instFamily": "BTC-USD"})
    assert (ack["code"], ack["data"]) == ("51411", [])
    assert ack["msg"]


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
    ],
)
def test_what_is_refused_is_told_in_the_rows_or_above_them(
    caller: Caller, op: str, args: list[Any], code: str, codes: list[str]
) -> None:
    ack = caller.operate(op, *args)
    assert (ack["code"], [row["sCode"] for row in ack["data"]]) == (code, codes)
    assert (ack["msg"] == "") is bool(codes)
    assert {"inTime", "outTime"} <= set(ack)


@EACH
def test_an_operation_that_names_no_instrument_is_asked_for_its_number(
    caller: Caller, op: str, more: dict[str, Any], fields: set[str], state: str
) -> None:
    ack = caller.operate(op, {**more, "ordId": "1"})
    refusals = [(row["sCode"], row["sMsg"]) for row in ack["data"]] or [(ack["code"], ack["msg"])]
    assert refusals == [("50014", "Parameter instIdCode can not be empty.")]


def test_a_number_that_is_no_text_is_read_like_text(stage: Stage, caller: Caller) -> None:
    ack = caller.operate("order", {**ORDER, "sz": 0.01, "px": 50_000, "attachAlgoOrds": [], "reduceOnly": False})
    assert ack["code"] == "0"
    caller.operate("order", {**ORDER, "attachAlgoOrds": [{"slTriggerPx": 1.5, "list": [0.5]}]})


@pytest.mark.parametrize("op", OPERATIONS)
def test_an_operation_without_arguments_is_answered_as_one(stage: Stage, op: str) -> None:
    caller = stage.member(OPERATIONS[op].url)
    [ack] = caller.ask({"id": "9", "op": op})
    assert {name: ack[name] for name in ("id", "op", "data", "code", "msg")} == {
        "id": "9", "op": op, "data": [], "code": "60013", "msg": "Invalid args",
    }  # fmt: skip
    assert ("inTime" in ack) == ("outTime" in ack) == OPERATIONS[op].timed


@pytest.mark.parametrize("args", ["x", {}, [[]], ["x"]], ids=str)
def test_an_operation_that_cannot_be_read_comes_back_as_it_was_sent(caller: Caller, args: Any) -> None:
    frame = json.dumps({"id": "9", "op": "order", "args": args})
    [answer] = caller.ask(frame)
    assert (answer["event"], answer["code"], answer["msg"]) == ("error", "60012", f"Illegal request: {frame}")


@pytest.mark.parametrize(("url", "code"), [("public", "60028"), ("business", "60028"), ("private", "60011")])
def test_an_operation_needs_its_url_and_a_login(stage: Stage, url: str, code: str) -> None:
    answer = stage.connect(url).operate("order", ORDER)
    assert (answer["event"], answer["code"], answer["id"]) == ("error", code, "1")


def test_permission_and_limits_are_those_of_the_key_and_of_rest(stage: Stage) -> None:
    reader = stage.exchange.issue_key(stage.account, permissions=["read"])
    assert stage.member("private", reader).operate("order", ORDER)["code"] == "50120"


@pytest.mark.parametrize("op", ["order", "batch-orders", "amend-order", "batch-amend-orders"])
@pytest.mark.parametrize(("ahead", "code"), [(-1, "50036"), (1000, "0")])
def test_an_operation_may_expire(stage: Stage, caller: Caller, op: str, ahead: int, code: str) -> None:
    amended = {"ordId": caller.operate("order", ORDER)["data"][0]["ordId"], "newSz": "0.02"}
    entry = {**ORDER, **(amended if "amend" in op else {})}
    ack = caller.operate(op, entry, expTime=str(stage.clock.now_ms() + ahead))
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
