"""Every kind of timestamp gets the code that is promised for it."""

from __future__ import annotations

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from pytest_okx.messages import Headers, Request
from pytest_okx.signing import sign
from pytest_okx.strategies import TIMESTAMP_KINDS, timestamps
from tests.strategies.support import KEY, NOW_MS, answer

BALANCE = "/api/v5/account/balance"


def code_for(timestamp: str) -> str:
    fields = {
        "OK-ACCESS-KEY": KEY.api_key,
        "OK-ACCESS-SIGN": sign(KEY.secret_key, timestamp, "GET", BALANCE),
        "OK-ACCESS-TIMESTAMP": timestamp,
        "OK-ACCESS-PASSPHRASE": KEY.passphrase,
    }
    return str(answer(Request("GET", BALANCE, Headers(fields.items())))["code"])


@pytest.mark.parametrize("kind", TIMESTAMP_KINDS)
def test_each_kind_gets_its_code(kind: str) -> None:
    @given(timestamps(now=NOW_MS, kinds=(kind,)))
    def holds(timestamp: str) -> None:
        assert code_for(timestamp) == TIMESTAMP_KINDS[kind]

    holds()


@given(st.data())
def test_kinds_can_be_mixed_at_any_time(data: st.DataObject) -> None:
    now = data.draw(st.integers(31_536_000_000, 7_258_118_400_000))
    assert data.draw(timestamps(now=now, kinds=tuple(TIMESTAMP_KINDS)))


def test_the_plainest_one_is_now() -> None:
    assert find(timestamps(now=NOW_MS), lambda timestamp: True) == "2026-01-05T12:00:00.000Z"
