"""The money of sub-accounts, asked as their master asks."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server, send

FUNDING, TRADING = "/api/v5/asset/subaccount/balances", "/api/v5/account/subaccount/balances"
MOST, BILLS = "/api/v5/account/subaccount/max-withdrawal", "/api/v5/asset/subaccount/bills"
TRANSFER, OWN = "/api/v5/asset/subaccount/transfer", "/api/v5/asset/transfer"


@pytest.fixture
def server() -> OkxServer:
    """A server with two sub-accounts: hedger01 has USDT 100 and BTC 1 to trade, hedger02 has nothing."""
    made = frozen_server()
    (master,) = made.exchange.accounts
    made.exchange.open_sub_account(master, "hedger01", balances={"USDT": 100, "BTC": 1})
    made.exchange.open_sub_account(master, "hedger02")
    return made


def between(**fields: Any) -> dict[str, Any]:
    usual = {"ccy": "USDT", "amt": "40", "from": "18", "to": "6"}
    return usual | {"fromSubAccount": "hedger01", "toSubAccount": "hedger02"} | fields


def code(server: OkxServer, method: str, target: str, body: Any = None) -> str:
    found: str = server.request(method, target, body).json()["code"]
    return found


def test_a_master_sees_what_its_sub_account_has(server: OkxServer) -> None:
    data(server, TRANSFER, "POST", between())
    (row,) = data(server, f"{TRADING}?subAcct=hedger01")
    assert {each["ccy"]: each["cashBal"] for each in row["details"]} == {"USDT": "60", "BTC": "1"}
    assert [(row["ccy"], row["bal"]) for row in data(server, f"{FUNDING}?subAcct=hedger02")] == [("USDT", "40")]
    assert data(server, f"{FUNDING}?subAcct=hedger02&ccy=BTC") == []


@pytest.mark.parametrize(
    ("query", "expected"), [("", {"USDT": "100", "BTC": "1"}), ("&ccy=BTC,ETH", {"BTC": "1", "ETH": "0"})]
)
def test_a_master_sees_what_can_leave(server: OkxServer, query: str, expected: dict[str, str]) -> None:
    rows = data(server, f"{MOST}?subAcct=hedger01{query}")
    assert {row["ccy"]: row["maxWd"] for row in rows} == expected


@pytest.mark.parametrize("path", [FUNDING, MOST])
def test_twenty_currencies_are_the_most(server: OkxServer, path: str) -> None:
    many = ",".join(f"C{number}" for number in range(21))
    assert code(server, "GET", f"{path}?subAcct=hedger01&ccy={many}") == "51000"


@pytest.mark.parametrize("path", [FUNDING, TRADING, MOST])
def test_the_sub_accounts_of_others_are_not_there(server: OkxServer, path: str) -> None:
    assert code(server, "GET", f"{path}?subAcct=nobody1") == "59510"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [("hedger02", "1", "3"), ("hedger02", "0", "7"), ("hedger01", "0", "5")]),
        ("?type=0", [("hedger02", "0", "7"), ("hedger01", "0", "5")]),
        ("?subAcct=hedger01", [("hedger01", "0", "5")]),
        ("?ccy=BTC", []),
        ("?limit=1", [("hedger02", "1", "3")]),
    ],
)
def test_transfers_of_the_master_are_noted(server: OkxServer, query: str, expected: list[tuple[str, ...]]) -> None:
    for kind, name, amount, source in (
        ("1", "hedger01", "5", "18"),
        ("1", "hedger02", "7", "18"),
        ("2", "hedger02", "3", "6"),
    ):
        body = {"ccy": "USDT", "amt": amount, "from": source, "to": "6", "type": kind, "subAcct": name}
        data(server, OWN, "POST", body)
    data(server, TRANSFER, "POST", between())
    rows = data(server, BILLS + query)
    assert [(row["subAcct"], row["type"], row["amt"]) for row in rows] == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"toSubAccount": "hedger01"}, "59507"),
        ({"toSubAccount": "nobody1"}, "59510"),
        ({"amt": "101"}, "58350"),
        ({"amt": "0"}, "58114"),
        ({"ccy": "EUR"}, "51000"),
        ({"from": "1"}, "51000"),
    ],
)
def test_a_transfer_between_them_may_be_refused(server: OkxServer, fields: dict[str, str], expected: str) -> None:
    assert code(server, "POST", TRANSFER, between(**fields)) == expected


def test_a_sub_account_asks_for_none_of_it(server: OkxServer) -> None:
    key = server.exchange.issue_key(server.exchange.accounts[1])
    asked = [("GET", f"{path}?subAcct=hedger01", None) for path in (FUNDING, TRADING, MOST, BILLS)]
    for method, target, body in (*asked, ("POST", TRANSFER, between())):
        assert send(server, method, target, body, credentials=key).json()["code"] == "59500"
