"""One side of the comparison: an exchange, real or fake, that is asked the same and tells what it answers.

Demo trading alone: the header and the URL that say so are always sent. Secrets are used to sign and nowhere else.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from pytest_okx import Credentials, OkxServer
from pytest_okx.messages import compact_json, iso_time
from pytest_okx.signing import sign

__all__ = ["VARIABLES", "Seen", "Side", "Talk", "Unanswered", "fake_side", "real_side"]

VARIABLES: Final = ("OKX_API_KEY", "OKX_SECRET_KEY", "OKX_PASSPHRASE")
"""The key, of demo trading."""
_REAL: Final = {"OKX_URL": "https://www.okx.com", "OKX_WS_URL": "wss://wspap.okx.com:8443/ws/v5"}
# Well below every limit of what is asked here.
_PAUSE: Final = 0.3
_PATIENCE: Final = 10


@dataclass(frozen=True)
class Seen:
    """What came: of HTTP the status, the type and the content; of a WebSocket one message, or the code of its end."""

    status: int | None
    content_type: str
    content: Any


class Unanswered(Exception):
    """A side did not answer, and why. What it was asked is not told: keys and signatures are in it."""


class Talk:
    """A WebSocket on one side."""

    def __init__(self, side: Side, socket: ClientConnection) -> None:
        self._side = side
        self._socket = socket

    def say(self, message: Any) -> Seen:
        """Send text, or what becomes JSON, and return what answers it; what is pushed meanwhile is passed over."""
        return _discreetly(lambda: self._answer_to(message))

    def push(self) -> Seen:
        """The next message of a channel."""
        return self._next(lambda content: "data" in content and "op" not in content)

    def end(self, silence: float) -> Seen:
        """How the conversation ends when nobody says anything for so many seconds."""
        self._side.wait(silence)
        try:
            self._socket.recv(_PATIENCE)
        except ConnectionClosed as closed:
            return Seen(None, "", {"closed": closed.rcvd.code if closed.rcvd else None})
        return Seen(None, "", {"closed": None})

    def login(self, **changes: Any) -> Seen:
        """Log in with a right argument, but for `changes`; None leaves a member out."""
        return _discreetly(lambda: self._answer_to(self._login(changes)))

    def _login(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        key, timestamp = self._side.credentials, str(self._side.now_ms() // 1000)
        arg: dict[str, Any] = {
            "apiKey": key.api_key,
            "passphrase": key.passphrase,
            "timestamp": timestamp,
            "sign": sign(key.secret_key, changes.get("timestamp") or timestamp, "GET", "/users/self/verify"),
        } | dict(changes)
        given = {name: value for name, value in arg.items() if value is not None}
        return {"op": "login", "args": [given]}

    def _answer_to(self, message: Any) -> Seen:
        self._socket.send(message if isinstance(message, str) else json.dumps(message))
        return self._next(lambda content: "data" not in content or "op" in content)

    def _next(self, wanted: Callable[[dict[str, Any]], bool]) -> Seen:
        while True:
            text = self._socket.recv(_PATIENCE)
            try:
                content = json.loads(text)
            except ValueError:
                return Seen(None, "", str(text))
            if wanted(content):
                return Seen(None, "", content)


@dataclass(frozen=True)
class Side:
    """An exchange: where it is, the key there, its time, and how one waits there."""

    http: httpx.Client
    ws_url: str
    credentials: Credentials
    now_ms: Callable[[], int]
    wait: Callable[[float], object]
    pause: Callable[[], object]

    def ask(self, route: str, body: Any = None, *, signed: bool = True, **changes: Any) -> Seen:
        """Ask "METHOD target". `changes`: the `age` of its timestamp (s), a `secret_key`, `headers` (None: without)."""
        self.pause()
        return _discreetly(lambda: self._asked(route, body, signed, changes))

    def _asked(self, route: str, body: Any, signed: bool, changes: Mapping[str, Any]) -> Seen:
        method, target = route.split(" ", 1)
        content = body if isinstance(body, bytes) else b"" if body is None else compact_json(body).encode()
        headers: dict[str, Any] = {"x-simulated-trading": "1", "Content-Type": "application/json"}
        if signed:
            headers |= self._signed(method, target, content, changes)
        headers |= changes.get("headers", {})
        sent = {name: value for name, value in headers.items() if value is not None}
        reply = self.http.request(method, target, content=content, headers=sent)
        return Seen(reply.status_code, reply.headers.get("Content-Type", "").partition(";")[0], _content(reply))

    def _signed(self, method: str, target: str, content: bytes, changes: Mapping[str, Any]) -> dict[str, str]:
        key = self.credentials
        timestamp = iso_time(self.now_ms() - round(changes.get("age", 0) * 1000))
        signature = sign(changes.get("secret_key", key.secret_key), timestamp, method, target, content)
        return {
            "OK-ACCESS-KEY": key.api_key,
            "OK-ACCESS-SIGN": signature,
            "OK-ACCESS-TIMESTAMP": timestamp,
            "OK-ACCESS-PASSPHRASE": key.passphrase,
        }

    @contextmanager
    def talk(self, url: str) -> Iterator[Talk]:
        """A WebSocket to the last part of a URL, such as "public"."""
        self.pause()
        with connect(f"{self.ws_url}/{url}?brokerId=9999", ping_interval=None) as socket:
            yield Talk(self, socket)


def _discreetly(ask: Callable[[], Seen]) -> Seen:
    """What `ask` returns. Of its failure only the reason is told: a report may show what its functions held."""
    try:
        return ask()
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    raise Unanswered(reason)


def _content(reply: httpx.Response) -> Any:
    try:
        return reply.json()
    except ValueError:
        return reply.text


@contextmanager
def real_side(environment: Mapping[str, str] = os.environ) -> Iterator[Side]:
    """The real exchange, with the key that the environment has. Raises LookupError where that is not whole."""
    credentials, complaint = _key_of(environment)
    url, ws_url = (environment.get(name) or address for name, address in _REAL.items())
    del environment  # the report of a test that fails may show what is held here
    if credentials is None:
        raise LookupError(complaint)
    with httpx.Client(base_url=url, timeout=_PATIENCE) as http:
        yield Side(
            http, ws_url, credentials, lambda: time.time_ns() // 1_000_000, time.sleep, lambda: time.sleep(_PAUSE)
        )


def _key_of(environment: Mapping[str, str]) -> tuple[Credentials | None, str]:
    """The key that the environment has, or what is wrong with it. Blanks at the ends come of pasting."""
    values = {name: environment.get(name, "").strip() for name in VARIABLES}
    for problem, names in {
        "is not set": [name for name, value in values.items() if not value],
        "is not printable ASCII": [
            name for name, value in values.items() if not (value.isascii() and value.isprintable())
        ],
    }.items():
        if names:
            return None, f"{', '.join(names)} {problem}: give a key of demo trading in {', '.join(VARIABLES)}"
    return Credentials(*values.values()), ""


@contextmanager
def fake_side(server: OkxServer) -> Iterator[Side]:
    """A fake: nobody waits there, the clock is moved."""
    with httpx.Client(base_url=server.url) as http:
        clock = server.clock
        yield Side(http, server.ws_url, server.credentials, clock.now_ms, clock.advance, lambda: None)
