"""The log on stderr: a line for each call and message, in either form, without secrets."""

from __future__ import annotations

import argparse
import json
import os
from typing import Any

import pytest

from pytest_okx.commands import lines
from tests.audit.support import BALANCE, TICKER, Bot


def logged(form: str, capsys: pytest.CaptureFixture[str]) -> tuple[Bot, list[str]]:
    """What is written when a bot asks for a ticker, is refused its balance, logs in and pings."""
    bot = Bot()
    lines.log(bot.server, form)
    bot.get(TICKER)
    bot.ask("GET", BALANCE, headers={"OK-ACCESS-SIGN": "wrong"})
    bot.connect().ask("ping")
    return bot, capsys.readouterr().err.splitlines()


def test_json_is_an_object_a_line_without_blank_members(capsys: pytest.CaptureFixture[str]) -> None:
    _, written = logged("json", capsys)
    ticker, balance, _, login, *_, pong = (json.loads(line) for line in written)
    assert ticker == {
        "at": "2026-01-05T12:00:00.000+00:00",
        "kind": "http",
        "method": "GET",
        "target": TICKER,
        "status": 200,
        "code": "0",
        "verdict": "accepted",
    }
    assert (balance["status"], balance["code"]) == (401, "50113")
    assert "the signature" in balance["why"]
    assert (login["kind"], login["from"], login["url"]) == ("ws", "client", "private")
    assert (pong["from"], pong["text"]) == ("server", "pong")


def test_text_is_as_in_a_transcript(capsys: pytest.CaptureFixture[str]) -> None:
    _, written = logged("text", capsys)
    assert written[0] == f"12:00:00.000 GET {TICKER} -> accepted"
    assert written[-1].endswith("/private -> pong")


def test_off_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert logged("off", capsys)[1] == []


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_secret_is_written(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    bot, written = logged(form, capsys)
    assert not any(secret in line for line in written for secret in bot.server.exchange.secrets)


def test_where_nobody_reads_it_the_exchange_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w", encoding="utf-8") as unread:
        monkeypatch.setattr("sys.stderr", unread)
        bot = Bot()
        lines.log(bot.server, "json")
        assert [bot.get(TICKER).status for _ in range(2)] == [200, 200]


def test_a_format_is_one_of_three() -> None:
    assert lines.read("json") == "json"
    wrong: Any = pytest.raises(argparse.ArgumentTypeError, match="'xml' is no format of a log")
    with wrong:
        lines.read("xml")
