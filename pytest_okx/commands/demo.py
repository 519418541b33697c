"""`pytest-okx demo`: the main job, told step by step in a terminal, with the code that a test would use.

The client here is hand-written and knows nothing of the server but its URL and a key. Each step states what it
expects, and the run fails if anything differs.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

from ..faults import LoseReply, Reject
from ..messages import iso_time
from ..server import OkxServer
from ..signing import Credentials, sign

__all__ = ["add", "narrate"]

_ORDERS: Final = "/api/v5/trade/order"
_BALANCE: Final = "/api/v5/account/balance"
_PUBLIC: Final = ("/api/v5/public/", "/api/v5/market/")


@dataclass(slots=True)
class _Client:
    """A bot's client in thirty lines: it signs with this process's clock plus `offset_ms`, on one connection."""

    url: str
    credentials: Credentials
    offset_ms: int = 0
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=10)

    def call(self, method: str, target: str, body: Any = None, *, secret_key: str | None = None) -> tuple[int, Any]:
        content = json.dumps(body) if body is not None else ""
        public = target.startswith(_PUBLIC)
        headers = {} if public else self._signed(method, target, content, secret_key or self.credentials.secret_key)
        self.connection.request(method, target, content or None, headers)
        reply = self.connection.getresponse()
        return reply.status, json.loads(reply.read())

    def _signed(self, method: str, target: str, content: str, secret_key: str) -> dict[str, str]:
        timestamp = iso_time(time.time_ns() // 1_000_000 + self.offset_ms)
        return {
            "OK-ACCESS-KEY": self.credentials.api_key,
            "OK-ACCESS-SIGN": sign(secret_key, timestamp, method, target, content.encode()),
            "OK-ACCESS-TIMESTAMP": timestamp,
            "OK-ACCESS-PASSPHRASE": self.credentials.passphrase,
            "Content-Type": "application/json",
        }

    def close(self) -> None:
        self.connection.close()


class _Story:
    """Prints the steps and remembers what differed."""

    def __init__(self) -> None:
        self.differences = 0

    def chapter(self, title: str) -> None:
        sys.stdout.write(f"\n{title}\n")

    def step(self, what: str, got: object, expected: object) -> None:
        same = got == expected
        self.differences += not same
        sys.stdout.write(
            f"  {'ok     ' if same else 'DIFFERS'} {what}: {got}{'' if same else f', expected {expected}'}\n"
        )


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser's."""
    demo = commands.add_parser("demo", help="show in a terminal what the fake does; non-zero if anything differs")
    demo.set_defaults(run=lambda options: narrate())


def narrate() -> int:
    """Tell the story; 0 when everything was as told, else 1."""
    story = _Story()
    with OkxServer(skew=45, strict=False) as server, closing(_Client(server.url, server.credentials)) as client:
        sys.stdout.write(f"A fake OKX exchange listens on {server.url}; its clock is 45 s ahead of this machine's.\n")
        _clock(story, client)
        order = _trading(story, server, client)
        _refusals(story, server, client)
        _faults(story, server, client, order)
        for problem in server.problems():
            story.step("an expectation that was not met", problem, None)
    sys.stdout.write(
        f"\n{'Everything was as told.' if not story.differences else f'{story.differences} steps differ.'}\n"
    )
    return int(story.differences > 0)


def _refused(reply: tuple[int, Any]) -> str:
    status, body = reply
    return f"{status} {body.get('code')} {body.get('msg', body.get('message'))}"


def _clock(story: _Story, client: _Client) -> None:
    story.chapter("1. The clock")
    story.step(
        "a call signed with this machine's clock",
        _refused(client.call("GET", _BALANCE)),
        "401 50102 Timestamp request expired",
    )
    _, reply = client.call("GET", "/api/v5/public/time")
    client.offset_ms = int(reply["data"][0]["ts"]) - time.time_ns() // 1_000_000
    story.step("the offset that public/time tells, in seconds", round(client.offset_ms / 1000), 45)
    status, reply = client.call("GET", _BALANCE)
    story.step("the same call, corrected by it", (status, reply["code"]), (200, "0"))
    cash = {row["ccy"]: row["cashBal"] for row in reply["data"][0]["details"]}
    story.step("the balance", cash, {"BTC": "1", "ETH": "10", "USDC": "10000", "USDT": "100000"})


