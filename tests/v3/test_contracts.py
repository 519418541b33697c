"""What v3's futures and swaps had in common, asked of both."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import frozen_server

FUTURE, SWAP = "BTC-USD-260327", "BTC-USD-SWAP"
both = pytest.mark.parametrize(("section", "inst_id"), [("futures", FUTURE), ("swap", SWAP)])


@pytest.fixture
def server() -> OkxServer:
    return frozen_server()


def _post(server: OkxServer, path: str, body: dict[str, Any] | None = None, status: int = 200) -> dict[str, Any]:
    reply = server.request("POST", f"/api/{path}", body or {})
    assert reply.status == status, reply.json()
    answer: dict[str, Any] = reply.json()
    return answer


def _get(server: OkxServer, path: str) -> Any:
    return server.request("GET", f"/api/{path}").json()


def _place(server: OkxServer, section: str, inst_id: str, **more: str) -> str:
    """Place an order, by default one that waits; its id."""
    order = {"instrument_id": inst_id, "type": "1", "size": "2", "price": "69000", **more}
    answer = _post(server, f"{section}/v3/order", order)
    assert answer["error_code"] == "0", answer
    return str(answer["order_id"])


@both
@pytest.mark.parametrize("by", ["order_id", "client_oid"])
def test_an_order_is_cancelled_by_either_id(server: OkxServer, section: str, inst_id: str, by: str) -> None:
    name = {"order_id": _place(server, section, inst_id, client_oid="a1"), "client_oid": "a1"}
    answer = _post(server, f"{section}/v3/cancel_order/{inst_id}/{name[by]}")
    assert (answer["order_id"], answer["client_oid"], answer["error_code"]) == (name["order_id"], "a1", "0")
    assert answer["result"] in (True, "true")
    assert _get(server, f"{section}/v3/orders/{inst_id}/{name[by]}")["state"] == "-1"


@pytest.mark.parametrize(
    ("section", "inst_id", "unknown", "ended"),
    [("futures", FUTURE, "32029", "32030"), ("swap", SWAP, "35029", "35075")],
)
def test_an_order_that_is_not_there_or_has_ended_is_not_cancelled(
    server: OkxServer, section: str, inst_id: str, unknown: str, ended: str
) -> None:
    ord_id = _place(server, section, inst_id, match_price="1")
    cancel = f"{section}/v3/cancel_order/{inst_id}"
    assert [_post(server, f"{cancel}/{name}")["error_code"] for name in ("1", ord_id)] == [unknown, ended]
    assert _post(server, f"{cancel}/7")["order_id"] == "7"
    reply = server.request("GET", f"/api/{section}/v3/orders/{inst_id}/1")
    assert (reply.status, reply.json()["error_code"]) == (400, unknown)


@both
@pytest.mark.parametrize(
    ("query", "expected"),
    [("", [1, 0]), ("?state=0", [0]), ("?state=2", [1]), ("?state=6&limit=1", [0]), ("?limit=1", [1])],
)
def test_orders_are_listed_by_state_newest_first(
    server: OkxServer, section: str, inst_id: str, query: str, expected: list[int]
) -> None:
    placed = [_place(server, section, inst_id), _place(server, section, inst_id, match_price="1")]
    rows = _get(server, f"{section}/v3/orders/{inst_id}{query}")["order_info"]
    assert [row["order_id"] for row in rows] == [placed[index] for index in expected]


@both
@pytest.mark.parametrize("query", ["state=9", "limit=x"])
def test_a_list_that_cannot_be_given_is_400(server: OkxServer, section: str, inst_id: str, query: str) -> None:
    reply = server.request("GET", f"/api/{section}/v3/orders/{inst_id}?{query}")
    assert (reply.status, reply.json()["error_code"]) == (400, "30024")


@both
@pytest.mark.parametrize("two_sided", [False, True])
def test_an_order_tells_its_type_and_what_became_of_it(
    server: OkxServer, section: str, inst_id: str, two_sided: bool
) -> None:
    if two_sided:
        server.exchange.accounts[0].pos_mode = "long_short_mode"
    steps = [("1", "1"), ("3", "1"), ("2", "0"), ("4", "4")]
    for kind, order_type in steps:
        how = {"order_type": order_type} if order_type == "4" else {"match_price": "1", "order_type": "0"}
        ord_id = _place(server, section, inst_id, type=kind, **how)
        row = _get(server, f"{section}/v3/orders/{inst_id}/{ord_id}")
        assert (row["type"], row["state"], row["filled_qty"], row["size"]) == (kind, "2", "2", "2")
        assert (row["contract_val"], row["price_avg"] != "0") == ("100", True)


@both
def test_an_order_that_waits_has_no_average_price(server: OkxServer, section: str, inst_id: str) -> None:
    row = _get(server, f"{section}/v3/orders/{inst_id}/{_place(server, section, inst_id)}")
    assert (row["state"], row["price"], row["price_avg"], row["order_type"]) == ("0", "69000", "0", "0")


@both
def test_two_sides_are_held_in_one_contract(server: OkxServer, section: str, inst_id: str) -> None:
    server.exchange.accounts[0].pos_mode = "long_short_mode"
    for kind in ("1", "2"):
        _place(server, section, inst_id, type=kind, match_price="1")
    assert sorted(position.pos_side for position in server.exchange.positions(server.exchange.accounts[0])) == [
        "long",
        "short",
    ]


@both
@pytest.mark.parametrize("path", ["orders/BTC-EUR", "orders/BTC-EUR/1", "BTC-EUR/position"])
def test_a_contract_that_is_not_there_is_400(server: OkxServer, section: str, inst_id: str, path: str) -> None:
    reply = server.request("GET", f"/api/{section}/v3/{path}")
    assert (reply.status, reply.json()["error_code"]) == (400, "35001")


@pytest.mark.parametrize(
    ("section", "inst_id", "code"),
    [("futures", FUTURE, "32014"), ("swap", SWAP, "35010")],
)
def test_more_than_is_held_cannot_be_closed(server: OkxServer, section: str, inst_id: str, code: str) -> None:
    order = {"instrument_id": inst_id, "type": "3", "size": "1", "match_price": "1"}
    assert _post(server, f"{section}/v3/order", order)["error_code"] == code
