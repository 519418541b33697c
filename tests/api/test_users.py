"""Sub-accounts and their keys, asked as a client asks."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.server import OkxServer
from pytest_okx.signing import Credentials
from tests.helpers import data, frozen_server, send

LIST, CREATE = "/api/v5/users/subaccount/list", "/api/v5/users/subaccount/create-subaccount"
KEYS, SET = "/api/v5/users/subaccount/apikey", "/api/v5/users/subaccount/set-transfer-out"
MODIFY, DELETE = "/api/v5/users/subaccount/modify-apikey", "/api/v5/users/subaccount/delete-apikey"
KEY = {"subAcct": "hedger01", "label": "reader", "passphrase": "Wonder-1and"}


@pytest.fixture
def server() -> OkxServer:
    """A server with one sub-account, hedger01, whose key is bound to an address."""
    made = frozen_server()
    made.exchange.open_sub_account(made.exchange.accounts[0], "hedger01", balances={"USDT": 100})
    made.exchange.change_key(made.credentials, ip_whitelist=("127.0.0.1",))
    return made


def code(server: OkxServer, method: str, target: str, body: Any = None) -> str:
    found: str = server.request(method, target, body).json()["code"]
    return found


def make(server: OkxServer, **fields: Any) -> dict[str, Any]:
    (row,) = data(server, KEYS, "POST", KEY | fields)
    found: dict[str, Any] = row
    return found


def credentials(row: dict[str, Any]) -> Credentials:
    return Credentials(row["apiKey"], row["secretKey"], row["passphrase"])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["hedger02", "hedger01"]),
        ("?subAcct=hedger01", ["hedger01"]),
        ("?enable=true", ["hedger02", "hedger01"]),
        ("?enable=false", []),
        ("?limit=1", ["hedger02"]),
        ("?after=1767614401000", ["hedger01"]),
    ],
)
def test_sub_accounts_are_listed_newest_first(server: OkxServer, query: str, names: list[str]) -> None:
    server.clock.advance(1)
    data(server, CREATE, "POST", {"subAcct": "hedger02", "type": "1"})
    assert [row["subAcct"] for row in data(server, LIST + query)] == names


@pytest.mark.parametrize(("kind", "expected"), [("5", "59515"), ("12", "59515"), ("2", "51000"), ("1", "59601")])
def test_standard_sub_accounts_alone_are_opened(server: OkxServer, kind: str, expected: str) -> None:
    assert code(server, "POST", CREATE, {"subAcct": "hedger01", "type": kind}) == expected


@pytest.mark.parametrize("path", [CREATE, KEYS, MODIFY, DELETE])
def test_a_key_that_is_bound_to_no_address_manages_nothing(server: OkxServer, path: str) -> None:
    server.exchange.change_key(server.credentials, ip_whitelist=())
    body = KEY | {"type": "1", "apiKey": "x"}
    reply = server.request("POST", path, body)
    assert (reply.status, reply.json()["code"]) == (403, "50035")


@pytest.mark.parametrize(("method", "path"), [("GET", LIST), ("POST", CREATE), ("GET", f"{KEYS}?subAcct=hedger01")])
def test_a_sub_account_manages_nothing(server: OkxServer, method: str, path: str) -> None:
    sub = server.exchange.issue_key(server.exchange.accounts[1])
    body = {"subAcct": "hedger02", "type": "1"} if method == "POST" else None
    assert send(server, method, path, body, credentials=sub).json()["code"] == "59500"


def test_a_new_key_works_for_what_it_may_and_from_where_it_may(server: OkxServer) -> None:
    row = make(server, perm="read_only", ip="127.0.0.1,10.0.0.1")
    assert (row["perm"], row["ip"]) == ("read_only", "127.0.0.1,10.0.0.1")
    key = credentials(row)
    (held,) = send(server, "GET", "/api/v5/account/balance", credentials=key).json()["data"]
    assert [each["cashBal"] for each in held["details"]] == ["100"]
    (config,) = send(server, "GET", "/api/v5/account/config", credentials=key).json()["data"]
    assert (config["type"], config["mainUid"]) == ("1", server.exchange.accounts[0].uid)
    order = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "market", "sz": "10"}
    assert send(server, "POST", "/api/v5/trade/order", order, credentials=key).json()["code"] == "50120"
    data(server, MODIFY, "POST", {"subAcct": "hedger01", "apiKey": key.api_key, "ip": "10.0.0.1"})
    assert send(server, "GET", "/api/v5/account/balance", credentials=key).json()["code"] == "50110"


def test_a_key_of_a_sub_account_may_trade_and_is_deleted(server: OkxServer) -> None:
    key = credentials(make(server, perm="trade"))
    order = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "market", "sz": "10"}
    assert send(server, "POST", "/api/v5/trade/order", order, credentials=key).json()["code"] == "0"
    assert data(server, DELETE, "POST", {"subAcct": "hedger01", "apiKey": key.api_key}) == [{"subAcct": "hedger01"}]
    assert send(server, "GET", "/api/v5/account/balance", credentials=key).json()["code"] == "50119"


def test_a_key_is_for_the_environment_of_the_key_that_made_it(server: OkxServer) -> None:
    demo = server.exchange.issue_key(server.exchange.accounts[0], demo=True, ip_whitelist=("127.0.0.1",))
    header = {"x-simulated-trading": "1"}
    (row,) = send(server, "POST", KEYS, KEY, credentials=demo, headers=header).json()["data"]
    key = credentials(row)
    assert send(server, "GET", "/api/v5/account/balance", credentials=key).json()["code"] == "50101"
    assert send(server, "GET", "/api/v5/account/balance", credentials=key, headers=header).json()["code"] == "0"


def test_keys_are_listed_without_their_secrets(server: OkxServer) -> None:
    first, second = make(server), make(server, label="trader", perm="read_only,trade")
    rows = data(server, f"{KEYS}?subAcct=hedger01")
    assert [(row["apiKey"], row["perm"]) for row in rows] == [
        (first["apiKey"], "read_only"),
        (second["apiKey"], "read_only,trade"),
    ]
    assert all("secretKey" not in row and "passphrase" not in row for row in rows)
    assert data(server, f"{KEYS}?subAcct=hedger01&apiKey={second['apiKey']}") == rows[1:]
    assert code(server, "GET", f"{KEYS}?subAcct=hedger01&apiKey=none") == "59506"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"perm": "withdraw"}, "51000"),
        ({"ip": "somewhere"}, "51000"),
        ({"subAcct": "nobody1"}, "59510"),
        ({"passphrase": "short"}, "59505"),
    ],
)
def test_a_key_may_be_refused(server: OkxServer, fields: dict[str, str], expected: str) -> None:
    assert code(server, "POST", KEYS, KEY | fields) == expected


def test_what_is_not_given_of_a_key_stays(server: OkxServer) -> None:
    row = make(server, perm="trade", ip="10.0.0.1")
    body = {"subAcct": "hedger01", "apiKey": row["apiKey"]}
    (same,) = data(server, MODIFY, "POST", body)
    assert (same["label"], same["perm"], same["ip"]) == ("reader", "read_only,trade", "10.0.0.1")
    (changed,) = data(server, MODIFY, "POST", body | {"label": "other", "perm": "read_only", "ip": ""})
    assert (changed["label"], changed["perm"], changed["ip"]) == ("other", "read_only", "")


@pytest.mark.parametrize(("given", "expected"), [({}, True), ({"canTransOut": "false"}, False)])
def test_sub_accounts_may_pay_others_when_they_are_let(
    server: OkxServer, given: dict[str, str], expected: bool
) -> None:
    assert data(server, SET, "POST", {"subAcct": "hedger01"} | given) == [
        {"canTransOut": expected, "subAcct": "hedger01"}
    ]
    assert data(server, LIST)[0]["canTransOut"] is expected


def test_a_key_that_a_key_of_a_site_makes_is_of_that_site() -> None:
    server = frozen_server()
    account = server.exchange.accounts[0]
    server.exchange.open_sub_account(account, "hedger01")
    server.credentials = server.issue_key(account, site="eea", ip_whitelist=("127.0.0.1",))
    key = server.exchange.key(credentials(make(server)).api_key)
    assert key is not None
    assert key.site == "eea"
