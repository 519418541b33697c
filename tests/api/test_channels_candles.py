"""Channels of candles: the open bar, the closing one before it, and every length."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.api.channels_candles import BARS_OF
from pytest_okx.exchange import BARS
from pytest_okx.feeds import CHANNELS
from tests.session.support import Caller, Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


def candles(caller: Caller) -> list[Any]:
    return [push["data"][0] for push in caller.got()]


def test_a_candle_that_closes_is_told_before_the_one_that_opens(stage: Stage) -> None:
    caller = stage.connect("business")
    [_, first] = caller.subscribe("candle1m", instId="BTC-USDT")
    opening = stage.clock.now_ms()
    assert (int(first["data"][0][0]), first["data"][0][-1]) == (opening, "0")
    stage.clock.advance(59)
    assert {row[0] for row in candles(caller)} == {str(opening)}
    stage.clock.advance(1)
    closed, opened = candles(caller)
    assert (int(closed[0]), closed[-1]) == (opening, "1")
    assert (int(opened[0]), opened[-1]) == (opening + 60_000, "0")


def test_after_a_jump_every_bar_that_closed_is_told_once(stage: Stage) -> None:
    caller = stage.connect("business")
    caller.subscribe("candle1m", instId="BTC-USDT")
    opening = stage.clock.now_ms()
    stage.clock.advance(3600)
    closed = [int(row[0]) for row in candles(caller) if row[-1] == "1"]
    assert closed == [opening + minute * 60_000 for minute in range(60)]


def test_a_second_subscriber_of_candles_gets_the_open_one_alone(stage: Stage) -> None:
    first, second = stage.connect("business"), stage.connect("business")
    first.subscribe("candle1H", instId="BTC-USDT")
    stage.clock.advance(1)
    assert len(second.subscribe("candle1H", instId="BTC-USDT")) == 2
    assert first.raw() == []


@pytest.mark.parametrize("name", [name for name, each in CHANNELS.items() if each.family in BARS_OF])
def test_every_bar_comes_and_goes_on(stage: Stage, name: str) -> None:
    caller = stage.connect("business")
    [_, push] = caller.subscribe(name, instId="BTC-USDT")
    [row] = push["data"]
    bar = BARS[CHANNELS[name].bar]
    assert (int(row[0]), row[-1]) == (bar.floor(stage.clock.now_ms()), "0")
    stage.clock.advance(5)
    rows = candles(caller)
    assert [int(row[0]) for row in rows] == sorted({int(row[0]) for row in rows})
    assert int(rows[-1][0]) == bar.floor(stage.clock.now_ms())
