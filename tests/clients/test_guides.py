"""Client code as public guides teach it: signing with ISO time or Unix milliseconds, measuring the drift of a clock."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from pytest_okx import OkxServer

BALANCE = "/api/v5/account/balance"


def iso_now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ms_now(offset_ms: int = 0) -> str:
    return str(int(time.time() * 1000) + offset_ms)


def ask(server: OkxServer, timestamp: str, path: str = BALANCE) -> Any:
    """A GET signed by hand, as every guide does it."""
    key = server.credentials
    digest = hmac.new(key.secret_key.encode(), (timestamp + "GET" + path).encode(), hashlib.sha256).digest()
    headers = {
        "OK-ACCESS-KEY": key.api_key,
        "OK-ACCESS-SIGN": base64.b64encode(digest).decode(),
        "OK-ACCESS-TIMESTAMP": timestamp,
        "OK-ACCESS-PASSPHRASE": key.passphrase,
        "Content-Type": "application/json",
    }
    return requests.get(server.url + path, headers=headers, timeout=5).json()


def offset_ms(server: OkxServer) -> int:
    """The exchange's clock minus this one, as public/time tells it."""
    reply = requests.get(f"{server.url}/api/v5/public/time", timeout=5).json()
    return int(reply["data"][0]["ts"]) - int(time.time() * 1000)


def drift(offset: int) -> str:
    return "CRITICAL" if abs(offset) > 5000 else "Minor" if abs(offset) > 1000 else "in sync"


def test_iso_timestamps_are_accepted_by_default(okx_server: OkxServer) -> None:
    reply = ask(okx_server, iso_now())
    assert reply["code"] == "0"
    assert float(reply["data"][0]["totalEq"]) > 100_000


def test_milliseconds_are_refused_as_expired_by_default(okx_server: OkxServer) -> None:
    assert ask(okx_server, ms_now()) == {"msg": "Timestamp request expired", "code": "50102"}


@pytest.mark.okx(timestamp_formats=["iso8601", "unix_ms"])
def test_milliseconds_are_accepted_where_a_test_says_so(okx_server: OkxServer) -> None:
    assert ask(okx_server, ms_now())["code"] == "0"
    assert ask(okx_server, ms_now(), "/api/v5/trade/orders-pending?instType=SPOT")["code"] == "0"
    assert ask(okx_server, iso_now())["code"] == "0"


@pytest.mark.parametrize(("skew", "word"), [(0, "in sync"), (2, "Minor"), (6, "CRITICAL"), (-6, "CRITICAL")])
def test_the_drift_of_the_clock_can_be_measured(make_okx_server: Any, skew: int, word: str) -> None:
    with make_okx_server(skew=skew) as server:
        assert drift(offset_ms(server)) == word


def test_a_skew_beyond_the_window_is_refused_until_it_is_corrected(make_okx_server: Any) -> None:
    with make_okx_server(skew=45, timestamp_formats=["unix_ms"]) as server:
        assert ask(server, ms_now())["code"] == "50102"
        assert ask(server, ms_now(offset_ms(server)))["code"] == "0"


def test_trades_and_candles_have_text_that_a_program_can_read(okx_server: OkxServer) -> None:
    reply = requests.get(
        f"{okx_server.url}/api/v5/market/trades", params={"instId": "BTC-USDT", "limit": "5"}, timeout=5
    )
    trades = reply.json()["data"]
    assert len(trades) == 5
    for trade in trades:
        assert float(trade["px"]) > 0
        assert float(trade["sz"]) > 0
        assert trade["side"] in ("buy", "sell")
        assert int(trade["ts"]) <= okx_server.clock.now_ms()
    [candle] = requests.get(f"{okx_server.url}/api/v5/market/candles?instId=BTC-USDT&limit=1", timeout=5).json()["data"]
    assert int(candle[0]) % 60_000 == 0
    assert candle[8] == "0"
