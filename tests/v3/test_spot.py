"""v3's spot trading: placing, the list of orders, the accounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import frozen_server

ORDERS = "/api/spot/v3/orders"
LIMIT = {"instrument_id": "BTC-USDT", "type": "limit", "side": "buy", "size": "0.01", "price": "60000"}
BUY = {"instrument_id": "BTC-USDT", "type": "market", "side": "buy", "notional": "100"}
SELL = {"instrument_id": "BTC-USDT", "type": "market", "side": "sell", "size": "0.01"}


@pytest.fixture
def server() -> OkxServer:
    return frozen_server()


def _place(server: OkxServer, **changes: Any) -> dict[str, Any]:
    reply = server.request("POST", ORDERS, {**LIMIT, **changes})
    assert reply.status == 200
    body: dict[str, Any] = reply.json()
    return body


def _list(server: OkxServer, query: str = "") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = server.request("GET", f"{ORDERS}?instrument_id=BTC-USDT{query}").json()
    return rows


def test_an_order_that_is_accepted_is_a_bare_object(server: OkxServer) -> None:
    body = _place(server, client_oid="a1")
    ord_id = server.exchange.orders[0].ord_id
    assert body == {"client_oid": "a1", "error_code": "0", "error_message": "", "order_id": ord_id, "result": True}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"instrument_id": "BTC-EUR"}, "30032"),
        ({"instrument_id": "BTC-USD-260327"}, "30032"),
        ({"side": "BUY"}, "30024"),
        ({"type": "stop"}, "30024"),
        ({"order_type": "9"}, "30024"),
        ({"client_oid": "a-b"}, "30024"),
        ({"size": "x"}, "30024"),
        ({"size": ""}, "30023"),
        ({"price": ""}, "30023"),
        ({"size": "0.000001"}, "33024"),
        ({"size": "10"}, "33017"),
        ({"price": "700000"}, "30024"),
        ({"type": "market"}, "30023"),
    ],
)
def test_an_order_that_is_refused_says_so_with_http_200(server: OkxServer, changes: dict[str, str], code: str) -> None:
    body = _place(server, **changes)
    assert (body["error_code"], body["order_id"], body["result"]) == (code, "-1", False)


@pytest.mark.parametrize(
    ("order_type", "kind"), [("", "limit"), ("0", "limit"), ("1", "post_only"), ("2", "fok"), ("3", "ioc")]
)
def test_the_order_type_of_v3_is_one_of_today(server: OkxServer, order_type: str, kind: str) -> None:
    _place(server, order_type=order_type)
    assert server.exchange.orders[0].ord_type == kind
    assert _list(server)[0]["order_type"] == (order_type or "0")


def test_a_market_order_buys_for_its_notional(server: OkxServer) -> None:
    _place(server, **BUY)
    (row,) = _list(server)
    assert (row["type"], row["notional"], row["size"], row["price"]) == ("market", "100", "", "")
    assert (row["state"], row["status"]) == ("2", "filled")
    assert row["price_avg"] != ""
    assert 99 < Decimal(row["filled_notional"]) <= 100


def test_a_market_order_sells_its_size(server: OkxServer) -> None:
    server.request("POST", ORDERS, SELL)
    (row,) = _list(server)
    assert (row["notional"], row["size"], row["filled_size"], row["fee_currency"]) == ("", "0.01", "0.01", "USDT")


@pytest.mark.parametrize(
    ("state", "expected"),
    [("", ["2", "0"]), ("0", ["0"]), ("2", ["2"]), ("6", ["0"]), ("7", ["2"]), ("-1", []), ("1", [])],
)
def test_orders_are_newest_first_and_filtered_by_state(server: OkxServer, state: str, expected: list[str]) -> None:
    _place(server)
    server.request("POST", ORDERS, SELL)
    _place(server, instrument_id="ETH-USDT", price="2000")
    assert [row["state"] for row in _list(server, f"&state={state}")] == expected


def test_a_list_has_at_most_a_hundred_orders(server: OkxServer) -> None:
    placed = [_place(server, size="0.0001")["order_id"] for _ in range(101)]
    assert [row["order_id"] for row in _list(server)] == placed[:0:-1]


@pytest.mark.parametrize(
    ("query", "code"),
    [("", "30023"), ("?instrument_id=BTC-EUR", "30032"), ("?instrument_id=BTC-USDT&state=x", "30024")],
)
def test_a_list_that_cannot_be_given_is_400(server: OkxServer, query: str, code: str) -> None:
    reply = server.request("GET", ORDERS + query)
    assert (reply.status, reply.json()["error_code"]) == (400, code)


def test_an_account_shows_what_orders_hold(server: OkxServer) -> None:
    _place(server)
    accounts = {row["currency"]: row for row in server.request("GET", "/api/spot/v3/accounts").json()}
    assert (accounts["USDT"]["hold"], accounts["USDT"]["available"]) == ("600", "99400")


def test_one_currency_has_an_account(server: OkxServer) -> None:
    _place(server)
    row = server.request("GET", "/api/spot/v3/accounts/usdt").json()
    assert (row["currency"], row["hold"], row["available"]) == ("USDT", "600", "99400")
    assert server.request("GET", "/api/spot/v3/accounts/XYZ").json()["error_code"] == "30031"


@pytest.mark.parametrize("by", ["order_id", "client_oid"])
def test_an_order_is_asked_for_and_cancelled_by_either_id(server: OkxServer, by: str) -> None:
    name = {"order_id": _place(server, client_oid="a1")["order_id"], "client_oid": "a1"}
    path = f"/api/spot/v3/orders/{name[by]}?instrument_id=BTC-USDT"
    assert server.request("GET", path).json()["status"] == "open"
    body = server.request("POST", f"/api/spot/v3/cancel_orders/{name[by]}", {"instrument_id": "BTC-USDT"}).json()
    assert (body["result"], body["order_id"], body["client_oid"]) == (True, name["order_id"], "a1")
    assert server.request("GET", path).json()["status"] == "cancelled"


def test_an_order_that_has_ended_or_never_was_is_not_cancelled(server: OkxServer) -> None:
    ended, filled = _place(server)["order_id"], _place(server, **BUY)["order_id"]

    def cancel(order_id: str) -> str:
        body = server.request("POST", f"/api/spot/v3/cancel_orders/{order_id}", {"instrument_id": "BTC-USDT"}).json()
        return str(body["error_code"])

    assert [cancel(each) for each in (ended, ended, filled, "1")] == ["0", "33027", "33026", "33014"]
    reply = server.request("GET", "/api/spot/v3/orders/1?instrument_id=BTC-USDT")
    assert (reply.status, reply.json()["error_code"]) == (400, "33014")


def test_open_orders_are_listed_by_themselves(server: OkxServer) -> None:
    _place(server, **BUY)
    waiting = _place(server)["order_id"]
    rows = server.request("GET", "/api/spot/v3/orders_pending?instrument_id=BTC-USDT").json()
    assert [row["order_id"] for row in rows] == [waiting]
