"""Risk of the account, asked as a client asks."""

from __future__ import annotations

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server

RISK = "/api/v5/account/account-position-risk"
ORDER = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "buy", "ordType": "market", "sz": "1"}


@pytest.fixture
def server() -> OkxServer:
    server = frozen_server()
    data(server, "/api/v5/trade/order", "POST", ORDER)
    return server


def test_balances_and_positions_are_of_one_moment(server: OkxServer) -> None:
    (row,) = data(server, RISK)
    assert {held["ccy"] for held in row["balData"]} == {"USDT", "USDC", "BTC", "ETH"}
    assert [(held["instId"], held["pos"], held["notionalUsd"]) for held in row["posData"]] == [
        ("BTC-USDT-SWAP", "1", data(server, "/api/v5/account/positions")[0]["notionalUsd"])
    ]


def test_positions_can_be_asked_for_by_type(server: OkxServer) -> None:
    assert data(server, RISK + "?instType=FUTURES")[0]["posData"] == []


def test_adjusted_equity_is_of_modes_with_several_currencies() -> None:
    server = frozen_server()
    assert data(server, RISK)[0]["adjEq"] == ""
    data(server, "/api/v5/account/set-account-level", "POST", {"acctLv": "3"})
    assert float(data(server, RISK)[0]["adjEq"]) > 100_000


def test_each_currency_held_has_a_row_of_greeks(server: OkxServer) -> None:
    assert [row["ccy"] for row in data(server, "/api/v5/account/greeks?ccy=BTC,ADA")] == ["BTC"]
    assert len(data(server, "/api/v5/account/greeks")) == 4


@pytest.mark.parametrize("endpoint", ["risk-state", "position-tiers?instType=SWAP&instFamily=BTC-USDT"])
def test_what_is_of_portfolio_margin_is_refused_in_other_modes(endpoint: str) -> None:
    server = frozen_server()
    assert server.request("GET", f"/api/v5/account/{endpoint}").json()["code"] == "51010"
    data(server, "/api/v5/account/set-account-level", "POST", {"acctLv": "4"})
    (row,) = data(server, f"/api/v5/account/{endpoint}")
    assert row.get("atRisk", False) is False
    assert row.get("uly", "BTC-USDT") == "BTC-USDT"
