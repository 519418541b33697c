"""A client without a socket, good or bad as a test wants it, and what the audit says about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from pytest_okx.audit import Finding
from pytest_okx.clock import real_monotonic
from pytest_okx.messages import ConnectionId, Headers, Reply, Request
from pytest_okx.server import OkxServer
from pytest_okx.session import Session
from pytest_okx.signing import Credentials
from tests.helpers import frozen_server, signed
from tests.session.support import login_frame

__all__ = ["BALANCE", "ORDER", "PLACE", "TICKER", "TIME", "Bot", "Socket"]

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

    def connect(self, url: str = "private", *, login: bool = True) -> Socket:
        """A new WebSocket, logged in unless told otherwise."""
        socket = Socket(self, url)
        if login and url == "private":
            socket.log_in()
        return socket

    def findings(self, rule: str) -> list[Finding]:
        """What one rule found."""
        return [finding for finding in self.server.audit() if finding.rule == rule]

    def told(self, rule: str) -> list[str]:
        """The sentences of one rule."""
        return [finding.sentence for finding in self.findings(rule)]

    def _send(self, request: Request) -> Reply:
        return self.server._gateway.handle(replace(request, connection=self.connection))


class Socket:
    """A WebSocket of a bot; what it is told waits until it reads."""

    def __init__(self, bot: Bot, url: str) -> None:
        self.bot = bot
        talk = self.knock(bot, url).talk
        assert isinstance(talk, Session)
        self.session = talk
        self.session.begin(lambda: None)

    @staticmethod
    def knock(bot: Bot, url: str) -> Reply:
        """What a handshake is answered."""
        request = Request("GET", f"/ws/v5/{url}", Headers([("Upgrade", "websocket")]))
        return bot.server._gateway.upgrade(request, bot.server._hub.open)

    def send(self, message: Any) -> None:
        """Say something, text or what becomes JSON, and wait for no answer."""
        self.session.receive(message if isinstance(message, str) else json.dumps(message))

    def read(self) -> list[Any]:
        """Take what has been said."""
        return list(iter(self.session.next, None))

    def ask(self, message: Any) -> list[Any]:
        """Say something and wait for the answer."""
        self.send(message)
        return self.read()

    def log_in(self) -> None:
        """Log in and wait."""
        self.ask(login_frame(self.bot.server.credentials, self.bot.server.clock.now_ms() // 1000))

    def subscribe(self, channel: str, **arg: str) -> None:
        """Subscribe and wait."""
        self.ask({"op": "subscribe", "args": [{"channel": channel, **arg}]})

    def place(self, **changes: str) -> None:
        """Order and wait."""
        self.ask({"id": "1", "op": "order", "args": [ORDER | changes]})

    def drop(self) -> None:
        """The line is cut."""
        self.session.lost()

    def leave(self) -> None:
        """Say goodbye."""
        self.session.lost(goodbye=True)
