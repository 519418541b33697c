"""Tickers, books and trades agree with the exchange's markets, and bad parameters are named."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.messages import number
from tests.helpers import data, frozen_server

MARKET = "/api/v5/market"
NOW_MS = 1_767_614_400_000
SLOT = 5_000
DAY = 86_400_000
PATHS = ["ticker", "books", "books-full", "books-rpi", "trades", "history-trades", "call-auction-details"]


@pytest.mark.parametrize("path", PATHS)
def test_an_instrument_has_to_be_named(path: str) -> None:
    reply = frozen_server().request("GET", f"{MARKET}/{path}")
    assert (reply.status, reply.json()["msg"]) == (400, "Parameter instId cant be empty.")


@pytest.mark.parametrize("path", PATHS)
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
        ("books-full?instId=BTC-USDT&sz=5001", "sz"),
        ("books-rpi?instId=BTC-USDT&sz=401", "sz"),
        ("trades?instId=BTC-USDT&limit=0", "limit"),
        ("history-trades?instId=BTC-USDT&type=3", "type"),
        ("history-trades?instId=BTC-USDT&limit=0", "limit"),
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


def test_numbers_are_plain_text() -> None:
    server = frozen_server()
    (ticker,) = data(server, f"{MARKET}/ticker?instId=DOGE-USDT")
    assert all(isinstance(value, str) for value in ticker.values())
    prices = [ticker[name] for name in ("last", "askPx", "bidPx", "high24h")]
    assert [number(Decimal(price)) for price in prices] == prices


def test_books_differ_in_what_a_level_tells() -> None:
    server = frozen_server()
    (book,) = data(server, f"{MARKET}/books?instId=BTC-USDT&sz=20")
    (full,) = data(server, f"{MARKET}/books-full?instId=BTC-USDT&sz=20")
    (retail,) = data(server, f"{MARKET}/books-rpi?instId=BTC-USDT&sz=20")
    for side in ("asks", "bids"):
        assert full[side] == [[px, sz, orders] for px, sz, _, orders in book[side]]
        assert retail[side] == [[px, sz, sz, orders] for px, sz, _, orders in book[side]]
    assert retail["seqId"] == book["seqId"]
    assert set(full) == {"asks", "bids", "ts"}


def test_a_lite_book_is_the_book_of_twenty_five_levels() -> None:
    server = frozen_server()
    (book,) = data(server, f"{MARKET}/books?instId=BTC-USDT&sz=25")
    (lite,) = data(server, f"{MARKET}/books-lite?instId=BTC-USDT")
    assert lite | {"seqId": book["seqId"]} == book


def test_a_full_book_is_five_thousand_levels_deep() -> None:
    (book,) = data(frozen_server(), f"{MARKET}/books-full?instId=BTC-USDT&sz=5000")
    assert len(book["asks"]) == len(book["bids"]) == 5000


def _history(query: str) -> list[Any]:
    return data(frozen_server(), f"{MARKET}/history-trades?instId=BTC-USDT{query}")


def test_old_trades_begin_with_the_newest_a_hundred_at_most() -> None:
    recent = data(frozen_server(), f"{MARKET}/trades?instId=BTC-USDT")
    assert _history("") == _history("&limit=1000") == _history("&type=1") == _history("&type=2") == recent


@pytest.mark.parametrize(("kind", "key"), [("1", "tradeId"), ("2", "ts")])
def test_old_trades_are_paged_without_a_gap(kind: str, key: str) -> None:
    pages = [_history(f"&type={kind}&limit=4")]
    for _ in range(3):
        pages.append(_history(f"&type={kind}&limit=4&after={pages[-1][-1][key]}"))
    assert [row for page in pages for row in page] == _history("&limit=16")


def test_trades_newer_than_a_number_are_the_newest_of_them() -> None:
    rows = _history("&limit=10")
    ids = [row["tradeId"] for row in rows]
    assert _history(f"&before={ids[3]}") == rows[:3]
    assert _history(f"&before={ids[9]}&limit=2") == rows[:2]
    assert _history(f"&after={ids[2]}&before={ids[5]}") == rows[3:5]


def test_trades_are_kept_three_months() -> None:
    edge = NOW_MS - 90 * DAY
    by_time = _history(f"&type=2&after={edge + 2 * SLOT + 1}")
    assert [int(row["ts"]) - edge for row in by_time] == [2 * SLOT, SLOT]
    assert _history(f"&after={int(by_time[0]['tradeId']) + 1}") == by_time
    assert _history(f"&after={by_time[-1]['tradeId']}") == []
    assert _history("&after=0") == []


def test_a_time_cannot_be_a_lower_bound_of_trades() -> None:
    reply = frozen_server().request("GET", f"{MARKET}/history-trades?instId=BTC-USDT&type=2&before={NOW_MS}")
    message = 'Parameter "before" isn\'t supported for timestamp pagination'
    assert reply.json() == {"code": "50039", "data": [], "msg": message}


def test_the_volume_of_the_platform_is_told_in_two_currencies() -> None:
    server = frozen_server()
    (volume,) = data(server, f"{MARKET}/platform-24-volume")
    (rate,) = data(server, f"{MARKET}/exchange-rate")
    assert Decimal(volume["volCny"]) == Decimal(volume["volUsd"]) * Decimal(rate["usdCny"])
    (ticker,) = data(server, f"{MARKET}/ticker?instId=BTC-USDT")
    assert Decimal(volume["volUsd"]) > Decimal(ticker["volCcy24h"])


def test_nothing_goes_through_an_auction() -> None:
    (row,) = data(frozen_server(), f"{MARKET}/call-auction-details?instId=BTC-USDT")
    assert (row["state"], row["matchedSz"], row["auctionEndTime"]) == ("continuous_trading", "0", "")


def test_trades_of_one_moment_are_paged_without_a_gap() -> None:
    server = frozen_server()
    market = server.exchange.market("BTC-USDT")
    for size in range(1, 8):
        market.trade(70_000, size)
    query, rows = f"{MARKET}/history-trades?instId=BTC-USDT&limit=3", []
    after = ""
    for _ in range(4):
        rows += data(server, query + after)
        after = f"&after={rows[-1]['tradeId']}"
    assert [row["sz"] for row in rows[:7]] == ["7", "6", "5", "4", "3", "2", "1"]
    assert rows == data(server, f"{MARKET}/history-trades?instId=BTC-USDT&limit=12")


def test_a_side_without_offers_has_a_blank_price() -> None:
    server = frozen_server()
    server.exchange.market("BTC-USDT").set_book(asks=[], bids=[(60_000, 1)])
    (row,) = data(server, f"{MARKET}/ticker?instId=BTC-USDT")
    assert (row["askPx"], row["askSz"], row["bidPx"], row["bidSz"]) == ("", "0", "60000", "1")
    (book,) = data(server, f"{MARKET}/books-full?instId=BTC-USDT&sz=5")
    assert (book["asks"], book["bids"]) == ([], [["60000", "1", "1"]])
