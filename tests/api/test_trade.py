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
AMEND = "/api/v5/trade/amend-order"
AMEND_BATCH = "/api/v5/trade/amend-batch-orders"
CLOSE = "/api/v5/trade/close-position"
TIMER = "/api/v5/trade/cancel-all-after"
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
    [
        (BATCH, LIMIT, "51111", 200),
        (CANCEL_BATCH, {"instId": "BTC-USDT", "ordId": "1"}, "51406", 400),
        (AMEND_BATCH, {"instId": "BTC-USDT", "ordId": "1", "newSz": "1"}, "51501", 400),
    ],
)
def test_a_batch_has_at_most_twenty_rows(
    server: OkxServer, path: str, entry: dict[str, str], code: str, status: int
) -> None:
    assert len(_rows(server, path, [entry] * 20)) == 20
    reply = server.request("POST", path, [entry] * 21)
    assert (reply.status, reply.json()["code"], "20" in reply.json()["msg"]) == (status, code, True)


def test_a_client_id_may_be_used_once_in_a_batch_whatever_became_of_its_order(server: OkxServer) -> None:
    ended = {**LIMIT, "ordType": "ioc", "clOrdId": "a"}
    rows = _rows(server, BATCH, [ended, {**ended, "clOrdId": "b"}, ended, {**ended, "clOrdId": "A"}])
    assert [row["sCode"] for row in rows] == ["0", "0", "51016", "0"]
    assert _rows(server, BATCH, [ended])[0]["sCode"] == "0"


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


# Amending


@pytest.mark.parametrize("name", ["ordId", "clOrdId"])
def test_an_order_is_amended_by_either_id(server: OkxServer, name: str) -> None:
    ids = {"ordId": _place(server, clOrdId="mine"), "clOrdId": "mine"}
    change = {
        "instId": "BTC-USDT",
        name: ids[name],
        "newSz": "0.02",
        "newPx": "59000",
        "reqId": "r1",
        "cxlOnFail": False,
    }
    (row,) = _rows(server, AMEND, change)
    assert (row["sCode"], row["ordId"], row["clOrdId"], row["reqId"], row["subCode"]) == (
        "0",
        ids["ordId"],
        "mine",
        "r1",
        "",
    )
    order = _order(server, ids["ordId"])
    assert (order["sz"], order["px"], order["state"]) == ("0.02", "59000", "live")


def test_an_order_is_amended_on_an_instrument_named_by_its_code(server: OkxServer) -> None:
    assert _rows(server, AMEND, {"instIdCode": 3, "ordId": _place(server), "newSz": "0.02"})[0]["sCode"] == "0"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ordId": "1"}, "51500"),
        ({"ordId": "1", "newSz": "2"}, "51503"),
        ({"newSz": "2"}, "51003"),
        ({"instId": "BTC-EUR", "ordId": "1", "newSz": "2"}, "51001"),
        ({"ordId": "1", "newSz": "-2"}, "51000"),
        ({"ordId": "1", "newPx": "x"}, "51000"),
        ({"ordId": "1", "newSz": "2", "reqId": "a-b"}, "51000"),
        ({"ordId": "1", "newSz": "2", "reqId": "x" * 33}, "51000"),
        ({"ordId": "1", "newSz": "2", "cxlOnFail": "maybe"}, "51000"),
        ({"ordId": "1", "newPxUsd": "2"}, "51000"),
        ({"ordId": "1", "attachAlgoOrds": [{}]}, "51000"),
        ({"instId": "", "ordId": "1", "newSz": "2"}, "50014"),
    ],
)
def test_an_amendment_that_is_refused_has_its_code_in_the_row(
    server: OkxServer, change: dict[str, Any], code: str
) -> None:
    (row,) = _rows(server, AMEND_BATCH, [{"instId": "BTC-USDT", **change}])
    assert (row["sCode"], row["ordId"], row["clOrdId"]) == (code, change.get("ordId", ""), "")
    assert row["reqId"] == change.get("reqId", "")


def test_an_order_that_a_batch_amends_twice_is_refused_both_times(server: OkxServer) -> None:
    first, second = _place(server, clOrdId="a"), _place(server, clOrdId="b")
    names: list[dict[str, str]] = [
        {"ordId": first},
        {"clOrdId": "a"},
        {"ordId": second},
        {"ordId": "1"},
        {"ordId": "1"},
    ]
    rows = _rows(server, AMEND_BATCH, [{"instId": "BTC-USDT", "newSz": "0.02", **name} for name in names])
    assert [row["sCode"] for row in rows] == ["51512", "51512", "0", "51512", "51512"]


@pytest.mark.parametrize(("side", "px"), [("buy", "60000"), ("sell", "90000")])
def test_a_price_beyond_the_limits_is_amended_to_them_where_that_is_asked_for(
    server: OkxServer, side: str, px: str
) -> None:
    ord_id = _place(server, side=side, px=px, clOrdId="mine")
    beyond = {"instId": "BTC-USDT", "clOrdId": "mine", "newPx": "1000000" if side == "buy" else "1"}
    assert _rows(server, AMEND, beyond)[0]["sCode"] in ("51137", "51138")
    assert _rows(server, AMEND, {**beyond, "pxAmendType": "1"})[0]["sCode"] == "0"
    assert _order(server, ord_id)["state"] == "filled"


