"""One request with chosen faults: what the tests of both orders of checks build their single faults and pairs from.

A fault is a set of changes to the parts of a correct request. Two faults that change the same part cannot be had
together: such pairs are listed, not tested.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

from pytest_okx.calls import CallLog
from pytest_okx.clock import Clock
from pytest_okx.exchange import Exchange
from pytest_okx.faults import FaultPlan
from pytest_okx.gateway import Gateway
from pytest_okx.messages import Headers, Reply, Request, compact_json, iso_time
from pytest_okx.routing import Settings
from pytest_okx.signing import Credentials, sign

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
UNKNOWN_UUID = "5f3c2a10-7a55-4b5c-9c62-0d8a5a0f1e11"

Changes = Mapping[str, Any]


class Scene:
    """A gateway at a frozen clock, and keys with the traits that a fault asks for."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.clock = Clock()
        self.clock.freeze(NOW)
        self.exchange = Exchange(self.clock)
        self.account = self.exchange.open_account(balances={"USDT": 100_000, "BTC": 1})
        self.faults = FaultPlan()
        self.log = CallLog(100)
        self.gateway = Gateway(self.exchange, self.faults, self.log, settings or Settings())

    def key(self, changes: Changes) -> Credentials:
        """A key for one request; revoked or expired where the fault says so."""
        traits = {
            name: changes[name] for name in ("permissions", "ip_whitelist", "demo", "expires_at") if name in changes
        }
        credentials = self.exchange.issue_key(self.account, **traits)
        if changes.get("revoked"):
            self.exchange.revoke(credentials)
        return credentials

    def send(self, method: str, target: str, body: dict[str, Any] | None, *faults: Changes) -> Reply:
        """A correctly signed request, but for `faults`."""
        changes: dict[str, Any] = {name: value for fault in faults for name, value in fault.items()}
        return self.gateway.handle(self.request(method, target, body, changes))

    def request(self, method: str, target: str, body: dict[str, Any] | None, changes: Changes) -> Request:
        """The request, every signature made over what is really sent."""
        key = self.key(changes)
        content = changes.get("raw_body", self._body(body, changes))
        timestamp = changes.get("timestamp", iso_time(self.clock.now_ms()))
        secret = "another secret" if changes.get("sign") == "wrong" else key.secret_key
        headers = {
            "OK-ACCESS-KEY": changes.get("key", key.api_key),
            "OK-ACCESS-SIGN": None
            if changes.get("sign") == "none"
            else sign(secret, timestamp or "", method, target, content),
            "OK-ACCESS-TIMESTAMP": timestamp,
            "OK-ACCESS-PASSPHRASE": changes.get("passphrase", key.passphrase),
            "Content-Type": changes.get("content_type", "application/json"),
            "x-simulated-trading": changes.get("simulated"),
        }
        given = [(name, value) for name, value in headers.items() if value is not None]
        return Request(method, target, Headers(given), content, changes.get("peer", "127.0.0.1"))

    @staticmethod
    def _body(body: dict[str, Any] | None, changes: Changes) -> bytes:
        if body is None:
            return b""
        changed = {
            **body,
            **{name.removeprefix("body."): value for name, value in changes.items() if name.startswith("body.")},
        }
        return compact_json({name: value for name, value in changed.items() if value is not None}).encode()


def ago(seconds: float) -> str:
    """A timestamp so many seconds before the scene's clock."""
    return iso_time(round((NOW - timedelta(seconds=seconds)).timestamp() * 1000))


def same_part(one: Changes, other: Changes) -> bool:
    """Whether two faults change the same part of a request; a raw body leaves no room for parameters."""
    if set(one) & set(other):
        return True
    raw, rest = ("raw_body" in one, other) if "raw_body" in one else ("raw_body" in other, one)
    return raw and any(name.startswith("body.") for name in rest)


def pairs(faults: Mapping[str, Changes], possible: Callable[[str, str], bool]) -> list[tuple[str, str]]:
    """Every pair of `faults`, in their order, that `possible` lets through."""
    return [(first, second) for first, second in combinations(faults, 2) if possible(first, second)]
