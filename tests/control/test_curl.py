"""The command that makes a call again is run by a shell, and gets what the call ought to get."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_okx.clock import Clock
from pytest_okx.control.curl import curl_of
from pytest_okx.messages import Request
from pytest_okx.server import OkxServer
from tests.helpers import NOW, signed

from .support import done

BALANCE, ORDER = "/api/v5/account/balance", "/api/v5/trade/order"
BODY = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "px": "6", "sz": "1", "note": "it's"}

needs_shell = pytest.mark.skipif(
    not all(map(shutil.which, ("sh", "curl", "openssl", "sed"))),
    reason="curl or openssl is not here: apt-get install curl openssl",
)


@pytest.fixture
def server() -> Iterator[OkxServer]:
    clock = Clock(skew=100)
    clock.freeze(NOW)
    with OkxServer(clock=clock, control=True, strict=False) as started:
        yield started


def commands(server: OkxServer, *requests: Request) -> list[str]:
    """The commands of calls, as the control API tells them."""
    for request in requests:
        server.handle(request)
    return [done(server, "GET", f"/calls/{number}")["curl"] for number, _ in enumerate(requests, 1)]


def run(server: OkxServer, command: str) -> Any:
    """What the shell prints, with the secrets of the key where the command has placeholders."""
    key = server.credentials
    secrets = {"OKX_SECRET_KEY": key.secret_key, "OKX_PASSPHRASE": key.passphrase}
    done_ = subprocess.run(
        ["sh", "-c", command], env=os.environ | secrets, capture_output=True, text=True, timeout=20, check=True
    )
    return json.loads(done_.stdout)


@needs_shell
def test_a_signed_call_is_made_again_under_any_clock(server: OkxServer) -> None:
    at = server.clock.now_ms()
    wrong = {"OK-ACCESS-SIGN": "wrong"}
    requests = (
        signed("GET", f"{BALANCE}?ccy=BTC,ETH", credentials=server.credentials, at=at),
        signed("POST", ORDER, BODY, credentials=server.credentials, at=at, headers=wrong),
        signed("GET", BALANCE, credentials=server.credentials, at=at - 60_000),
    )
    balance, order, late = commands(server, *requests)
    assert run(server, balance)["code"] == "0"
    assert run(server, order)["data"][0]["sCode"] == "0"
    assert run(server, late)["code"] == "50102"
    assert len(server.exchange.orders) == 1
    assert all(server.credentials.secret_key not in command for command in (balance, order, late))


def command(server: OkxServer, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> str:
    from pytest_okx.messages import Headers

    return commands(server, Request(method, target, Headers(headers.items()), body))[0]


def test_an_unsigned_call_is_one_line(server: OkxServer) -> None:
    headers = {"Host": "x", "User-Agent": "y", "X-Empty": "", "X-It": "a 'b'"}
    assert command(server, "GET", "/api/v5/public/time?a=[1]", headers) == (
        f"curl -X GET -H 'X-Empty;' -H 'X-It: a '\"'\"'b'\"'\"'' -g '{server.url}/api/v5/public/time?a=[1]'"
    )


def test_curl_adds_no_type_to_a_body_that_had_none(server: OkxServer) -> None:
    assert command(server, "POST", "/x", {}, b"@a") == f"curl -X POST -H 'Content-Type:' --data-raw @a {server.url}/x"


def test_a_head_is_asked_for_in_curls_own_way(server: OkxServer) -> None:
    assert command(server, "HEAD", "/x", {}) == f"curl -I {server.url}/x"


def test_over_tls_the_authority_and_beyond_loopback_the_token_are_placeholders() -> None:
    with pytest.warns(UserWarning, match="not on loopback"):
        server = OkxServer(host="203.0.113.7", tls=True, control="a-token")
    server.handle(signed("GET", BALANCE, credentials=server.credentials, at=server.clock.now_ms()))
    world = server._control._world  # type: ignore[union-attr]
    told = curl_of(world, server.calls[0])
    assert told.startswith('timestamp=$(curl --cacert "$OKX_CA" -s -H "Authorization: Bearer $OKX_TOKEN" http')
    assert "a-token" not in told
