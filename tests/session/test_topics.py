"""What is pushed to whom and when: events, the grid of time, jumps, and clocks that go back."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.exchange.events import InstrumentChanged, MarketMoved, TradePrinted
from pytest_okx.exchange.noise import SLOT_MS
from tests.session.support import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


def times(messages: list[Any]) -> list[int]:
    return [int(message["data"][0]["ts"]) for message in messages]


def test_a_regular_push_comes_on_the_grid_of_time_however_the_clock_gets_there(stage: Stage) -> None:
    stage.clock.advance(1)
    start = stage.clock.now_ms()
    grid = [start - start % SLOT_MS + step * SLOT_MS for step in range(1, 5)]
    steps, jump = stage.connect(), stage.connect()
    for caller in (steps, jump):
        caller.subscribe("tickers", instId="BTC-USDT")
    found = []
    for _ in range(20):
        stage.clock.advance(1)
        found += steps.got()
    assert times(found) == grid
    assert times(jump.got()) == grid


def test_nothing_comes_while_the_clock_stands(stage: Stage) -> None:
    caller = stage.connect()
    caller.subscribe("tickers", instId="BTC-USDT")
    for _ in range(3):
        stage.hub.tick()
    assert caller.raw() == []


def test_any_call_settles_the_exchange_and_so_brings_what_is_due(stage: Stage) -> None:
    caller, other = stage.connect(), stage.connect()
    caller.subscribe("tickers", instId="BTC-USDT")
    stage.clock._listeners = ()  # as if the process's clock had gone on by itself
    stage.clock.advance(5)
    assert caller.raw() == []
    other.session.receive("ping")
    assert len(caller.raw()) == 1


def test_of_a_long_jump_the_last_five_minutes_are_told(stage: Stage) -> None:
    caller = stage.connect()
    caller.subscribe("tickers", instId="BTC-USDT")
    stage.clock.advance(86_400)
    found = times(caller.got())
    assert (len(found), found[-1]) == (60, stage.clock.now_ms())
    stage.clock.advance(5)
    assert len(caller.got()) == 1


def test_a_clock_that_was_put_back_begins_anew(stage: Stage) -> None:
    caller = stage.connect()
    caller.subscribe("tickers", instId="BTC-USDT")
    stage.clock.advance(-3600)
    assert caller.raw() == []
    stage.clock.advance(5)
    assert times(caller.got()) == [stage.clock.now_ms()]


def test_one_message_is_made_for_all_who_watch(stage: Stage) -> None:
    callers = [stage.connect() for _ in range(3)]
    for caller in callers:
        caller.subscribe("tickers", instId="BTC-USDT")
    stage.clock.advance(5)
    texts = [caller.raw()[0] for caller in callers]
    assert texts[0] is texts[1] is texts[2]


def test_who_has_left_is_told_nothing_and_the_rest_are(stage: Stage) -> None:
    gone, here = stage.connect(), stage.connect()
    for caller in (gone, here):
        caller.subscribe("tickers", instId="BTC-USDT")
    gone.session.lost()
    stage.clock.advance(5)
    assert (gone.raw(), len(here.raw())) == ([], 1)
    here.session.lost()
    stage.clock.advance(60)
    stage.exchange.settle(stage.clock.now_ms())
    assert stage.exchange.timeline._heap == []


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (MarketMoved(0, "BTC-USDT"), True),
        (TradePrinted(0, "BTC-USDT", None), True),  # type: ignore[arg-type]  # the tape has it, not the event
        (MarketMoved(0, "ETH-USDT"), False),
        (InstrumentChanged(0, "BTC-USDT"), False),
    ],
    ids=repr,
)
def test_an_event_is_told_to_whom_it_concerns(stage: Stage, event: Any, told: bool) -> None:
    caller = stage.connect()
    caller.subscribe("tickers", instId="BTC-USDT")
    now = stage.clock.now_ms()
    stage.exchange.events.emit(type(event)(now, *(getattr(event, name) for name in event.__slots__)))
    assert times(caller.got()) == ([now] if told else [])


def test_a_channel_without_a_feed_is_silent(stage: Stage) -> None:
    caller = stage.connect()
    assert [each["event"] for each in caller.subscribe("adl-warning", instType="ANY")] == ["subscribe"]
    stage.clock.advance(20)
    assert caller.raw() == []
    assert caller.ask({"op": "unsubscribe", "args": [{"channel": "adl-warning", "instType": "ANY"}]})


def test_accounts_and_intervals_do_not_share_a_topic(stage: Stage) -> None:
    first, second = stage.member(), stage.member("private", stage.exchange.issue_key(stage.exchange.open_account()))
    for caller in (first, second):
        caller.subscribe("account")
    first.subscribe("account", extraParams='{"updateInterval":"0"}')
    first.got()
    stage.clock.advance(4)
    assert first.got() == second.got() == []
    stage.clock.advance(1)
    assert len(first.got()) == 1
    [push] = second.got()
    assert push["arg"] == {"channel": "account", "uid": second.session.account.uid}  # type: ignore[union-attr]
