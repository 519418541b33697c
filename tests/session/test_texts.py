"""What a session says, member by member."""

from __future__ import annotations

import pytest

from pytest_okx.session.texts import WsError, event, refusal


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (WsError("60005"), "60005 Invalid apiKey"),
        (WsError("60012", "{bad"), "60012 Illegal request: {bad"),
        (WsError("60027", "sign"), "60027 Parameter sign can not be empty."),
        (
            WsError("50110", "10.0.0.1", "key"),
            "50110 Your IP 10.0.0.1 is not included in your API key's key IP whitelist.",
        ),
    ],
)
def test_a_refusal_has_the_words_of_the_catalogue(error: WsError, text: str) -> None:
    assert str(error) == text


def test_an_event_echoes_the_id_where_there_is_one() -> None:
    assert event("subscribe", "a4d3ae55", arg={"channel": "status"}) == (
        '{"event":"subscribe","arg":{"channel":"status"},"connId":"a4d3ae55"}'
    )
    assert refusal(WsError("60011"), "a4d3ae55", "7") == (
        '{"id":"7","event":"error","msg":"Please log in","code":"60011","connId":"a4d3ae55"}'
    )
