"""Withdrawals, asked as a client asks."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server, send

WITHDRAWAL, CANCEL = "/api/v5/asset/withdrawal", "/api/v5/asset/cancel-withdrawal"
HISTORY, STATUS = "/api/v5/asset/withdrawal-history", "/api/v5/asset/deposit-withdraw-status"
TRON = "TXtvfb7cdrn6VX9H49mgio8bUxZ3DGfvYF"
BODY = {"ccy": "USDT", "amt": "100", "dest": "4", "toAddr": TRON, "chain": "USDT-TRC20"}


def rich_server() -> OkxServer:
    """A server whose key may withdraw, of an account with USDT 500 in its funding account."""
    server = frozen_server()
    server.exchange.accounts[0].deposit("USDT", 500)
    server.exchange.change_key(server.credentials, permissions=("read", "trade", "withdraw"))
    return server


def withdraw(server: OkxServer, **fields: Any) -> str:
    (row,) = data(server, WITHDRAWAL, "POST", BODY | fields)
    number: str = row["wdId"]
    return number


def code(server: OkxServer, method: str, target: str, body: Any = None) -> str:
    found: str = server.request(method, target, body).json()["code"]
    return found


def test_a_key_without_the_permission_withdraws_nothing() -> None:
    assert code(frozen_server(), "POST", WITHDRAWAL, BODY) == "50120"


@pytest.mark.parametrize("path", [WITHDRAWAL, CANCEL])
def test_demo_trading_has_no_withdrawals(path: str) -> None:
    reply = send(rich_server(), "POST", path, BODY | {"wdId": "1"}, headers={"x-simulated-trading": "1"})
    assert (reply.status, reply.json()["code"]) == (200, "50038")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"amt": "0"}, "51000"),
        ({"dest": "5"}, "51000"),
        ({"toAddrType": "3"}, "51000"),
        ({"fee": "none"}, "51000"),
        ({"amt": "499.5"}, "58350"),
    ],
)
def test_a_wrong_parameter_is_refused(fields: dict[str, str], expected: str) -> None:
    assert code(rich_server(), "POST", WITHDRAWAL, BODY | fields) == expected


def test_the_history_follows_a_withdrawal() -> None:
    server = rich_server()
    number = withdraw(server, clientId="out", areaCode="86")
    (row,) = data(server, HISTORY)
    assert (row["state"], row["txId"], row["to"], row["fee"], row["areaCodeTo"]) == ("0", "", TRON, "1", "86")
    server.exchange.treasury.complete(number)
    (row,) = data(server, HISTORY)
    assert (row["state"], len(row["txId"])) == ("2", 64)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("wdId={wd}", True),
        ("clientId=out", True),
        ("clientId=other", False),
        ("ccy=USDT&type=4&state=0&toAddrType=1", True),
        ("type=3", False),
        ("txId=1", False),
    ],
)
def test_withdrawals_are_filtered(query: str, found: bool) -> None:
    server = rich_server()
    number = withdraw(server, clientId="out")
    assert bool(data(server, f"{HISTORY}?{query.format(wd=number)}")) is found


def test_a_withdrawal_is_cancelled_once() -> None:
    server = rich_server()
    number = withdraw(server)
    assert data(server, CANCEL, "POST", {"wdId": number}) == [{"wdId": number}]
    assert code(server, "POST", CANCEL, {"wdId": number}) == "58220"
    assert data(server, f"{STATUS}?wdId={number}")[0]["state"].startswith("Cancellation complete: ")


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(0, "01/05/2026, 8:00:00 PM"), (5, "01/06/2026, 1:00:00 AM"), (4, "01/06/2026, 12:00:00 AM")],
)
def test_the_status_of_a_withdrawal_has_a_time_of_hong_kong(hours: int, expected: str) -> None:
    server = rich_server()
    withdraw(server)
    number = withdraw(server)
    server.clock.advance(hours * 3_600)
    server.exchange.treasury.complete(number)
    (row,) = data(server, f"{STATUS}?wdId={number}")
    assert (row["estCompleteTime"], row["state"].partition(":")[0]) == (expected, "Withdrawal complete")


def test_the_status_of_a_deposit_is_asked_with_all_that_is_known_of_it() -> None:
    server = rich_server()
    (deposit,) = server.exchange.treasury.deposits(server.exchange.accounts[0])
    query = f"txId={deposit.tx_id}&ccy=USDT&chain={deposit.chain}"
    (row,) = data(server, f"{STATUS}?{query}&to={deposit.to}")
    assert (row["wdId"], row["txId"]) == ("", deposit.tx_id)
    assert data(server, f"{STATUS}?{query}&to=elsewhere") == []
    assert code(server, "GET", f"{STATUS}?{query}") == "50014"


@pytest.mark.parametrize(
    ("query", "expected"), [("", "50015"), ("wdId=1&txId=2", "50024"), ("wdId=1", "58215"), ("txId=2", "50014")]
)
def test_the_status_is_of_one_thing(query: str, expected: str) -> None:
    assert code(rich_server(), "GET", f"{STATUS}?{query}") == expected
