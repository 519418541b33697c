"""Frames: what is written is what was meant, and what is no request gets its code whatever it was to be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.strategies import Frame, InvalidFrame
from pytest_okx.strategies.frames import malformed_frames, written
from tests.strategies.conversations import answers, refusals

ARGS: Any = [{"channel": "tickers", "instId": "BTC-USDT"}]


@given(written("subscribe", [*ARGS, "x", 1]))
def test_however_it_is_written_it_says_the_same(text: str) -> None:
    message = json.loads(text)
    message.pop("id", None)
    assert message == {"op": "subscribe", "args": [*ARGS, "x", 1]}


@pytest.mark.parametrize("op", ["login", "subscribe", "unsubscribe"])
def test_what_is_no_request_gets_its_code(op: str) -> None:
    @given(malformed_frames(("public", "private"), op, ARGS))
    def holds(frame: InvalidFrame) -> None:
        assert refusals(answers(frame)) == [frame.code], frame

    holds()


@given(st.sampled_from(["sign", "passphrase"]))
def test_a_frame_is_shown_without_what_proves_a_login(name: str) -> None:
    frame = Frame("private", json.dumps({"args": [{"apiKey": "key", name: "hidden"}]}))
    assert "hidden" not in repr(frame)
    assert "key" in repr(frame)
    invalid = InvalidFrame("private", frame.text, "60007", "it is wrong")
    assert repr(invalid).startswith("InvalidFrame(url='private', text='{")
    assert repr(invalid).endswith("code='60007', why='it is wrong')")
