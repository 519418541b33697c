"""Calls and messages as JSON: rows, checks in order, diagnosis, reply, and no secret anywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_okx import api
from pytest_okx.messages import Request
from pytest_okx.server import OkxServer
from pytest_okx.session import Message
from tests.helpers import signed

from .support import commanded, done

BALANCE = "/api/v5/account/balance"


def call(server: OkxServer, target: str = BALANCE, body: Any = None, **headers: str) -> None:
    """A signed call whose headers are then replaced."""
    method = "GET" if body is None else "POST"
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    at = server.clock.now_ms()
    server._handle(signed(method, target, body, credentials=server.credentials, at=at, headers=fields))


def one(server: OkxServer, number: int = 1) -> Any:
    return done(server, "GET", f"/calls/{number}")


def outcomes(told: Any) -> list[tuple[str, str]]:
    return [(check["name"], check["outcome"]) for check in told["checks"]]


def test_an_accepted_call_has_passed_every_check_in_order() -> None:
    server = commanded()
    call(server)
    told = one(server)
    assert (told["verdict"], told["code"], told["status"], told["diagnosis"]) == ("accepted", "0", 200, None)
    assert told["uid"] == server.exchange.accounts[0].uid
    assert {outcome for _, outcome in outcomes(told)} == {"passed"}
    assert [check["codes"] for check in told["checks"]] == [list(codes) for codes, _ in api.PRIVATE]
    assert told["reply"]["body"].startswith('{"code":"0"')


def test_a_refused_call_shows_the_check_that_failed_and_those_never_reached() -> None:
    server = commanded()
    call(server, OK_ACCESS_PASSPHRASE="wrong")
    checks = outcomes(one(server))
    failed = checks.index(("passphrase matches", "failed"))
    assert {outcome for _, outcome in checks[:failed]} == {"passed"}
    assert {outcome for _, outcome in checks[failed + 1 :]} == {"not reached"}
    assert checks[1] == ("OK-ACCESS-KEY given", "passed")
    [detail] = [check["detail"] for check in one(server)["checks"] if "detail" in check]
    assert detail == "401 50105 Request header OK-ACCESS-PASSPHRASE incorrect."


def test_a_call_that_the_last_check_refuses_differs_from_one_that_its_endpoint_refuses() -> None:
    server = commanded()
    call(server, "/api/v5/trade/order")
    call(server, "/api/v5/trade/order?instId=BTC-USDT&ordId=1")
    refused, unknown = one(server, 1), one(server, 2)
    assert outcomes(refused)[-1] == ("parameters", "failed")
    assert outcomes(unknown)[-1] == ("parameters", "passed")
    assert unknown["code"] == "51603"


def test_an_injected_refusal_fails_at_its_place() -> None:
    server = commanded()
    done(server, "POST", "/faults", {"kind": "Reject", "arguments": {"code": "50113"}})
    call(server)
    told = one(server)
    assert ("signature matches", "failed") in outcomes(told)
    assert told["fault"] == "Reject('50113')"
    assert told["diagnosis"] is None


def test_a_wrong_signature_is_diagnosed_with_both_messages() -> None:
    server = commanded()
    at = server.clock.now_ms()
    good = signed("GET", f"{BALANCE}?ccy=BTC", credentials=server.credentials, at=at)
    server._handle(Request("GET", f"{BALANCE}?ccy=ETH", good.headers))
    server._handle(Request("GET", BALANCE, good.headers))
    unexplained, found = one(server, 1)["diagnosis"], one(server, 2)["diagnosis"]
    assert unexplained["server"].endswith("GET/api/v5/account/balance?ccy=ETH")
    assert (unexplained["client"], unexplained["name"], unexplained["differsAt"]) == (None, None, None)
    assert found["server"].endswith("GET/api/v5/account/balance")
    assert found["sentence"]


def test_a_named_mistake_shows_where_the_messages_differ() -> None:
    from pytest_okx.signing import sign

    server = commanded()
    at = server.clock.now_ms()
    good = signed("GET", f"{BALANCE}?ccy=BTC", credentials=server.credentials, at=at)
    secret, stamp = server.credentials.secret_key, good.headers.text("ok-access-timestamp")
    call(server, f"{BALANCE}?ccy=BTC", OK_ACCESS_SIGN=sign(secret, stamp, "GET", BALANCE))
    found = one(server)["diagnosis"]
    assert found["name"] == "query-left-out"
    assert found["server"] == f"{found['client']}?ccy=BTC"
    assert found["differsAt"] == len(found["client"])


def test_no_secret_is_in_anything_that_is_told() -> None:
    server = commanded()
    key = server.credentials
    call(server, f"{BALANCE}?ccy={key.secret_key}", X_Note=key.passphrase)
    call(server, BALANCE, OK_ACCESS_SIGN="wrong")
    call(server, "/api/v5/users/subaccount/apikey", {"passphrase": key.passphrase}, OK_ACCESS_PASSPHRASE="wrong")
    everything = [done(server, "GET", path) for path in ("/calls", "/calls/1", "/calls/2", "/calls/3", "/accounts")]
    text = json.dumps([*everything, done(server, "GET", "/audit"), done(server, "GET", "/stubs")])
    assert key.secret_key not in text
    assert key.passphrase not in text


def test_a_long_reply_is_kept_in_part() -> None:
    server = commanded()
    call(server, "/api/v5/market/books?instId=BTC-USDT&sz=400")
    assert len(one(server)["reply"]["body"]) == 2048


def test_what_was_no_request_is_told_too() -> None:
    server = commanded()
    server._refuse(400, "bad", "127.0.0.1")
    told = one(server)
    assert (told["method"], told["verdict"], told["checks"]) == ("?", "400 bad", [])


@pytest.mark.parametrize(
    ("text", "sent", "method", "code", "verdict"),
    [
        ("ping", False, "ping", "", "accepted"),
        ("pong", True, "pong", "", "accepted"),
        ("nonsense", False, "message", "", "accepted"),
        ("[1]", False, "message", "", "accepted"),
        ('{"op":"login","args":[{"sign":"s","passphrase":"p"}]}', False, "login", "", "accepted"),
        ('{"event":"login","code":"0","msg":""}', True, "login", "0", "accepted"),
        ('{"event":"error","code":"60009","msg":"Login failed."}', True, "error", "60009", "60009 Login failed."),
        ('{"arg":{"channel":"tickers"},"data":[{"last":"1"}]}', True, "push", "", "accepted"),
        ('{"id":"1","op":"order","code":"0","data":[{"sCode":"0"}]}', True, "order", "0", "accepted"),
        ('{"op":"order","code":"1","data":[{"sCode":"51008","sMsg":"no"}]}', True, "order", "51008", "row 51008 no"),
        (
            '{"op":"order","code":"60011","msg":"Please log in","data":[]}',
            True,
            "order",
            "60011",
            "60011 Please log in",
        ),
        ("the connection has ended", False, "message", "", "accepted"),
    ],
)
def test_messages_are_told_by_what_they_ask_and_what_they_get(
    text: str, sent: bool, method: str, code: str, verdict: str
) -> None:
    server = commanded()
    server._hub.log.append(Message(0, 0.0, "a4d3ae55", "private", text, sent, why=lambda: "because"))
    told = one(server)
    assert (told["method"], told["code"], told["verdict"], told["sent"]) == (method, code, verdict, sent)
    assert (told["kind"], told["target"], told["connId"]) == ("ws", "/ws/v5/private", "a4d3ae55")
    assert (told["remark"], told["checks"], told["curl"]) == ("because", [], None)
    assert '"p"' not in told["body"]


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ("", [1, 2, 3]),
        ("since=1", [2, 3]),
        ("limit=2", [1, 2]),
        ("verdict=accepted", [1]),
        ("verdict=refused", [2, 3]),
        (f"route={BALANCE}", [1, 2]),
        (f"route=GET {BALANCE}&code=50113", [2]),
        ("route=POST /x", []),
        ("code=404", [3]),
    ],
)
def test_the_list_is_filtered(filters: str, numbers: list[int]) -> None:
    server = commanded()
    call(server)
    call(server, f"{BALANCE}?ccy=BTC", OK_ACCESS_SIGN="wrong")
    call(server, "/x")
    answer = done(server, "GET", f"/calls?{filters}")
    assert [row["number"] for row in answer["calls"]] == numbers
    assert answer["next"] == (2 if filters == "limit=2" else 3)
    assert answer["dropped"] == 0


def test_findings_of_the_audit_name_the_calls_that_show_them() -> None:
    server = commanded()
    for _ in range(3):
        call(server, OK_ACCESS_TIMESTAMP="2026-01-05T12:00:00.000Z")
        server.clock.advance(2)
    found = done(server, "GET", "/audit")["findings"]
    assert found
    assert all(set(each["calls"]) <= {1, 2, 3} and each["calls"] for each in found)
