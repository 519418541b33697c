"""Fee rates, asked as a client asks: what is told is what is paid."""

from __future__ import annotations

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server, send

FEE = "/api/v5/account/trade-fee?instType="


@pytest.fixture
def server() -> OkxServer:
    return frozen_server()


@pytest.mark.parametrize("kind", ["SPOT", "MARGIN", "SWAP", "FUTURES", "OPTION"])
def test_each_type_of_instrument_has_its_rates(server: OkxServer, kind: str) -> None:
    (row,) = data(server, FEE + kind)
    assert (row["instType"], row["level"]) == (kind, "Lv1")
    assert all(group["taker"] == row["taker"] < "0" for group in row["feeGroup"])
    assert (row["takerU"] != "") is (kind in ("SWAP", "FUTURES"))


def test_a_fill_pays_the_rate_that_was_told(server: OkxServer) -> None:
    (row,) = data(server, FEE + "SPOT&instId=BTC-USDT")
    order = {"instId": "BTC-USDT", "tdMode": "cash", "side": "sell", "ordType": "market", "sz": "0.5"}
    data(server, "/api/v5/trade/order", "POST", order)
    (fill,) = data(server, "/api/v5/trade/fills")
    assert float(fill["fee"]) == pytest.approx(float(row["taker"]) * 0.5 * float(fill["fillPx"]))


def test_a_higher_level_pays_less(server: OkxServer) -> None:
    account = server.open_account("VIP3", USDT=1)
    reply = send(server, "GET", FEE + "SPOT", credentials=server.issue_key(account)).json()
    assert (reply["data"][0]["level"], reply["data"][0]["taker"]) == ("VIP3", "-0.0004")


def test_groups_families_and_instruments_narrow_it_down(server: OkxServer) -> None:
    def groups(query: str) -> list[str]:
        return [group["groupId"] for row in data(server, FEE + query) for group in row["feeGroup"]]

    assert groups("SPOT") == ["12", "13"]
    assert groups("SPOT&groupId=13") == groups("SPOT&instId=BTC-USDC") == ["13"]
    assert groups("SWAP&instFamily=BTC-USDT") == ["4"]
    assert groups("SPOT&groupId=99") == []
