"""v3's time and wallet."""

from __future__ import annotations

from pytest_okx.server import OkxServer
from tests.helpers import frozen_server

ORDER = {"instrument_id": "BTC-USDT", "type": "limit", "side": "buy", "size": "0.5", "price": "60000"}


def _server() -> OkxServer:
    return frozen_server(balances={"USDT": "40000.50", "BTC": 1})


def test_time_has_three_decimals_as_text() -> None:
    server = _server()
    server.clock.advance(0.007)
    assert server.request("GET", "/api/general/v3/time").json() == {
        "iso": "2026-01-05T12:00:00.007Z",
        "epoch": "1767614400.007",
    }


def test_the_wallet_is_a_bare_list_of_what_is_held() -> None:
    server = _server()
    server.request("POST", "/api/spot/v3/orders", ORDER)
    assert server.request("GET", "/api/account/v3/wallet").json() == [
        {"currency": "USDT", "balance": "40000.5", "hold": "30000", "available": "10000.5"},
        {"currency": "BTC", "balance": "1", "hold": "0", "available": "1"},
    ]


def test_the_wallet_tells_of_one_currency() -> None:
    server = _server()
    rows = server.request("GET", "/api/account/v3/wallet/btc").json()
    assert rows == [{"currency": "BTC", "balance": "1", "hold": "0", "available": "1"}]
    assert server.request("GET", "/api/account/v3/wallet/XYZ").json()["error_code"] == "30031"
