"""Placing, cancelling and asking for orders, asked as a client asks."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server, send

PLACE = "/api/v5/trade/order"
BATCH = "/api/v5/trade/batch-orders"
CANCEL = "/api/v5/trade/cancel-order"
CANCEL_BATCH = "/api/v5/trade/cancel-batch-orders"
PENDING = "/api/v5/trade/orders-pending"
LIMIT = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "60000"}
SWAP = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "buy", "ordType": "post_only", "sz": "1", "px": "69000"}
FUTURE = {**SWAP, "instId": "BTC-USD-260327", "ordType": "limit"}
NOW_MS = 1_767_614_400_000


@pytest.fixture
def server() -> OkxServer:
    return frozen_server()


def _rows(server: OkxServer, path: str, body: object, status: int = 200) -> list[dict[str, str]]:
    reply = server.request("POST", path, body)
    assert reply.status == status
    rows: list[dict[str, str]] = reply.json()["data"]
    return rows


def _place(server: OkxServer, **changes: Any) -> str:
    """Place an order that is accepted; its ordId."""
    (row,) = data(server, PLACE, "POST", {**LIMIT, **changes})
    return str(row["ordId"])


def _order(server: OkxServer, ord_id: str, inst_id: str = "BTC-USDT") -> dict[str, Any]:
    (row,) = data(server, f"{PLACE}?instId={inst_id}&ordId={ord_id}")
    assert isinstance(row, dict)
    return row


# Placing


def test_an_order_is_accepted_and_rests(server: OkxServer) -> None:
    row = _order(server, _place(server, clOrdId="mine", tag="bot"))
    assert (row["state"], row["clOrdId"], row["tag"], row["px"], row["sz"]) == ("live", "mine", "bot", "60000", "0.01")


def test_before_a_fill_there_is_no_price_of_one(server: OkxServer) -> None:
    row = _order(server, _place(server))
    blank = {name: row[name] for name in ("avgPx", "fillPx", "fillTime", "tradeId", "lever", "tgtCcy", "cancelSource")}
    assert set(blank.values()) == {""}
    assert (row["fillSz"], row["accFillSz"], row["fee"]) == ("0", "0", "0")


def test_after_a_fill_the_order_tells_of_it(server: OkxServer) -> None:
    row = _order(server, _place(server, ordType="market", sz="100"))
    assert (row["state"], row["sz"], row["tgtCcy"], row["px"]) == ("filled", "100", "quote_ccy", "")
    assert row["fillPx"] == row["avgPx"] != ""
    assert row["fillSz"] == row["accFillSz"] != "0"
    assert row["tradeId"]
    assert row["fillTime"] == str(NOW_MS)
    assert row["fee"].startswith("-")


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (LIMIT, ("BTC", "USDT", "USDT", "")),
        ({**LIMIT, "side": "sell", "px": "80000"}, ("USDT", "BTC", "USDT", "")),
        (SWAP, ("USDT", "USDT", "", "10")),
        (FUTURE, ("BTC", "BTC", "", "10")),
    ],
)
def test_fees_are_in_what_a_trade_brings_in_or_a_contract_settles_in(
    server: OkxServer, order: dict[str, str], expected: tuple[str, ...]
) -> None:
    row = _order(server, _place(server, **order), order["instId"])
    assert (row["feeCcy"], row["rebateCcy"], row["tradeQuoteCcy"], row["lever"]) == expected


def test_booleans_of_an_order_are_text(server: OkxServer) -> None:
    _place(server, **{**SWAP, "ordType": "market"})
    row = _order(server, _place(server, **{**SWAP, "side": "sell", "px": "71000", "reduceOnly": True}), "BTC-USDT-SWAP")
    assert (row["reduceOnly"], row["isTpLimit"], _order(server, _place(server))["reduceOnly"]) == (
        "true",
        "false",
        "false",
    )


@pytest.mark.parametrize(
    ("changes", "code", "name"),
    [
        ({"sz": None}, "50014", "sz"),
        ({"instId": ""}, "50014", "instId"),
        ({"clOrdId": "a-b"}, "51000", "clOrdId"),
        ({"clOrdId": "x" * 33}, "51000", "clOrdId"),
    ],
)
def test_a_single_order_that_lacks_a_field_or_has_a_bad_client_id_is_400(
    server: OkxServer, changes: dict[str, Any], code: str, name: str
) -> None:
    reply = server.request("POST", PLACE, {**LIMIT, **changes})
    assert (reply.status, reply.json()["code"], reply.json()["data"]) == (400, code, [])
    assert f"Parameter {name} " in reply.json()["msg"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sz": "x"}, "51000"),
        ({"tag": "my tag"}, "51000"),
        ({"instId": "BTC-EUR"}, "51001"),
        ({"sz": "0.000001"}, "51020"),
        ({"sz": "10"}, "51008"),
        ({"px": None}, "51204"),
        ({"tdMode": "spot_isolated"}, "51010"),
    ],
)
def test_any_other_refusal_is_a_row_and_http_200(server: OkxServer, changes: dict[str, Any], code: str) -> None:
    (row,) = _rows(server, PLACE, {**LIMIT, **changes})
    assert (row["sCode"], row["ordId"]) == (code, "")


def test_a_client_id_of_an_open_order_is_taken(server: OkxServer) -> None:
    _place(server, clOrdId="mine")
    assert _rows(server, PLACE, {**LIMIT, "clOrdId": "mine"})[0]["sCode"] == "51016"


# Batches


def test_each_row_of_a_batch_succeeds_or_fails_by_itself(server: OkxServer) -> None:
    batch = [LIMIT, {**LIMIT, "clOrdId": "a-b"}, {**LIMIT, "sz": None}, {**LIMIT, "clOrdId": "c"}]
    rows = _rows(server, BATCH, batch)
    assert [row["sCode"] for row in rows] == ["0", "51000", "50014", "0"]
    assert [row["clOrdId"] for row in rows] == ["", "a-b", "", "c"]


@pytest.mark.parametrize(
    ("path", "entry", "code", "status"),
    [(BATCH, LIMIT, "51111", 200), (CANCEL_BATCH, {"instId": "BTC-USDT", "ordId": "1"}, "51406", 400)],
)
def test_a_batch_has_at_most_twenty_rows(
    server: OkxServer, path: str, entry: dict[str, str], code: str, status: int
) -> None:
    assert len(_rows(server, path, [entry] * 20)) == 20
    reply = server.request("POST", path, [entry] * 21)
    assert (reply.status, reply.json()["code"], "20" in reply.json()["msg"]) == (status, code, True)


# expTime


@pytest.mark.parametrize(
    ("exp_time", "code"), [(str(NOW_MS), "0"), (str(NOW_MS - 1), "50036"), ("", "0"), ("soon", "51000")]
)
def test_an_order_that_arrives_too_late_is_refused(server: OkxServer, exp_time: str, code: str) -> None:
    reply = send(server, "POST", BATCH, [LIMIT, LIMIT], headers={"expTime": exp_time})
    assert [row["sCode"] for row in reply.json()["data"]] == [code, code]


def test_exp_time_in_the_body_is_of_no_account(server: OkxServer) -> None:
    assert _rows(server, PLACE, {**LIMIT, "expTime": "1"})[0]["sCode"] == "0"


# Cancelling


@pytest.mark.parametrize("name", ["ordId", "clOrdId"])
def test_an_order_is_cancelled_by_either_id(server: OkxServer, name: str) -> None:
    ids = {"ordId": _place(server, clOrdId="mine"), "clOrdId": "mine"}
    (row,) = _rows(server, CANCEL, {"instId": "BTC-USDT", name: ids[name]})
    assert (row["sCode"], row["ordId"], row["clOrdId"]) == ("0", ids["ordId"], "mine")
    canceled = _order(server, ids["ordId"])
    assert (canceled["state"], canceled["cancelSource"]) == ("canceled", "1")


def test_an_order_is_cancelled_on_an_instrument_named_by_its_code(server: OkxServer) -> None:
    assert _rows(server, CANCEL, {"instIdCode": 3, "ordId": _place(server)})[0]["sCode"] == "0"


def test_the_order_id_wins_over_the_client_id(server: OkxServer) -> None:
    first, _ = _place(server, clOrdId="a"), _place(server, clOrdId="b")
    (row,) = _rows(server, CANCEL, {"instId": "BTC-USDT", "ordId": first, "clOrdId": "b"})
    assert row["clOrdId"] == "a"


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"instId": "BTC-USDT", "ordId": "1"}, "51400"),
        ({"instId": "BTC-USDT"}, "51003"),
        ({"instId": "BTC-EUR", "ordId": "1"}, "51001"),
        ({"ordId": "1"}, "50014"),
    ],
)
def test_a_cancellation_that_is_refused_has_its_code_in_the_row(
    server: OkxServer, entry: dict[str, str], code: str
) -> None:
    (row,) = _rows(server, CANCEL_BATCH, [entry])
    assert (row["sCode"], row["ordId"]) == (code, entry.get("ordId", ""))


def test_a_single_cancellation_without_an_instrument_is_400(server: OkxServer) -> None:
    reply = server.request("POST", CANCEL, {"ordId": "1"})
    assert (reply.status, reply.json()["msg"]) == (400, "Parameter instId cant be empty.")


def test_a_cancelled_order_cannot_be_cancelled_again(server: OkxServer) -> None:
    entry = {"instId": "BTC-USDT", "ordId": _place(server)}
    assert [_rows(server, CANCEL, entry)[0]["sCode"] for _ in range(2)] == ["0", "51400"]


# Asking


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
    reply = server.request("GET", f"{PLACE}?{query}")
    assert (reply.status, reply.json()["code"], reply.json()["data"]) == (status, code, [])


def test_a_client_id_that_was_used_again_means_the_latest_order(server: OkxServer) -> None:
    first = _place(server, clOrdId="mine")
    _rows(server, CANCEL, {"instId": "BTC-USDT", "ordId": first})
    second = _place(server, clOrdId="mine")
    (row,) = data(server, f"{PLACE}?instId=BTC-USDT&clOrdId=mine")
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
    _rows(server, CANCEL, {"instId": "BTC-USDT", "ordId": _place(server)})
    assert data(server, PENDING) == []


def test_an_account_sees_its_own_orders_alone(server: OkxServer) -> None:
    ord_id = _place(server)
    stranger = server.issue_key(server.open_account(USDT=1))
    assert send(server, "GET", PENDING, credentials=stranger).json()["data"] == []
    reply = send(server, "GET", f"{PLACE}?instId=BTC-USDT&ordId={ord_id}", credentials=stranger)
    assert reply.json()["code"] == "51603"
