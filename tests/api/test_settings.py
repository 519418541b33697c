"""Modes and settings, chosen as a client chooses and shown in the configuration."""

from __future__ import annotations

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server

ACCOUNT = "/api/v5/account/"


@pytest.fixture
def server() -> OkxServer:
    return frozen_server()


def config(server: OkxServer) -> dict[str, object]:
    (row,) = data(server, ACCOUNT + "config")
    return dict(row)


@pytest.mark.parametrize(
    ("endpoint", "body", "shown"),
    [
        ("set-position-mode", {"posMode": "long_short_mode"}, {"posMode": "long_short_mode"}),
        ("set-account-level", {"acctLv": "3"}, {"acctLv": "3"}),
        ("set-greeks", {"greeksType": "BS"}, {"greeksType": "BS"}),
        ("set-fee-type", {"feeType": "1"}, {"feeType": "1"}),
        ("set-settle-currency", {"settleCcy": "USDC"}, {"settleCcy": "USDC"}),
        ("set-isolated-mode", {"isoMode": "autonomy", "type": "CONTRACTS"}, {"ctIsoMode": "autonomy"}),
        ("set-isolated-mode", {"isoMode": "quick_margin", "type": "MARGIN"}, {"mgnIsoMode": "quick_margin"}),
        ("set-auto-loan", {"autoLoan": True}, {"autoLoan": True}),
        ("set-auto-loan", {}, {"autoLoan": True}),
        ("set-auto-loan", {"autoLoan": "false"}, {"autoLoan": False}),
        ("set-auto-repay", {"autoRepay": False}, {"spotBorrowAutoRepay": False}),
        ("set-trading-config", {"type": "stgyType", "stgyType": "0"}, {"stgyType": "0"}),
    ],
)
def test_a_choice_is_shown_in_the_configuration(
    server: OkxServer, endpoint: str, body: dict[str, object], shown: dict[str, object]
) -> None:
    (row,) = data(server, ACCOUNT + endpoint, "POST", body)
    assert row.items() >= {name: value for name, value in body.items() if name in row and value != "false"}.items()
    assert config(server).items() >= shown.items()


@pytest.mark.parametrize(
    ("endpoint", "body", "code"),
    [
        ("set-position-mode", {"posMode": "both"}, "51000"),
        ("set-account-level", {"acctLv": "5"}, "51000"),
        ("set-greeks", {"greeksType": "XX"}, "51000"),
        ("set-isolated-mode", {"isoMode": "automatic", "type": "SPOT"}, "51000"),
        ("set-auto-loan", {"autoLoan": "perhaps"}, "51000"),
        ("set-auto-repay", {"autoRepay": True}, "50038"),
        ("set-trading-config", {"type": "stgyType", "stgyType": "1"}, "50038"),
    ],
)
def test_what_cannot_be_chosen_is_refused_and_changes_nothing(
    server: OkxServer, endpoint: str, body: dict[str, object], code: str
) -> None:
    before = config(server)
    assert server.request("POST", ACCOUNT + endpoint, body).json()["code"] == code
    assert config(server) == before


def test_a_position_stands_in_the_way_of_another_mode(server: OkxServer) -> None:
    order = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "buy", "ordType": "market", "sz": "1"}
    data(server, "/api/v5/trade/order", "POST", order)
    reply = server.request("POST", ACCOUNT + "set-position-mode", {"posMode": "long_short_mode"}).json()
    assert reply["code"] == "59000"


def test_options_need_no_activation(server: OkxServer) -> None:
    assert data(server, ACCOUNT + "activate-option", "POST", {}) == [{"ts": str(server.clock.now_ms())}]
