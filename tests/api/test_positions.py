"""A position as a row: what depends on the margin mode, on the instrument and on the price."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server

OPTION = "BTC-USD-260327-70000-C"


@pytest.fixture
def server() -> OkxServer:
    return frozen_server()


def _row(server: OkxServer, **order: str) -> dict[str, Any]:
    defaults = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "buy", "ordType": "market", "sz": "5"}
    data(server, "/api/v5/trade/order", "POST", defaults | order)
    (row,) = data(server, "/api/v5/account/positions")
    assert isinstance(row, dict)
    return row


def test_every_value_is_text_but_the_list_of_closing_orders(server: OkxServer) -> None:
    row = _row(server)
    assert {name for name, value in row.items() if not isinstance(value, str)} == {"closeOrderAlgo"}


def test_a_cross_position_has_initial_margin_and_no_margin_of_its_own(server: OkxServer) -> None:
    row = _row(server)
    assert row["margin"] == ""
    assert Decimal(row["imr"]) == Decimal(row["markPx"]) * Decimal("0.05") / 10


def test_an_isolated_position_has_margin_of_its_own_and_no_initial_margin(server: OkxServer) -> None:
    row = _row(server, tdMode="isolated")
    assert row["imr"] == ""
    assert Decimal(row["margin"]) == Decimal(row["avgPx"]) * Decimal("0.05") / 10
    equity = Decimal(row["margin"]) + Decimal(row["upl"])
    closing_fee = Decimal(row["markPx"]) * Decimal("0.05") * Decimal("0.0005")
    need = Decimal(row["mmr"]) + closing_fee
    assert Decimal(row["mgnRatio"]) == (equity / need).quantize(Decimal("1E-16"))
    assert 0 < Decimal(row["liqPx"]) < Decimal(row["avgPx"])


def test_a_rich_account_with_a_tiny_position_has_a_large_ratio() -> None:
    row = _row(frozen_server(balances={"USDT": 10**18}), sz="0.01")
    assert Decimal(row["mgnRatio"]) > 10**18


def test_a_short_position_is_negative(server: OkxServer) -> None:
    assert _row(server, side="sell")["pos"] == "-5"


def test_profit_is_measured_at_the_mark_price_and_against_the_margin(server: OkxServer) -> None:
    row = _row(server)
    profit = (Decimal(row["markPx"]) - Decimal(row["avgPx"])) * Decimal("0.05")
    assert Decimal(row["upl"]) == profit
    margin = Decimal(row["avgPx"]) * Decimal("0.05") / 10
    assert Decimal(row["uplRatio"]) == (profit / margin).quantize(Decimal("1E-16"))


def test_what_was_realised_is_the_fee_until_something_is_closed(server: OkxServer) -> None:
    row = _row(server)
    assert row["pnl"] == "0"
    assert row["realizedPnl"] == row["fee"]
    assert Decimal(row["fee"]) < 0


def test_a_coin_margined_position_is_valued_in_dollars(server: OkxServer) -> None:
    row = _row(server, instId="BTC-USD-SWAP")
    assert (row["ccy"], row["usdPx"]) == ("BTC", row["idxPx"])
    assert Decimal(row["notionalUsd"]) == pytest.approx(Decimal(500), rel=Decimal("0.01"))


def test_an_option_has_a_value_and_no_leverage(server: OkxServer) -> None:
    row = _row(server, instId=OPTION, ordType="limit", px="0.09", sz="10")
    assert (row["lever"], row["availPos"]) == ("", "10")
    assert Decimal(row["optVal"]) == Decimal(row["markPx"]) * Decimal("0.1")


def test_an_option_that_was_bought_is_measured_against_its_premium(server: OkxServer) -> None:
    row = _row(server, instId=OPTION, tdMode="isolated", ordType="limit", px="0.09", sz="10")
    assert row["margin"] == "0"
    premium = Decimal(row["avgPx"]) * Decimal("0.1")
    assert Decimal(row["uplRatio"]) == (Decimal(row["upl"]) / premium).quantize(Decimal("1E-16"))


@pytest.mark.parametrize(
    ("side", "sz", "shown"),
    [("buy", "100", ("BTC", "USDT", "0")), ("sell", "0.01", ("USDT", "BTC", "0"))],
)
def test_a_pair_on_margin_says_what_is_owned_and_owed(
    server: OkxServer, side: str, sz: str, shown: tuple[str, str, str]
) -> None:
    row = _row(server, instId="BTC-USDT", side=side, sz=sz, ccy="USDT")
    assert (row["posCcy"], row["liabCcy"], row["interest"]) == shown
    assert float(row["liab"]) < 0 < float(row["pos"])
    assert row["instType"] == "MARGIN"
