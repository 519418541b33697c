"""What is recorded is answered the same again, and no secret is in it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from pytest_okx import Clock, Credentials, OkxServer
from pytest_okx.clock import from_unix_ms
from pytest_okx.faults import Drop, LoseReply, Reject
from pytest_okx.messages import Headers, Request
from pytest_okx.recording import Recorder, Replay, differences, read
from tests.audit.support import BALANCE, ORDER, PLACE, TICKER, Bot, Socket
from tests.helpers import frozen_server
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


def commanded(*commands: tuple[str, str, Any]) -> str:
    """The record of what a program commanded over HTTP, with a token, of a server that listens elsewhere."""
    file = io.StringIO()
    with pytest.warns(UserWarning, match="not on loopback"):
        server = frozen_server(host="203.0.113.7", control="token-of-mine")
    Recorder(server, file, {})
    for method, path, body in commands:
        fields = {"Host": "203.0.113.7", "Authorization": "Bearer token-of-mine", "Content-Type": "application/json"}
        server.handle(Request(method, f"/_okx{path}", Headers(fields.items()), json.dumps(body).encode()))
        server.handle(Request("GET", "/api/v5/market/ticker?instId=BTC-USDT", Headers()))
    return file.getvalue()


MOVE = ("POST", "/markets/BTC-USDT/move", {"price": "50000"})


def test_what_is_commanded_over_http_is_commanded_again() -> None:
    record = commanded(MOVE, ("POST", "/clock/advance", {"seconds": 60}), ("DELETE", "/faults", {}))
    assert "token-of-mine" not in record
    assert [line["command"] for line in lines_of(record) if "command" in line] == ["POST", "POST", "DELETE"]
    assert replayed(lines_of(record)) == []


def test_what_was_looked_at_or_refused_is_not_asked_again() -> None:
    record = commanded(("GET", "/health", {}), ("POST", "/markets/BTC-USDT/move", {"price": "-1"}))
    assert not any("command" in line for line in lines_of(record))


def test_a_command_that_is_refused_now_is_told() -> None:
    first, command, *rest = lines_of(commanded(MOVE))
    assert replayed([first, command | {"path": "/_okx/markets/BTC-NONE/move"}, *rest])[0] == (
        "line 2: POST /_okx/markets/BTC-NONE/move: it was done, now it is refused: "
        "there is no instrument 'BTC-NONE': GET /_okx/markets lists them"
    )


def test_a_handshake_that_goes_otherwise_now_is_told_with_what_was_said_after_it() -> None:
    def story(bot: Bot) -> None:
        bot.connect("public").ask("ping")

    first, opened, *rest = lines_of(recorded(story)[1])
    handshake, *said = replayed([first, opened | {"target": "/ws/v5/nothing"}, *rest])
    assert "recorded 101, now 404" in handshake
    assert said[-1] == f"WebSocket {opened['conn']}: recorded 1 messages, now 0"
    del opened["conn"]
    opened["reply"]["status"] = 404
    assert "recorded 404, now 101" in replayed([first, opened])[0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: [], "it is empty"),
        (lambda lines: lines[1:], 'line 1 is cut off, or of another version: \'{"at"'),
        (lambda lines: [*lines[:-1], lines[-1][:20]], "line 2 is cut off, or of another version"),
        (lambda lines: [*lines, "5"], "line 3 is cut off, or of another version: '5'"),
        (lambda lines: [*lines, "[" * 100_000], "line 3 is cut off"),
    ],
)
def test_what_is_no_line_of_a_record_is_told(change: Any, told: str) -> None:
    lines = recorded(lambda bot: bot.get(TICKER))[1].splitlines()
    assert read(lines) == list(map(json.loads, lines))
    with pytest.raises(ValueError, match=re.escape(told)):
        read(change(lines))


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
