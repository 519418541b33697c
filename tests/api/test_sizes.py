"""How much could be traded, borrowed or taken out, asked as a client asks."""

from __future__ import annotations

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server

ACCOUNT = "/api/v5/account/"


@pytest.fixture
def server() -> OkxServer:
    return frozen_server()


def test_the_largest_order_at_a_price_is_what_the_money_pays_for(server: OkxServer) -> None:
    (row,) = data(server, ACCOUNT + "max-size?instId=BTC-USDT&tdMode=cash&px=50000")
    assert row == {"ccy": "BTC", "instId": "BTC-USDT", "maxBuy": "2", "maxSell": "1"}


def test_several_instruments_have_a_row_each(server: OkxServer) -> None:
    rows = data(server, ACCOUNT + "max-size?instId=BTC-USDT-SWAP,BTC-USD-SWAP&tdMode=cross&leverage=5")
    assert [(row["instId"], row["ccy"]) for row in rows] == [("BTC-USDT-SWAP", "USDT"), ("BTC-USD-SWAP", "BTC")]


def test_what_is_available_is_quote_to_buy_and_base_to_sell(server: OkxServer) -> None:
    (row,) = data(server, ACCOUNT + "max-avail-size?instId=BTC-USDT&tdMode=cash")
    assert row == {"availBuy": "100000", "availSell": "1", "instId": "BTC-USDT"}


def test_reducing_counts_what_could_be_closed(server: OkxServer) -> None:
    order = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "buy", "ordType": "market", "sz": "3"}
    data(server, "/api/v5/trade/order", "POST", order)
    (row,) = data(server, ACCOUNT + "max-avail-size?instId=BTC-USDT-SWAP&tdMode=cross&reduceOnly=true")
    assert (row["availBuy"], row["availSell"]) == ("0", "3")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("max-size?tdMode=cash&instId=" + ",".join(["BTC-USDT"] * 6), "51000"),
        ("max-size?tdMode=cash&instId=NO-SUCH", "51001"),
        ("max-size?tdMode=cash&instId=BTC-USDT-SWAP", "51010"),
        ("max-withdrawal?ccy=" + ",".join(["BTC"] * 21), "51000"),
    ],
)
def test_what_cannot_be_told_is_refused(server: OkxServer, query: str, code: str) -> None:
    assert server.request("GET", ACCOUNT + query).json()["code"] == code


def test_nothing_can_be_borrowed(server: OkxServer) -> None:
    rows = data(server, ACCOUNT + "max-loan?instId=BTC-USDT&mgnMode=cross&mgnCcy=USDT")
    assert [(row["side"], row["ccy"], row["maxLoan"]) for row in rows] == [("buy", "USDT", "0"), ("sell", "BTC", "0")]


def test_what_an_order_holds_cannot_leave(server: OkxServer) -> None:
    order = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "1", "px": "60000"}
    data(server, "/api/v5/trade/order", "POST", order)
    (row,) = data(server, ACCOUNT + "max-withdrawal?ccy=USDT")
    assert (row["maxWd"], row["maxWdEx"]) == ("40000", "40000")
    assert len(data(server, ACCOUNT + "max-withdrawal")) == 4
