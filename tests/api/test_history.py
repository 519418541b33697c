"""Asking for orders and fills, as a client asks."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server, send

ORDER = "/api/v5/trade/order"
CANCEL = "/api/v5/trade/cancel-order"
PENDING = "/api/v5/trade/orders-pending"
HISTORY = "/api/v5/trade/orders-history"
ARCHIVE = "/api/v5/trade/orders-history-archive"
FILLS = "/api/v5/trade/fills"
FILLS_HISTORY = "/api/v5/trade/fills-history"
LIMIT = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "60000"}
MARKET = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "market", "sz": "100"}
SWAP = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "buy", "ordType": "post_only", "sz": "1", "px": "69000"}
FUTURE = {**SWAP, "instId": "BTC-USD-260327", "ordType": "limit"}
NOW_MS = 1_767_614_400_000


@pytest.fixture
def server() -> OkxServer:
    return frozen_server()


def _place(server: OkxServer, **changes: Any) -> str:
    """Place an order that is accepted; its ordId."""
    (row,) = data(server, ORDER, "POST", {**LIMIT, **changes})
    return str(row["ordId"])


def _cancel(server: OkxServer, ord_id: str, inst_id: str = "BTC-USDT") -> str:
    (row,) = data(server, CANCEL, "POST", {"instId": inst_id, "ordId": ord_id})
    return str(row["ordId"])


def _ids(server: OkxServer, target: str) -> list[str]:
    return [row["ordId"] for row in data(server, target)]


# One order, and the open ones


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("ordId=1", 400, "50014"),
        ("instId=BTC-USDT", 200, "51003"),
        ("instId=BTC-USDT&ordId=&clOrdId=", 200, "51003"),
        ("instId=BTC-USDT&ordId=1", 200, "51603"),
        ("instId=BTC-USDT&clOrdId=none", 200, "51603"),
        ("instId=BTC-EUR&ordId=1", 200, "51001"),
    ],
)
def test_an_order_that_cannot_be_found_has_its_code_at_the_top(
    server: OkxServer, query: str, status: int, code: str
) -> None:
    reply = server.request("GET", f"{ORDER}?{query}")
    assert (reply.status, reply.json()["code"], reply.json()["data"]) == (status, code, [])


def test_a_client_id_that_was_used_again_means_the_latest_order(server: OkxServer) -> None:
    first = _place(server, clOrdId="mine")
    _cancel(server, first)
    second = _place(server, clOrdId="mine")
    (row,) = data(server, f"{ORDER}?instId=BTC-USDT&clOrdId=mine")
    assert row["ordId"] == second


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [2, 1, 0]),
        ("?instType=SPOT", [0]),
        ("?instType=OPTION", []),
        ("?instId=BTC-USDT-SWAP", [1]),
        ("?instFamily=BTC-USD", [2]),
        ("?uly=BTC-USDT", [1]),
        ("?ordType=limit", [2, 0]),
        ("?ordType=post_only,fok,ioc", [1]),
        ("?ordType=mmp", []),
        ("?state=live", [2, 1, 0]),
        ("?state=partially_filled", []),
        ("?limit=2", [2, 1]),
    ],
)
def test_open_orders_are_newest_first_and_filtered(server: OkxServer, query: str, expected: list[int]) -> None:
    placed = [_place(server, **order) for order in (LIMIT, SWAP, FUTURE)]
    assert [row["ordId"] for row in data(server, PENDING + query)] == [placed[index] for index in expected]


def test_open_orders_are_paged_by_order_id(server: OkxServer) -> None:
    placed = [_place(server) for _ in range(4)]
    rows = data(server, f"{PENDING}?after={placed[3]}&before={placed[0]}")
    assert [row["ordId"] for row in rows] == [placed[2], placed[1]]


def test_a_page_has_at_most_a_hundred_orders(server: OkxServer) -> None:
    for _ in range(101):
        _place(server, sz="0.0001")
    assert len(data(server, f"{PENDING}?limit=200")) == 100


@pytest.mark.parametrize("name", ["instType", "ordType", "state", "after", "before", "limit"])
def test_a_filter_that_cannot_be_read_is_named(server: OkxServer, name: str) -> None:
    reply = server.request("GET", f"{PENDING}?{name}=canceled")
    assert (reply.status, reply.json()["msg"]) == (400, f"Parameter {name} error")


def test_an_order_that_ended_is_not_pending(server: OkxServer) -> None:
    _cancel(server, _place(server))
    assert data(server, PENDING) == []


def test_an_account_sees_its_own_orders_alone(server: OkxServer) -> None:
    ord_id = _place(server)
    stranger = server.issue_key(server.open_account(USDT=1))
    assert send(server, "GET", PENDING, credentials=stranger).json()["data"] == []
    reply = send(server, "GET", f"{ORDER}?instId=BTC-USDT&ordId={ord_id}", credentials=stranger)
    assert reply.json()["code"] == "51603"


# What has ended


def test_an_order_is_in_the_history_once_it_has_ended(server: OkxServer) -> None:
    waiting, done = _place(server), _place(server, **MARKET)
    for path in (HISTORY, ARCHIVE):
        assert _ids(server, f"{path}?instType=SPOT") == [done]
    _cancel(server, waiting)
    for path in (HISTORY, ARCHIVE):
        assert _ids(server, f"{path}?instType=SPOT") == [done, waiting]


@pytest.mark.parametrize("path", [HISTORY, ARCHIVE])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("instType=SPOT", [1, 0]),
        ("instType=SWAP", [2]),
        ("instType=OPTION", []),
        ("instType=SPOT&instId=BTC-USDT", [1, 0]),
        ("instType=SPOT&instId=ETH-USDT", []),
        ("instType=SWAP&instFamily=BTC-USDT", [2]),
        ("instType=SWAP&uly=BTC-USD", []),
        ("instType=SPOT&ordType=market", [1]),
        ("instType=SPOT&ordType=market,limit", [1, 0]),
        ("instType=SPOT&state=canceled", [0]),
        ("instType=SPOT&state=filled", [1]),
        ("instType=SPOT&state=mmp_canceled", []),
        ("instType=SPOT&category=normal", [1, 0]),
        ("instType=SPOT&category=full_liquidation", []),
        ("instType=SPOT&limit=1", [1]),
        (f"instType=SPOT&begin={NOW_MS}", [1]),
        (f"instType=SPOT&end={NOW_MS - 1}", [0]),
        (f"instType=SPOT&begin={NOW_MS - 1000}&end={NOW_MS}", [1, 0]),
    ],
)
def test_orders_that_ended_are_filtered(server: OkxServer, path: str, query: str, expected: list[int]) -> None:
    server.clock.advance(-1)
    placed = [_place(server)]
    server.clock.advance(1)
    placed += [_place(server, **MARKET), _place(server, **{**SWAP, "ordType": "market"})]
    _cancel(server, placed[0])
    assert _ids(server, f"{path}?{query}") == [placed[index] for index in expected]


@pytest.mark.parametrize("path", [HISTORY, ARCHIVE])
def test_orders_that_ended_are_paged_by_order_id(server: OkxServer, path: str) -> None:
    placed = [_cancel(server, _place(server)) for _ in range(5)]
    assert _ids(server, f"{path}?instType=SPOT&after={placed[4]}&before={placed[0]}") == placed[3:0:-1]
    assert _ids(server, f"{path}?instType=SPOT&after={placed[3]}&limit=2") == [placed[2], placed[1]]
    assert _ids(server, f"{path}?instType=SPOT&before={placed[3]}") == [placed[4]]


@pytest.mark.parametrize("path", [HISTORY, ARCHIVE, FILLS_HISTORY])
def test_the_type_of_instrument_has_to_be_said(server: OkxServer, path: str) -> None:
    reply = server.request("GET", path)
    assert (reply.status, reply.json()["msg"]) == (400, "Parameter instType cant be empty.")


@pytest.mark.parametrize("path", [HISTORY, FILLS])
@pytest.mark.parametrize("name", ["instType", "after", "before", "begin", "end", "limit"])
def test_a_filter_of_the_history_that_cannot_be_read_is_named(server: OkxServer, path: str, name: str) -> None:
    query = {"instType": "SPOT", name: "x"}
    reply = server.request("GET", f"{path}?{'&'.join(f'{key}={value}' for key, value in query.items())}")
    assert (reply.status, reply.json()["msg"]) == (400, f"Parameter {name} error")


@pytest.mark.parametrize("query", ["state=live", "state=filled,canceled", "category=odd", "ordType=odd", "instId=A,B"])
def test_a_filter_of_orders_that_no_order_could_pass_is_named(server: OkxServer, query: str) -> None:
    reply = server.request("GET", f"{HISTORY}?instType=SPOT&{query}")
    assert (reply.status, reply.json()["msg"]) == (400, f"Parameter {query.partition('=')[0]} error")


def test_an_order_that_was_cancelled_unfilled_is_forgotten_after_two_hours(server: OkxServer) -> None:
    ord_id = _cancel(server, _place(server))
    server.clock.advance(2 * 3600)
    assert _ids(server, f"{ARCHIVE}?instType=SPOT") == []
    assert server.request("GET", f"{ORDER}?instId=BTC-USDT&ordId={ord_id}").json()["code"] == "51603"


# Fills


def test_a_fill_tells_of_its_trade(server: OkxServer) -> None:
    ord_id = _place(server, **MARKET)
    (row,) = data(server, FILLS)
    (order,) = data(server, f"{ORDER}?instId=BTC-USDT&ordId={ord_id}")
    same = ("tradeId", "fillPx", "fillSz", "fillTime", "fee", "feeCcy", "side", "posSide", "instType", "tradeQuoteCcy")
    assert {name: row[name] for name in same} == {name: order[name] for name in same}
    assert (row["execType"], row["ts"], row["fillPnl"]) == ("T", str(NOW_MS), "0")


@pytest.mark.parametrize("path", [FILLS, FILLS_HISTORY])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("instType=SPOT", [0]),
        ("instType=SWAP", [1]),
        ("instType=SWAP&instFamily=BTC-USDT", [1]),
        ("instType=SWAP&uly=BTC-USD", []),
        ("instType=SPOT&instId=BTC-USDT", [0]),
        ("instType=SPOT&instId=ETH-USDT", []),
        (f"instType=SPOT&begin={NOW_MS + 1}", []),
        (f"instType=SPOT&end={NOW_MS}", [0]),
    ],
)
def test_fills_are_filtered(server: OkxServer, path: str, query: str, expected: list[int]) -> None:
    placed = [_place(server, **MARKET), _place(server, **{**SWAP, "ordType": "market"})]
    assert _ids(server, f"{path}?{query}") == [placed[index] for index in expected]


def test_fills_are_those_of_an_order_if_it_is_named(server: OkxServer) -> None:
    first, second = (_place(server, **MARKET) for _ in range(2))
    assert _ids(server, FILLS) == [second, first]
    assert _ids(server, f"{FILLS}?ordId={first}") == [first]


def test_fills_are_those_of_a_kind_if_it_is_named(server: OkxServer) -> None:
    _place(server, **MARKET)
    (row,) = data(server, FILLS)
    assert len(data(server, f"{FILLS}?subType={row['subType']}")) == 1
    assert data(server, f"{FILLS}?subType=99") == []


def test_fills_are_paged_by_bill_id(server: OkxServer) -> None:
    placed = [_place(server, **MARKET) for _ in range(4)]
    bills = [row["billId"] for row in reversed(data(server, FILLS))]
    assert _ids(server, f"{FILLS}?after={bills[3]}&before={bills[0]}") == [placed[2], placed[1]]


def test_fills_are_shown_three_days_and_their_history_longer(server: OkxServer) -> None:
    ord_id = _place(server, **MARKET)
    server.clock.advance(3 * 86_400)
    assert (_ids(server, FILLS), _ids(server, f"{FILLS_HISTORY}?instType=SPOT")) == ([], [ord_id])
