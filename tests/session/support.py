"""Conversations without a socket, on an exchange at a frozen clock: what the tests of sessions share."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pytest_okx.calls import CallLog
from pytest_okx.clock import Clock
from pytest_okx.exchange import Exchange
from pytest_okx.faults import FaultPlan
from pytest_okx.gateway import Gateway
from pytest_okx.messages import Headers, Outgoing, Request
from pytest_okx.routing import Settings
from pytest_okx.session import Hub, Session
from pytest_okx.signing import Credentials, sign
from tests.helpers import NOW

__all__ = ["Caller", "Stage", "login_frame"]

Json = Any


def login_frame(credentials: Credentials, timestamp: object, /, **changes: object) -> Mapping[str, Any]:
    """The `login` that is right at `timestamp`, but for `changes` of its argument."""
    signature = sign(credentials.secret_key, str(timestamp), "GET", "/users/self/verify")
    arg = {
        "apiKey": credentials.api_key,
        "passphrase": credentials.passphrase,
        "timestamp": timestamp,
        "sign": signature,
    }
    return {"op": "login", "args": [arg | changes]}


class Stage:
    """An exchange with one account and its key, and the sessions on it."""

    def __init__(self, **settings: Any) -> None:
        self.clock = Clock()
        self.clock.freeze(NOW)
        self.exchange = Exchange(self.clock)
        self.account = self.exchange.open_account()
        self.credentials = self.exchange.issue_key(self.account)
        self.faults = FaultPlan(clock=self.clock)
        self.calls = CallLog(100)
        self.settings = Settings(**settings)
        self.gateway = Gateway(self.exchange, self.faults, self.calls, self.settings)
        self.scheduled: list[Callable[[], None]] = []
        self.hub = Hub(self.exchange, self.gateway, self.faults, self.settings, self.scheduled.append, 1000)

    @property
    def seconds(self) -> int:
        """The time, as a login has it."""
        return self.clock.now_ms() // 1000

    def connect(self, url: str = "public", *, query: str = "", peer: str = "127.0.0.1", **headers: str) -> Caller:
        """A new client."""
        fields = {"Upgrade": "websocket", **{name.replace("_", "-"): value for name, value in headers.items()}}
        request = Request("GET", f"/ws/v5/{url}{query}", Headers(fields.items()), peer=peer)
        assert self.hub.asked(request)
        reply = self.gateway.upgrade(request, self.hub.open)
        assert isinstance(reply.talk, Session), reply
        return Caller(self, reply.talk)

    def member(self, url: str = "private", credentials: Credentials | None = None, **more: str) -> Caller:
        """A new client that has logged in."""
        caller = self.connect(url, **more)
        [answer] = caller.ask(login_frame(credentials or self.credentials, self.seconds))
        assert answer["event"] == "login", answer
        return caller

    def lines(self) -> list[str]:
        """The log of messages."""
        return [line for _, line in self.hub.log.lines()]


class Caller:
    """A client: what it sends, and what it has got."""

    def __init__(self, stage: Stage, session: Session) -> None:
        self.stage = stage
        self.session = session
        session.begin(lambda: None)

    def send(self, message: Json) -> list[Outgoing]:
        """What comes for a message, which is text or becomes JSON."""
        self.session.receive(message if isinstance(message, str) else json.dumps(message))
        return self.raw()

    def raw(self) -> list[Outgoing]:
        """All that has come."""
        found = []
        while (said := self.session.next()) is not None:
            found.append(said)
        return found

    def ask(self, message: Json) -> list[Json]:
        """What comes for a message, parsed."""
        return [json.loads(said) if isinstance(said, str) else said for said in self.send(message)]

    def got(self) -> list[Json]:
        """All that has come, parsed."""
        return [json.loads(said) if isinstance(said, str) else said for said in self.raw()]

    def subscribe(self, channel: str, **arg: Any) -> list[Json]:
        """What comes for a subscription."""
        return self.ask({"op": "subscribe", "args": [{"channel": channel, **arg}]})

    def operate(self, op: str, *args: Any, **more: Any) -> Json:
        """The ack of an order operation."""
        return self.ask({"id": "1", "op": op, "args": list(args), **more})[0]
