"""The conversation: what is no request, ids, pings, and the order in which things are said."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.messages import Close, Headers, Request
from pytest_okx.session import Session
from pytest_okx.session.texts import WsError
from tests.exchange.support import request
from tests.session.support import Stage, login_frame

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
WORDS = ["login", "subscribe", "unsubscribe", "order", "batch-orders", "cancel-order", "mass-cancel", "sprd-order", "x"]


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_text_ping_gets_a_text_pong(stage: Stage) -> None:
    assert stage.connect().send("ping") == ["pong"]


@pytest.mark.parametrize(
    "text",
    ["", "{bad", "[]", "1", "null", "{}", '{"op":1}', '"ping"', "pong", "[" * 100_000, '{"op":NaN}', '{"a":"\ud800"}'],
)
def test_what_is_no_request_comes_back(stage: Stage, text: str) -> None:
    [answer] = stage.connect().ask(text)
    assert (answer["event"], answer["code"]) == ("error", "60012")
    assert answer["msg"] == f"Illegal request: {text}"


def test_an_unknown_operation_is_named(stage: Stage) -> None:
    [answer] = stage.connect().ask({"op": "dance", "id": "7"})
    assert (answer["code"], answer["msg"], answer["id"]) == ("60019", "Invalid op: dance", "7")


@pytest.mark.parametrize(("given_id", "echoed"), [("abc123", "abc123"), (17951725361069777, "17951725361069777")])
def test_an_id_is_echoed(stage: Stage, given_id: Any, echoed: str) -> None:
    answers = stage.connect().ask({"op": "subscribe", "id": given_id, "args": [{"channel": "status"}]})
    assert answers[0]["id"] == echoed


@pytest.mark.parametrize("given_id", [None, ""])
def test_no_id_is_echoed_where_there_is_none(stage: Stage, given_id: Any) -> None:
    answers = stage.connect().ask({"op": "subscribe", "id": given_id, "args": [{"channel": "status"}]})
    assert "id" not in answers[0]


@pytest.mark.parametrize("given_id", ["a-b", "x" * 33, True, {}, 1.5, "\u0661"])
def test_an_id_is_letters_and_digits(stage: Stage, given_id: Any) -> None:
    [answer] = stage.connect().ask({"op": "subscribe", "id": given_id, "args": [{"channel": "status"}]})
    assert (answer["code"], answer["msg"]) == ("60033", "Parameter id error.")


def test_what_a_request_causes_is_pushed_after_its_answer(stage: Stage) -> None:
    caller = stage.member()
    caller.subscribe("orders", instType="ANY")
    order = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
    answers = caller.ask({"id": "1", "op": "order", "args": [order]})
    assert answers[0]["op"] == "order"
    assert [answer["arg"]["channel"] for answer in answers[1:]] == ["orders"]


def test_a_session_tells_who_it_is(stage: Stage) -> None:
    stranger, member = stage.connect(), stage.member()
    stranger.subscribe("tickers", instId="BTC-USDT")
    assert repr(stranger.session).endswith("/public, not logged in, subscribed to tickers>")
    assert repr(member.session).endswith(f"/private, account {stage.account.uid}, subscribed to nothing>")
    assert (stranger.session.logged_in, member.session.logged_in) == (False, True)
    assert (stranger.session.account, member.session.account) == (None, stage.account)
    assert stage.hub.sessions == (stranger.session, member.session)


def test_a_client_that_does_not_read_is_told_in_the_words_of_okx(stage: Stage) -> None:
    assert stage.connect().session.overflow() == Close(4005, "Buffer is full, cannot write data")


@settings(max_examples=300, deadline=None)
@given(message=st.fixed_dictionaries({"op": st.sampled_from(WORDS), "args": JSON | st.lists(JSON, max_size=2)}))
def test_whatever_arrives_is_answered_and_changes_nothing(message: Any) -> None:
    caller = STAGE.member()
    assert caller.ask(message)
    assert caller.send("ping")[-1] == "pong"
    caller.session.lost()
    assert not STAGE.account.orders


@settings(max_examples=200, deadline=None)
@given(text=st.text())
def test_whatever_text_arrives_is_answered(text: str) -> None:
    caller = STAGE.connect()
    assert caller.send(text)
    caller.session.lost()


STAGE = Stage()


def test_orders_of_others_are_not_told(stage: Stage) -> None:
    caller = stage.member()
    caller.subscribe("orders", instType="ANY")
    other = stage.exchange.open_account()
    stage.exchange.place(other, request("BTC-USDT", "buy", "0.01", "50000"), stage.clock.now_ms())
    assert caller.got() == []


def test_what_is_pushed_before_the_handshake_is_done_waits(stage: Stage) -> None:
    request = Request("GET", "/ws/v5/public", Headers({"Upgrade": "websocket"}.items()))
    session = stage.hub.open(request, stage.clock.now_ms()).talk
    assert isinstance(session, Session)
    session.push("x", "early", stage.clock.now_ms())
    assert stage.scheduled == []
    assert session.next() == "early"


def _login(stage: Stage) -> Any:
    return stage.connect("private").ask(login_frame(stage.credentials, stage.seconds))[0]


def _unsubscribe(stage: Stage) -> Any:
    return stage.connect().ask({"op": "unsubscribe", "args": [STATUS]})[0]


def _notice(stage: Stage) -> Any:
    caller = stage.connect()
    stage.hub.announce_upgrade(60)
    return caller.got()[0]


def _too_many(stage: Stage) -> Any:
    stage.hub.settings = replace(stage.hub.settings, rate_limits=True)
    return [stage.member().subscribe("account") for _ in range(31)][-1][1]


STATUS = {"channel": "status"}
# The events that OKX has, what brings them, and what is in them besides `event` and `connId`.
EVENTS: dict[str, tuple[Callable[[Stage], Any], dict[str, Any]]] = {
    "login": (_login, {"code": "0", "msg": ""}),
    "subscribe": (lambda stage: stage.connect().subscribe("status")[0], {"arg": STATUS}),
    "unsubscribe": (_unsubscribe, {"arg": STATUS}),
    "error": (lambda stage: stage.connect().ask("x")[0], {"code": "60012", "msg": "Illegal request: x"}),
    "notice": (_notice, {"code": "64008", "msg": WsError("64008").message}),
    "channel-conn-count": (
        lambda stage: stage.member().subscribe("account")[1], {"channel": "account", "connCount": "1"},
    ),
    "channel-conn-count-error": (_too_many, {"channel": "account", "connCount": "30"}),
}  # fmt: skip


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_of_okx_comes_in_its_words(stage: Stage, name: str) -> None:
    brought, members = EVENTS[name]
    found = brought(stage)
    assert re.fullmatch("[0-9a-f]{8}", found.pop("connId"))
    assert found == {"event": name, **members}