def _trading(story: _Story, server: OkxServer, client: _Client) -> dict[str, str]:
    story.chapter("2. An order")
    _, ticker = client.call("GET", "/api/v5/market/ticker?instId=BTC-USDT")
    price = str(int(float(ticker["data"][0]["last"]) * 0.9))
    order = {
        "instId": "BTC-USDT",
        "tdMode": "cash",
        "side": "buy",
        "ordType": "limit",
        "sz": "0.01",
        "px": price,
        "clOrdId": "demo1",
    }
    _, placed = client.call("POST", _ORDERS, order)
    story.step("placed, 10 % below the market", placed["data"][0]["sMsg"], "Order placed")
    _, pending = client.call("GET", "/api/v5/trade/orders-pending")
    story.step("it rests, as", [(row["clOrdId"], row["state"]) for row in pending["data"]], [("demo1", "live")])
    _, cancelled = client.call("POST", "/api/v5/trade/cancel-order", {"instId": "BTC-USDT", "clOrdId": "demo1"})
    story.step("cancelled, sCode", cancelled["data"][0]["sCode"], "0")
    too_much = {**order, "sz": "1000", "clOrdId": "demo2"}
    _, refused = client.call("POST", _ORDERS, too_much)
    row = refused["data"][0]
    expected = ("1", "51008", "Order failed. Insufficient USDT balance in account")
    story.step("more than the balance pays for", (refused["code"], row["sCode"], row["sMsg"]), expected)
    return order


def _refusals(story: _Story, server: OkxServer, client: _Client) -> None:
    story.chapter("3. What OKX refuses")
    server.clock.advance(31)
    story.step("a timestamp 31 s old", _refused(client.call("GET", _BALANCE)), "401 50102 Timestamp request expired")
    server.clock.resume()
    forged = client.call("GET", _BALANCE, secret_key="not the secret")
    story.step("a signature with another secret", _refused(forged), "401 50113 Invalid Sign")
    server.revoke(client.credentials)
    story.step("a key that was revoked", _refused(client.call("GET", _BALANCE)), "401 50119 API key doesn't exist")
    client.credentials = server.issue_key(server.exchange.accounts[0])
    story.step("its successor", client.call("GET", _BALANCE)[0], 200)


def _faults(story: _Story, server: OkxServer, client: _Client, order: dict[str, str]) -> None:
    story.chapter("4. Faults on command")
    texts = {
        "30006": "401 30006 Invalid OK-ACCESS-KEY",
        "30012": "401 30012 Invalid Authority",
        "32008": "400 32008 You may open extra 0 contracts on the same side",
    }
    for code, text in texts.items():
        server.faults.add(Reject(code), on=f"GET {_BALANCE}")
        story.step(f"{code} injected, in the envelope of v3", _refused(client.call("GET", _BALANCE)), text)
    server.faults.add(LoseReply(), on=f"POST {_ORDERS}")
    try:
        outcome: object = client.call("POST", _ORDERS, {**order, "clOrdId": "demo3"})
    except http.client.RemoteDisconnected as error:
        outcome = type(error).__name__
    story.step("an order whose acknowledgement was lost", outcome, "RemoteDisconnected")
    _, found = client.call("GET", f"{_ORDERS}?instId=BTC-USDT&clOrdId=demo3")
    story.step("asked for by its clOrdId, it is there", found["data"][0]["state"], "live")
    _, again = client.call("POST", _ORDERS, {**order, "clOrdId": "demo3"})
    story.step("sent again, it is refused as a duplicate", again["data"][0]["sCode"], "51016")
