"""What this exchange has none of is empty, and what is not listed is refused as anywhere."""

from __future__ import annotations

import pytest

from tests.helpers import data, frozen_server


@pytest.mark.parametrize(
    "path",
    [
        "public/block-trades?instId=BTC-USDT",
        "market/block-trades?instId=BTC-USDT",
        "public/event-contract/series",
        "public/event-contract/events?seriesId=BTC-ABOVE-DAILY",
        "public/event-contract/markets?seriesId=BTC-ABOVE-DAILY",
        "public/instruments?instType=EVENTS&seriesId=BTC-ABOVE-DAILY",
    ],
)
def test_there_are_no_block_trades_and_no_events(path: str) -> None:
    assert data(frozen_server(), f"/api/v5/{path}") == []


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("block-ticker?instId=ETH-BTC", ["ETH-BTC"]),
        ("block-tickers?instType=FUTURES&instFamily=ETH-USD", ["ETH-USD-260327", "ETH-USD-260626"]),
    ],
)
def test_block_volumes_are_nothing(query: str, ids: list[str]) -> None:
    rows = data(frozen_server(), f"/api/v5/market/{query}")
    assert [row["instId"] for row in rows] == ids
    assert {(row["vol24h"], row["volCcy24h"]) for row in rows} == {("0", "0")}


@pytest.mark.parametrize("path", ["market/block-ticker", "public/block-trades"])
def test_an_instrument_that_is_not_listed_is_51001(path: str) -> None:
    assert frozen_server().request("GET", f"/api/v5/{path}?instId=BTC-EUR").json()["code"] == "51001"
