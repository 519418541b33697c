"""Leverage and the margin of isolated positions, asked as a client asks."""

from __future__ import annotations

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server

SWAP = "BTC-USDT-SWAP"
SET = "/api/v5/account/set-leverage"
INFO = f"/api/v5/account/leverage-info?instId={SWAP}&mgnMode=isolated"
MARGIN = "/api/v5/account/position/margin-balance"


@pytest.fixture
def server() -> OkxServer:
    return frozen_server()


@pytest.mark.parametrize("lever", ["5", 5, "5.0"])
def test_leverage_is_taken_as_clients_write_it_and_shown_again(server: OkxServer, lever: object) -> None:
    (row,) = data(server, SET, "POST", {"instId": SWAP, "lever": lever, "mgnMode": "isolated"})
    assert row == {"instId": SWAP, "mgnMode": "isolated", "posSide": "net", "lever": "5"}
    assert [each["lever"] for each in data(server, INFO)] == ["5"]


def test_an_account_with_two_sides_has_two_rows(server: OkxServer) -> None:
    data(server, "/api/v5/account/set-position-mode", "POST", {"posMode": "long_short_mode"})
    data(server, SET, "POST", {"instId": SWAP, "lever": "3", "mgnMode": "isolated", "posSide": "short"})
    assert [(row["posSide"], row["lever"]) for row in data(server, INFO)] == [("long", "10"), ("short", "3")]


@pytest.mark.parametrize("query", ["mgnMode=cross", "mgnMode=cross&instId=" + ",".join([SWAP] * 21)])
def test_one_to_twenty_instruments_may_be_asked_for(server: OkxServer, query: str) -> None:
    reply = server.request("GET", f"/api/v5/account/leverage-info?{query}").json()
    assert (reply["code"], reply["msg"]) == ("51000", "Parameter instId error")


def test_the_leverage_of_a_currency_is_shown_where_it_can_be_set(server: OkxServer) -> None:
    query = "/api/v5/account/leverage-info?mgnMode=cross&ccy=BTC,ETH"
    assert server.request("GET", query).json()["msg"] == "Parameter instId error"
    data(server, "/api/v5/account/set-account-level", "POST", {"acctLv": "3"})
    data(server, SET, "POST", {"ccy": "BTC", "lever": "4", "mgnMode": "cross"})
    rows = [(row["ccy"], row["instId"], row["lever"]) for row in data(server, query)]
    assert rows == [("BTC", "", "4"), ("ETH", "", "10")]
    assert server.request("GET", query + ",C" * 19).json()["msg"] == "Parameter ccy error"


@pytest.mark.parametrize(
    ("ccy", "lever", "code"), [("XYZ", "3", "51000"), ("BTC", "0.5", "59105"), ("BTC", "1000", "59102")]
)
def test_the_leverage_of_a_currency_has_limits(server: OkxServer, ccy: str, lever: str, code: str) -> None:
    data(server, "/api/v5/account/set-account-level", "POST", {"acctLv": "3"})
    reply = server.request("POST", SET, {"ccy": ccy, "lever": lever, "mgnMode": "cross"})
    assert reply.json()["code"] == code


def test_margin_is_added_and_taken(server: OkxServer) -> None:
    order = {"instId": SWAP, "tdMode": "isolated", "side": "buy", "ordType": "market", "sz": "1"}
    data(server, "/api/v5/trade/order", "POST", order)
    margins = [data(server, "/api/v5/account/positions")[0]["margin"]]
    for kind, amount in (("add", "10"), ("reduce", "9")):
        (row,) = data(server, MARGIN, "POST", {"instId": SWAP, "posSide": "net", "type": kind, "amt": amount})
        assert (row["amt"], row["type"], row["leverage"]) == (amount, kind, "10")
        margins.append(data(server, "/api/v5/account/positions")[0]["margin"])
    assert [round(float(margin) - float(margins[0]), 8) for margin in margins] == [0, 10, 1]


def test_without_a_position_there_is_no_margin_to_change(server: OkxServer) -> None:
    body = {"instId": SWAP, "posSide": "net", "type": "add", "amt": "10"}
    assert server.request("POST", MARGIN, body).json()["code"] == "59300"
