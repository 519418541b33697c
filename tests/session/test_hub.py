"""All sessions together: limits and silence on the clock, upgrades, endings, and what is left behind (nothing)."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from datetime import timedelta

import pytest

from pytest_okx.messages import Close, Headers, Request
from tests.session.support import Stage

SILENT = Close(4004, "No data received in 30s")
KEY_GONE = Close(4007, "API key has been updated or deleted. Please reconnect.")


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.mark.parametrize("path", ["/ws/v5/public", "/ws/v5/private?brokerId=9999", "/ws/v5/business"])
def test_okx_has_three_urls(stage: Stage, path: str) -> None:
    assert stage.hub.asked(Request("GET", path, Headers({"upgrade": "WebSocket"}.items())))
    assert not stage.hub.asked(Request("GET", path, Headers()))
    assert not stage.hub.asked(Request("GET", f"/x{path}", Headers({"upgrade": "websocket"}.items())))


def test_thirty_seconds_of_silence_end_a_session(stage: Stage) -> None:
    caller = stage.connect()
    stage.clock.advance(29.999)
    assert caller.raw() == []
    stage.clock.advance(0.001)
    assert caller.raw() == [SILENT]


def test_a_message_either_way_or_a_ping_breaks_the_silence(stage: Stage) -> None:
    texting, pinging = stage.connect(), stage.connect()
    for _ in range(4):
        stage.clock.advance(29)
        texting.session.receive("ping")
        pinging.session.pinged()
    assert texting.raw() == ["pong"] * 4
    assert pinging.raw() == []
    stage.clock.advance(120)
    assert (texting.raw(), pinging.raw()) == ([SILENT], [SILENT])


@pytest.mark.parametrize("seconds", [120, 3600])
def test_a_session_that_is_fed_is_never_silent(stage: Stage, seconds: int) -> None:
    fed, unfed = stage.connect(), stage.connect()
    fed.subscribe("tickers", instId="BTC-USDT")
    unfed.subscribe("instruments", instType="SPOT")
    stage.clock.advance(seconds)
    assert len(fed.raw()) == min(seconds // 5, 60)
    assert unfed.raw() == [SILENT]


@pytest.mark.parametrize("seconds", [30, 120, 86_400])
@pytest.mark.parametrize(
    ("url", "channel", "arg"),
    [
        ("private", "positions", {"instType": "ANY"}),
        ("private", "account", {"extraParams": '{"updateInterval":"0"}'}),
        ("public", "status", {}),
        ("public", "funding-rate", {"instId": "BTC-USDT-SWAP"}),
    ],
)
def test_a_session_on_which_nothing_flows_is_silent_whatever_it_is_subscribed_to(
    stage: Stage, url: str, channel: str, arg: dict[str, str], seconds: int
) -> None:
    caller = stage.member(url)
    caller.subscribe(channel, **arg)
    stage.clock.advance(5)
    caller.raw()
    stage.clock.advance(seconds)
    assert caller.raw() == [SILENT]


def test_a_clock_that_was_put_back_still_ends_silence(stage: Stage) -> None:
    caller = stage.connect()
    stage.clock.advance(-3600)
    stage.clock.advance(31)
    assert caller.raw() == [SILENT]


def test_three_connections_a_second_and_address(stage: Stage) -> None:
    stage = Stage(rate_limits=True)
    request = Request("GET", "/ws/v5/public", Headers({"upgrade": "websocket"}.items()))
    statuses = [stage.gateway.upgrade(request, stage.hub.open).status for _ in range(4)]
    assert statuses == [101, 101, 101, 429]
    assert stage.calls[-1].code == "50011"
    stage.connect(peer="10.0.0.1")
    stage.clock.advance(1)
    stage.connect()
    assert len(stage.hub.sessions) == 5


def test_logins_and_subscriptions_are_counted_by_the_hour() -> None:
    stage = Stage(rate_limits=True)
    caller = stage.connect()
    message = {"op": "unsubscribe", "args": [{"channel": "status"}]}
    assert {caller.ask(message)[0]["event"] for _ in range(480)} == {"unsubscribe"}
    [answer] = caller.ask(message)
    assert (answer["code"], answer["msg"]) == ("60014", "Requests too frequent")
    assert caller.send("ping") == ["pong"]
    assert stage.connect().ask(message)[0]["event"] == "unsubscribe"
    caller.subscribe("tickers", instId="BTC-USDT")
    for _ in range(180):
        stage.clock.advance(20)
        caller.session.receive("ping")
    caller.raw()
    assert caller.ask(message)[0]["event"] == "unsubscribe"


def test_an_upgrade_is_announced_and_comes_on_the_clock(stage: Stage) -> None:
    caller, elsewhere = stage.connect(), stage.connect("business")
    caller.subscribe("status")
    stage.hub.announce_upgrade(20)
    [notice] = caller.got()
    assert (notice["event"], notice["code"], notice["connId"]) == ("notice", "64008", caller.session.conn_id)
    assert notice["msg"] == "The connection will soon be closed for a service upgrade. Please reconnect."
    assert elsewhere.raw() == []  # OKX tells it on two of the three addresses
    stage.clock.advance(19.999)
    assert caller.raw() == []
    stage.clock.advance(0.001)
    assert caller.raw() == elsewhere.raw() == [Close(1012, "service restart")]


def test_all_can_be_closed_at_once(stage: Stage) -> None:
    callers = [stage.connect(), stage.member()]
    assert stage.hub.disconnect_all(4013, "why") == 2
    assert [caller.raw() for caller in callers] == [[Close(4013, "why")]] * 2


@pytest.mark.parametrize(
    ("code", "reason", "why"), [(1006, "", "no close frame may carry 1006: give 1000"), (1001, "é" * 62, "123 bytes")]
)
def test_what_no_close_frame_carries_is_refused_and_nobody_goes(stage: Stage, code: int, reason: str, why: str) -> None:
    caller = stage.connect()
    with pytest.raises(ValueError, match=why):
        stage.hub.disconnect_all(code, reason)
    assert (caller.raw(), caller.session.is_closing) == ([], False)


@pytest.mark.parametrize(
    "change",
    [
        lambda exchange, key: exchange.revoke(key),
        lambda exchange, key: exchange.change_key(key, permissions=["read"]),
        lambda exchange, key: exchange.change_key(key, ip_whitelist=["10.0.0.1"]),
    ],
    ids=["revoked", "other permissions", "other addresses"],
)
def test_who_logged_in_with_a_key_that_is_changed_has_to_go(stage: Stage, change: Callable[..., None]) -> None:
    member, other, stranger = (
        stage.member(),
        stage.member("private", stage.exchange.issue_key(stage.account)),
        stage.connect(),
    )
    change(stage.exchange, stage.credentials)
    assert member.raw() == [KEY_GONE]
    assert other.raw() == stranger.raw() == []


def test_who_logged_in_with_a_key_that_expires_has_to_go_then(stage: Stage) -> None:
    end = stage.clock.now() + timedelta(seconds=20)
    caller = stage.member("private", stage.exchange.issue_key(stage.account, expires_at=end))
    stage.clock.advance(19.999)
    assert caller.raw() == []
    stage.clock.advance(0.001)
    assert caller.raw() == [KEY_GONE]


def test_nothing_is_pushed_after_the_end(stage: Stage) -> None:
    caller = stage.connect()
    caller.subscribe("tickers", instId="BTC-USDT")
    for _ in range(2):
        stage.hub.disconnect_all(1001, "")
    stage.clock.advance(5)
    assert caller.raw() == [Close(1001, "")]


def test_names_of_connections_repeat_when_a_test_does() -> None:
    names = [[stage.connect().session.conn_id for _ in range(3)] for stage in (Stage(), Stage())]
    assert names[0] == names[1]
    assert len(set(names[0])) == 3
    assert all(len(name) == 8 for name in names[0])


def test_what_is_said_is_sent_by_the_servers_own_thread_once_for_all(stage: Stage) -> None:
    callers = [stage.connect() for _ in range(3)]
    sent: list[str] = []
    for caller in callers:
        caller.subscribe("tickers", instId="BTC-USDT")
        caller.session.begin(lambda caller=caller: sent.append(caller.session.conn_id))  # type: ignore[misc]
    stage.scheduled.clear()
    stage.clock.advance(10)
    assert (len(stage.scheduled), sent) == (1, [])
    stage.scheduled.pop()()
    assert sent == [caller.session.conn_id for caller in callers]


def test_a_session_that_has_ended_leaves_nothing_behind(stage: Stage) -> None:
    listeners = len(stage.exchange.events._listeners)
    caller = stage.member()
    caller.subscribe("orders", instType="ANY")
    gone = weakref.ref(caller.session)
    caller.session.lost()
    assert not caller.session.is_open
    assert stage.hub.sessions == ()
    stage.clock.advance(60)
    del caller
    gc.collect()
    assert gone() is None
    assert len(stage.exchange.events._listeners) == listeners
    assert not stage.clock._listeners
