"""What can be told of a conversation on a WebSocket."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_okx.audit.talks import Talk, parsed, talks_of
from pytest_okx.session.log import Message

AT = 1_767_614_400_000
LOGIN = {"op": "login", "args": [{"apiKey": "my-key"}]}
LOGGED_IN = {"event": "login", "code": "0"}
BTC, ETH = ({"channel": "books", "instId": f"{ccy}-USDT"} for ccy in ("BTC", "ETH"))
ORDER = {"instId": "BTC-USDT", "sz": "1"}


def talk(*said: tuple[Any, ...], end: str = "") -> Talk:
    """A conversation of ("<-" or "->", what is said, its kind); text stays as it is."""
    messages = [_message(number, *each) for number, each in enumerate(said)]
    if end:
        messages.append(Message(AT + 99, 99.0, "c", "private", "", False, kind=end))
    (found,) = talks_of(messages)
    return found


def _message(number: int, way: str, content: Any, kind: str = "message") -> Message:
    text = content if isinstance(content, str) else json.dumps(content)
    return Message(AT + number, float(number), "c", "private", text, way == "->", kind=kind)


def test_messages_are_put_together_by_connection() -> None:
    log = [Message(AT, float(number), conn, "public", "ping", False) for number, conn in enumerate("abab")]
    first, second = talks_of(log)
    assert [each.real for each in first.messages] == [0.0, 2.0]
    assert [each.real for each in second.messages] == [1.0, 3.0]


@pytest.mark.parametrize(
    ("end", "dropped", "goodbye"), [("", False, False), ("ended", True, False), ("goodbye", False, True)]
)
def test_an_end_is_no_message(end: str, dropped: bool, goodbye: bool) -> None:
    found = talk(("<-", "ping"), end=end)
    assert (len(found.messages), found.dropped, found.said_goodbye) == (1, dropped, goodbye)


def test_who_has_logged_in_is_known_once_it_was_acknowledged() -> None:
    assert talk(("<-", LOGIN)).key == ""
    assert talk(("<-", LOGIN), ("->", LOGGED_IN)).key == "my-key"
    assert talk(("<-", "ping"), ("->", LOGGED_IN)).key == ""


def test_what_was_left_again_is_subscribed_to_no_more() -> None:
    acks = [("->", {"event": name, "arg": arg}) for name, arg in (("subscribe", BTC), ("subscribe", ETH))]
    left = ("->", {"event": "unsubscribe", "arg": dict(reversed(BTC.items()))})
    found = talk(*acks, left)
    assert found.subscribed == {json.dumps(ETH, sort_keys=True)}
    assert found.spoken_of == {json.dumps(arg, sort_keys=True) for arg in (BTC, ETH)}


@pytest.mark.parametrize(
    ("said", "chatted"),
    [(LOGIN, False), ({"op": "subscribe", "args": [BTC]}, False), ("ping", True), ({"op": "order"}, True)],
)
def test_a_client_that_goes_on_sends_more_than_logins_and_subscriptions(said: Any, chatted: bool) -> None:
    assert talk(("<-", said)).chatted is chatted


@pytest.mark.parametrize("text", ["ping", "[1]", "", "[" * 100_000])
def test_what_is_no_object_says_nothing(text: str) -> None:
    assert parsed(_message(0, "<-", text)) == {}


@pytest.mark.parametrize(
    ("answer", "code", "delivery"),
    [
        (("->", {"id": "7", "op": "order", "code": "0", "data": [{"sCode": "0"}]}), "0", "whole"),
        (("->", {"id": "7", "op": "order", "code": "1", "data": [{"sCode": "51008"}]}), "51008", "whole"),
        (("->", {"id": "7", "op": "order", "code": "50004", "data": []}), "50004", "whole"),
        (("->", {"id": "7", "op": "order", "code": "0", "data": [{}]}, "damaged"), "0", "damaged"),
        (("->", {"id": "8", "op": "order", "code": "0", "data": []}), "", "damaged"),
        (("->", {"event": "error", "id": "7", "code": "60011"}), "60011", "whole"),
    ],
)
def test_an_order_is_the_call_that_does_the_same(answer: tuple[Any, ...], code: str, delivery: str) -> None:
    place = {"id": "7", "op": "order", "args": [ORDER]}
    (order,) = talk(("<-", LOGIN), ("->", LOGGED_IN), ("<-", place), answer).orders
    assert (order.method, order.target, json.loads(order.body)) == ("POST", "/api/v5/trade/order", ORDER)
    assert (order.headers.text("OK-ACCESS-KEY"), order.code, order.delivery) == ("my-key", code, delivery)


@pytest.mark.parametrize(
    ("message", "body"),
    [
        ({"op": "batch-orders", "args": [ORDER, ORDER]}, [ORDER, ORDER]),
        ({"op": "order", "args": []}, {}),
        ({"op": "order"}, {}),
        ({"op": "order", "args": ["x"]}, {}),
    ],
)
def test_a_batch_is_a_list_and_nonsense_is_nothing(message: dict[str, Any], body: Any) -> None:
    (order,) = talk(("<-", message)).orders
    assert json.loads(order.body) == body
