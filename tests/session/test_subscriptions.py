"""Subscribing: every check with its code, filters, and what is harmless."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_okx.feeds import CHANNELS
from pytest_okx.session.subscriptions import read
from pytest_okx.session.texts import WsError
from tests.session.support import Caller, Stage

TICKERS = {"channel": "tickers", "instId": "BTC-USDT"}


@pytest.fixture
def stage() -> Stage:
    return Stage()


def vip(stage: Stage, level: str, url: str = "public") -> Caller:
    return stage.member(url, stage.exchange.issue_key(stage.exchange.open_account(level)))


def events(messages: list[Any]) -> list[str]:
    return [message.get("event", message.get("arg", {}).get("channel")) for message in messages]


def test_each_argument_gets_its_ack_as_it_was_sent_before_any_data(stage: Stage) -> None:
    caller = stage.connect()
    args = [TICKERS, {"instId": "BTC-USDT-SWAP", "channel": "mark-price", "own": 1}, {"channel": "nothing"}]
    answers = caller.ask({"id": "abc1", "op": "subscribe", "args": args})
    assert events(answers)[:3] == ["subscribe", "subscribe", "error"]
    assert [answer.get("arg") for answer in answers[:2]] == args[:2]
    assert {answer["id"] for answer in answers[:3]} == {"abc1"}
    assert answers[3]["arg"] == TICKERS
    assert caller.session.subscriptions == tuple(args[:2])


def test_subscribing_again_is_acked_and_brings_nothing_more(stage: Stage) -> None:
    caller = stage.connect()
    assert events(caller.subscribe("tickers", instId="BTC-USDT")) == ["subscribe", "tickers"]
    assert events(caller.subscribe("tickers", instId="BTC-USDT")) == ["subscribe"]
    stage.clock.advance(5)
    assert events(caller.got()) == ["tickers"]


def test_unsubscribing_is_acked_whether_or_not_there_was_anything(stage: Stage) -> None:
    caller = stage.connect()
    caller.subscribe("tickers", instId="BTC-USDT")
    for _ in range(2):
        [answer] = caller.ask({"op": "unsubscribe", "args": [TICKERS]})
        assert answer == {"event": "unsubscribe", "arg": TICKERS, "connId": caller.session.conn_id}
    stage.clock.advance(5)
    assert caller.got() == []
    assert caller.session.subscriptions == ()
    assert caller.ask({"op": "unsubscribe", "args": [{"channel": "nothing"}]})[0]["code"] == "60018"


# What the documentation and what was recorded say of a subscription, row by row.
REFUSED: list[tuple[str, str, dict[str, Any], str]] = [
    ("an unknown channel", "public", {"channel": "nothing", "instId": "BTC-USDT"}, "60018"),
    ("no channel", "public", {}, "60018"),
    ("null as channel", "public", {"channel": None}, "60018"),
    ("an unknown instrument", "public", {"channel": "tickers", "instId": "NEAR-USDT-SWAP"}, "60018"),
    ("a blank instrument", "public", {"channel": "tickers", "instId": ""}, "60018"),
    ("no instrument", "public", {"channel": "tickers"}, "60018"),
    ("an unknown family", "public", {"channel": "opt-summary", "instFamily": "XRP-USD"}, "60018"),
    ("an unknown type", "public", {"channel": "instruments", "instType": "STOCK"}, "60018"),
    ("an unknown bar", "business", {"channel": "candle7m", "instId": "BTC-USDT"}, "60018"),
    ("candles on /public", "public", {"channel": "candle1m", "instId": "BTC-USDT"}, "60018"),
    ("algo orders on /private", "private", {"channel": "orders-algo", "instType": "ANY"}, "60018"),
    ("a ticker on /business", "business", TICKERS, "60018"),
    ("a ticker on /private", "private", TICKERS, "60018"),
    ("an account on /public", "public", {"channel": "account"}, "60018"),
    ("a private channel before login", "private", {"channel": "orders", "instType": "ANY"}, "60011"),
    ("a business channel before login", "business", {"channel": "deposit-info"}, "60011"),
    ("the finest books before login", "public", {"channel": "books-l2-tbt", "instId": "BTC-USDT"}, "60011"),
    ("an instrument that is no text", "public", {"channel": "tickers", "instId": {}}, "60013"),
    ("the removed uly", "public", {"channel": "opt-summary", "uly": "BTC-USD"}, "64000"),
]


@pytest.mark.parametrize(("url", "arg", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_wrong_gets_its_code_without_the_argument_and_the_session_lives(
    stage: Stage, url: str, arg: dict[str, Any], code: str
) -> None:
    caller = stage.connect(url)
    [answer] = caller.ask({"op": "subscribe", "args": [arg]})
    assert (list(answer), answer["event"], answer["code"]) == (["event", "msg", "code", "connId"], "error", code)
    assert caller.session.subscriptions == ()
    assert caller.send("ping") == ["pong"]


def test_what_was_delisted_meanwhile_can_be_left_and_not_be_watched_again(stage: Stage) -> None:
    caller = stage.connect()
    caller.subscribe("tickers", instId="BTC-USDT")
    stage.exchange.market("BTC-USDT").delist()
    [ack] = caller.ask({"op": "unsubscribe", "args": [TICKERS]})
    assert (ack["event"], ack["arg"], caller.session.subscriptions) == ("unsubscribe", TICKERS, ())
    assert caller.subscribe("tickers", instId="BTC-USDT")[0]["code"] == "60018"


@pytest.mark.parametrize("nameless", [{}, {"instId": None}, {"instId": ""}], ids=repr)
def test_the_words_are_those_of_the_wire(stage: Stage, nameless: dict[str, Any]) -> None:
    rest = "doesn't exist. Please use the correct URL, channel and parameters referring to API document."
    with_id = stage.connect().subscribe("tickers", instId="X")[0]["msg"]
    assert with_id == f"Subscribe failed, wrong URL or channel:tickers,instId:X {rest}"
    without = stage.connect().subscribe("x", **nameless)[0]["msg"]
    assert without == f"Subscribe failed, wrong URL or channel:x {rest}"


@pytest.mark.parametrize("op", ["subscribe", "unsubscribe"])
@pytest.mark.parametrize("args", [None, []], ids=repr)
def test_there_is_an_argument(stage: Stage, op: str, args: Any) -> None:
    [answer] = stage.connect().ask({"op": op, "args": args})
    assert (answer["code"], answer["msg"]) == ("60013", "Invalid args")


@pytest.mark.parametrize("op", ["subscribe", "unsubscribe"])
@pytest.mark.parametrize("args", ["x", {}, ["spot/ticker:BTC-USDT"], [TICKERS, 1]], ids=str)
def test_what_is_no_list_of_arguments_comes_back_as_it_was_sent(stage: Stage, op: str, args: Any) -> None:
    frame = json.dumps({"op": op, "args": args})
    [answer] = stage.connect().ask(frame)
    assert (answer["code"], answer["msg"]) == ("60012", f"Illegal request: {frame}")


# Where OKX has them, and that nothing else is needed to subscribe there.
PLACES = {
    "public": ["tickers", "trades", "books", "books5", "bbo-tbt", "instruments", "mark-price", "index-tickers",
               "funding-rate", "open-interest", "price-limit", "liquidation-orders", "call-auction-details", "status"],
    "business": ["candle1m", "mark-price-candle1D", "index-candle30m", "trades-all", "orders-algo", "algo-advance",
                 "grid-orders-spot", "deposit-info", "withdrawal-info", "economic-calendar", "sprd-tickers", "rfqs",
                 "quotes"],
    "private": ["account", "positions", "balance_and_position", "orders", "fills", "liquidation-warning",
                "account-greeks"],
}  # fmt: skip


@pytest.mark.parametrize(("url", "name"), [(url, name) for url, names in PLACES.items() for name in names])
def test_a_channel_is_where_okx_has_it(url: str, name: str) -> None:
    assert CHANNELS[name].url == url


@pytest.mark.parametrize(("level", "code"), [("Lv1", "64003"), ("VIP3", "64003"), ("VIP4", None), ("VIP9", None)])
def test_the_finest_books_are_for_the_higher_tiers(stage: Stage, level: str, code: str | None) -> None:
    caller = vip(stage, level)
    assert caller.subscribe("books-l2-tbt", instId="BTC-USDT")[0].get("code") == code
    assert vip(stage, level, "private").subscribe("fills")[0].get("code") == code


@pytest.mark.parametrize("first", ["books", "books50-l2-tbt", "books-l2-tbt"])
def test_two_kinds_of_books_do_not_go_together_on_one_instrument(stage: Stage, first: str) -> None:
    caller = vip(stage, "VIP5")
    second = "books" if first == "books-l2-tbt" else "books-l2-tbt"
    other = first if first != "books-l2-tbt" else "books"
    assert caller.subscribe(first, instId="BTC-USDT")[0]["event"] == "subscribe"
    refused = caller.subscribe(second, instId="BTC-USDT")[0]
    assert refused["code"] == "64004"
    assert refused["msg"].startswith(f"Subscribe to both {other} and books-l2-tbt for BTC-USDT is not allowed.")
    assert caller.subscribe(second, instId="ETH-USDT")[0]["event"] == "subscribe"


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_that_okx_documents_is_accepted_where_it_belongs(stage: Stage, name: str) -> None:
    channel = CHANNELS[name]
    values = {"instType": "OPTION", "instId": "BTC-USDT", "instFamily": "BTC-USD", "algoId": "1", "sprdId": "x"}
    arg = {"channel": name, **{names[0]: values[names[0]] for names in channel.required}}
    key = stage.exchange.issue_key(stage.exchange.open_account("VIP9"))
    found = read(arg, channel.url, stage.exchange.key(key.api_key), stage.exchange)
    assert found.channel is channel


@pytest.mark.parametrize(
    ("name", "interval", "beat"),
    [
        ("positions", None, 5000),
        ("positions", '"0"', 0),
        ("positions", "2000", 2000),
        ("positions", '"3000"', 3000),
        ("positions", '"4000"', 4000),
        ("positions", '"1"', 5000),
        ("account", None, 5000),
        ("account", '"0"', 0),
        ("account", "0", 0),
        ("account", '"2000"', 5000),
        ("orders", '"0"', 0),
    ],
)
def test_the_regular_push_comes_as_often_as_it_is_asked_for(
    stage: Stage, name: str, interval: str | None, beat: int
) -> None:
    key = stage.exchange.key(stage.credentials.api_key)
    extra = {} if interval is None else {"extraParams": f'{{"updateInterval": {interval}}}'}
    found = read({"channel": name, "instType": "ANY", **extra}, "private", key, stage.exchange)
    assert found.beat == beat
    assert found.named == {"channel": name, "instType": "ANY"}


@pytest.mark.parametrize("extra", ["x", "[]", "{}", "[" * 100_000], ids=["x", "a list", "nothing", "too deep"])
def test_what_says_no_interval_is_refused(stage: Stage, extra: str) -> None:
    key = stage.exchange.key(stage.credentials.api_key)
    with pytest.raises(WsError, match="60033 Parameter extraParams error"):
        read({"channel": "account", "extraParams": extra}, "private", key, stage.exchange)


def test_the_connections_of_a_private_channel_are_counted(stage: Stage) -> None:
    callers = [stage.member() for _ in range(2)]
    counts = [caller.subscribe("account")[1] for caller in callers]
    assert [count["connCount"] for count in counts] == ["1", "2"]
    assert counts[0] == {
        "event": "channel-conn-count", "channel": "account", "connCount": "1", "connId": callers[0].session.conn_id,
    }  # fmt: skip
    assert callers[0].subscribe("account", ccy="BTC")[1]["connCount"] == "2"


def test_the_thirty_first_connection_of_a_channel_is_told_so() -> None:
    stage = Stage(rate_limits=True)
    for number in range(31):
        stage.clock.advance(1)
        caller = stage.member()
        answers = caller.subscribe("orders", instType="ANY")
        assert answers[0]["event"] == "subscribe"
        wanted = ("channel-conn-count", str(number + 1)) if number < 30 else ("channel-conn-count-error", "30")
        assert (answers[1]["event"], answers[1]["connCount"]) == wanted
        caller.session.heard = 10**15
    assert caller.session.subscriptions == ()
    assert json.dumps(stage.hub.sessions[-1].subscriptions) == "[]"


def test_an_ack_echoes_what_nobody_asked_for_too(stage: Stage) -> None:
    [answer] = stage.connect().subscribe("status", own=[0.5, None, True, 1e300])
    assert answer["arg"] == {"channel": "status", "own": ["0.5", None, True, "1E+300"]}
