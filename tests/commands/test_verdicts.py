"""What a run fails on: what is found of each kind, and what is not."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import pytest

from pytest_okx import OkxServer
from pytest_okx.commands import verdicts
from pytest_okx.faults import Refuse, Reject
from tests.audit.support import BALANCE, ORDER, PLACE, TICKER, Bot, Socket

Story = Callable[[Bot], object]


def ticker(bot: Bot) -> None:
    bot.get(TICKER)


def unknown_key(bot: Bot) -> None:
    bot.get(BALANCE, {"OK-ACCESS-KEY": "unknown"})


def refused_by_a_fault(bot: Bot) -> None:
    bot.server.faults.add(Reject("50011"))
    bot.get(TICKER)


def too_large(bot: Bot) -> None:
    bot.ask("POST", PLACE, ORDER | {"sz": "1000"})


def no_such_path(bot: Bot) -> None:
    bot.get("/api/v5/no/such")


def not_simulated(bot: Bot) -> None:
    bot.ask("GET", "/api/v5/asset/monthly-statement?month=Jan")


def no_such_channel(bot: Bot) -> None:
    bot.connect("public").subscribe("no-such")


def no_such_channel_by_a_fault(bot: Bot) -> None:
    bot.server.faults.add(Refuse("60018"), on="WS /ws/v5/public/subscribe")
    bot.connect("public").subscribe("tickers", instId="BTC-USDT")


def too_large_by_websocket(bot: Bot) -> None:
    bot.connect().place(sz="1000")


def by_websocket(bot: Bot) -> None:
    socket: Socket = bot.connect()
    socket.place()
    socket.ask("ping")


def never(bot: Bot) -> None:
    bot.server.faults.add(Reject("50011"), on="GET /never")


@pytest.mark.parametrize(
    ("kind", "story", "told"),
    [
        ("refused", unknown_key, "GET /api/v5/account/balance -> 401 50106"),
        ("refused", too_large, "POST /api/v5/trade/order -> 200 row 51008"),
        ("refused", no_such_channel, "WS /public error -> 60018 Subscribe failed, wrong URL or channel:no-such"),
        ("refused", too_large_by_websocket, "WS /private order -> 51008 Order failed."),
        ("unknown", no_such_path, "GET /api/v5/no/such has no answer here"),
        ("unknown", not_simulated, "GET /api/v5/asset/monthly-statement has no answer here"),
        ("unfired", never, "never fired"),
        ("audit", lambda bot: bot.get(TICKER, {"OK-ACCESS-KEY": "x"}), "minor credentials-on-public-call"),
    ],
)
def test_a_run_fails_on_what_it_was_told_to(
    kind: str, story: Story, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = Bot()
    story(bot)
    assert verdicts.status(bot.server, frozenset({kind}), print) == verdicts.FAILED
    printed = capsys.readouterr().out
    assert printed.startswith(f"{kind}: ")
    assert told in printed


@pytest.mark.parametrize("story", [ticker, refused_by_a_fault, no_such_channel_by_a_fault, by_websocket])
def test_what_goes_well_or_is_a_fault_is_not_refused(story: Story) -> None:
    bot = Bot()
    story(bot)
    assert verdicts.status(bot.server, frozenset({"refused"}), print) == 0


def test_nothing_fails_a_run_that_was_not_told_to() -> None:
    bot = Bot()
    for story in (unknown_key, no_such_path, never):
        story(bot)
    assert verdicts.status(bot.server, frozenset(), print) == 0


def test_what_is_allowed_is_not_unknown() -> None:
    server = OkxServer()
    server.allow("GET /api/v5/no/such")
    server.request("GET", "/api/v5/no/such")
    assert verdicts.status(server, frozenset({"unknown"}), print) == 0


def test_kinds_are_written_with_commas() -> None:
    assert verdicts.read("refused, audit") == {"refused", "audit"}
    with pytest.raises(argparse.ArgumentTypeError, match="names what there is not"):
        verdicts.read("")
