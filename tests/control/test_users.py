"""What an account has, as JSON: balances, positions, live orders and fills."""

from __future__ import annotations

from typing import Any

from pytest_okx.server import OkxServer

from .support import commanded, done

SPOT = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "px": "60000", "sz": "0.5"}
SWAP = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "buy", "ordType": "market", "sz": "3"}


def place(server: OkxServer, order: dict[str, str]) -> str:
    row: Any = server.request("POST", "/api/v5/trade/order", order).json()["data"][0]
    assert row["sCode"] == "0", row
    return str(row["ordId"])


def test_holdings_are_those_of_the_exchange() -> None:
    server = commanded()
    waiting, filled = place(server, SPOT), place(server, SWAP)
    account = server.exchange.accounts[0]
    told = done(server, "GET", f"/accounts/{account.uid}")
    assert {row["ccy"] for row in told["balances"]} == {"USDT", "USDC", "BTC", "ETH"}
    [dollars] = [row for row in told["balances"] if row["ccy"] == "USDT"]
    assert float(dollars["frozen"]) > 30_000
    [position] = told["positions"]
    assert (position["instId"], position["pos"], position["mgnMode"]) == ("BTC-USDT-SWAP", "3", "cross")
    [order] = told["orders"]
    assert (order["ordId"], order["state"], order["px"], order["sz"]) == (waiting, "live", "60000", "0.5")
    assert {fill["ordId"] for fill in told["fills"]} == {filled}
    assert sum(float(fill["fillSz"]) for fill in told["fills"]) == 3


def test_fills_are_the_newest_hundred_newest_first() -> None:
    server = commanded()
    for _ in range(102):
        place(server, {**SPOT, "ordType": "market", "tgtCcy": "base_ccy", "sz": "0.0001"})
    account = server.exchange.accounts[0]
    told = done(server, "GET", f"/accounts/{account.uid}")["fills"]
    assert [fill["tradeId"] for fill in told] == [str(fill.trade_id) for fill in server.exchange.fills[:-101:-1]]


def test_a_key_is_told_with_its_terms_and_without_its_secrets() -> None:
    server = commanded()
    uid = server.exchange.accounts[0].uid
    made = done(server, "POST", f"/accounts/{uid}/keys", {"permissions": [], "expiresAt": "2027-01-01T01:00:00+01:00"})
    assert set(made) == {"apiKey", "secretKey", "passphrase"}
    done(server, "DELETE", f"/keys/{made['apiKey']}")
    [_, key] = done(server, "GET", "/accounts")["accounts"][0]["keys"]
    assert key == {
        "apiKey": made["apiKey"],
        "permissions": [],
        "ipWhitelist": [],
        "demo": None,
        "site": None,
        "expiresAt": "2027-01-01T00:00:00.000Z",
        "revoked": True,
    }
