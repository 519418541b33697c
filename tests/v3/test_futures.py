"""v3's futures: opening and closing, 32008 with what still fits, the position and the accounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import frozen_server

ORDER = "/api/futures/v3/order"
OPEN = {"instrument_id": "BTC-USD-260327", "type": "1", "size": "10", "match_price": "1"}


@pytest.fixture
def server() -> OkxServer:
    return frozen_server()


def _place(server: OkxServer, **changes: Any) -> dict[str, Any]:
    reply = server.request("POST", ORDER, {**OPEN, **changes})
    assert reply.status == 200
    body: dict[str, Any] = reply.json()
    return body


def _position(server: OkxServer) -> list[dict[str, str]]:
    body = server.request("GET", "/api/futures/v3/position").json()
    assert body["result"] is True
    (rows,) = body["holding"]
    assert isinstance(rows, list)
    return rows


@pytest.mark.parametrize(
    ("kind", "own", "other"), [("1", "long", "short"), ("2", "short", "long")], ids=["open long", "open short"]
)
def test_an_order_opens_a_position_on_its_side(server: OkxServer, kind: str, own: str, other: str) -> None:
    assert _place(server, type=kind)["result"] is True
    (row,) = _position(server)
    assert (row[f"{own}_qty"], row[f"{other}_qty"], row["margin_mode"]) == ("10", "0", "crossed")


@pytest.mark.parametrize(("opening", "closing"), [("1", "3"), ("2", "4")])
def test_an_order_closes_the_position_of_its_side(server: OkxServer, opening: str, closing: str) -> None:
    _place(server, type=opening)
    _place(server, type=closing)
    assert _position(server) == []


@pytest.mark.parametrize("closing", ["3", "4"])
def test_more_than_is_held_cannot_be_closed(server: OkxServer, closing: str) -> None:
    assert _place(server, type=closing)["error_code"] == "32014"


def test_an_order_that_is_too_large_is_told_how_many_contracts_fit(server: OkxServer) -> None:
    body = _place(server, size="100000")
    assert (body["error_code"], body["order_id"], body["result"]) == ("32008", "-1", False)
    fits = int(body["error_message"].removeprefix("You may open extra ").removesuffix(" contracts on the same side"))
    assert _place(server, size=str(fits + 1))["error_code"] == "32008"
    assert _place(server, size=str(fits))["error_code"] == "0"


def test_an_account_without_margin_can_open_nothing() -> None:
    message = _place(frozen_server(balances={"USDT": 1}))["error_message"]
    assert message == "You may open extra 0 contracts on the same side"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"instrument_id": "BTC-USD-SWAP"}, "35001"),
        ({"instrument_id": "BTC-USD-000101"}, "35001"),
        ({"type": "5"}, "30024"),
        ({"size": "ten"}, "30024"),
        ({"order_type": "5"}, "30024"),
        ({"match_price": "2"}, "30024"),
        ({"client_oid": "a-b"}, "30024"),
        ({"leverage": "20"}, "32021"),
        ({"size": "0.05"}, "32018"),
        ({"size": "0.15"}, "30024"),
        ({"match_price": "0", "price": "100000"}, "32020"),
        ({"match_price": "0"}, "30023"),
    ],
)
def test_an_order_that_is_refused_has_a_code_of_v3(server: OkxServer, changes: dict[str, str], code: str) -> None:
    body = _place(server, **changes)
    assert (body["error_code"], body["result"]) == (code, False)


@pytest.mark.parametrize("name", ["instrument_id", "type", "size"])
def test_a_field_that_has_to_be_there_is_400(server: OkxServer, name: str) -> None:
    reply = server.request("POST", ORDER, {**OPEN, name: ""})
    assert (reply.status, reply.json()["error_code"]) == (400, "30023")


@pytest.mark.parametrize("leverage", ["10", 10, ""])
def test_the_leverage_of_the_account_may_be_stated(server: OkxServer, leverage: object) -> None:
    assert _place(server, leverage=leverage)["error_code"] == "0"


def test_an_order_at_a_price_rests_at_it(server: OkxServer) -> None:
    _place(server, match_price="0", price="69000", client_oid="a1")
    (order,) = server.exchange.orders
    assert (order.state, order.px, order.cl_ord_id) == ("live", Decimal(69000), "a1")


def test_an_order_of_type_4_is_a_market_order(server: OkxServer) -> None:
    _place(server, order_type="4")
    (order,) = server.exchange.orders
    assert (order.ord_type, order.state) == ("market", "filled")


def test_only_futures_are_in_the_position(server: OkxServer) -> None:
    swap = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "buy", "ordType": "market", "sz": "1"}
    server.request("POST", "/api/v5/trade/order", swap)
    assert _position(server) == []


def test_an_isolated_position_is_fixed(server: OkxServer) -> None:
    order = {"instId": "BTC-USD-260327", "tdMode": "isolated", "side": "buy", "ordType": "market", "sz": "1"}
    server.request("POST", "/api/v5/trade/order", order)
    assert _position(server)[0]["margin_mode"] == "fixed"


def test_accounts_are_those_of_the_underlyings_of_futures(server: OkxServer) -> None:
    _place(server)
    info = server.request("GET", "/api/futures/v3/accounts").json()["info"]
    assert {name: row["currency"] for name, row in info.items()} == {
        "btc-usdt": "USDT",
        "btc-usd": "BTC",
        "eth-usd": "ETH",
    }
    assert info["btc-usd"]["margin_frozen"] == info["btc-usd"]["margin"] != "0"


def test_a_contract_has_the_position_in_a_list_of_its_own(server: OkxServer) -> None:
    path = "/api/futures/v3/BTC-USD-260327/position"
    assert server.request("GET", path).json() == {"holding": [], "margin_mode": "crossed", "result": True}
    _place(server)
    assert server.request("GET", path).json()["holding"] == _position(server)


def test_both_sides_of_a_two_sided_account_share_a_row(server: OkxServer) -> None:
    server.exchange.accounts[0].pos_mode = "long_short_mode"
    for kind, size in (("1", "10"), ("2", "4")):
        _place(server, type=kind, size=size)
    (row,) = _position(server)
    assert (row["long_qty"], row["short_qty"]) == ("10", "4")


def test_an_underlying_has_an_account(server: OkxServer) -> None:
    info = server.request("GET", "/api/futures/v3/accounts").json()["info"]
    assert server.request("GET", "/api/futures/v3/accounts/BTC-USD").json() == info["btc-usd"]


def test_leverage_is_set_for_all_contracts_of_an_underlying(server: OkxServer) -> None:
    path = "/api/futures/v3/accounts/btc-usd/leverage"
    expected = {"leverage": "5", "margin_mode": "crossed", "result": "true", "underlying": "BTC-USD"}
    assert server.request("GET", path).json() == {**expected, "leverage": "10"}
    assert server.request("POST", path, {"leverage": "5"}).json() == expected
    assert server.request("GET", path).json() == expected
    assert _place(server, leverage="5")["error_code"] == "0"


@pytest.mark.parametrize(
    ("underlying", "leverage", "code"),
    [("btc-eur", "5", "35001"), ("btc-usd", "1000", "32021"), ("btc-usd", "x", "30024")],
)
def test_leverage_that_cannot_be_set_is_400(server: OkxServer, underlying: str, leverage: str, code: str) -> None:
    reply = server.request("POST", f"/api/futures/v3/accounts/{underlying}/leverage", {"leverage": leverage})
    assert (reply.status, reply.json()["error_code"]) == (400, code)
