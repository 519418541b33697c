"""The play money of demo trading, asked as a client asks."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.messages import Reply
from pytest_okx.server import OkxServer
from tests.helpers import frozen_server, send

PATH = "/api/v5/account/demo-adjust-balance"


def adjust(server: OkxServer, kind: str, adjustments: Any) -> Reply:
    return send(server, "POST", PATH, {"type": kind, "adjustments": adjustments}, headers={"x-simulated-trading": "1"})


def test_play_money_is_added_and_taken_away() -> None:
    server = frozen_server()
    wanted = [{"ccy": "USDT", "amt": "3000"}, {"ccy": "OKB", "amt": "1.5"}]
    assert adjust(server, "increase", wanted).json()["data"] == [
        {
            "details": [
                {"amt": "3000", "bal": "103000", "ccy": "USDT"},
                {"amt": "1.5", "bal": "1.5", "ccy": "OKB"},
            ],
            "remainCnt": "2",
            "totalCnt": "3",
        }
    ]
    (row,) = adjust(server, "reduce", wanted[1:]).json()["data"]
    assert (row["details"], row["remainCnt"]) == ([{"amt": "1.5", "bal": "0", "ccy": "OKB"}], "2")


def test_live_trading_has_none() -> None:
    body = {"type": "increase", "adjustments": [{"ccy": "USDT", "amt": "1"}]}
    assert frozen_server().request("POST", PATH, body).json()["code"] == "50030"


@pytest.mark.parametrize(
    ("kind", "adjustments", "message"),
    [
        ("more", [{"ccy": "USDT", "amt": "1"}], "Parameter type error"),
        ("increase", [], "Parameter adjustments error"),
        ("increase", "USDT", "Parameter adjustments error"),
        ("increase", ["USDT"], "Parameter adjustments error"),
        ("increase", [{"ccy": "USDT", "amt": "1"}, {"ccy": "USDT", "amt": "2"}], "Parameter adjustments error"),
        ("increase", [{"ccy": "USDT"}], "Parameter amt error"),
        ("increase", [{"ccy": "SOL", "amt": "1"}], "Parameter ccy error"),
        (
            "reduce",
            [{"ccy": "OKB", "amt": "1"}],
            "Insufficient OKB balance. Balance cannot go below zero after operation.",
        ),
    ],
)
def test_what_is_wrong_is_named(kind: str, adjustments: Any, message: str) -> None:
    assert adjust(frozen_server(), kind, adjustments).json()["msg"] == message
