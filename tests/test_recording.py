"""What is recorded is answered the same again, and no secret is in it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from pytest_okx import Clock, Credentials, OkxServer
from pytest_okx.clock import from_unix_ms
from pytest_okx.faults import Drop, LoseReply, Reject
from pytest_okx.messages import Headers, Request
from pytest_okx.recording import Recorder, Replay, differences
from tests.audit.support import BALANCE, ORDER, PLACE, TICKER, Bot, Socket
from tests.session.support import login_frame

Story = Callable[[Bot], object]
ORDERS = {"channel": "orders", "instType": "ANY"}


def recorded(story: Story, **told: Any) -> tuple[Bot, str]:
    """A bot that lived a story, and the record of it."""
    bot, file = Bot(), io.StringIO()
    recorder = Recorder(bot.server, file, told)
    story(bot)
    recorder.stop()
    bot.get(TICKER)  # which is not in it any more
    return bot, file.getvalue()


def lines_of(record: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in record.splitlines()]


def replayed(lines: list[dict[str, Any]], **arguments: Any) -> list[str]:
    """The differences when it is asked again, of a server whose secrets are others."""
    first, *rest = lines
    clock = Clock()
    clock.freeze(from_unix_ms(first["made"]))
    credentials = Credentials(first["apiKey"], "another secret", "another passphrase")
    server = OkxServer(clock=clock, credentials=credentials, control=True, **arguments)
    return list(Replay(server, rest).differences())


# --- stories


def trading(bot: Bot) -> None:
    bot.get(TICKER)
    bot.ask("POST", PLACE, ORDER)
    bot.wait(60)
    bot.ask("GET", "/api/v5/trade/orders-pending")
    bot.ask("POST", PLACE, ORDER | {"sz": "1000"})
    bot.ask("POST", PLACE, b"\xff{")


def refused(bot: Bot) -> None:
    bot.ask("GET", BALANCE, headers={"OK-ACCESS-SIGN": "wrong"})
    bot.ask("GET", BALANCE, headers={"OK-ACCESS-PASSPHRASE": "wrong"})
    bot.ask("GET", BALANCE, headers={"OK-ACCESS-KEY": "unknown"})
    bot.behind_ms = 60_000
    bot.ask("GET", BALANCE)


def talking(bot: Bot) -> None:
    socket = bot.connect()
    socket.ask({"op": "subscribe", "args": [ORDERS]})
    socket.place()
    socket.session.pinged()
    bot.wait(29)
    socket.ask("ping")
    bot.wait(31)
    other = Socket(bot, "private")
    other.ask(login_frame(bot.server.credentials, bot.server.clock.now_ms() // 1000, sign="wrong"))
    other.ask(login_frame(Credentials("unknown", "x", "y"), bot.server.clock.now_ms() // 1000))
    other.ask({"op": "login", "args": "nonsense"})
    other.drop()
    bot.connect("public").leave()


def watching(bot: Bot) -> None:
    socket = bot.connect("public")
    for channel in ("tickers", "books", "trades"):
        socket.subscribe(channel, instId="BTC-USDT")
    for _ in range(3):
        bot.wait(5)
        bot.server.exchange.settle(bot.server.clock.now_ms())


STORIES: list[Story] = [trading, refused, talking, watching]


@pytest.mark.parametrize("story", STORIES)
def test_the_same_is_answered_again(story: Story) -> None:
    assert replayed(lines_of(recorded(story)[1])) == []


@pytest.mark.parametrize("story", STORIES)
def test_no_secret_and_no_signature_is_in_it(story: Story) -> None:
    bot, record = recorded(story)
    assert not any(secret in record for secret in bot.server.exchange.secrets)
    for line in lines_of(record)[1:]:
        shown = {name.lower(): value for name, value in line.get("headers", ())}
        assert shown.get("ok-access-sign", "<removed>") == "<removed>"
        assert shown.get("ok-access-passphrase", "<removed>") == "<removed>"


def test_the_first_line_says_what_to_make() -> None:
    bot, record = recorded(lambda bot: None, seed=["7"])
    assert lines_of(record) == [
        {
            "made": bot.server.clock.now_ms(),
            "apiKey": bot.server.credentials.api_key,
            "settings": {"seed": ["7"]},
        }
    ]


@pytest.mark.parametrize("fault", [Reject("50011"), LoseReply()])
def test_what_a_fault_did_differs_where_nobody_gives_it_again(fault: Any) -> None:
    def story(bot: Bot) -> None:
        bot.server.faults.add(fault, on=f"GET {BALANCE}")
        bot.ask("GET", BALANCE)

    found = replayed(lines_of(recorded(story)[1]))
    assert bool(found) is isinstance(fault, Reject)
    assert replayed(lines_of(recorded(story)[1]), faults=[fault]) == []


def test_another_exchange_is_told_by_path_and_value() -> None:
    found = replayed(lines_of(recorded(lambda bot: bot.ask("GET", BALANCE))[1]), balances={"USDT": 5})
    line = f"line 2: GET {BALANCE}.body.data[0]"
    assert f'{line}.totalEq: recorded "184500", now "5"' in found or any(text.startswith(line) for text in found)


def test_a_message_more_or_less_is_told() -> None:
    def story(bot: Bot) -> None:
        bot.server.faults.add(Drop(), on="WS /ws/v5/public/ping")
        bot.connect("public").ask("ping")

    first, *rest = lines_of(recorded(story)[1])
    without = [line for line in rest if not line.get("sent")]
    assert replayed([first, *without, rest[-1] | {"text": "pong"}, rest[-1]]) == [
        f"WebSocket {rest[-1]['conn']}: recorded 2 messages, now 1"
    ]


def test_what_is_commanded_over_http_is_commanded_again() -> None:
    file = io.StringIO()
    bot = Bot(control=True)
    Recorder(bot.server, file, {})
    move = json.dumps({"price": "50000"}).encode()
    headers = Headers([("Content-Type", "application/json"), ("Host", "127.0.0.1")])
    moved = bot.server.handle(Request("POST", "/_okx/markets/BTC-USDT/move", headers, move))
    assert moved.status == 200, moved
    bot.get(TICKER)
    assert replayed(lines_of(file.getvalue())) == []


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["x.a: recorded 1, now 2"]),
        ({"a": 1}, {}, ["x.a: recorded 1, now null"]),
        ([1, 2], [1, 3], ["x[1]: recorded 2, now 3"]),
        ([1], [1, 2], ["x: recorded [1], now [1,2]"]),
        ('{"a":"1"}', '{"a":"2"}', ['x.a: recorded "1", now "2"']),
        ("{", "[", ['x: recorded "{", now "["']),
        ("text", 1, ['x: recorded "text", now 1']),
    ],
)
def test_a_difference_is_told_with_its_path(one: Any, other: Any, found: list[str]) -> None:
    assert list(differences(one, other, "x")) == found
