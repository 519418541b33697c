"""Logins: a session lets in the right ones, and answers each wrong one with the code that is promised."""

from __future__ import annotations

import json

import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from pytest_okx.signing import Credentials
from pytest_okx.strategies import InvalidFrame, invalid_login_frames, login_frames
from tests.session.support import Stage
from tests.strategies.conversations import NOW_MS, STAGE, answers, caller, refusals

KEY = STAGE.credentials
STATED = {demo: STAGE.exchange.issue_key(STAGE.account, demo=demo) for demo in (True, False)}


@given(st.data())
def test_a_session_lets_in_whoever_sends_one(data: st.DataObject) -> None:
    frame = data.draw(login_frames(KEY, now=NOW_MS))
    [answer] = answers(frame)
    assert (answer["event"], answer["code"]) == ("login", "0")


@given(st.data(), st.sampled_from([True, False]))
def test_where_the_environment_is_stated_the_url_is_of_it(data: st.DataObject, demo: bool) -> None:
    frame = data.draw(login_frames(STATED[demo], now=NOW_MS, demo=demo))
    assert frame.url.endswith("?brokerId=9999") is demo
    assert [answer["event"] for answer in answers(frame)] == ["login"]


@given(invalid_login_frames(KEY, now=NOW_MS))
def test_a_wrong_one_gets_its_code_and_a_right_one_then_gets_in(frame: InvalidFrame) -> None:
    client = caller(frame.url)
    assert refusals(client.ask(frame.text)) == [frame.code], frame
    assert not client.session.logged_in
    client.session.lost()


@pytest.mark.parametrize("demo", STATED)
def test_a_key_for_the_other_environment_is_one_of_them(demo: bool) -> None:
    frame = find(invalid_login_frames(STATED[demo], now=NOW_MS, demo=demo), lambda frame: frame.code == "50101")
    assert refusals(answers(frame)) == ["50101"]
    assert frame.url.endswith("?brokerId=9999") is not demo


@given(st.data())
def test_the_window_is_whatever_it_is_said_to_be(data: st.DataObject) -> None:
    stage = Stage(timestamp_window_ms=5000)
    frame = data.draw(login_frames(stage.credentials, now=NOW_MS, window=5, demo=False))
    assert stage.connect(frame.url).ask(frame.text)[0]["event"] == "login"


def test_the_plainest_one_is_what_the_documentation_shows() -> None:
    frame = find(login_frames(KEY, now=NOW_MS), lambda frame: True)
    message = json.loads(frame.text)
    assert (frame.url, message["op"], "id" in message) == ("private", "login", False)
    assert message["args"][0]["timestamp"] == str(NOW_MS // 1000)
    assert frame.text == json.dumps(message, separators=(",", ":"))


def test_no_secret_is_shown_where_a_frame_is() -> None:
    frames = [
        find(login_frames(KEY, now=NOW_MS), lambda frame: True),
        find(invalid_login_frames(KEY, now=NOW_MS), lambda frame: frame.code == "60007"),
    ]
    for frame in frames:
        arg = json.loads(frame.text)["args"][0]
        assert arg["apiKey"] in repr(frame)
        assert all(arg[name] not in repr(frame) for name in ("sign", "passphrase"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((("key", "secret", "phrase"), NOW_MS, 30), "credentials is a tuple: give Credentials"),
        ((KEY, 1_767_614_400, 30), "now is 1767614400: give Unix milliseconds"),
        ((KEY, NOW_MS, 1), "window is 1: give a whole number from 2 to 3600"),
    ],
)
def test_what_cannot_work_is_told_when_the_strategy_is_made(
    arguments: tuple[Credentials, int, int], sentence: str
) -> None:
    credentials, now, window = arguments
    for strategy in (login_frames, invalid_login_frames):
        with pytest.raises(InvalidArgument, match=sentence):
            strategy(credentials, now=now, window=window)
