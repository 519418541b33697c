"""What contracts show: mark prices, funding, open interest, limits, settlement, conversion."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from pytest_okx.messages import number
from pytest_okx.server import OkxServer
from tests.helpers import NOW, data, frozen_server

PUBLIC = "/api/v5/public"
NOW_MS = 1_767_614_400_000
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
SWAP = "BTC-USDT-SWAP"


def _ask(target: str, server: OkxServer | None = None) -> list[Any]:
    return data(server or frozen_server(), f"{PUBLIC}/{target}")


def _refusal(target: str) -> tuple[str, str]:
    reply = frozen_server().request("GET", f"{PUBLIC}/{target}").json()
    return reply["code"], reply["msg"]


# --- marks, interest and limits ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "count"),
    [("SWAP", 6), ("MARGIN", 10), ("FUTURES&instFamily=BTC-USD", 2), ("OPTION", 8), (f"SWAP&instId={SWAP}", 1)],
)
def test_mark_prices_are_those_of_the_markets(query: str, count: int) -> None:
    server = frozen_server()
    rows = _ask(f"mark-price?instType={query}", server)
    assert len(rows) == count
    for row in rows:
        of = server.exchange.instrument(row["instId"])
        assert row["markPx"] == number(server.exchange.markets.price(of, NOW_MS))


@pytest.mark.parametrize(("inst_id", "kind"), [(SWAP, "SWAP"), ("BTC-USDT", "MARGIN")])
def test_the_mark_price_of_an_instrument_needs_no_type(inst_id: str, kind: str) -> None:
    (row,) = _ask(f"mark-price?instId={inst_id}")
    assert [row] == _ask(f"mark-price?instType={kind}&instId={inst_id}")


@pytest.mark.parametrize(
    ("query", "count"), [("SWAP", 6), ("FUTURES", 6), ("OPTION&uly=BTC-USD", 4), (f"SWAP&instId={SWAP}", 1)]
)
def test_open_interest_is_told_in_contracts_coins_and_dollars(query: str, count: int) -> None:
    rows = _ask(f"open-interest?instType={query}")
    assert len(rows) == count
    assert all(Decimal(row[name]) > 0 for row in rows for name in ("oi", "oiCcy", "oiUsd"))


@pytest.mark.parametrize("inst_id", [SWAP, "BTC-USDT", "BTC-USD-260327-70000-C"])
def test_limits_are_those_that_orders_meet(inst_id: str) -> None:
    server = frozen_server()
    (row,) = _ask(f"price-limit?instId={inst_id}", server)
    highest, lowest = server.exchange.price_limits(inst_id, NOW_MS)
    assert (row["buyLmt"], row["sellLmt"], row["enabled"]) == (number(highest), number(lowest), True)


# --- funding -----------------------------------------------------------------------------------------------------


def test_funding_is_due_every_eight_hours() -> None:
    (row,) = _ask(f"funding-rate?instId={SWAP}")
    times = [int(row[name]) - NOW_MS for name in ("prevFundingTime", "fundingTime", "nextFundingTime")]
    assert times == [-4 * HOUR, 4 * HOUR, 12 * HOUR]


def test_the_rate_that_is_due_becomes_the_last_one_and_then_history() -> None:
    server = frozen_server()
    (before,) = _ask(f"funding-rate?instId={SWAP}", server)
    server.clock.advance(timedelta(hours=4))
    (after,) = _ask(f"funding-rate?instId={SWAP}", server)
    (latest,) = _ask(f"funding-rate-history?instId={SWAP}&limit=1", server)
    assert before["fundingRate"] == after["settFundingRate"] == latest["realizedRate"]
    assert before["fundingTime"] == after["prevFundingTime"] == latest["fundingTime"]


def test_a_rate_that_a_test_sets_is_told() -> None:
    server = frozen_server()
    server.exchange.funding.set_rate(SWAP, Decimal("0.001"))
    (row,) = _ask(f"funding-rate?instId={SWAP}", server)
    assert row["fundingRate"] == "0.001"


def test_any_is_every_perpetual_contract() -> None:
    server = frozen_server()
    rows = _ask("funding-rate?instId=ANY", server)
    assert [row["instId"] for row in rows] == [row["instId"] for row in _ask("mark-price?instType=SWAP", server)]
    assert rows[0] == _ask(f"funding-rate?instId={SWAP}", server)[0]


def test_rates_are_kept_three_months() -> None:
    rows = _ask(f"funding-rate-history?instId={SWAP}")
    assert len(rows) == 270
    assert rows == _ask(f"funding-rate-history?instId={SWAP}&limit=1000")
    assert {int(a["fundingTime"]) - int(b["fundingTime"]) for a, b in pairwise(rows)} == {8 * HOUR}


def test_the_premium_is_told_of_every_minute_of_half_a_year() -> None:
    server = frozen_server()
    rows = _ask(f"premium-history?instId={SWAP}", server)
    assert [NOW_MS - int(row["ts"]) for row in rows[:2]] == [0, MINUTE]
    assert len(rows) == 100
    edge = NOW_MS - 180 * DAY
    assert [int(row["ts"]) - edge for row in _ask(f"premium-history?instId={SWAP}&after={edge + 2 * MINUTE}")] == [
        MINUTE
    ]
    (rate,) = _ask(f"funding-rate?instId={SWAP}", server)
    assert rate["premium"] == rows[0]["premium"]


@pytest.mark.parametrize("path", ["funding-rate", "funding-rate-history", "premium-history"])
@pytest.mark.parametrize("inst_id", ["BTC-USDT", "BTC-USD-260327", "BTC-EUR-SWAP"])
def test_only_perpetual_contracts_have_funding(path: str, inst_id: str) -> None:
    assert _refusal(f"{path}?instId={inst_id}")[0] == "51001"


# --- settlement --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inst_id", ["BTC-USD-260327", "BTC-USD-260327-70000-C"])
def test_the_settlement_price_is_estimated_for_half_an_hour(inst_id: str) -> None:
    server = frozen_server()
    expiry = datetime(2026, 3, 27, 8, tzinfo=UTC)
    seen = []
    for minutes in (-31, -30, -1, 0):
        server.clock.set(expiry + timedelta(minutes=minutes))
        seen.append(_ask(f"estimated-price?instId={inst_id}", server))
    assert [len(rows) for rows in seen] == [0, 1, 1, 0]
    index = data(server, "/api/v5/market/index-candles?instId=BTC-USD&limit=2")[1][1]
    assert seen[2][0] == {
        "instType": seen[1][0]["instType"],
        "instId": inst_id,
        "settlePx": index,
        "ts": str(int(expiry.timestamp() - 60) * 1000),
    }


def test_what_has_expired_is_history_for_three_months() -> None:
    server = frozen_server()
    query = "delivery-exercise-history?instType=FUTURES&instFamily=BTC-USD"
    seen = []
    for day in (
        datetime(2026, 1, 5, tzinfo=UTC),
        datetime(2026, 3, 27, 8, tzinfo=UTC),
        datetime(2026, 6, 20, tzinfo=UTC),
    ):
        server.clock.set(day)
        seen.append([detail["insId"] for row in _ask(query, server) for detail in row["details"]])
    assert seen == [["BTC-USD-251226"], ["BTC-USD-260327"], ["BTC-USD-260327"]]


def test_options_are_exercised_if_they_bring_something() -> None:
    (row,) = _ask("delivery-exercise-history?instType=OPTION&uly=BTC-USD")
    assert {detail["insId"][-7:]: detail["type"] for detail in row["details"]} == {
        "70000-C": "exercised",
        "70000-P": "expired_otm",
        "80000-C": "expired_otm",
        "80000-P": "exercised",
    }


def test_deliveries_are_paged_by_their_time() -> None:
    query = "delivery-exercise-history?instType=FUTURES&instFamily=ETH-USD"
    (row,) = _ask(query)
    assert _ask(f"{query}&after={row['ts']}") == _ask(f"{query}&before={row['ts']}") == []


def test_no_future_is_settled_daily() -> None:
    assert _ask("estimated-settlement-info?instId=BTC-USD-260327") == []
    assert _ask("settlement-history?instFamily=BTC-USD") == []
    rows = _ask("instruments?instType=FUTURES")
    assert {row["futureSettlement"] for row in rows} == {False}


# --- conversion --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("instId=BTC-USD-SWAP&px=35000&sz=0.888", "310.8"),
        ("instId=BTC-USD-SWAP&px=35000&sz=310.8&type=2", "0.888"),
        (f"instId={SWAP}&sz=0.888", "88.8"),
        (f"instId={SWAP}&sz=88.8&type=2", "0.888"),
        (f"instId={SWAP}&sz=35000&px=70000&unit=usds", "50"),
        (f"instId={SWAP}&sz=50&px=70000&unit=usds&type=2", "35000"),
        (f"instId={SWAP}&sz=0.00019&opType=open", "0.01"),
        (f"instId={SWAP}&sz=0.00019&opType=close", "0.02"),
        ("instId=BTC-USD-260327-70000-C&sz=0.5", "50"),
    ],
)
def test_coins_become_contracts_and_back(query: str, expected: str) -> None:
    (row,) = _ask(f"convert-contract-coin?{query}")
    assert row["sz"] == expected
    assert set(row) == {"type", "instId", "px", "sz", "unit"}


# --- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "code", "message"),
    [
        ("mark-price?instType=SPOT", "51000", "Parameter instType error"),
        ("mark-price", "50014", "Parameter instType cant be empty."),
        ("mark-price?instId=BTC-EUR", "51001", None),
        ("open-interest?instType=MARGIN", "51000", "Parameter instType error"),
        ("open-interest?instType=OPTION", "50015", "Either parameter instFamily or uly is required"),
        ("price-limit?instId=BTC-EUR", "51001", None),
        ("estimated-price?instId=BTC-USDT-SWAP", "51001", None),
        ("estimated-settlement-info?instId=BTC-USDT", "51001", None),
        ("delivery-exercise-history?instType=SWAP&uly=BTC-USD", "51000", "Parameter instType error"),
        ("delivery-exercise-history?instType=FUTURES", "50014", "Parameter instFamily cant be empty."),
        ("settlement-history", "50014", "Parameter instFamily cant be empty."),
        ("convert-contract-coin?instId=BTC-USDT&sz=1", "51001", None),
        ("convert-contract-coin?instId=BTC-USD-SWAP&sz=1", "50014", "Parameter px cant be empty."),
        (f"convert-contract-coin?instId={SWAP}&sz=1&unit=usds", "50014", "Parameter px cant be empty."),
        ("convert-contract-coin?instId=BTC-USD-SWAP&sz=1&px=1&unit=usds", "51000", "Parameter unit error"),
        (f"convert-contract-coin?instId={SWAP}&sz=-1", "51000", "Parameter sz error"),
    ],
)
def test_what_a_query_has_wrong_is_told(target: str, code: str, message: str | None) -> None:
    found = _refusal(target)
    assert found[0] == code
    assert message in (None, found[1])


def test_now_is_the_time_of_the_rows() -> None:
    assert {row["ts"] for row in _ask("mark-price?instType=SWAP")} == {str(int(NOW.timestamp()) * 1000)}
