"""Logging in: every check with its code, in order, and what is harmless."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pytest_okx.clock import Clock
from pytest_okx.exchange import Exchange
from pytest_okx.faults import Refuse
from pytest_okx.routing import Settings
from pytest_okx.session.login import log_in
from pytest_okx.session.texts import WsError
from pytest_okx.signing import Credentials
from tests.session.support import Caller, Stage, login_frame
from tests.wrong_logins import WRONG_LOGINS

UNKNOWN_UUID = "5f3c2a10-7a55-4b5c-9c62-0d8a5a0f1e11"


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.mark.parametrize("form", [str, int, lambda seconds: f"{seconds}.48", lambda seconds: f"{seconds}.000000001"])
def test_seconds_may_come_as_text_as_a_number_and_with_a_fraction(stage: Stage, form: Callable[[int], Any]) -> None:
    caller = stage.connect("private")
    [answer] = caller.ask(login_frame(stage.credentials, form(stage.seconds)))
    assert answer == {"event": "login", "code": "0", "msg": "", "connId": caller.session.conn_id}
    assert caller.session.account is stage.account


def test_a_fraction_that_is_a_json_number_is_signed_as_it_is_written(stage: Stage) -> None:
    frame = login_frame(stage.credentials, f"{stage.seconds}.50")
    args = frame["args"][0]
    text = f'{{"op":"login","args":[{{"apiKey":"{args["apiKey"]}","passphrase":"{args["passphrase"]}",'
    text += f'"timestamp":{args["timestamp"]},"sign":"{args["sign"]}"}}]}}'
    assert stage.connect("private").ask(text)[0]["event"] == "login"


@pytest.mark.parametrize("url", ["public", "private", "business"])
def test_every_url_takes_a_login(stage: Stage, url: str) -> None:
    assert stage.member(url).session.logged_in


# What the documentation and what was recorded say of a login, row by row; in the order of the checks.
WRONG: list[tuple[str, dict[str, Any], str, str]] = [
    ("no key", {"apiKey": ""}, "60027", "Parameter apiKey can not be empty."),
    ("no signature", {"sign": None}, "60027", "Parameter sign can not be empty."),
    ("no timestamp", {"timestamp": ""}, "60027", "Parameter timestamp can not be empty."),
    ("a word", {"timestamp": "now"}, "60004", "Invalid timestamp"),
    ("ISO 8601", {"timestamp": "2026-01-05T12:00:00.000Z"}, "60004", "Invalid timestamp"),
    ("milliseconds", {"timestamp": "1767614400000"}, "60006", "Timestamp request expired"),
    ("an unknown key", {"apiKey": "nobody"}, "60005", "Invalid apiKey"),
    ("an unknown key of the right shape", {"apiKey": UNKNOWN_UUID}, "60032", "API key doesn't exist."),
    ("no passphrase", {"passphrase": ""}, "60027", "Parameter passphrase can not be empty."),
    ("a wrong passphrase", {"passphrase": "wrong"}, "60024", "Wrong passphrase"),
    ("no text at all", {"passphrase": "\ud800"}, "60024", "Wrong passphrase"),
    ("a wrong signature", {"sign": "wrong"}, "60007", "Invalid sign"),
    ("a list", {"sign": []}, "60013", "Invalid args"),
]


@pytest.mark.parametrize(("changes", "code", "text"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_gets_its_code_and_the_session_lives(
    stage: Stage, changes: dict[str, Any], code: str, text: str
) -> None:
    caller = stage.connect("private")
    [answer] = caller.ask(login_frame(stage.credentials, stage.seconds, **changes))
    assert list(answer.items()) == [
        ("event", "error"), ("msg", text), ("code", code), ("connId", caller.session.conn_id),
    ]  # fmt: skip
    assert not caller.session.logged_in
    assert caller.ask(login_frame(stage.credentials, stage.seconds))[0]["event"] == "login"


@pytest.mark.parametrize("index", range(len(WRONG) - 2))
def test_of_two_mistakes_the_earlier_check_answers(stage: Stage, index: int) -> None:
    first, second = WRONG[index], WRONG[-2]
    changes = {**second[1], **first[1]}
    assert stage.connect("private").ask(login_frame(stage.credentials, stage.seconds, **changes))[0]["code"] == first[2]


@pytest.mark.parametrize(
    "args", ["x", {}, ["de89b035"], [[]], [{}, 1]], ids=["text", "an object", "a list of text", "of lists", "of both"]
)
def test_a_malformed_login_comes_back_as_it_was_sent(stage: Stage, args: Any) -> None:
    frame = json.dumps({"op": "login", "args": args})
    caller = stage.connect("private")
    [answer] = caller.ask(frame)
    assert list(answer.items()) == [
        ("event", "error"), ("msg", f"Illegal request: {frame}"), ("code", "60012"), ("connId", caller.session.conn_id),
    ]  # fmt: skip


@pytest.mark.parametrize(("args", "code"), [(None, "60013"), ([], "60013"), ([{}, {}], "60021")], ids=repr)
def test_a_login_has_one_argument(stage: Stage, args: Any, code: str) -> None:
    assert stage.connect("private").ask({"op": "login", "args": args})[0]["code"] == code


@pytest.mark.parametrize(
    ("code", "text"),
    [("60009", "Login failed."), ("63999", "Login failed due to internal error. Please try again later.")],
)
def test_a_login_that_fails_for_no_reason_of_the_client_is_a_fault(stage: Stage, code: str, text: str) -> None:
    stage.faults.add(Refuse(code), on="WS /ws/v5/private/login")
    caller = stage.connect("private")
    [answer] = caller.ask(login_frame(stage.credentials, stage.seconds))
    assert (answer["event"], answer["code"], answer["msg"]) == ("error", code, text)
    assert caller.ask(login_frame(stage.credentials, stage.seconds))[0]["event"] == "login"


@pytest.mark.parametrize(("off", "accepted"), [(-31, False), (-30, True), (30, True), (31, False)])
def test_the_window_is_thirty_seconds_on_both_sides(stage: Stage, off: int, accepted: bool) -> None:
    [answer] = stage.connect("private").ask(login_frame(stage.credentials, stage.seconds + off))
    assert (answer["event"] == "login") is accepted
    assert any("why: the timestamp is 31 s" in line for line in stage.lines()) is not accepted


def test_the_transcript_says_who_moved_the_clock(stage: Stage) -> None:
    late = login_frame(stage.credentials, stage.seconds)
    caller = stage.connect("private")
    stage.clock.advance(40)
    assert caller.ask(late)[-1]["code"] == "60006"
    assert "behind the exchange's clock (advanced 40 s at test_login.py:" in stage.lines()[-1]


def test_the_window_can_be_switched_off() -> None:
    stage = Stage(timestamp_window_ms=None)
    assert stage.connect("private").ask(login_frame(stage.credentials, 1))[0]["event"] == "login"


def code_of(caller: Caller, credentials: Credentials) -> str:
    answer = caller.ask(login_frame(credentials, caller.stage.seconds))[0]
    return str(answer["code"])


def test_a_revoked_and_an_expired_key_do_not_exist_any_more(stage: Stage) -> None:
    soon = stage.clock.now() + timedelta(seconds=1)
    expired = stage.exchange.issue_key(stage.account, expires_at=soon)
    stage.exchange.revoke(stage.credentials)
    stage.clock.advance(1)
    assert code_of(stage.connect("private"), stage.credentials) == "60032"
    assert code_of(stage.connect("private"), expired) == "60032"


def test_a_key_may_be_bound_to_addresses(stage: Stage) -> None:
    bound = stage.exchange.issue_key(stage.account, ip_whitelist=["10.0.0.1"])
    assert code_of(stage.connect("private"), bound) == "50110"
    assert code_of(stage.connect("private", peer="10.0.0.1"), bound) == "0"


@pytest.mark.parametrize(
    ("stated", "query", "headers", "code"),
    [
        (None, "", {}, "0"),
        (None, "?brokerId=9999", {}, "0"),
        (True, "", {}, "50101"),
        (True, "?brokerId=9999", {}, "0"),
        (True, "", {"x_simulated_trading": "1"}, "0"),
        (False, "?brokerId=9999", {}, "50101"),
        (False, "?brokerId=1", {}, "0"),
    ],
)
def test_a_key_is_for_demo_or_for_live(
    stage: Stage, stated: bool | None, query: str, headers: dict[str, str], code: str
) -> None:
    key = stage.exchange.issue_key(stage.account, demo=stated)
    assert code_of(stage.connect("private", query=query, **headers), key) == code


@pytest.mark.parametrize(
    ("stated", "host", "code"),
    [(True, "wspap.okx.com:8443", "0"), (False, "wsuspap.okx.com", "50101"), (True, "ws.okx.com:8443", "50101")],
)
def test_a_host_for_demo_trading_selects_it(stage: Stage, stated: bool, host: str, code: str) -> None:
    key = stage.exchange.issue_key(stage.account, demo=stated)
    assert code_of(stage.connect("private", host=host), key) == code


@pytest.mark.parametrize(
    ("site", "host", "code"),
    [
        ("us", "wsus.okx.com:8443", "0"),
        ("us", "127.0.0.1:1234", "0"),
        ("us", "ws.okx.com:8443", "60032"),
        ("global", "wseea.okx.com", "60032"),
        (None, "wseea.okx.com", "0"),
    ],
)
def test_a_key_of_a_site_does_not_exist_on_another(stage: Stage, site: str | None, host: str, code: str) -> None:
    key = stage.exchange.issue_key(stage.account, site=site)
    assert code_of(stage.connect("private", host=host), key) == code
    assert ("the key is of the site" in "".join(stage.lines())) is (code != "0")


def test_logging_in_again_is_harmless_and_another_account_is_not_let_in(stage: Stage) -> None:
    caller = stage.member()
    assert code_of(caller, stage.credentials) == "0"
    other = stage.exchange.issue_key(stage.exchange.open_account())
    assert code_of(caller, other) == "60031"
    assert caller.session.account is stage.account


def test_no_secret_is_in_the_log_and_a_wrong_signature_is_explained(stage: Stage) -> None:
    frame = login_frame(stage.credentials, stage.seconds)
    rest = login_frame(stage.credentials, f"{stage.seconds}")["args"][0]
    stage.connect("private").ask(frame)
    stage.connect("private").ask({"op": "login", "args": [rest | {"timestamp": stage.seconds + 1}]})
    log = "\n".join(stage.lines())
    for secret in (stage.credentials.passphrase, stage.credentials.secret_key, frame["args"][0]["sign"]):
        assert secret not in log
    assert "why: " in log


@pytest.mark.parametrize(
    ("timestamp", "why"),
    [
        ("2026-01-05T12:00:00.000Z", "login-timestamp-iso: the timestamp is ISO 8601"),
        ("now", "the timestamp is no Unix time: a login takes seconds"),
        ("1767614400000", "login-timestamp-milliseconds: the timestamp is in milliseconds: "),
        ("1767614000", "the timestamp is 400 s behind the exchange's clock"),
    ],
)
def test_the_transcript_names_what_is_wrong_with_a_timestamp(stage: Stage, timestamp: str, why: str) -> None:
    stage.connect("private").ask(login_frame(stage.credentials, timestamp))
    assert f"why: {why}" in stage.lines()[-1]


def test_local_time_is_told_where_nobody_moved_the_clock() -> None:
    exchange = Exchange(Clock())
    key = exchange.issue_key(exchange.open_account())
    args = login_frame(key, 1767614400 + 8 * 3600)["args"]
    with pytest.raises(WsError) as refused:
        log_in(args, "127.0.0.1", None, False, exchange, Settings(), 1_767_614_400_000)
    assert str(refused.value.why).startswith("login-timestamp-local: the timestamp is off by whole quarters of an hour")


def test_a_clock_that_was_moved_explains_hours_and_no_other_unit(stage: Stage) -> None:
    seconds = stage.seconds
    stage.clock.advance(8 * 3600)
    for timestamp, named in ((seconds, False), (seconds * 1000, True)):
        stage.connect("private").ask(login_frame(stage.credentials, timestamp))
        assert "(advanced 28800 s at test_login.py:" in stage.lines()[-1]
        assert ("login-timestamp-milliseconds" in stage.lines()[-1]) is named
        assert "login-timestamp-local" not in stage.lines()[-1]


@pytest.mark.parametrize("name", WRONG_LOGINS)
def test_the_transcript_names_what_was_signed_instead(stage: Stage, name: str) -> None:
    signed, mistake = WRONG_LOGINS[name]
    signature = signed(str(stage.seconds), stage.credentials.secret_key)
    caller = stage.connect("private")
    assert caller.ask(login_frame(stage.credentials, stage.seconds, sign=signature))[0]["code"] == "60007"
    assert f"why: {mistake}: " in stage.lines()[-1]
