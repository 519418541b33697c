"""Time and instruments, asked as a client asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pytest_okx.calls import CallLog
from pytest_okx.faults import FaultPlan
from pytest_okx.gateway import Gateway
from pytest_okx.messages import Headers, Request
from pytest_okx.routing import Settings
from tests.helpers import data, frozen_server

INSTRUMENTS = "/api/v5/public/instruments"


def _ids(query: str) -> list[str]:
    return [row["instId"] for row in data(frozen_server(), f"{INSTRUMENTS}?{query}")]


def test_time_is_the_clock_of_the_exchange_in_ms() -> None:
    server = frozen_server()
    server.clock.advance(1.5)
    assert data(server, "/api/v5/public/time") == [{"ts": "1767614401500"}]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("instType=SPOT&instId=ETH-BTC", ["ETH-BTC"]),
        ("instType=SWAP&instId=ETH-BTC", []),
        ("instType=SWAP&instFamily=BTC-USD", ["BTC-USD-SWAP"]),
        ("instType=FUTURES&uly=ETH-USD", ["ETH-USD-260327", "ETH-USD-260626"]),
        ("instType=OPTION&uly=BTC-USD&instId=BTC-USD-260327-70000-C", ["BTC-USD-260327-70000-C"]),
        ("instType=OPTION&instFamily=SOL-USD", []),
        ("instType=MARGIN&instId=BTC-USDT", ["BTC-USDT"]),
        ("instType=MARGIN&uly=ETH-BTC", ["ETH-BTC"]),
        ("instType=MARGIN&instFamily=BTC-EUR", []),
        ("instType=EVENTS&seriesId=BTC-ABOVE-DAILY", []),
    ],
)
def test_instruments_are_filtered_by_type_family_underlying_and_id(query: str, expected: list[str]) -> None:
    assert _ids(query) == expected


def test_a_pair_on_margin_is_the_pair_with_itself_as_its_index() -> None:
    (spot,), (margin,) = (
        data(frozen_server(), f"{INSTRUMENTS}?instType={kind}&instId=BTC-USDT") for kind in ("SPOT", "MARGIN")
    )
    assert margin == spot | {"instType": "MARGIN", "uly": "BTC-USDT", "instFamily": "BTC-USDT"}


def test_a_pair_without_leverage_is_not_on_margin() -> None:
    server = frozen_server()
    plain = replace(server.exchange.instrument("ADA-USDT"), lever="")
    server.exchange.listing.put(plain, server.clock.now_ms())
    assert len(data(server, f"{INSTRUMENTS}?instType=SPOT")) == len(data(server, f"{INSTRUMENTS}?instType=MARGIN")) + 1


@pytest.mark.parametrize(
    ("kind", "band"), [("SPOT", "0.05"), ("MARGIN", "0.05"), ("SWAP", "0.05"), ("OPTION&uly=BTC-USD", "")]
)
def test_price_bands_are_told_except_of_options(kind: str, band: str) -> None:
    rows = data(frozen_server(), f"{INSTRUMENTS}?instType={kind}")
    assert {row[f"{name}PxLmtPct"] for row in rows for name in ("init", "float", "max")} == {band}


def test_an_account_sees_the_same_instruments_and_two_keys_more() -> None:
    server, query = frozen_server(), "instType=SWAP"
    own, everybodys = (data(server, f"/api/v5/{path}/instruments?{query}") for path in ("account", "public"))
    assert [row | {"elp": "0", "rpi": "0", "maxPlatOICoinLmt": ""} for row in everybodys] == own


@pytest.mark.parametrize(
    ("query", "count"),
    [("SPOT", 10), ("OPTION&uly=BTC-USD", 4), ("SWAP", 0), ("FUTURES", 0), ("MARGIN", 0)],
)
def test_an_account_in_spot_mode_sees_pairs_and_options(query: str, count: int) -> None:
    server = frozen_server()
    server.exchange.accounts[0].acct_lv = "1"
    assert len(data(server, f"/api/v5/account/instruments?instType={query}")) == count


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("SWAP", ["BTC-USDT", "ETH-USDT", "SOL-USDT", "BTC-USD", "ETH-USD", "BTC-USDC"]),
        ("FUTURES", ["BTC-USDT", "BTC-USD", "ETH-USD"]),
        ("OPTION", ["BTC-USD", "ETH-USD"]),
    ],
)
def test_underlyings_come_in_one_list(kind: str, names: list[str]) -> None:
    assert data(frozen_server(), f"/api/v5/public/underlying?instType={kind}") == [names]


@pytest.mark.parametrize(
    ("query", "families"),
    [("OPTION", ["BTC-USD", "ETH-USD"]), ("OPTION&instFamily=ETH-USD", ["ETH-USD"]), ("EVENTS", [])],
)
def test_options_have_one_step_for_all_prices(query: str, families: list[str]) -> None:
    rows = data(frozen_server(), f"/api/v5/public/instrument-tick-bands?instType={query}")
    assert [row["instFamily"] for row in rows] == families
    assert {band["tickSz"] for row in rows for band in row["tickBand"]} <= {"0.0001"}


def test_every_listed_instrument_is_in_the_rows_of_its_type() -> None:
    queries = ["SPOT", "SWAP", "FUTURES", "OPTION&uly=BTC-USD", "OPTION&uly=ETH-USD"]
    assert [each for query in queries for each in _ids(f"instType={query}")] == list(
        frozen_server().exchange.instruments
    )


def test_what_has_expired_is_not_listed_any_more() -> None:
    server, query = frozen_server(), f"{INSTRUMENTS}?instType=FUTURES&uly=BTC-USD"
    server.clock.set(datetime(2026, 3, 27, 7, 59, 59, 999_000, tzinfo=UTC))
    assert [row["instId"] for row in data(server, query)] == ["BTC-USD-260327", "BTC-USD-260626"]
    server.clock.set(datetime(2026, 3, 27, 8, tzinfo=UTC))
    assert [row["instId"] for row in data(server, query)] == ["BTC-USD-260626"]


@pytest.mark.parametrize(
    ("query", "status", "code", "message"),
    [
        ("", 400, "50014", "Parameter instType cant be empty."),
        ("?instType=", 400, "50014", "Parameter instType cant be empty."),
        ("?instType=spot", 400, "51000", "Parameter instType error"),
        ("?instType=OPTION", 400, "50015", "Either parameter instFamily or uly is required"),
        ("?instType=EVENTS", 400, "50014", "Parameter seriesId cant be empty."),
    ],
)
def test_what_a_query_lacks_is_named(query: str, status: int, code: str, message: str) -> None:
    reply = frozen_server().request("GET", INSTRUMENTS + query)
    assert (reply.status, reply.json()) == (status, {"code": code, "data": [], "msg": message})


def test_the_code_of_an_instrument_is_a_number_and_every_other_value_text_or_list() -> None:
    (row,) = data(frozen_server(), f"{INSTRUMENTS}?instType=SPOT&instId=BTC-USDT")
    kinds = {name: type(value) for name, value in row.items() if not isinstance(value, str)}
    assert kinds == {"instIdCode": int, "futureSettlement": bool, "tradeQuoteCcyList": list, "upcChg": list}


def test_public_data_needs_no_key() -> None:
    gateway = Gateway(frozen_server().exchange, FaultPlan(), CallLog(1), Settings())
    assert gateway.handle(Request("GET", "/api/v5/public/time", Headers())).status == 200
