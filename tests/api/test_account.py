"""Balance, configuration and positions, asked as a client asks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server, send

BALANCE = "/api/v5/account/balance"
CONFIG = "/api/v5/account/config"
POSITIONS = "/api/v5/account/positions"
ORDER = "/api/v5/trade/order"
LIMIT = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.5", "px": "60000"}
MARKET = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "buy", "ordType": "market", "sz": "5"}


@pytest.fixture
def server() -> OkxServer:
    return frozen_server()


def _details(server: OkxServer, query: str = "") -> dict[str, dict[str, str]]:
    (row,) = data(server, BALANCE + query)
    return {detail["ccy"]: detail for detail in row["details"]}


# Balance


def test_a_balance_is_what_the_account_was_opened_with(server: OkxServer) -> None:
    held = {ccy: detail["cashBal"] for ccy, detail in _details(server).items()}
    assert held == {"USDT": "100000", "USDC": "10000", "BTC": "1", "ETH": "10"}


def test_a_currency_at_zero_is_left_out() -> None:
    assert list(_details(frozen_server(balances={"USDT": 1, "BTC": 0}))) == ["USDT"]


def test_an_account_without_money_has_no_details() -> None:
    (row,) = data(frozen_server(balances={}), BALANCE)
    assert (row["details"], row["totalEq"]) == ([], "0")


def test_the_currencies_asked_for_are_shown_and_all_are_counted(server: OkxServer) -> None:
    (everything,), (some,) = data(server, BALANCE), data(server, f"{BALANCE}?ccy=BTC,ETH,EUR")
    assert [detail["ccy"] for detail in some["details"]] == ["BTC", "ETH"]
    assert some["totalEq"] == everything["totalEq"]


def test_total_equity_is_the_sum_of_what_each_currency_is_worth(server: OkxServer) -> None:
    (row,) = data(server, BALANCE)
    assert Decimal(row["totalEq"]) == sum(Decimal(detail["eqUsd"]) for detail in row["details"])


def test_isolated_equity_is_summed_in_dollars(server: OkxServer) -> None:
    data(server, ORDER, "POST", MARKET | {"instId": "BTC-USD-SWAP", "tdMode": "isolated"})
    (row,) = data(server, BALANCE)
    of = next(detail for detail in row["details"] if detail["ccy"] == "BTC")
    worth = Decimal(of["isoEq"]) * Decimal(of["eqUsd"]) / Decimal(of["eq"])
    assert abs(Decimal(row["isoEq"]) - worth) < Decimal("1e-9")


@pytest.mark.parametrize("level", ["2", "3"])
def test_sums_over_all_currencies_are_those_of_multi_currency_margin(server: OkxServer, level: str) -> None:
    data(server, "/api/v5/account/set-account-level", "POST", {"acctLv": level})
    data(server, ORDER, "POST", MARKET)
    (row,) = data(server, BALANCE)
    sums = ("adjEq", "imr", "mmr", "mgnRatio", "notionalUsd", "notionalUsdForSwap")
    assert {bool(row[name]) for name in sums} == {level == "3"}
    if level == "3":
        (position,) = data(server, POSITIONS)
        assert row["notionalUsd"] == row["notionalUsdForSwap"] == position["notionalUsd"]
        assert (row["adjEq"], row["mmr"]) == (row["totalEq"], position["mmr"])


def test_at_most_twenty_currencies_are_asked_for(server: OkxServer) -> None:
    assert server.request("GET", f"{BALANCE}?ccy={','.join(['BTC'] * 20)}").status == 200
    reply = server.request("GET", f"{BALANCE}?ccy={','.join(['BTC'] * 21)}")
    assert (reply.status, reply.json()["msg"]) == (400, "Parameter ccy error")


def test_an_open_order_freezes_what_it_needs(server: OkxServer) -> None:
    server.request("POST", ORDER, LIMIT)
    detail = _details(server)["USDT"]
    assert (detail["ordFrozen"], detail["frozenBal"], detail["availBal"]) == ("30000", "30000", "70000")


def test_the_margin_of_cross_positions_is_in_the_balance_of_its_currency(server: OkxServer) -> None:
    for order in (
        MARKET,
        {**MARKET, "instId": "ETH-USDT-SWAP"},
        {**MARKET, "instId": "SOL-USDT-SWAP", "tdMode": "isolated"},
    ):
        data(server, ORDER, "POST", order)
    cross = [row for row in data(server, POSITIONS) if row["mgnMode"] == "cross"]
    details = _details(server)
    for name in ("imr", "mmr"):
        assert Decimal(details["USDT"][name]) == sum(Decimal(row[name]) for row in cross)
    assert {details["USDT"]["mgnRatio"]} == {row["mgnRatio"] for row in cross}
    assert (details["BTC"]["mmr"], details["BTC"]["mgnRatio"]) == ("0", "")


# Configuration


def test_the_configuration_names_the_account_and_its_modes(server: OkxServer) -> None:
    (row,) = data(server, CONFIG)
    assert (row["acctLv"], row["posMode"], row["level"]) == ("2", "net_mode", "Lv1")
    assert row["uid"] == row["mainUid"] == server.exchange.accounts[0].uid


@pytest.mark.parametrize(
    ("permissions", "expected"),
    [
        (("read",), "read_only"),
        (("trade", "read"), "read_only,trade"),
        (("read", "trade", "withdraw"), "read_only,withdraw,trade"),
    ],
)
def test_the_configuration_says_what_the_key_may_do(
    server: OkxServer, permissions: tuple[str, ...], expected: str
) -> None:
    key = server.issue_key(server.exchange.accounts[0], permissions=permissions)
    assert send(server, "GET", CONFIG, credentials=key).json()["data"][0]["perm"] == expected


def test_the_configuration_lists_the_addresses_of_the_key(server: OkxServer) -> None:
    key = server.issue_key(server.exchange.accounts[0], ip_whitelist=["127.0.0.1", "10.0.0.0/8", "::1"])
    assert send(server, "GET", CONFIG, credentials=key).json()["data"][0]["ip"] == "127.0.0.1,10.0.0.0/8,::1"


# Positions


@pytest.fixture
def holder(server: OkxServer) -> OkxServer:
    for order in (MARKET, {**MARKET, "instId": "ETH-USDT-SWAP"}, {**MARKET, "instId": "BTC-USD-260327"}):
        data(server, ORDER, "POST", order)
    return server


def test_an_account_that_is_flat_has_no_positions(server: OkxServer) -> None:
    assert data(server, POSITIONS) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"BTC-USDT-SWAP", "ETH-USDT-SWAP", "BTC-USD-260327"}),
        ("?instType=FUTURES", {"BTC-USD-260327"}),
        ("?instType=OPTION", set()),
        ("?instId=BTC-USDT-SWAP,BTC-USD-260327", {"BTC-USDT-SWAP", "BTC-USD-260327"}),
        ("?instType=SWAP&instId=BTC-USD-260327", set()),
        ("?posId=1", set()),
    ],
)
def test_positions_are_filtered_by_type_instrument_and_id(holder: OkxServer, query: str, expected: set[str]) -> None:
    assert {row["instId"] for row in data(holder, POSITIONS + query)} == expected


def test_a_position_is_found_by_its_id(holder: OkxServer) -> None:
    wanted = data(holder, POSITIONS)[1]
    assert data(holder, f"{POSITIONS}?posId={wanted['posId']}") == [wanted]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("instType=swap", "instType"),
        (f"instId={','.join(['BTC-USDT-SWAP'] * 11)}", "instId"),
        (f"posId={','.join(['1'] * 21)}", "posId"),
    ],
)
def test_a_filter_that_cannot_be_read_or_is_too_long_is_named(server: OkxServer, query: str, name: str) -> None:
    reply = server.request("GET", f"{POSITIONS}?{query}")
    assert (reply.status, reply.json()["msg"]) == (400, f"Parameter {name} error")
