"""Option summaries and trades in OKX's words."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.errors import OkxError
from tests.helpers import data, frozen_server

CALL = "BTC-USD-260327-70000-C"


def _ask(target: str) -> list[Any]:
    return data(frozen_server(), f"/api/v5/{target}")


def _refusal(target: str) -> tuple[str, str]:
    reply = frozen_server().request("GET", f"/api/v5/{target}").json()
    return reply["code"], reply["msg"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("instFamily=BTC-USD", 4),
        ("uly=ETH-USD", 4),
        ("uly=BTC-USD&expTime=260327", 4),
        ("uly=BTC-USD&expTime=260626", 0),
    ],
)
def test_a_summary_is_of_a_family_and_of_an_expiry(query: str, count: int) -> None:
    assert len(_ask(f"public/opt-summary?{query}")) == count


def test_a_summary_tells_text_alone_and_what_belongs_together_agrees() -> None:
    rows = {row["instId"]: row for row in _ask("public/opt-summary?instFamily=BTC-USD")}
    call, put = rows[CALL], rows[CALL.replace("-C", "-P")]
    assert all(isinstance(value, str) for row in rows.values() for value in row.values())
    assert Decimal(call["bidVol"]) < Decimal(call["markVol"]) < Decimal(call["askVol"])
    assert 0 < Decimal(call["deltaBS"]) < 1
    assert -1 < Decimal(put["deltaBS"]) < 0
    assert call["fwdPx"] == data(frozen_server(), "/api/v5/market/ticker?instId=BTC-USD-260327")[0]["last"]
    assert {row["volLv"] for row in rows.values()} <= {call["markVol"], put["markVol"]}


def test_the_day_of_its_expiry_does_not_break_an_option() -> None:
    server = frozen_server()
    for left in (timedelta(days=1), timedelta(milliseconds=1)):
        server.clock.set(server.clock.now().replace(month=3, day=27, hour=8) - left)
        rows = data(server, "/api/v5/public/opt-summary?uly=BTC-USD")
        assert len(rows) == 4
        assert all(Decimal(value).is_finite() for row in rows for name, value in row.items() if "Vol" in name)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (f"instId={CALL}", {CALL}),
        (f"instId={CALL}&instFamily=ETH-USD", {CALL}),
        ("instFamily=ETH-USD&optType=P", {"ETH-USD-260327-2500-P", "ETH-USD-260327-3000-P"}),
        ("instFamily=SOL-USD", set()),
    ],
)
def test_trades_are_of_an_option_or_a_family_and_a_kind(query: str, ids: set[str]) -> None:
    rows = _ask(f"public/option-trades?{query}")
    assert {row["instId"] for row in rows} == ids
    assert len(rows) == (100 if ids else 0)
    assert rows == sorted(rows, key=lambda row: int(row["ts"]), reverse=True)


def test_a_trade_tells_the_state_of_its_moment() -> None:
    row = _ask(f"public/option-trades?instId={CALL}")[50]
    ticker = data(frozen_server(), "/api/v5/market/history-trades?instId=" + CALL)[50]
    assert (row["px"], row["tradeId"], row["ts"]) == (ticker["px"], ticker["tradeId"], ticker["ts"])
    assert row["markPx"] == row["px"]
    assert Decimal(row["fillVol"]) > 0


def test_a_familys_trades_are_told_of_calls_and_puts() -> None:
    calls, puts = _ask("market/option/instrument-family-trades?instFamily=BTC-USD")
    assert (calls["optType"], puts["optType"]) == ("C", "P")
    assert {each["instId"][-1] for each in puts["tradeInfo"]} == {"P"}
    assert len(calls["tradeInfo"]) == 100
    assert int(calls["vol24h"]) == 2 * 17_280 * 5


@pytest.mark.parametrize(
    ("target", "code", "message"),
    [
        ("public/opt-summary", "50014", "Parameter instFamily cant be empty."),
        ("public/option-trades", "50015", "Either parameter instId or instFamily is required"),
        (f"public/option-trades?instId={CALL}&optType=X", "51000", "Parameter optType error"),
        ("public/option-trades?instId=BTC-USDT", "51001", OkxError("51001").message),
        ("market/option/instrument-family-trades", "50014", "Parameter instFamily cant be empty."),
    ],
)
def test_what_a_query_has_wrong_is_told(target: str, code: str, message: str) -> None:
    assert _refusal(target) == (code, message)
