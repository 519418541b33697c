"""The same seed and the same commands give the same replies, byte for byte, whatever else happened in the process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.helpers import frozen_server

SPOT, SWAP = "BTC-USDT", "BTC-USDT-SWAP"
TRADE, ACCOUNT, MARKET = "/api/v5/trade/", "/api/v5/account/", "/api/v5/market/"
LIMIT = {"instId": SPOT, "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.5"}
STOP = {"instId": SWAP, "tdMode": "cross", "side": "sell", "ordType": "conditional", "sz": "2", "slOrdPx": "-1"}
# Seconds that pass, prices that a test sets, and calls.
DAY: tuple[int | str | tuple[str, Mapping[str, Any]] | tuple[str], ...] = (
    (ACCOUNT + "set-leverage", {"instId": SWAP, "lever": "20", "mgnMode": "cross"}),
    (TRADE + "order", LIMIT | {"px": "69000"}),
    (TRADE + "order", LIMIT | {"px": "69500", "sz": "0.1"}),
    (TRADE + "order", {"instId": SWAP, "tdMode": "cross", "side": "buy", "ordType": "market", "sz": "50"}),
    (TRADE + "order-algo", STOP | {"slTriggerPx": "68000"}),
    3600,
    "69200",
    (TRADE + "orders-pending",),
    10 * 3600,
    "67000",
    (TRADE + "fills",),
    (TRADE + "orders-history?instType=SWAP",),
    (TRADE + "orders-algo-history?ordType=conditional&state=effective",),
    (ACCOUNT + "balance",),
    (ACCOUNT + "positions",),
    (ACCOUNT + "bills",),
    (MARKET + f"books?instId={SPOT}&sz=20",),
    (MARKET + f"trades?instId={SWAP}",),
    (MARKET + f"candles?instId={SWAP}&bar=1H",),
    (MARKET + "tickers?instType=SWAP",),
    ("/api/v5/public/funding-rate-history?instId=" + SWAP,),
    ("/api/v5/asset/transfer", {"ccy": "USDT", "amt": "5", "from": "18", "to": "6"}),
    ("/api/v5/asset/bills",),
)


def replies(seed: int) -> list[bytes]:
    """What an exchange of that seed says to the day."""
    server, said = frozen_server(seed=seed), []
    for step in DAY:
        if isinstance(step, int):
            server.clock.advance(step)
        elif isinstance(step, str):
            for inst_id in (SPOT, SWAP):
                server.exchange.market(inst_id).move_to(step)
        else:
            method = "POST" if len(step) == 2 else "GET"
            said.append(server.request(method, step[0], step[1] if len(step) == 2 else None).body)
    return said


def test_two_runs_with_one_seed_are_equal_to_the_byte() -> None:
    first = replies(7)
    assert replies(7) == first
    assert all(json.loads(body)["code"] == "0" for body in first)
    assert all(json.loads(body)["data"] for body in first), "every step has something to show"


def test_another_seed_is_another_exchange() -> None:
    assert replies(8) != replies(7)
