"""Currencies and their chains."""

from __future__ import annotations

from dataclasses import replace

from tests.helpers import data, frozen_server

CURRENCIES = "/api/v5/asset/currencies"


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
