"""Rules about time: who breaks them, who does not, and what is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_okx.clock import unix_ms
from pytest_okx.messages import Reply
from tests.audit.support import BALANCE, TIME, Bot
from tests.helpers import NOW

Story = Callable[[Bot], object]


def asks(bot: Bot, *waits: float) -> list[Reply]:
    """The replies to a signed call after each wait."""
    replies = []
    for seconds in waits:
        bot.wait(seconds)
        replies.append(bot.ask("GET", BALANCE))
    return replies


# --- timestamp-reused


def test_a_timestamp_that_is_kept_is_found_once_with_all_its_calls() -> None:
    bot = Bot()
    bot.stamp_ms = unix_ms(NOW)
    asks(bot, 0, 1, 1.5, 31)
    (finding,) = bot.findings("timestamp-reused")
    assert finding.sentence == "the timestamp 2026-01-05T12:00:00.000Z was sent in 4 calls within 33.5 s"
    assert [call.code for call in finding.calls] == ["0", "0", "0", "50102"]


def test_a_timestamp_that_is_kept_is_no_clock_that_is_off() -> None:
    bot = Bot()
    bot.stamp_ms = unix_ms(NOW)
    asks(bot, 0, 10, 10)
    assert [finding.rule for finding in bot.server.audit()] == ["timestamp-reused"]


@pytest.mark.parametrize("waits", [(0, 0, 0), (0, 2), (0, 31, 31)])
def test_calls_in_one_moment_may_share_a_timestamp_and_others_have_their_own(waits: tuple[float, ...]) -> None:
    bot = Bot()
    bot.stamp_ms = unix_ms(NOW) if sum(waits) <= 2 else None
    asks(bot, *waits)
    assert bot.told("timestamp-reused") == []


def test_stale_headers_of_a_public_call_are_no_signed_call() -> None:
    bot = Bot()
    bot.stamp_ms = unix_ms(NOW)
    asks(bot, 0)
    bot.wait(60)
    bot.ask("GET", TIME)
    assert bot.told("timestamp-reused") == []


def test_calls_without_a_timestamp_share_none() -> None:
    bot = Bot()
    for _ in range(2):
        bot.ask("GET", BALANCE, headers={"OK-ACCESS-TIMESTAMP": ""})
        bot.wait(60)
    assert bot.told("timestamp-reused") == []


# --- clock-off, clock-far-off


def behind(*calls_ms: int) -> Story:
    """A client whose clock is so far behind in each of its calls."""

    def story(bot: Bot) -> None:
        for ms in calls_ms:
            bot.behind_ms = ms
            asks(bot, 0.1)

    return story


@pytest.mark.parametrize(
    ("story", "found"),
    [
        (behind(1001), ["clock-off"]),
        (behind(5000), ["clock-off"]),
        (behind(-5000), ["clock-off"]),
        (behind(5001), ["clock-far-off"]),
        (behind(-40_000), ["clock-far-off"]),
        (behind(0, 3000, 3000), ["clock-off"]),
        (behind(9000, 9000, 2000), ["clock-off"]),
        (behind(1000, 1000), []),
        (behind(45_000, 0), []),
        (behind(6000, 6000, 6000, 900), []),
        (behind(0, 6000), []),
    ],
)
def test_a_clock_that_is_off_and_not_corrected_is_found(story: Story, found: list[str]) -> None:
    bot = Bot()
    story(bot)
    assert [finding.rule for finding in bot.server.audit()] == found


@pytest.mark.parametrize(
    ("story", "ending"),
    [
        (behind(6000), "off from its first call on, at last 6 s behind the exchange's"),
        (behind(0, -2500, -2600), "off for 2 calls, at last 2.6 s ahead of the exchange's"),
    ],
)
def test_it_is_told_how_far_and_since_when(story: Story, ending: str) -> None:
    bot = Bot()
    story(bot)
    (finding,) = bot.server.audit()
    assert finding.sentence.endswith(ending)
    assert bot.server.credentials.api_key in finding.sentence


def test_clocks_are_judged_key_by_key() -> None:
    bot = Bot()
    other = bot.server.issue_key(bot.server.exchange.accounts[0])
    bot.behind_ms = 3000
    bot.ask("GET", BALANCE, credentials=other)
    bot.behind_ms = 0
    asks(bot, 0)
    (sentence,) = bot.told("clock-off")
    assert other.api_key in sentence


def test_a_clock_is_of_no_concern_where_the_window_is_off() -> None:
    bot = Bot(timestamp_window=None)
    behind(600_000, 600_000)(bot)
    assert bot.server.audit() == ()


def test_a_timestamp_that_cannot_be_read_says_nothing_of_a_clock() -> None:
    bot = Bot()
    bot.ask("GET", BALANCE, headers={"OK-ACCESS-TIMESTAMP": "noon"})
    assert bot.server.audit() == ()


def test_a_timestamp_is_read_as_the_server_was_told() -> None:
    bot = Bot(timestamp_formats=["unix_ms"])
    bot.ask("GET", BALANCE, headers={"OK-ACCESS-TIMESTAMP": str(unix_ms(NOW) - 3000)})
    assert bot.told("clock-off") != []


def test_v3_is_read_as_v3_was() -> None:
    bot = Bot()
    bot.ask("GET", "/api/account/v3/wallet", headers={"OK-ACCESS-TIMESTAMP": str(unix_ms(NOW) // 1000 - 3)})
    assert bot.told("clock-off") != []


# --- no-resync


@pytest.mark.parametrize(
    ("story", "found"),
    [
        (lambda bot: asks(bot, 0, 1800.001), 1),
        (lambda bot: asks(bot, 0, *[600] * 9), 1),
        (lambda bot: (bot.get(TIME), asks(bot, 10, 1791)), 1),
        (lambda bot: asks(bot, 0, 1800), 0),
        (lambda bot: (asks(bot, 0, 1700), bot.get(TIME), asks(bot, 1700)), 0),
        (lambda bot: (asks(bot, 0), bot.wait(9000), bot.get(TIME), asks(bot, 1)), 0),
        (lambda bot: (bot.get(TIME), bot.wait(9000), bot.get(BALANCE)), 0),
    ],
)
def test_half_an_hour_of_signing_wants_the_time_in_between(story: Callable[[Bot], object], found: int) -> None:
    bot = Bot()
    story(bot)
    assert len(bot.told("no-resync")) == found


def test_the_time_of_v3_is_a_time() -> None:
    bot = Bot()
    asks(bot, 0, 1700)
    bot.get("/api/general/v3/time")
    asks(bot, 1700)
    assert bot.told("no-resync") == []


def test_it_is_told_how_long_and_shown_between_which_calls() -> None:
    bot = Bot()
    asks(bot, 0, 60, 3600)
    (finding,) = bot.findings("no-resync")
    assert finding.sentence == "a call was signed 61 min after the time was last asked for, if ever"
    assert len(finding.calls) == 2
