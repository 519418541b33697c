"""Candles of trades, indices and mark prices: which bars, how many, how far back, page by page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.exchange import BARS
from pytest_okx.messages import number
from tests.helpers import data, frozen_server

MARKET = "/api/v5/market"
NOW_MS = 1_767_614_400_000
SECOND = 1_000
MINUTE = 60_000
DAY = 24 * 60 * MINUTE
SPOT, SWAP, INDEX = "BTC-USDT", "BTC-USDT-SWAP", "BTC-USD"
# Path, instrument, most rows, columns.
KINDS = [
    ("candles", SPOT, 300, 9),
    ("history-candles", SPOT, 300, 9),
    ("index-candles", INDEX, 100, 6),
    ("history-index-candles", INDEX, 100, 6),
    ("mark-price-candles", SWAP, 100, 6),
    ("history-mark-price-candles", SWAP, 100, 6),
]
SERVER = frozen_server()
each_kind = pytest.mark.parametrize(("path", "inst_id", "most", "columns"), KINDS, ids=[kind[0] for kind in KINDS])


def _candles(query: str, path: str = "candles", inst_id: str = SPOT) -> list[Any]:
    return data(SERVER, f"{MARKET}/{path}?instId={inst_id}{query}")


@each_kind
def test_candles_are_a_hundred_by_default_and_no_more_than_the_most(
    path: str, inst_id: str, most: int, columns: int
) -> None:
    assert [len(_candles(query, path, inst_id)) for query in ("", "&limit=2", "&limit=1000")] == [100, 2, most]


@each_kind
def test_candles_are_minutes_by_default_newest_first_and_the_newest_is_open(
    path: str, inst_id: str, most: int, columns: int
) -> None:
    newest, second = _candles("&limit=2", path, inst_id)
    assert (len(newest), len(second)) == (columns, columns)
    assert (newest[0], second[0]) == (str(NOW_MS), str(NOW_MS - MINUTE))
    assert (newest[-1], second[-1]) == ("0", "1")


def test_a_candle_is_nine_texts_as_the_market_has_them() -> None:
    (row,) = _candles("&bar=1Dutc&limit=1")
    (of,) = SERVER.exchange.markets.candles(SERVER.exchange.instrument(SPOT), "1Dutc", NOW_MS, limit=1)
    values = (of.open, of.high, of.low, of.close, of.vol, of.vol_ccy, of.vol_ccy_quote)
    assert row == [str(of.ts), *map(number, values), "0"]


@pytest.mark.parametrize(
    ("path", "inst_id", "source"),
    [
        ("index-candles", "BTC-USD", "BTC-USDT"),
        ("index-candles", "ETH-BTC", "ETH-BTC"),
        ("mark-price-candles", SWAP, SWAP),
        ("mark-price-candles", SPOT, SPOT),
    ],
)
def test_a_candle_of_a_price_is_that_of_trades_without_volumes(path: str, inst_id: str, source: str) -> None:
    rows = _candles("&bar=1H&limit=5", path, inst_id)
    assert rows == [[*row[:5], row[-1]] for row in _candles("&bar=1H&limit=5", inst_id=source)]


@each_kind
@given(after=st.integers(0, 200), before=st.integers(0, 200), limit=st.integers(1, 20))
@settings(max_examples=15, deadline=None)
def test_after_means_older_and_before_means_newer(
    path: str, inst_id: str, most: int, columns: int, after: int, before: int, limit: int
) -> None:
    query = f"&after={NOW_MS - after * MINUTE}&before={NOW_MS - before * MINUTE}&limit={limit}"
    ages = [(NOW_MS - int(row[0])) // MINUTE for row in _candles(query, path, inst_id)]
    assert ages == list(range(after + 1, before))[:limit]


def test_before_alone_gives_the_newest() -> None:
    ages = [(NOW_MS - int(row[0])) // MINUTE for row in _candles(f"&before={NOW_MS - 50 * MINUTE}&limit=2")]
    assert ages == [0, 1]


@pytest.mark.parametrize(("path", "inst_id"), [kind[:2] for kind in KINDS if not kind[0].startswith("history")])
def test_recent_candles_end_with_the_last_1440(path: str, inst_id: str) -> None:
    oldest = NOW_MS - 1439 * MINUTE
    rows = _candles(f"&after={oldest + 2 * MINUTE}", path, inst_id)
    assert [int(row[0]) for row in rows] == [oldest + MINUTE, oldest]
    assert _candles(f"&after={oldest}&before=0", path, inst_id) == []


@pytest.mark.parametrize(("path", "inst_id"), [kind[:2] for kind in KINDS if kind[0].startswith("history")])
def test_historic_candles_go_back_to_the_listing(path: str, inst_id: str) -> None:
    assert len(_candles(f"&after={NOW_MS - 2000 * MINUTE}&limit=3", path, inst_id)) == 3
    listed = SERVER.exchange.instrument(SPOT if inst_id == INDEX else inst_id).list_time
    (first,) = _candles(f"&bar=1Dutc&after={listed + DAY - listed % DAY}", path, inst_id)
    assert int(first[0]) == listed - listed % DAY


def test_months_go_back_to_the_listing_too() -> None:
    assert len(_candles("&bar=1M&limit=300")) == 61


def test_a_clock_that_stands_before_the_listing_sees_candles_all_the_same() -> None:
    server = frozen_server()
    server.clock.set(datetime(2019, 1, 1, tzinfo=UTC))
    assert len(data(server, f"{MARKET}/candles?instId={SPOT}&limit=3")) == 3


def test_a_day_opens_at_midnight_in_hong_kong_and_with_utc_at_midnight_utc() -> None:
    midnight = NOW_MS - NOW_MS % DAY
    assert int(_candles("&bar=1D&limit=1")[0][0]) == midnight - 8 * 3_600_000
    assert int(_candles("&bar=1Dutc&limit=1")[0][0]) == midnight


def test_seconds_go_back_three_months() -> None:
    newest, second = _candles("&bar=1s&limit=2", "history-candles")
    assert int(newest[0]) - int(second[0]) == SECOND
    edge = NOW_MS - 90 * DAY
    rows = _candles(f"&bar=1s&after={edge + 3 * SECOND}", "history-candles")
    assert [int(row[0]) - edge for row in rows] == [2 * SECOND, SECOND]


# Which bars each path refuses of those that there are.
REFUSED = {
    "candles": {"1s", "5D", "5Dutc", "1Yutc"},
    "history-candles": {"5D", "5Dutc", "1Yutc"},
    "index-candles": {"1s", "2D", "3D", "5D", "2Dutc", "3Dutc", "5Dutc", "1Yutc"},
    "history-index-candles": {"1s", "2D", "3D", "5D", "3M", "2Dutc", "3Dutc", "5Dutc", "3Mutc", "1Yutc"},
    "mark-price-candles": {"1s", "2D", "3D", "5D", "2Dutc", "3Dutc", "5Dutc", "1Yutc"},
    "history-mark-price-candles": {"1s", "2D", "3D", "5D", "3M", "2Dutc", "3Dutc", "5Dutc", "3Mutc", "1Yutc"},
}


@each_kind
def test_a_path_takes_the_bars_that_okx_lists_for_it(path: str, inst_id: str, most: int, columns: int) -> None:
    replies = {bar: SERVER.request("GET", f"{MARKET}/{path}?instId={inst_id}&bar={bar}&limit=1").json() for bar in BARS}
    assert {bar for bar, reply in replies.items() if reply["code"] == "51000"} == REFUSED[path]
    assert {reply["msg"] for reply in replies.values()} == {"", "Parameter bar error"}


@pytest.mark.parametrize(
    ("target", "status", "code", "message"),
    [
        ("candles", 400, "50014", "Parameter instId cant be empty."),
        ("candles?instId=BTC-EUR", 200, "51001", None),
        ("mark-price-candles?instId=BTC-EUR", 200, "51001", None),
        ("index-candles?instId=BTC-EUR", 200, "51014", "Index doesn't exist."),
        ("candles?instId=BTC-USDT&bar=1h", 400, "51000", "Parameter bar error"),
        ("candles?instId=BTC-USDT&limit=x", 400, "51000", "Parameter limit error"),
        ("candles?instId=BTC-USDT&after=now", 400, "51000", "Parameter after error"),
        ("candles?instId=BTC-USDT&before=-1", 400, "51000", "Parameter before error"),
        ("history-candles?instId=BTC-USD-260327-70000-C&bar=1s", 400, "51000", "Parameter bar error"),
    ],
)
def test_what_a_query_has_wrong_is_named(target: str, status: int, code: str, message: str | None) -> None:
    reply = SERVER.request("GET", f"{MARKET}/{target}")
    assert (reply.status, reply.json()["code"]) == (status, code)
    assert message in (None, reply.json()["msg"])
