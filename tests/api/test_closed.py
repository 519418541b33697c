"""Closed positions, asked as a client asks."""

from __future__ import annotations

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server

HISTORY = "/api/v5/account/positions-history"
SWAP = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "ordType": "market", "sz": "2"}


@pytest.fixture
def server() -> OkxServer:
    server = frozen_server()
    data(server, "/api/v5/trade/order", "POST", SWAP | {"side": "buy"})
    server.clock.advance(1)
    data(server, "/api/v5/trade/order", "POST", SWAP | {"side": "sell", "sz": "1"})
    return server


def test_a_position_closed_in_part_becomes_one_that_was_closed(server: OkxServer) -> None:
    (part,) = data(server, HISTORY)
    data(server, "/api/v5/trade/order", "POST", SWAP | {"side": "sell", "sz": "1"})
    (whole,) = data(server, HISTORY)
    assert (part["type"], part["closeTotalPos"], part["openMaxPos"], part["direction"]) == ("1", "1", "2", "long")
    assert (whole["type"], whole["closeTotalPos"], whole["posId"]) == ("2", "2", part["posId"])


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("instType=SWAP", 1),
        ("instType=FUTURES", 0),
        ("instId=BTC-USDT-SWAP,ETH-USDT-SWAP", 1),
        ("instId=ETH-USDT-SWAP", 0),
        ("mgnMode=cross", 1),
        ("mgnMode=isolated", 0),
        ("type=1", 1),
        ("type=2", 0),
        ("posId=1", 0),
    ],
)
def test_filters_leave_what_is_asked_for(server: OkxServer, query: str, count: int) -> None:
    assert len(data(server, f"{HISTORY}?{query}")) == count


def test_pages_are_cut_by_the_time_of_the_last_change(server: OkxServer) -> None:
    (row,) = data(server, HISTORY)
    assert data(server, f"{HISTORY}?after={row['uTime']}") == []
    assert data(server, f"{HISTORY}?after={int(row['uTime']) + 1}") == [row]


def test_after_three_months_it_is_forgotten(server: OkxServer) -> None:
    server.clock.advance(91 * 86_400)
    assert data(server, HISTORY) == []
