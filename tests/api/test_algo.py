"""Placing, amending, cancelling and asking for algo orders, asked as a client asks."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server, send

PLACE = "/api/v5/trade/order-algo"
CANCEL = "/api/v5/trade/cancel-algos"
AMEND = "/api/v5/trade/amend-algos"
PENDING = "/api/v5/trade/orders-algo-pending"
HISTORY = "/api/v5/trade/orders-algo-history"
SWAP = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "sell", "sz": "1"}
OCO = {**SWAP, "ordType": "oco", "tpTriggerPx": "80000", "tpOrdPx": "-1", "slTriggerPx": "60000", "slOrdPx": "-1"}
TRIGGER = {**SWAP, "ordType": "trigger", "triggerPx": "80000", "orderPx": "80010"}
SPOT = {"instId": "BTC-USDT", "tdMode": "cash", "side": "sell", "sz": "0.01", "ordType": "conditional"}
SPOT |= {"slTriggerPx": "60000", "slOrdPx": "-1"}


@pytest.fixture
def server() -> OkxServer:
    return frozen_server()


def _place(server: OkxServer, body: dict[str, str], **changes: Any) -> str:
    (row,) = data(server, PLACE, "POST", {**body, **changes})
    return str(row["algoId"])


def _rows(server: OkxServer, path: str, body: object) -> list[dict[str, str]]:
    reply = server.request("POST", path, body)
    assert (reply.status, "inTime" in reply.json()) == (200, False)
    rows: list[dict[str, str]] = reply.json()["data"]
    return rows


def _algo(server: OkxServer, algo_id: str) -> dict[str, Any]:
    (row,) = data(server, f"{PLACE}?algoId={algo_id}")
    return dict(row)


def test_an_algo_order_is_accepted_and_waits(server: OkxServer) -> None:
    row = _algo(server, _place(server, OCO, algoClOrdId="mine", tag="bot", clOrdId="c1"))
    assert (row["state"], row["algoClOrdId"], row["tag"], row["clOrdId"]) == ("live", "mine", "bot", "c1")
    assert (row["tpTriggerPx"], row["tpOrdPx"], row["tpTriggerPxType"]) == ("80000", "-1", "last")
    assert (row["slTriggerPx"], row["slOrdPx"], row["lever"], row["failCode"]) == ("60000", "-1", "10", "0")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (TRIGGER, {"triggerPx": "80000", "ordPx": "80010", "triggerPxType": "last", "chaseType": ""}),
        ({**TRIGGER, "orderPx": "-1"}, {"ordPx": "-1"}),
        ({**SWAP, "ordType": "move_order_stop", "callbackRatio": "0.01"}, {"callbackRatio": "0.01", "triggerPx": ""}),
        ({**SWAP, "ordType": "chase"}, {"chaseType": "distance", "chaseVal": "0", "ordPx": "", "triggerPxType": ""}),
        (SPOT, {"tgtCcy": "base_ccy", "tradeQuoteCcy": "USDT", "lever": "", "moveTriggerPx": "", "timeInterval": ""}),
        (
            {**SWAP, "ordType": "twap", "szLimit": "1", "pxLimit": "1", "pxVar": "0.01", "timeInterval": "60"},
            {"timeInterval": "60", "pxVar": "0.01", "actualSz": "1", "state": "effective"},
        ),
    ],
)
def test_a_row_shows_the_fields_of_its_type(server: OkxServer, body: dict[str, str], expected: dict[str, str]) -> None:
    row = _algo(server, _place(server, body))
    assert {name: row[name] for name in expected} == expected


def test_one_that_triggered_tells_of_its_order(server: OkxServer) -> None:
    algo_id = _place(server, {**TRIGGER, "side": "buy", "triggerPx": "70000", "orderPx": "-1"}, algoClOrdId="a1")
    server.clock.advance(86_400)
    row = _algo(server, algo_id)
    assert (row["state"], row["actualSz"], row["ordIdList"]) == ("effective", "1", [row["ordId"]])
    assert row["cTime"] < row["triggerTime"] == row["uTime"]
    (order,) = data(server, f"/api/v5/trade/order?instId=BTC-USDT-SWAP&ordId={row['ordId']}")
    assert (order["algoId"], order["algoClOrdId"], order["source"], order["state"]) == (algo_id, "a1", "6", "filled")
    assert order["fillTime"] == row["triggerTime"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"side": None}, 400, "50014"),
        ({"ordType": "smart_iceberg"}, 200, "51000"),
        ({"sz": None}, 200, "50014"),
        ({"slTriggerPx": "90000"}, 200, "51280"),
        ({"instId": "BTC-EUR"}, 200, "51001"),
    ],
)
def test_a_refusal_has_its_code(server: OkxServer, changes: dict[str, Any], status: int, code: str) -> None:
    reply = server.request("POST", PLACE, {**OCO, "tag": "bot", **changes})
    body = reply.json()
    assert (reply.status, body["data"][0]["sCode"] if body["data"] else body["code"]) == (status, code)
    assert not body["data"] or (body["data"][0]["algoId"], body["data"][0]["tag"]) == ("", "bot")


# Cancelling and amending


@pytest.mark.parametrize("path", [CANCEL, "/api/v5/trade/cancel-advance-algos"])
@pytest.mark.parametrize("name", ["algoId", "algoClOrdId"])
def test_it_is_cancelled_by_either_id(server: OkxServer, path: str, name: str) -> None:
    ids = {"algoId": _place(server, OCO, algoClOrdId="mine"), "algoClOrdId": "mine"}
    (row,) = _rows(server, path, [{"instId": "BTC-USDT-SWAP", name: ids[name]}])
    assert (row["sCode"], row["algoId"], row["algoClOrdId"]) == ("0", ids["algoId"], "mine")
    assert _algo(server, ids["algoId"])["state"] == "canceled"


def test_each_row_of_a_cancellation_succeeds_or_fails_by_itself(server: OkxServer) -> None:
    algo_id = _place(server, OCO)
    entries = [{"instId": "BTC-USDT-SWAP", **ids} for ids in ({"algoId": algo_id}, {"algoId": "1"}, {})]
    assert [row["sCode"] for row in _rows(server, CANCEL, [*entries, {"algoId": "1"}])] == [
        "0",
        "51400",
        "50015",
        "50014",
    ]


def test_at_most_ten_are_cancelled_at_once(server: OkxServer) -> None:
    entry = {"instId": "BTC-USDT", "algoId": "1"}
    assert len(_rows(server, CANCEL, [entry] * 10)) == 10
    assert server.request("POST", CANCEL, [entry] * 11).json()["code"] == "51406"


def test_it_is_amended(server: OkxServer) -> None:
    ids = {"instId": "BTC-USDT-SWAP", "algoId": _place(server, OCO)}
    (row,) = _rows(server, AMEND, {**ids, "reqId": "r1", "newSlTriggerPx": "61000", "newSz": "2"})
    assert (row["sCode"], row["reqId"], row["algoId"]) == ("0", "r1", ids["algoId"])
    after = _algo(server, ids["algoId"])
    assert (after["slTriggerPx"], after["tpTriggerPx"], after["sz"]) == ("61000", "80000", "2")


@pytest.mark.parametrize(("changes", "code"), [({}, "51500"), ({"algoId": "1"}, "51527"), ({"algoId": ""}, "50015")])
def test_an_amendment_that_is_refused_echoes_its_ids(server: OkxServer, changes: dict[str, str], code: str) -> None:
    body = {"instId": "BTC-USDT-SWAP", "algoId": _place(server, OCO), "reqId": "r1", **changes}
    (row,) = _rows(server, AMEND, body)
    assert (row["sCode"], row["reqId"], row["algoId"]) == (code, "r1", body["algoId"])


# Asking


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [("", 400, "50015"), ("algoId=1", 200, "51603"), ("algoClOrdId=x", 200, "51603")],
)
def test_one_that_cannot_be_found_has_its_code_at_the_top(
    server: OkxServer, query: str, status: int, code: str
) -> None:
    reply = server.request("GET", f"{PLACE}?{query}")
    assert (reply.json()["code"], reply.json()["data"]) == (code, [])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ordType=oco", [3, 0]),
        ("ordType=conditional,oco", [3, 2, 0]),
        ("ordType=oco,oco", None),
        ("ordType=trigger", [1]),
        ("ordType=smart_iceberg", []),
        ("ordType=conditional,oco&instType=SPOT", [2]),
        ("ordType=conditional,oco&instId=BTC-USDT-SWAP&limit=1", [3]),
    ],
)
def test_what_is_pending_is_filtered_and_newest_first(
    server: OkxServer, query: str, expected: list[int] | None
) -> None:
    placed = [_place(server, body) for body in (OCO, TRIGGER, SPOT, OCO)]
    reply = server.request("GET", f"{PENDING}?{query}").json()
    if expected is None:
        assert reply["msg"] == "Parameter ordType error"
    else:
        assert [row["algoId"] for row in reply["data"]] == [placed[index] for index in expected]


def test_pages_are_turned_by_algo_id(server: OkxServer) -> None:
    placed = [_place(server, OCO) for _ in range(4)]
    rows = data(server, f"{PENDING}?ordType=oco&after={placed[3]}&before={placed[0]}")
    assert [row["algoId"] for row in rows] == [placed[2], placed[1]]


@pytest.mark.parametrize(
    ("query", "expected"), [("state=canceled", [1, 0]), ("state=effective", []), ("algoId={0}", [0]), ("", None)]
)
def test_the_history_asks_for_a_state_or_an_id(server: OkxServer, query: str, expected: list[int] | None) -> None:
    placed = [_place(server, OCO) for _ in range(3)]
    _rows(server, CANCEL, [{"instId": "BTC-USDT-SWAP", "algoId": each} for each in placed[:2]])
    reply = server.request("GET", f"{HISTORY}?ordType=oco&{query.format(*placed)}").json()
    if expected is None:
        assert reply["code"] == "50015"
    else:
        assert [row["algoId"] for row in reply["data"]] == [placed[index] for index in expected]


def test_an_account_sees_its_own_alone(server: OkxServer) -> None:
    algo_id = _place(server, OCO)
    stranger = server.issue_key(server.open_account(USDT=1))
    assert send(server, "GET", f"{PENDING}?ordType=oco", credentials=stranger).json()["data"] == []
    assert send(server, "GET", f"{PLACE}?algoId={algo_id}", credentials=stranger).json()["code"] == "51603"


# Attached to an order


def test_an_order_shows_what_it_carries_and_its_algo_order_the_order(server: OkxServer) -> None:
    attached = [{"tpTriggerPx": "80000", "tpOrdPx": "-1", "attachAlgoClOrdId": "mine"}]
    body = {**SWAP, "side": "buy", "ordType": "market", "attachAlgoOrds": attached}
    (placed,) = data(server, "/api/v5/trade/order", "POST", body)
    (order,) = data(server, f"/api/v5/trade/order?instId=BTC-USDT-SWAP&ordId={placed['ordId']}")
    (algo,) = data(server, f"{PENDING}?ordType=conditional")
    assert [each["attachAlgoClOrdId"] for each in order["attachAlgoOrds"]] == ["mine"] == [algo["algoClOrdId"]]
    assert (algo["linkedOrd"], algo["reduceOnly"]) == ({"ordId": order["ordId"]}, "true")
