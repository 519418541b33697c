"""Subscriptions: a session acks the right ones, in any order, and answers each wrong one with its code."""

from __future__ import annotations

import json

import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from pytest_okx.strategies import invalid_subscriptions, subscriptions
from tests.strategies.conversations import answers, caller, refusals

WHO = (None, "Lv1", "VIP4", "VIP9")
FRAMES = {level: subscriptions(level=level) for level in WHO}
INVALID = {level: invalid_subscriptions(level=level) for level in WHO}


@given(st.data(), st.sampled_from(WHO))
def test_a_session_acks_each_argument_of_any_number_of_frames(data: st.DataObject, level: str | None) -> None:
    clients = {url: caller(url, level) for url in ("public", "business", "private")}
    for frame in data.draw(st.lists(FRAMES[level], min_size=1, max_size=4)):
        message = json.loads(frame.text)
        said = [each for each in clients[frame.url].ask(frame.text) if each.get("event") == message["op"]]
        assert [each["arg"] for each in said] == message["args"]
    for client in clients.values():
        client.session.lost()


@given(st.data(), st.sampled_from(WHO))
def test_a_wrong_one_gets_its_code_and_nothing_else_is_refused(data: st.DataObject, level: str | None) -> None:
    frame = data.draw(INVALID[level])
    assert refusals(answers(frame, level)) == [frame.code], frame


def test_the_plainest_ones_are_single_and_short() -> None:
    found = [find(FRAMES[level], lambda frame: True) for level in WHO[:2]]
    assert [(frame.url, frame.text) for frame in found] == [
        ("public", '{"op":"subscribe","args":[{"channel":"tickers","instId":"BTC-USDT"}]}')
    ] * 2


def test_channels_can_be_chosen() -> None:
    @given(subscriptions(level="Lv1", channels=("orders", "fills"), max_args=2))
    def holds(text: object) -> None:
        message = json.loads(getattr(text, "text", ""))
        assert {arg["channel"] for arg in message["args"]} == {"orders"}
        assert len(message["args"]) <= 2

    holds()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"level": "Lv9"}, "level is 'Lv9': give one of Lv1, "),
        ({"max_args": 0}, "max_args is 0: give a whole number from 1 to 20"),
        ({"channels": ("ticker",)}, "give one or more of account, positions, "),
        ({"channels": ("orders",)}, "of which a session without a login may have none: give level, or more"),
        ({"channels": ("fills",), "level": "Lv1"}, "of which a session of level='Lv1' may have none"),
    ],
)
def test_what_cannot_work_is_told_when_the_strategy_is_made(arguments: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        subscriptions(**arguments)  # type: ignore[arg-type]


def test_a_level_that_nobody_has_is_told_for_wrong_ones_too() -> None:
    with pytest.raises(InvalidArgument, match="level is 4: give one of Lv1, "):
        invalid_subscriptions(level=4)  # type: ignore[arg-type]
