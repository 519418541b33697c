"""Currencies, balances, transfers and bills of the funding account, asked as a client asks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.exchange.withdrawals import WithdrawalRequest
from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server

CURRENCIES, BALANCES = "/api/v5/asset/currencies", "/api/v5/asset/balances"
VALUATION, TRANSFER = "/api/v5/asset/asset-valuation", "/api/v5/asset/transfer"
STATE, BILLS, HISTORY = "/api/v5/asset/transfer-state", "/api/v5/asset/bills", "/api/v5/asset/bills-history"


def test_every_currency_of_the_instruments_has_a_chain() -> None:
    server = frozen_server()
    listed = server.exchange.instruments.values()
    traded = {ccy for each in listed for ccy in (each.base_ccy, each.quote_ccy, each.settle_ccy) if ccy}
    assert {row["ccy"] for row in data(server, CURRENCIES)} == traded


def test_currencies_are_filtered_by_name() -> None:
    rows = data(frozen_server(), f"{CURRENCIES}?ccy=BTC,USDT,EUR")
    assert [row["chain"] for row in rows] == ["BTC-Bitcoin", "USDT-ERC20", "USDT-TRC20"]


def test_one_chain_of_a_currency_is_its_main_net() -> None:
    rows = data(frozen_server(), f"{CURRENCIES}?ccy=ETH")
    assert [row["mainNet"] for row in rows] == [True, False]


def test_a_currency_of_a_further_instrument_gets_a_chain_of_its_name() -> None:
    server = frozen_server()
    spot = server.exchange.instrument("BTC-USDT")
    server.exchange.instruments = {"OKB-USDT": replace(spot, inst_id="OKB-USDT", base_ccy="OKB")}
    assert [(row["name"], row["chain"]) for row in data(server, f"{CURRENCIES}?ccy=OKB")] == [("OKB", "OKB-OKB")]


# balances


def rich_server() -> OkxServer:
    """A server whose account has USDT 500 and BTC 1 in its funding account."""
    server = frozen_server()
    server.exchange.accounts[0].deposit("USDT", 500)
    server.exchange.accounts[0].deposit("BTC", 1)
    return server


def transfer(server: OkxServer, **fields: Any) -> list[Any]:
    return data(server, TRANSFER, "POST", {"ccy": "USDT", "amt": "100", "from": "6", "to": "18"} | fields)


def code(server: OkxServer, method: str, target: str, body: Any = None) -> str:
    found: str = server.request(method, target, body).json()["code"]
    return found


@pytest.mark.parametrize(("query", "expected"), [("", ["USDT", "BTC"]), ("?ccy=BTC,ETH", ["BTC"])])
def test_balances_are_those_that_are_not_zero(query: str, expected: list[str]) -> None:
    assert [row["ccy"] for row in data(rich_server(), BALANCES + query)] == expected


def test_a_fresh_funding_account_is_empty() -> None:
    assert data(frozen_server(), BALANCES) == []


def test_twenty_currencies_are_the_most() -> None:
    assert code(frozen_server(), "GET", f"{BALANCES}?ccy=" + ",".join(map(str, range(21)))) == "51000"


@pytest.mark.parametrize("unit", ["USD", "USDT", "BTC", ""])
def test_the_valuation_is_the_sum_of_its_parts(unit: str) -> None:
    server = rich_server()
    (row,) = data(server, f"{VALUATION}?ccy={unit}")
    funding, trading = (Decimal(row["details"][name]) for name in ("funding", "trading"))
    assert Decimal(row["totalBal"]) == funding + trading
    price = server.exchange.usd_price(unit or "BTC", server.clock.now_ms()) if unit != "USD" else 1
    assert abs(funding * price - 500 - server.exchange.usd_price("BTC", server.clock.now_ms())) < Decimal("1e-9")


def test_what_has_no_price_here_is_no_unit() -> None:
    assert code(frozen_server(), "GET", f"{VALUATION}?ccy=EUR") == "51000"


def test_used_quota_is_told_with_the_currencies() -> None:
    server = rich_server()
    asked = WithdrawalRequest(ccy="USDT", amt=Decimal(50), dest="4", to_addr="0x" + "a" * 40)
    server.exchange.treasury.withdraw(server.exchange.accounts[0], asked)
    assert {row["usedWdQuota"] for row in data(server, CURRENCIES)} == {"50"}


# transfers


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"amt": "0"}, "58114"),
        ({"amt": "0.00"}, "58114"),
        ({"amt": "-1"}, "58114"),
        ({"amt": "much"}, "51000"),
        ({"ccy": "usdt"}, "51000"),
        ({"from": "1"}, "51000"),
        ({"to": "6"}, "58123"),
        ({"type": "1"}, "50014"),
        ({"type": "4", "subAcct": "nobody1"}, "58127"),
        ({"amt": "501"}, "58350"),
    ],
)
def test_a_transfer_may_be_refused(fields: dict[str, str], expected: str) -> None:
    body = {"ccy": "USDT", "amt": "100", "from": "6", "to": "18"} | fields
    assert code(rich_server(), "POST", TRANSFER, body) == expected


def test_a_transfer_is_found_by_either_of_its_ids() -> None:
    server = rich_server()
    (done,) = transfer(server, clientId="mine")
    for query in (f"transId={done['transId']}", "clientId=mine", f"transId={done['transId']}&clientId=other&type=0"):
        (row,) = data(server, f"{STATE}?{query}")
        assert (row["transId"], row["state"], row["type"]) == (done["transId"], "success", "0")


@pytest.mark.parametrize(
    ("query", "expected", "message"),
    [
        ("", "50015", "Either parameter transId or clientId is required"),
        ("?transId=1", "58129", "transId is incorrect or transId does not match with 'type'"),
        ("?clientId=mine&type=1", "58129", "clientId is incorrect or clientId does not match with 'type'"),
    ],
)
def test_a_transfer_that_is_not_there_is_refused(query: str, expected: str, message: str) -> None:
    server = rich_server()
    transfer(server, clientId="mine")
    reply = server.request("GET", STATE + query).json()
    assert (reply["code"], reply["msg"]) == (expected, message)


# bills


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["131", "1", "1"]),
        ("?ccy=BTC", ["1"]),
        ("?type=131", ["131"]),
        ("?clientId=mine", ["131"]),
        ("?limit=2", ["131", "1"]),
    ],
)
@pytest.mark.parametrize("path", ["bills", "bills-history"])
def test_bills_are_filtered_and_the_newest_come_first(path: str, query: str, expected: list[str]) -> None:
    server = rich_server()
    transfer(server, clientId="mine")
    assert [row["type"] for row in data(server, f"/api/v5/asset/{path}{query}")] == expected


def test_bills_are_kept_for_a_month_and_their_history_for_ever() -> None:
    server = rich_server()
    server.clock.advance(31 * 86_400)
    assert data(server, BILLS) == []
    assert len(data(server, HISTORY)) == 2


def test_the_history_is_paged_by_bill_where_that_is_asked_for() -> None:
    server = rich_server()
    newer, older = data(server, HISTORY)
    assert data(server, f"{HISTORY}?pagingType=2&after={newer['billId']}") == [older]
    assert data(server, f"{HISTORY}?pagingType=1&after={newer['ts']}") == []
    assert code(server, "GET", f"{HISTORY}?pagingType=3") == "51000"