def test_an_amendment_that_names_no_instrument_twice_is_refused_for_that(server: OkxServer) -> None:
    rows = _rows(server, AMEND_BATCH, [{"instId": "BTC-EUR", "ordId": "1", "newSz": "1"}] * 2)
    assert [row["sCode"] for row in rows] == ["51001", "51001"]


def test_an_amendment_that_arrives_too_late_is_refused(server: OkxServer) -> None:
    change = {"instId": "BTC-USDT", "ordId": _place(server), "newSz": "0.02"}
    reply = send(server, "POST", AMEND, change, headers={"expTime": str(NOW_MS - 1)})
    assert reply.json()["data"][0]["sCode"] == "50036"


# Closing a position


def test_a_position_is_closed(server: OkxServer) -> None:
    _place(server, **{**SWAP, "ordType": "market"})
    body = {"instId": "BTC-USDT-SWAP", "mgnMode": "cross", "clOrdId": "bye", "tag": "t"}
    assert data(server, CLOSE, "POST", body) == [
        {"clOrdId": "bye", "instId": "BTC-USDT-SWAP", "posSide": "net", "tag": "t"}
    ]
    assert data(server, "/api/v5/account/positions") == []


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({}, 200, "51023"),
        ({"mgnMode": ""}, 400, "50014"),
        ({"mgnMode": "cash"}, 400, "51000"),
        ({"posSide": "up"}, 400, "51000"),
        ({"autoCxl": "perhaps"}, 400, "51000"),
        ({"clOrdId": "a-b"}, 400, "51000"),
        ({"tag": "a-b"}, 400, "51000"),
        ({"instId": "BTC-EUR-SWAP"}, 200, "51001"),
    ],
)
def test_closing_is_refused_at_the_top(server: OkxServer, changes: dict[str, str], status: int, code: str) -> None:
    reply = server.request("POST", CLOSE, {"instId": "BTC-USDT-SWAP", "mgnMode": "cross", **changes})
    assert (reply.status, reply.json()["code"], reply.json()["data"]) == (status, code, [])


def test_closing_orders_are_in_the_way_unless_they_may_be_cancelled(server: OkxServer) -> None:
    _place(server, **{**SWAP, "ordType": "market"})
    _place(server, **{**SWAP, "side": "sell", "px": "71000", "reduceOnly": True})
    body = {"instId": "BTC-USDT-SWAP", "mgnMode": "cross"}
    assert server.request("POST", CLOSE, body).json()["code"] == "51115"
    assert server.request("POST", CLOSE, {**body, "autoCxl": True}).json()["code"] == "0"


# Cancelling later, or not at all


def test_orders_are_cancelled_unless_their_client_asks_again(server: OkxServer) -> None:
    mine, other = _place(server, tag="mine"), _place(server)
    assert data(server, TIMER, "POST", {"timeOut": "10", "tag": "mine"}) == [
        {"tag": "mine", "triggerTime": str(NOW_MS // 1000 + 10), "ts": str(NOW_MS // 1000)}
    ]
    server.clock.advance(10)
    ended = _order(server, mine)
    assert (ended["state"], ended["cancelSource"]) == ("canceled", "20")
    assert _order(server, other)["state"] == "live"


def test_a_timer_is_taken_off(server: OkxServer) -> None:
    order = _place(server)
    data(server, TIMER, "POST", {"timeOut": 10})
    assert data(server, TIMER, "POST", {"timeOut": "0"})[0]["triggerTime"] == "0"
    server.clock.advance(100)
    assert _order(server, order)["state"] == "live"


@pytest.mark.parametrize("body", [{"timeOut": "9"}, {"timeOut": "121"}, {"timeOut": "soon"}, {"timeOut": "-10"}])
def test_a_timer_of_another_length_is_refused(server: OkxServer, body: dict[str, str]) -> None:
    reply = server.request("POST", TIMER, body)
    assert (reply.status, reply.json()["msg"]) == (400, "Parameter timeOut error")


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("mass-cancel", {"instType": "OPTION", "instFamily": "BTC-USD"}, "51411"),
        ("mass-cancel", {"instType": "SWAP", "instFamily": "BTC-USD"}, "51000"),
        ("order-precheck", LIMIT, "51010"),
    ],
)
def test_what_needs_another_account_is_refused(server: OkxServer, path: str, body: dict[str, str], code: str) -> None:
    assert server.request("POST", f"/api/v5/trade/{path}", body).json()["code"] == code


def test_an_account_may_place_and_amend_so_many_orders(server: OkxServer) -> None:
    (row,) = data(server, "/api/v5/trade/account-rate-limit")
    assert (row["accRateLimit"], row["fillRatio"], row["ts"]) == ("1000", "", str(NOW_MS))
