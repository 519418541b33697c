"""Bills, asked as a client asks: pages, filters, and for how long they are shown."""

from __future__ import annotations

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server

BILLS = "/api/v5/account/bills"
DAY = 86_400


@pytest.fixture
def server() -> OkxServer:
    server = frozen_server()
    for inst_id, td_mode in (("BTC-USDT", "cash"), ("BTC-USDT-SWAP", "cross")):
        order = {"instId": inst_id, "tdMode": td_mode, "side": "sell", "ordType": "market", "sz": "0.5"}
        data(server, "/api/v5/trade/order", "POST", order | {"clOrdId": "mine", "tag": "t"})
    data(server, "/api/v5/asset/transfer", "POST", {"ccy": "USDT", "amt": "5", "from": "18", "to": "6"})
    return server


def test_bills_are_told_newest_first_and_say_what_moved(server: OkxServer) -> None:
    rows = data(server, BILLS)
    assert [(row["ccy"], row["type"], row["subType"]) for row in rows] == [
        ("USDT", "1", "12"),
        ("USDT", "2", "2"),
        ("USDT", "2", "2"),
        ("BTC", "2", "2"),
    ]
    assert rows[0]["balChg"] == "-5"
    assert (rows[0]["ordId"], rows[1]["clOrdId"], rows[1]["tag"]) == ("", "mine", "t")
    assert (rows[1]["fillMarkPx"] != "", rows[2]["fillMarkPx"]) == (True, "")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("ccy=BTC", 1),
        ("instType=SWAP", 1),
        ("instId=BTC-USDT", 2),
        ("mgnMode=cross", 1),
        ("ctType=linear", 1),
        ("type=1", 1),
        ("subType=2&ccy=USDT", 2),
        ("limit=3", 3),
    ],
)
def test_filters_leave_what_is_asked_for(server: OkxServer, query: str, count: int) -> None:
    assert len(data(server, f"{BILLS}?{query}")) == count


def test_pages_are_cut_by_the_bill(server: OkxServer) -> None:
    ids = [row["billId"] for row in data(server, BILLS)]
    assert [row["billId"] for row in data(server, f"{BILLS}?after={ids[1]}")] == ids[2:]
    assert [row["billId"] for row in data(server, f"{BILLS}?before={ids[1]}")] == ids[:1]


def test_a_week_later_only_the_archive_has_them(server: OkxServer) -> None:
    server.clock.advance(8 * DAY)
    assert data(server, BILLS + "?type=2") == []
    assert len(data(server, BILLS + "-archive?type=2")) == 3


@pytest.mark.parametrize("query", ["type=x", "mgnMode=x", "ccy=BTC,ETH"])
def test_what_no_bill_can_have_is_empty_or_refused(server: OkxServer, query: str) -> None:
    reply = server.request("GET", f"{BILLS}?{query}").json()
    assert reply["code"] == "51000" or reply["data"] == []


def test_types_are_explained_alone_or_all_together(server: OkxServer) -> None:
    (transfer,) = data(server, "/api/v5/account/subtypes?type=1")
    assert transfer["subTypeDetails"][0] == {"subType": "11", "subTypeDesc": "Transfer in"}
    assert len(data(server, "/api/v5/account/subtypes")) == 6
