"""The journey of a call through the gateway: routes, stubs, faults at their moments, the log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.faults import (
    Close,
    CloseAfter,
    Delay,
    Disconnect,
    Fault,
    Garble,
    HttpError,
    LoseReply,
    Reject,
    Silence,
    Trickle,
    Truncate,
    WrongLength,
)
from pytest_okx.messages import Ending, Headers, Reply, Request
from tests.chains import NOW, Scene

BALANCE = "/api/v5/account/balance"
ORDER = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
PLACE = ("POST", "/api/v5/trade/order")


@pytest.fixture
def scene() -> Scene:
    return Scene()


def _code(reply: Reply) -> Any:
    body = reply.json()
    return body.get("error_code", body.get("code"))


# Routes


def test_an_unknown_path_gets_the_404_of_okx_and_is_remembered(scene: Scene) -> None:
    reply = scene.send("GET", "/api/v5/nothing?x=1", None)
    expected = b'{"code":404,"data":{},"detailMsg":"","error_code":"404","error_message":"Not Found","msg":"Not Found"}'
    assert (reply.status, reply.body) == (404, expected)
    assert list(scene.gateway.unknown) == ["GET /api/v5/nothing"]
    assert scene.log[-1].remark == "OKX documents no such path"


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "OPTIONS"])
def test_a_known_path_with_another_method_is_405(scene: Scene, method: str) -> None:
    reply = scene.send(method, "/api/v5/trade/cancel-order", None)
    assert (reply.status, _code(reply)) == (405, "50115")
    assert not scene.gateway.unknown


def test_a_known_path_of_v3_with_another_method_is_not_found(scene: Scene) -> None:
    assert scene.send("PUT", "/api/general/v3/time", None).status == 404


@pytest.mark.parametrize(
    "path", ["/api/v5/public/time/", "//api/v5/public/time", "/API/v5/public/time", "/api/v5/public/%74ime"]
)
def test_a_path_is_compared_as_it_came(scene: Scene, path: str) -> None:
    assert scene.send("GET", path, None).status == 404


# Stubs


def test_a_stub_answers_after_the_checks(scene: Scene) -> None:
    scene.gateway.stub("GET", "/api/v5/asset/bills", [{"billId": "1"}])
    assert scene.send("GET", "/api/v5/asset/bills", None).json() == {"code": "0", "data": [{"billId": "1"}], "msg": ""}
    assert _code(scene.send("GET", "/api/v5/asset/bills", None, {"sign": "wrong"})) == "50113"


def test_a_stub_takes_the_place_of_a_handler_and_keeps_its_checks(scene: Scene) -> None:
    scene.gateway.stub("POST", "/api/v5/trade/order", [{"sCode": "0"}])
    assert scene.send(*PLACE, ORDER).json()["data"] == [{"sCode": "0"}]
    assert _code(scene.send(*PLACE, {**ORDER, "instId": None})) == "50014"
    assert not scene.exchange.pending(scene.account)


def test_a_stub_of_a_batch_takes_a_list(scene: Scene) -> None:
    scene.gateway.stub("POST", "/api/v5/trade/batch-orders", [{"sCode": "0"}])
    request = scene.request("POST", "/api/v5/trade/batch-orders", None, {"raw_body": _batch(ORDER, ORDER)})
    assert scene.gateway.handle(request).json()["data"] == [{"sCode": "0"}]


def test_a_stub_of_a_public_section_needs_no_key(scene: Scene) -> None:
    scene.gateway.stub("GET", "/api/v5/public/not-documented", [])
    assert _code(scene.send("GET", "/api/v5/public/not-documented", None, {"key": None})) == "0"


@pytest.mark.parametrize("path", ["/x", "/", "/api/v5/not-documented", "/api/v5/account/public"])
def test_a_stub_of_any_other_section_needs_one(scene: Scene, path: str) -> None:
    scene.gateway.stub("GET", path, [])
    assert _code(scene.send("GET", path, None, {"key": None})) == "50103"
    assert _code(scene.send("GET", path, None)) == "0"


def test_a_stub_of_a_documented_path_has_its_access_permission_and_parameters(scene: Scene) -> None:
    target = "/api/v5/public/economic-calendar"
    scene.gateway.stub("GET", target, [])
    assert _code(scene.send("GET", target, None, {"key": None})) == "50103"
    withdraw = "/api/v5/asset/withdrawal"
    scene.gateway.stub("POST", withdraw, [])
    assert _code(scene.send("POST", withdraw, {"ccy": "BTC"})) == "50120"
    assert _code(scene.send("POST", withdraw, {"ccy": "BTC"}, {"permissions": ("withdraw",)})) == "50014"


# What is documented and not simulated


def test_a_documented_path_that_nobody_answers_is_refused_and_remembered_once(scene: Scene) -> None:
    for _ in range(2):
        reply = scene.send("GET", "/api/v5/account/mmp-config", None)
        assert (reply.status, reply.json()["code"], reply.json()["data"]) == (200, "50038", [])
    assert list(scene.gateway.unsimulated) == ["GET /api/v5/account/mmp-config"]
    assert scene.log[-1].remark == "OKX documents it, but it is not simulated here and was not stubbed"


def test_a_fault_takes_its_place_before_that(scene: Scene) -> None:
    scene.faults.add(Reject("50011"))
    assert _code(scene.send("GET", "/api/v5/account/mmp-config", None)) == "50011"
    assert not scene.gateway.unsimulated


def test_a_stub_of_v3_is_bare(scene: Scene) -> None:
    scene.gateway.stub("GET", "/api/spot/v3/instruments", [{"instrument_id": "BTC-USDT"}])
    assert scene.send("GET", "/api/spot/v3/instruments", None).body == b'[{"instrument_id":"BTC-USDT"}]'


# Faults


def test_an_http_error_comes_before_anything_is_looked_at(scene: Scene) -> None:
    scene.faults.add(HttpError(502, "<html>"))
    reply = scene.send(*PLACE, ORDER, {"key": None})
    assert (reply.status, reply.body, reply.headers) == (502, b"<html>", (("Content-Type", "text/html"),))
    assert not scene.exchange.pending(scene.account)


@pytest.mark.parametrize(
    ("fault", "field", "value"),
    [
        (LoseReply(), "ending", Ending.CLOSE),
        (Disconnect(), "ending", Ending.RESET),
        (Delay(2.5), "delay", 2.5),
    ],
)
def test_a_fault_after_lets_the_exchange_act(scene: Scene, fault: Fault, field: str, value: object) -> None:
    scene.faults.add(fault)
    reply = scene.send(*PLACE, ORDER)
    assert getattr(reply.wire, field) == value
    assert len(scene.exchange.pending(scene.account)) == 1


@pytest.mark.parametrize(
    ("fault", "ending"),
    [
        (Disconnect(at="before"), Ending.RESET),
        (Close(at="before"), Ending.CLOSE),
        (Silence(at="before"), Ending.SILENT),
    ],
    ids=repr,
)
def test_a_connection_that_ends_before_leaves_the_exchange_and_later_faults_alone(
    scene: Scene, fault: Fault, ending: Ending
) -> None:
    later = scene.faults.add(LoseReply(), optional=True)
    scene.faults.add(fault)
    reply = scene.send(*PLACE, ORDER)
    assert (reply.status, reply.wire.ending, later.hits) == (0, ending, 0)
    assert not scene.exchange.pending(scene.account)
    call = scene.log[-1]
    assert (call.verdict, call.fault) == ("no answer, made by a fault", repr(fault))


def test_a_fault_after_alters_what_a_fault_before_made(scene: Scene) -> None:
    scene.faults.add(HttpError(502, "busy"))
    scene.faults.add(Truncate(1))
    reply = scene.send(*PLACE, ORDER)
    assert (reply.status, reply.body, reply.wire.cut) == (502, b"busy", 1)


def test_a_sequence_runs_through_all_moments_of_its_calls(scene: Scene) -> None:
    scene.faults.sequence([Reject("50011"), None, HttpError(502), LoseReply(), Reject("51008")], on=" ".join(PLACE))
    seen = [scene.send(*PLACE, ORDER) for _ in range(6)]
    assert [(reply.status, reply.wire.ending.value) for reply in seen] == [
        (429, "keep"), (200, "keep"), (502, "keep"), (200, "close"), (200, "keep"), (200, "keep")
    ]  # fmt: skip
    assert len(scene.exchange.pending(scene.account)) == 3
    assert [call.fault for call in scene.log] == [
        "Reject('50011')", "", repr(HttpError(502)), "LoseReply()", "Reject('51008')", ""
    ]  # fmt: skip


def test_an_outage_lasts_while_the_clock_says_so(scene: Scene) -> None:
    scene.faults.add(HttpError(503), during=(NOW + timedelta(seconds=10), NOW + timedelta(seconds=20)), times=None)
    scene.faults.add(Reject("50011"), during=(NOW + timedelta(seconds=20), NOW + timedelta(seconds=30)), times=None)
    seen = []
    for _ in range(8):
        seen.append(scene.send("GET", BALANCE, None).status)
        scene.clock.advance(5)
    assert seen == [200, 200, 503, 503, 429, 429, 200, 200]


def test_faults_after_add_up(scene: Scene) -> None:
    scene.faults.add(Delay(1))
    scene.faults.add(LoseReply())
    assert scene.send(*PLACE, ORDER).wire.delay == 1
    assert scene.log[-1].fault == "Delay(seconds=1); LoseReply()"


@pytest.mark.parametrize("code", ["30006", "30012", "32008"])
@pytest.mark.parametrize(
    "route",
    [
        PLACE,
        ("GET", BALANCE),
        ("GET", "/api/v5/public/time"),
        ("GET", "/api/v5/nothing"),
        ("GET", "/api/account/v3/wallet"),
    ],
)
def test_a_code_of_v3_answers_in_its_envelope_on_any_path(scene: Scene, code: str, route: tuple[str, str]) -> None:
    scene.faults.add(Reject(code), on=" ".join(route))
    reply = scene.send(*route, ORDER if route == PLACE else None)
    error = OkxError(code)
    assert reply.status == error.status
    assert reply.json() == {
        "error_message": error.message,
        "code": int(code),
        "error_code": code,
        "message": error.message,
    }


def test_a_code_of_authentication_lets_public_calls_pass_unless_named(scene: Scene) -> None:
    handle = scene.faults.add(Reject("50113"))
    assert _code(scene.send("GET", "/api/v5/public/time", None)) == "0"
    assert _code(scene.send("GET", BALANCE, None)) == "50113"
    assert handle.hits == 1


@pytest.mark.parametrize("route", [("GET", "/api/v5/public/time"), ("GET", BALANCE)])
def test_a_code_that_belongs_to_no_check_is_refused_before_the_handler(scene: Scene, route: tuple[str, str]) -> None:
    scene.faults.add(Reject("50001"))
    reply = scene.send(*route, None)
    assert (reply.status, _code(reply)) == (503, "50001")


def test_status_message_and_parameters_may_be_given(scene: Scene) -> None:
    scene.faults.add(Reject("50011", status=200))
    scene.faults.add(Reject("50014", param0="ccy"))
    scene.faults.add(Reject("50013", message="busy"))
    assert scene.send("GET", BALANCE, None).status == 200
    assert "ccy" in scene.send("GET", BALANCE, None).json()["msg"]
    assert scene.send("GET", BALANCE, None).json()["msg"] == "busy"


def test_a_code_of_orders_is_answered_in_the_row(scene: Scene) -> None:
    scene.faults.add(Reject("51008"))
    reply = scene.send(*PLACE, {**ORDER, "clOrdId": "mine"})
    row = reply.json()["data"][0]
    assert (reply.status, reply.json()["code"], row["sCode"], row["clOrdId"], row["ordId"]) == (
        200,
        "1",
        "51008",
        "mine",
        "",
    )
    assert not scene.exchange.pending(scene.account)


def test_a_code_of_orders_is_answered_in_the_envelope_at_level_top(scene: Scene) -> None:
    scene.faults.add(Reject("51008", level="top"))
    reply = scene.send(*PLACE, ORDER)
    assert (reply.status, reply.json()) == (200, {"code": "51008", "data": [], "msg": OkxError("51008").message})


def test_any_code_is_answered_in_the_row_at_level_row(scene: Scene) -> None:
    scene.faults.add(Reject("50011", level="row", status=429))
    reply = scene.send(*PLACE, ORDER)
    assert (reply.status, reply.json()["data"][0]["sCode"]) == (429, "50011")


def test_an_entry_is_refused_in_its_row_whatever_the_code(scene: Scene) -> None:
    scene.faults.add(Reject("50113", entry=0))
    assert scene.send(*PLACE, ORDER).json()["data"][0]["sCode"] == "50113"


def test_one_entry_of_a_batch_can_be_refused(scene: Scene) -> None:
    scene.faults.add(Reject("51008", entry=1))
    request = scene.request("POST", "/api/v5/trade/batch-orders", None, {"raw_body": _batch(ORDER, ORDER, ORDER)})
    reply = scene.gateway.handle(request).json()
    assert (reply["code"], [row["sCode"] for row in reply["data"]]) == ("2", ["0", "51008", "0"])
    assert "row 51008" in scene.log[-1].verdict
    assert "(1 of 3 rows)" in scene.log[-1].verdict


def test_a_fault_of_an_entry_waits_for_a_batch_that_has_it(scene: Scene) -> None:
    handle = scene.faults.add(Reject("51008", entry=1))
    assert scene.send(*PLACE, ORDER).json()["code"] == "0"
    assert handle.hits == 0
    request = scene.request("POST", "/api/v5/trade/batch-orders", None, {"raw_body": _batch(ORDER, ORDER)})
    assert (scene.gateway.handle(request).json()["code"], handle.hits) == ("2", 1)


def test_a_code_of_orders_fails_every_entry_of_a_batch(scene: Scene) -> None:
    scene.faults.add(Reject("51008"))
    request = scene.request("POST", "/api/v5/trade/batch-orders", None, {"raw_body": _batch(ORDER, ORDER)})
    assert scene.gateway.handle(request).json()["code"] == "1"


def test_a_code_of_orders_is_an_ordinary_refusal_elsewhere(scene: Scene) -> None:
    scene.faults.add(Reject("51008"))
    assert _code(scene.send("GET", BALANCE, None)) == "51008"


def _batch(*orders: dict[str, str]) -> bytes:
    import json

    return json.dumps(orders).encode()


# The log


def test_an_accepted_call_is_logged_without_secrets(scene: Scene) -> None:
    request = scene.request("GET", BALANCE, None, {})
    scene.gateway.handle(request)
    call = scene.log[-1]
    assert (call.method, call.target, call.status, call.code, call.verdict) == ("GET", BALANCE, 200, "0", "accepted")
    for secret in (request.headers["OK-ACCESS-SIGN"], request.headers["OK-ACCESS-PASSPHRASE"]):
        assert secret not in repr(call) + str(call) + str(dict(call.headers))


@pytest.mark.parametrize("where", ["target", "body", "header"])
def test_a_secret_that_a_client_put_where_none_belongs_is_removed_from_the_log(scene: Scene, where: str) -> None:
    key = scene.key({})
    target = f"{BALANCE}?secret={key.secret_key}" if where == "target" else BALANCE
    body = key.secret_key.encode() if where == "body" else b""
    headers = Headers([("X-Mistake", f"a{key.secret_key}b")] if where == "header" else [])
    scene.gateway.handle(Request("POST", target, headers, body))
    call = scene.log[-1]
    assert key.secret_key not in f"{call!r} {call.target} {call.body!r} {dict(call.headers)}"


def test_a_refused_call_is_logged_with_its_verdict(scene: Scene) -> None:
    scene.send("GET", BALANCE, None, {"sign": "wrong"})
    assert (scene.log[-1].code, scene.log[-1].verdict) == ("50113", "401 50113 Invalid Sign")


@pytest.mark.parametrize(
    ("fault", "delivery"),
    [
        (None, "whole"),
        (Reject("50011"), "whole"),
        (HttpError(502), "whole"),
        (CloseAfter(), "whole"),
        (Delay(1), "late"),
        (Trickle(1, 1), "late"),
        (LoseReply(), "damaged"),
        (Close(at="before"), "damaged"),
        (Silence(), "damaged"),
        (Truncate(3), "damaged"),
        (WrongLength(-1), "damaged"),
        (Garble(), "damaged"),
    ],
)
def test_the_log_tells_how_a_reply_left(scene: Scene, fault: Fault | None, delivery: str) -> None:
    if fault:
        scene.faults.add(fault)
    scene.send("GET", BALANCE, None)
    assert scene.log[-1].delivery == delivery
