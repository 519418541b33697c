"""Rules about how much a client asks, and how: who breaks them, who does not, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pytest_okx.faults import LoseReply
from tests.audit.support import BALANCE, ORDER, PLACE, TICKER, TIME, Bot

Story = Callable[[Bot], object]
SWAP = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "buy", "ordType": "limit", "sz": "1", "px": "50000"}


def times(count: int, act: Callable[[Bot], object]) -> Story:
    def story(bot: Bot) -> None:
        for _ in range(count):
            act(bot)

    return story


def get_time(bot: Bot) -> None:
    bot.get(TIME)


# --- limit-nearly-used


def test_nine_tenths_of_a_limit_are_found_with_the_calls() -> None:
    bot = Bot()
    times(9, get_time)(bot)
    bot.get(TICKER)
    (finding,) = bot.findings("limit-nearly-used")
    assert finding.sentence == "GET /api/v5/public/time was used 9 times of 10 in 2 s for 127.0.0.1"
    assert [call.target for call in finding.calls] == [TIME] * 9


@pytest.mark.parametrize(
    "story",
    [
        times(8, get_time),
        lambda bot: (times(8, get_time)(bot), bot.wait(2), times(8, get_time)(bot)),
        lambda bot: bot.ask("POST", "/api/v5/trade/cancel-all-after", {"timeOut": "0"}),
    ],
)
def test_four_fifths_of_a_limit_and_one_of_one_are_right(story: Story) -> None:
    bot = Bot()
    story(bot)
    assert bot.told("limit-nearly-used") == []


def test_batches_of_one_count_as_single_orders() -> None:
    bot = Bot()
    times(50, lambda each: each.ask("POST", "/api/v5/trade/batch-orders", [ORDER]))(bot)
    (finding,) = bot.findings("limit-nearly-used")
    assert finding.sentence.startswith(f"POST {PLACE} was used 50 times of 60 in 2 s for ")
    assert len(finding.calls) == 50


def test_the_cap_on_all_orders_is_a_limit() -> None:
    bot = Bot()
    entries = [SWAP] * 20
    for number in range(41):
        bot.ask("POST", "/api/v5/trade/batch-orders", [{**each, "clOrdId": f"n{number}"} for each in entries])
    found = {finding.sentence.partition(" was used")[0]: finding for finding in bot.findings("limit-nearly-used")}
    assert len(found["new and amended orders"].calls) == 41


# --- connection-per-request


def reconnecting(count: int, **options: Any) -> Story:
    def story(bot: Bot) -> None:
        for _ in range(count):
            bot.reconnect()
            bot.get(TICKER, **options)

    return story


def test_ten_calls_on_ten_connections_are_found() -> None:
    bot = Bot()
    reconnecting(12)(bot)
    (finding,) = bot.findings("connection-per-request")
    assert finding.sentence == "10 calls in a row came on 10 connections"
    assert len({call.connection for call in finding.calls}) == 10


def all_at_once(bot: Bot) -> None:
    connections = [(bot.reconnect(), bot.connection)[1] for _ in range(20)]
    for connection in connections:
        bot.connection = connection
        bot.get(TICKER)


def with_a_break(bot: Bot) -> None:
    reconnecting(9)(bot)
    times(2, get_time)(bot)
    reconnecting(9)(bot)


def without_a_socket(bot: Bot) -> None:
    bot.connection = None
    times(20, get_time)(bot)


def ended_by_the_exchange(bot: Bot) -> None:
    bot.server.faults.add(LoseReply(), times=None)
    reconnecting(20)(bot)


@pytest.mark.parametrize(
    "story",
    [reconnecting(9), times(20, get_time), all_at_once, with_a_break, without_a_socket, ended_by_the_exchange],
)
def test_connections_that_are_kept_needed_or_ended_by_others_are_right(story: Story) -> None:
    bot = Bot()
    story(bot)
    assert bot.told("connection-per-request") == []


# --- polling


def polls(target: str, count: int, seconds: float) -> Story:
    def story(bot: Bot) -> None:
        for _ in range(count):
            bot.ask("GET", target)
            bot.wait(seconds)

    return story


@pytest.mark.parametrize(
    ("target", "channel"),
    [(BALANCE, "account"), (TICKER, "tickers"), ("/api/v5/trade/orders-pending?instType=SPOT", "orders")],
)
def test_what_a_channel_pushes_is_not_to_be_polled(target: str, channel: str) -> None:
    bot = Bot()
    polls(target, 30, 1)(bot)
    (finding,) = bot.findings("polling")
    assert finding.sentence == f"GET {target} was asked 11 times within 10 s: the channel {channel} tells"
    assert len(finding.calls) == 11


@pytest.mark.parametrize(
    "story",
    [
        polls(TICKER, 10, 0),
        polls(TICKER, 30, 1.01),
        polls(TIME, 30, 1),
        lambda bot: [bot.get(f"/api/v5/market/ticker?instId={each}-USDT") for each in "ABCDEFGHIJKLMNOP"],
        lambda bot: (polls(TICKER, 10, 0)(bot), bot.wait(-60), polls(TICKER, 10, 0)(bot)),
    ],
)
def test_now_and_then_is_no_polling(story: Story) -> None:
    bot = Bot()
    story(bot)
    assert bot.told("polling") == []


def test_whoever_has_lost_a_socket_may_poll_until_it_is_back() -> None:
    bot = Bot()
    socket = bot.connect()
    socket.drop()
    polls(BALANCE, 30, 1)(bot)
    assert bot.told("polling") == []
    bot.connect()
    polls(BALANCE, 30, 1)(bot)
    (finding,) = bot.findings("polling")
    assert len(finding.calls) == 11
