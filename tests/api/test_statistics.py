"""Trading statistics of coins and contracts: periods, bounds, units, and what has to add up."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.helpers import data, frozen_server

STAT = "/api/v5/rubik/stat"
NOW_MS = 1_767_614_400_000
MINUTE = 60_000
DAY = 86_400_000
SWAP = "BTC-USDT-SWAP"
SERVER = frozen_server()
OF_COINS = [
    "taker-volume?ccy=BTC&instType=SPOT",
    "taker-volume?ccy=BTC&instType=CONTRACTS",
    "margin/loan-ratio?ccy=BTC",
    "contracts/long-short-account-ratio?ccy=BTC",
    "contracts/open-interest-volume?ccy=BTC",
]
OF_CONTRACTS = [
    f"{path}?instId={SWAP}"
    for path in (
        "taker-volume-contract",
        "contracts/open-interest-history",
        "contracts/long-short-account-ratio-contract",
        "contracts/long-short-account-ratio-contract-top-trader",
        "contracts/long-short-position-ratio-contract-top-trader",
    )
]


def _ask(target: str) -> list[Any]:
    return data(SERVER, f"{STAT}/{target}")


def _times(target: str) -> list[int]:
    return [int(row[0]) for row in _ask(target)]


def test_the_coins_with_statistics_are_those_of_the_instruments() -> None:
    reply = SERVER.request("GET", f"{STAT}/trading-data/support-coin").json()
    assert reply["data"] == {
        "contract": ["BTC", "ETH", "SOL"],
        "option": ["BTC", "ETH"],
        "spot": ["ADA", "BTC", "DOGE", "ETH", "LTC", "SOL", "XRP"],
    }


@pytest.mark.parametrize("target", OF_COINS)
def test_a_coins_statistic_goes_back_as_far_as_its_period_allows(target: str) -> None:
    counts = {period: len(_ask(f"{target}&period={period}")) for period in ("5m", "1H", "1D")}
    assert counts == {"5m": 2 * 288 + 1, "1H": 30 * 24 + 1, "1D": 180}


@pytest.mark.parametrize("target", OF_COINS)
def test_a_coins_statistic_lies_between_its_bounds(target: str) -> None:
    begin, end = NOW_MS - 20 * MINUTE, NOW_MS - 10 * MINUTE
    assert _times(f"{target}&begin={begin}&end={end}") == [end, end - 5 * MINUTE, begin]
    assert _times(f"{target}&begin={NOW_MS + DAY}") == []


@pytest.mark.parametrize("target", OF_COINS)
def test_a_day_of_a_coin_opens_in_hong_kong(target: str) -> None:
    newest, second = _times(f"{target}&period=1D")[:2]
    assert (newest % DAY, newest - second) == (16 * 3_600_000, DAY)


@pytest.mark.parametrize("target", OF_CONTRACTS)
def test_a_contracts_statistic_comes_a_hundred_at_a_time(target: str) -> None:
    first = _times(target)
    assert first == [NOW_MS - number * 5 * MINUTE for number in range(100)]
    assert _times(f"{target}&end={first[-1]}&limit=2") == [first[-1] - 5 * MINUTE, first[-1] - 10 * MINUTE]
    assert _times(f"{target}&begin={NOW_MS - 10 * MINUTE}") == first[:2]


@pytest.mark.parametrize("target", OF_CONTRACTS)
def test_a_contracts_statistic_ends_with_1440_periods(target: str) -> None:
    oldest = NOW_MS - 1439 * 5 * MINUTE
    assert _times(f"{target}&end={oldest + 10 * MINUTE}") == [oldest + 5 * MINUTE, oldest]


@pytest.mark.parametrize("target", OF_CONTRACTS)
def test_a_contracts_statistic_begins_with_its_listing(target: str) -> None:
    listed = SERVER.exchange.instrument(SWAP).list_time
    midnight = listed - listed % DAY
    assert _times(f"{target}&period=3Mutc")[-1] <= midnight
    future = target.replace(SWAP, "BTC-USD-260327")
    assert len(_times(f"{future}&period=5Dutc")) == 41


def test_a_clock_that_stands_before_the_listing_sees_statistics_all_the_same() -> None:
    server = frozen_server()
    server.clock.set(datetime(2019, 1, 1, tzinfo=UTC))
    assert len(data(server, f"{STAT}/contracts/open-interest-history?instId={SWAP}")) == 100


@pytest.mark.parametrize(("unit", "place"), [("", 5), ("0", 6), ("1", 5), ("2", 7)])
def test_takers_sell_and_buy_what_is_traded(unit: str, place: int) -> None:
    query = f"&unit={unit}" if unit else ""
    rows = _ask(f"taker-volume-contract?instId={SWAP}&period=1H&limit=5{query}")
    candles = data(SERVER, f"/api/v5/market/candles?instId={SWAP}&bar=1H&limit=5")
    for row, candle in zip(rows, candles, strict=True):
        assert row[0] == candle[0]
        assert Decimal(row[1]) + Decimal(row[2]) == Decimal(candle[place])
        assert Decimal(row[1]) > 0 < Decimal(row[2])


def test_volumes_of_a_coin_are_the_sum_of_its_instruments() -> None:
    pairs = ("BTC-USDT", "BTC-USDC")
    candles = [data(SERVER, f"/api/v5/market/candles?instId={pair}&bar=5m&limit=3")[2] for pair in pairs]
    (row,) = _ask(f"{OF_COINS[0]}&begin={candles[0][0]}&end={candles[0][0]}")
    assert Decimal(row[1]) + Decimal(row[2]) == sum(Decimal(candle[5]) for candle in candles)


def test_what_is_held_now_is_what_open_interest_shows() -> None:
    (held,) = data(SERVER, f"/api/v5/public/open-interest?instType=SWAP&instId={SWAP}")
    (row,) = _ask(f"contracts/open-interest-history?instId={SWAP}&limit=1")
    assert row == [str(NOW_MS), held["oi"], held["oiCcy"], held["oiUsd"]]


def test_ratios_differ_by_who_is_asked_about() -> None:
    assert len({_ask(f"{target}&limit=1")[0][1] for target in OF_CONTRACTS[2:]}) == 3


@pytest.mark.parametrize(
    ("target", "code", "message"),
    [
        ("taker-volume?ccy=BTC", "50014", "Parameter instType cant be empty."),
        ("taker-volume?ccy=BTC&instType=SWAP", "51000", "Parameter instType error"),
        ("taker-volume?ccy=ADA&instType=CONTRACTS", "51012", "Token doesn't exist."),
        ("margin/loan-ratio?ccy=EUR", "51012", "Token doesn't exist."),
        ("contracts/long-short-account-ratio?ccy=BTC&period=4H", "51000", "Parameter period error"),
        ("contracts/open-interest-volume", "50014", "Parameter ccy cant be empty."),
        (f"contracts/open-interest-history?instId={SWAP}&period=1m", "51000", "Parameter period error"),
        (f"taker-volume-contract?instId={SWAP}&unit=3", "51000", "Parameter unit error"),
        ("taker-volume-contract?instId=BTC-USDT", "51001", None),
        ("contracts/long-short-account-ratio-contract?instId=BTC-USD-260327-70000-C", "51001", None),
    ],
)
def test_what_a_query_has_wrong_is_told(target: str, code: str, message: str | None) -> None:
    reply = SERVER.request("GET", f"{STAT}/{target}").json()
    assert reply["code"] == code
    assert message in (None, reply["msg"])
