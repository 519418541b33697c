"""The envelope of order endpoints: what its code, message and rows say of what became of each entry."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_okx.api import rows
from pytest_okx.clock import Clock
from pytest_okx.errors import OkxError
from pytest_okx.exchange import Exchange
from pytest_okx.limits import Limits
from pytest_okx.messages import Headers, Request
from pytest_okx.routing import ENDPOINTS, Entry, Journey, Outcome, Settings
from tests.helpers import frozen_server

NOW_MS = 1_767_614_400_123
BAD = OkxError("51008_1001", "USDT")
ENTRY: Entry = {"clOrdId": "a1", "ordId": "9", "tag": "t"}


def _journey() -> Journey:
    endpoint = ENDPOINTS["/api/v5/trade/order"]["POST"]
    request = Request("POST", endpoint.path, Headers())
    return Journey(request, endpoint, Exchange(Clock()), NOW_MS, Settings(), Limits(Clock()))


def _answer(
    outcomes: list[Outcome], failed: rows.Failed = rows.unable_to_place, entry: Entry = ENTRY
) -> dict[str, Any]:
    body = rows.many(failed, 20, "51111").answer(_journey(), [entry] * len(outcomes), outcomes)
    parsed: dict[str, Any] = json.loads(body)
    return parsed


@pytest.mark.parametrize(
    ("outcomes", "code", "message"),
    [
        ([{}], "0", ""),
        ([{}, {}], "0", ""),
        ([BAD], "1", "All operations failed"),
        ([BAD, BAD], "1", "All operations failed"),
        ([{}, BAD], "2", "Bulk operation partially succeeded."),
        ([BAD, {}], "2", "Bulk operation partially succeeded."),
    ],
)
def test_the_envelope_says_whether_all_some_or_none_succeeded(outcomes: list[Outcome], code: str, message: str) -> None:
    answer = _answer(outcomes)
    assert (answer["code"], answer["msg"]) == (code, message)


def test_rows_keep_the_order_of_the_entries() -> None:
    first, second = rows.placed(_journey(), cl_ord_id="a", ord_id="1", tag=""), {"ordId": "2"}
    assert _answer([first, BAD, second])["data"][0::2] == [first, second]


def test_in_and_out_time_are_microseconds_and_equal() -> None:
    answer = _answer([{}])
    assert answer["inTime"] == answer["outTime"] == "1767614400123000"


def test_an_order_that_was_accepted_has_its_ids_and_the_text_of_the_wire() -> None:
    assert rows.placed(_journey(), cl_ord_id="a1", ord_id="17", tag="t") == {
        "clOrdId": "a1",
        "ordId": "17",
        "sCode": "0",
        "sMsg": "Order placed",
        "ts": str(NOW_MS),
        "subCode": "",
        "tag": "t",
    }


def test_an_order_that_was_refused_has_no_id_and_keeps_what_the_client_called_it() -> None:
    (row,) = _answer([BAD])["data"]
    assert row == {
        "clOrdId": "a1",
        "ordId": "",
        "sCode": "51008",
        "sMsg": "Order failed. Insufficient USDT margin in account",
        "ts": str(NOW_MS),
        "subCode": "1001",
        "tag": "t",
    }


def test_a_cancellation_has_neither_tag_nor_sub_code() -> None:
    row = rows.canceled(_journey(), cl_ord_id="a1", ord_id="17")
    assert row == {"clOrdId": "a1", "ordId": "17", "sCode": "0", "sMsg": "", "ts": str(NOW_MS)}


def test_a_cancellation_that_was_refused_echoes_both_ids() -> None:
    (row,) = _answer([OkxError("51400")], rows.unable_to_cancel)["data"]
    assert (row["clOrdId"], row["ordId"], row["sCode"]) == ("a1", "9", "51400")


def test_an_id_that_is_no_text_is_not_echoed() -> None:
    (row,) = _answer([BAD], entry={"clOrdId": ["a"], "tag": {}})["data"]
    assert (row["clOrdId"], row["tag"]) == ("", "")


def test_a_single_entry_is_answered_like_a_batch_of_one() -> None:
    one, many = rows.one(rows.unable_to_place), rows.many(rows.unable_to_place, 20, "51111")
    assert one.answer(_journey(), [ENTRY], [BAD]) == many.answer(_journey(), [ENTRY], [BAD])
    assert (one.many, many.many, many.most, many.too_many) == (False, True, 20, "51111")


def test_text_that_is_no_unicode_is_echoed_without_breaking_the_reply() -> None:
    reply = frozen_server().request("POST", "/api/v5/trade/cancel-order", {"instId": "BTC-USDT", "clOrdId": "x"})
    assert reply.json()["data"][0]["clOrdId"] == "x"
    assert rows.one(rows.unable_to_place).answer(_journey(), [{"tag": "\ud800"}], [BAD])
