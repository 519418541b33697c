"""A client without a socket, good or bad as a test wants it, and what the audit says about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from pytest_okx.audit import Finding
from pytest_okx.clock import real_monotonic
from pytest_okx.messages import ConnectionId, Headers, Reply, Request
from pytest_okx.server import OkxServer
from pytest_okx.signing import Credentials
from tests.helpers import frozen_server, signed

__all__ = ["BALANCE", "ORDER", "PLACE", "TICKER", "TIME", "Bot"]

BALANCE = "/api/v5/account/balance"
TIME = "/api/v5/public/time"
TICKER = "/api/v5/market/ticker?instId=BTC-USDT"
PLACE = "/api/v5/trade/order"
ORDER = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}


class Bot:
    """A client of a server at a clock that stands still, on one connection until it takes another.

    It signs with the exchange's clock, `behind_ms` less.
    """

    def __init__(self, **arguments: Any) -> None:
        self.server: OkxServer = frozen_server(**arguments)
        self.behind_ms = 0
        self.stamp_ms: int | None = None
        self._numbers = count(1)
        self.connection: ConnectionId | None = None
        self.reconnect()

    def reconnect(self) -> ConnectionId:
        """Take a new connection; the one before is returned, for calls that are in parallel."""
        earlier = self.connection
        self.connection = ConnectionId(next(self._numbers), real_monotonic())
        return earlier or self.connection

    def ask(self, method: str, target: str, body: Any = None, **options: Any) -> Reply:
        """A signed call; `headers` are added, `credentials` take the place of the server's own."""
        key: Credentials = options.pop("credentials", self.server.credentials)
        now = self.server.clock.now_ms() - self.behind_ms
        at = now if self.stamp_ms is None else self.stamp_ms
        return self._send(signed(method, target, body, credentials=key, at=at, **options))

    def get(self, target: str, headers: Mapping[str, str] | None = None) -> Reply:
        """A call without a signature."""
        return self._send(Request("GET", target, Headers((headers or {}).items())))

    def wait(self, seconds: float) -> None:
        """Let the exchange's time pass; the client's passes with it."""
        self.server.clock.advance(seconds)

    def findings(self, rule: str) -> list[Finding]:
        """What one rule found."""
        return [finding for finding in self.server.audit() if finding.rule == rule]

    def told(self, rule: str) -> list[str]:
        """The sentences of one rule."""
        return [finding.sentence for finding in self.findings(rule)]

    def _send(self, request: Request) -> Reply:
        return self.server._gateway.handle(replace(request, connection=self.connection))
