"""Deposit addresses and history, asked as a client asks."""

from __future__ import annotations

import pytest

from tests.helpers import data, frozen_server

ADDRESS, HISTORY = "/api/v5/asset/deposit-address", "/api/v5/asset/deposit-history"


def test_a_currency_has_an_address_for_each_chain() -> None:
    rows = data(frozen_server(), f"{ADDRESS}?ccy=USDT")
    assert [(row["chain"], row["addr"][:1], row["tag"]) for row in rows] == [
        ("USDT-ERC20", "0", ""),
        ("USDT-TRC20", "T", ""),
    ]


def test_an_address_that_needs_a_tag_has_one() -> None:
    (row,) = data(frozen_server(), f"{ADDRESS}?ccy=XRP")
    assert row["tag"].isdigit()


def test_a_currency_that_nobody_trades_has_no_address() -> None:
    assert frozen_server().request("GET", f"{ADDRESS}?ccy=EUR").json()["code"] == "51000"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["2", "1"]),
        ("ccy=BTC", ["2"]),
        ("depId={dep}", ["1"]),
        ("txId={tx}", ["1"]),
        ("type=4", ["2", "1"]),
        ("type=3", []),
        ("state=2", ["2", "1"]),
        ("state=0", []),
        ("fromWdId=1", []),
    ],
)
def test_deposits_are_filtered(query: str, expected: list[str]) -> None:
    server = frozen_server()
    (account,) = server.exchange.accounts
    first = account.deposit("USDT", 1)
    account.deposit("BTC", 2)
    rows = data(server, f"{HISTORY}?{query.format(dep=first.dep_id, tx=first.tx_id)}")
    assert [row["amt"] for row in rows] == expected


def test_a_deposit_goes_to_the_address_of_its_chain() -> None:
    server = frozen_server()
    server.exchange.accounts[0].deposit("USDT", 1, chain="USDT-TRC20")
    (row,) = data(server, HISTORY)
    assert row["to"] == data(server, f"{ADDRESS}?ccy=USDT")[1]["addr"]
