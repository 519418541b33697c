"""Tickers, books, trades and candles agree with the exchange's house, and bad parameters are named."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.messages import number
from tests.helpers import data, frozen_server

MARKET = "/api/v5/market"
NOW_MS = 1_767_614_400_000
MINUTE = 60_000
DAY = 24 * 60 * MINUTE


@pytest.mark.parametrize("path", ["ticker", "books", "trades", "candles"])
def test_an_instrument_has_to_be_named(path: str) -> None:
    reply = frozen_server().request("GET", f"{MARKET}/{path}")
    assert (reply.status, reply.json()["msg"]) == (400, "Parameter instId cant be empty.")


@pytest.mark.parametrize("path", ["ticker", "books", "trades", "candles"])
def test_an_instrument_that_is_not_listed_is_51001(path: str) -> None:
    reply = frozen_server().request("GET", f"{MARKET}/{path}?instId=BTC-EUR")
    assert (reply.status, reply.json()["code"]) == (200, "51001")


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("tickers?instType=MARGIN", "instType"),
        ("books?instId=BTC-USDT&sz=0", "sz"),
        ("books?instId=BTC-USDT&sz=401", "sz"),
        ("books?instId=BTC-USDT&sz=-1", "sz"),
        ("trades?instId=BTC-USDT&limit=0", "limit"),
        ("candles?instId=BTC-USDT&bar=1h", "bar"),
        ("candles?instId=BTC-USDT&limit=x", "limit"),
        ("candles?instId=BTC-USDT&after=now", "after"),
        ("candles?instId=BTC-USDT&before=-1", "before"),
    ],
)
def test_a_parameter_that_cannot_be_read_is_named(target: str, name: str) -> None:
    reply = frozen_server().request("GET", f"{MARKET}/{target}")
    assert (reply.status, reply.json()) == (400, {"code": "51000", "data": [], "msg": f"Parameter {name} error"})


def test_a_ticker_shows_the_touch_of_the_book() -> None:
    server = frozen_server()
    (ticker,), (book,) = (
        data(server, f"{MARKET}/ticker?instId=BTC-USDT"),
        data(server, f"{MARKET}/books?instId=BTC-USDT"),
    )
    assert [ticker["askPx"], ticker["askSz"]] == book["asks"][0][:2]
    assert [ticker["bidPx"], ticker["bidSz"]] == book["bids"][0][:2]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("instType=SWAP&instFamily=BTC-USD", ["BTC-USD-SWAP"]),
        ("instType=FUTURES&uly=BTC-USDT", ["BTC-USDT-260327", "BTC-USDT-260626"]),
    ],
)
def test_tickers_are_those_of_a_type_and_family(query: str, expected: list[str]) -> None:
    assert [row["instId"] for row in data(frozen_server(), f"{MARKET}/tickers?{query}")] == expected


def test_tickers_of_a_type_are_all_of_its_instruments() -> None:
    server = frozen_server()
    spot = [each.inst_id for each in server.exchange.instruments.values() if each.inst_type == "SPOT"]
    assert [row["instId"] for row in data(server, f"{MARKET}/tickers?instType=SPOT")] == spot


@pytest.mark.parametrize(("query", "depth"), [("", 1), ("&sz=5", 5), ("&sz=400", 400)])
def test_a_book_is_as_deep_as_asked_for_and_one_level_by_default(query: str, depth: int) -> None:
    (book,) = data(frozen_server(), f"{MARKET}/books?instId=BTC-USDT{query}")
    assert len(book["asks"]) == len(book["bids"]) == depth
    assert all(len(level) == 4 and level[2] == "0" for level in book["asks"])
    assert isinstance(book["seqId"], int)


@pytest.mark.parametrize(("query", "count"), [("", 100), ("&limit=3", 3), ("&limit=1000", 500)])
def test_trades_are_a_hundred_by_default_and_five_hundred_at_most(query: str, count: int) -> None:
    rows = data(frozen_server(), f"{MARKET}/trades?instId=BTC-USDT{query}")
    assert len(rows) == count
    assert rows == sorted(rows, key=lambda row: int(row["ts"]), reverse=True)


def _candles(query: str) -> list[Any]:
    return data(frozen_server(), f"{MARKET}/candles?instId=BTC-USDT{query}")


@pytest.mark.parametrize(("query", "count"), [("", 100), ("&limit=2", 2), ("&limit=1000", 300)])
def test_candles_are_a_hundred_by_default_and_three_hundred_at_most(query: str, count: int) -> None:
    assert len(_candles(query)) == count


def test_candles_are_minutes_by_default_newest_first_and_the_newest_is_open() -> None:
    newest, second = _candles("&limit=2")
    assert (newest[0], second[0]) == (str(NOW_MS), str(NOW_MS - MINUTE))
    assert (newest[8], second[8]) == ("0", "1")


def test_a_candle_is_nine_texts_as_the_house_has_them() -> None:
    server = frozen_server()
    (row,) = data(server, f"{MARKET}/candles?instId=BTC-USDT&bar=1Dutc&limit=1")
    (of,) = server.exchange.markets.candles(server.exchange.instrument("BTC-USDT"), "1Dutc", NOW_MS, limit=1)
    values = (of.open, of.high, of.low, of.close, of.vol, of.vol_ccy, of.vol_ccy_quote)
    assert row == [str(of.ts), *map(number, values), "0"]


def test_after_means_older_and_before_means_newer() -> None:
    openings = [int(row[0]) for row in _candles(f"&after={NOW_MS - MINUTE}&before={NOW_MS - 4 * MINUTE}")]
    assert openings == [NOW_MS - 2 * MINUTE, NOW_MS - 3 * MINUTE]


def test_candles_end_with_the_last_1440() -> None:
    oldest = NOW_MS - 1439 * MINUTE
    assert [int(row[0]) for row in _candles(f"&after={oldest + 2 * MINUTE}")] == [oldest + MINUTE, oldest]
    assert _candles(f"&after={oldest}&before=0") == []


def test_months_go_back_as_far_as_asked_for() -> None:
    assert len(_candles("&bar=1M&limit=300")) == 300


def test_a_day_opens_at_midnight_in_hong_kong_and_with_utc_at_midnight_utc() -> None:
    midnight = NOW_MS - NOW_MS % DAY
    assert int(_candles("&bar=1D&limit=1")[0][0]) == midnight - 8 * 3_600_000
    assert int(_candles("&bar=1Dutc&limit=1")[0][0]) == midnight


def test_numbers_are_plain_text() -> None:
    server = frozen_server()
    (ticker,) = data(server, f"{MARKET}/ticker?instId=DOGE-USDT")
    assert all(isinstance(value, str) for value in ticker.values())
    prices = [ticker[name] for name in ("last", "askPx", "bidPx", "high24h")]
    assert [number(Decimal(price)) for price in prices] == prices
