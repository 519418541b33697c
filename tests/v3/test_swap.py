"""v3's perpetual swaps: positions, accounts, leverage, and replies whose result is text."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import frozen_server

SWAP = "BTC-USD-SWAP"
ORDER = "/api/swap/v3/order"
OPEN = {"instrument_id": SWAP, "type": "1", "size": "10", "match_price": "1"}


@pytest.fixture
def server() -> OkxServer:
    return frozen_server()


def _get(server: OkxServer, path: str) -> Any:
    return server.request("GET", f"/api/swap/v3/{path}").json()


def _place(server: OkxServer, **changes: str) -> dict[str, Any]:
    answer: dict[str, Any] = server.request("POST", ORDER, {**OPEN, **changes}).json()
    return answer


@pytest.mark.parametrize(("kind", "side"), [("1", "long"), ("2", "short")])
def test_an_order_opens_a_position_on_its_side(server: OkxServer, kind: str, side: str) -> None:
    assert _place(server, type=kind)["result"] == "true"
    ((row,),) = [each["holding"] for each in _get(server, "position")]
    assert (row["side"], row["position"], row["instrument_id"], row["leverage"]) == (side, "10", SWAP, "10")
    assert _get(server, f"{SWAP}/position")["holding"] == [row]


def test_without_a_position_there_is_none(server: OkxServer) -> None:
    assert _get(server, "position") == []
    assert (_get(server, f"{SWAP}/position")["holding"], _get(server, f"{SWAP}/position")["margin_mode"]) == (
        [],
        "crossed",
    )


def test_a_fixed_position_is_not_in_cross_margin(server: OkxServer) -> None:
    order = {"instId": SWAP, "tdMode": "isolated", "side": "buy", "ordType": "market", "sz": "1"}
    server.request("POST", "/api/v5/trade/order", order)
    assert [each["margin_mode"] for each in _get(server, "position")] == ["fixed"]
    assert _get(server, f"{SWAP}/position")["holding"] == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"instrument_id": "BTC-USD-260327"}, "35001"),
        ({"size": "200000000"}, "35019"),
        ({"size": "50000"}, "35052"),
        ({"size": "0.01"}, "35012"),
        ({"leverage": "3"}, "35015"),
        ({"match_price": "0", "price": "100000"}, "35014"),
        ({"type": "0"}, "30024"),
    ],
)
def test_an_order_that_is_refused_has_a_code_of_swaps(server: OkxServer, changes: dict[str, str], code: str) -> None:
    answer = _place(server, **changes)
    assert (answer["error_code"], answer["order_id"], answer["result"]) == (code, "-1", "false")


def test_accounts_are_those_of_the_contracts(server: OkxServer) -> None:
    _place(server)
    rows = {row["instrument_id"]: row for row in _get(server, "accounts")["info"]}
    assert rows[SWAP]["currency"] == "BTC"
    assert rows[SWAP]["margin"] != "0"
    assert _get(server, f"{SWAP}/accounts")["info"] == rows[SWAP]


def test_leverage_is_set_for_the_next_order(server: OkxServer) -> None:
    asked = {"leverage": "5", "side": "3"}
    expected = {"instrument_id": SWAP, "long_leverage": "5", "margin_mode": "crossed", "short_leverage": "5"}
    assert server.request("POST", f"/api/swap/v3/accounts/{SWAP}/leverage", asked).json() == expected
    assert _get(server, f"accounts/{SWAP}/settings") == expected
    assert _place(server, leverage="5")["error_code"] == "0"


def test_leverage_in_fixed_margin_is_of_a_side_where_there_are_two(server: OkxServer) -> None:
    server.exchange.accounts[0].pos_mode = "long_short_mode"
    path = f"/api/swap/v3/accounts/{SWAP}/leverage"
    answer = server.request("POST", path, {"leverage": "5", "side": "2"}).json()
    assert (answer["long_leverage"], answer["short_leverage"], answer["margin_mode"]) == ("10", "5", "fixed")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"leverage": "1000", "side": "3"}, "35015"),
        ({"leverage": "x", "side": "3"}, "30024"),
        ({"leverage": "5", "side": "4"}, "30024"),
        ({"leverage": "5"}, "30023"),
    ],
)
def test_leverage_that_cannot_be_set_is_refused(server: OkxServer, asked: dict[str, str], code: str) -> None:
    reply = server.request("POST", f"/api/swap/v3/accounts/{SWAP}/leverage", asked)
    assert (reply.status, reply.json()["error_code"]) == (400, code)
