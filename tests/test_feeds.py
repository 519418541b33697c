"""The list of channels, and the decorator that fills it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_okx import api, feeds
from pytest_okx.clock import Clock
from pytest_okx.exchange import Exchange
from pytest_okx.exchange.events import Event
from pytest_okx.feeds import CHANNELS, Channel, Push, Topic, channel

HEADER = "channel\turl\taccess\trequired\ttier\tbars"
SILENT = {
    "adl-warning", "algo-recurring-buy", "books-elp", "copytrading-lead-notification", "economic-calendar",
    "event-contract-markets", "grid-orders-contract", "grid-orders-spot", "grid-positions", "grid-sub-orders",
    "public-block-trades", "public-struc-block-trades", "quotes", "rfqs", "sprd-bbo-tbt", "sprd-books-l2-tbt",
    "sprd-books5", "sprd-candle{bar}", "sprd-orders", "sprd-public-trades", "sprd-tickers", "sprd-trades",
    "struc-block-trades",
}  # fmt: skip


def nothing(topic: Topic, event: Event) -> Iterator[Push]:
    return iter(())


def test_a_channel_is_found_by_the_name_that_clients_use() -> None:
    assert api.PUBLIC  # the feeds are there once the sections are
    candle = CHANNELS["candle1m"]
    assert (candle.family, candle.bar, candle.url, candle.login) == ("candle{bar}", "1m", "business", False)
    orders = CHANNELS["orders"]
    assert (orders.url, orders.login, orders.required) == ("private", True, (("instType",),))
    assert CHANNELS["estimated-price"].required == (("instType",), ("instFamily", "instId"))
    assert CHANNELS["books-l2-tbt"].tier == 4


def test_these_channels_are_accepted_and_silent() -> None:
    assert {each.family for each in CHANNELS.values() if each.feed is None} == SILENT


def test_a_name_stands_once() -> None:
    with pytest.raises(ValueError, match=r"channels\.tsv has the channel 'a' twice: keep one"):
        feeds._read(f"{HEADER}\na\tpublic\t\t\t\t\na\tpublic\t\t\t\t")


def test_a_feed_of_a_channel_that_is_not_listed_is_refused() -> None:
    with pytest.raises(TypeError, match=r"nothing feeds x, which catalogue/channels\.tsv does not have: add a line"):
        channel("x")(nothing)


def test_a_channel_has_one_feed() -> None:
    with pytest.raises(TypeError, match="nothing and trades both feed trades: keep one"):
        channel("trades")(nothing)


def topic(**arg: str) -> Topic:
    clock = Clock()
    return Topic(Channel("x", "x", "", "public", False, (), 0), arg, Exchange(clock))


def test_an_endpoint_answers_a_topic_as_it_answers_a_call() -> None:
    asked = topic()
    assert asked.ask("GET /api/v5/public/time", 1234) == [{"ts": "1234"}]
    [row] = asked.ask("GET /api/v5/market/ticker", asked.exchange.clock.now_ms(), instId="BTC-USDT")
    assert row["instId"] == "BTC-USDT"


def test_what_is_refused_or_answered_by_nobody_is_nothing() -> None:
    asked = topic()
    assert asked.ask("GET /api/v5/market/ticker", 0, instId="X&Y") == []
    assert asked.ask("GET /api/v5/finance/savings/balance", 0) == []


def test_a_topic_that_needs_no_login_is_nobodys() -> None:
    with pytest.raises(AssertionError, match="x needs no login: it is nobody's"):
        _ = topic().account
