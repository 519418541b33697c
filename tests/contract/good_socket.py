"""One WebSocket of the client without mistakes: it logs in, keeps its subscriptions, and takes them up after a drop.

Nothing here waits for time: a ping after each message is a fence, for the exchange answers in order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any, Final

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

__all__ = ["Lost", "Socket"]

Message = Mapping[str, Any]

# A connection whose pushes nobody has read does not hear the answer to its goodbye (websockets reads no more then).
_GOODBYE_S: Final = 0.1
# Nobody has to wait for as long.
_PATIENCE_S: Final = 10


class Lost(Exception):
    """The connection broke, or an answer did not come: nobody knows what became of what was sent."""


class Socket:
    """A connection to `url`; `login` makes the login of a private one, `take` is given each push."""

    def __init__(self, url: str, login: Callable[[], Message] | None, take: Callable[[Any], None]):
        self.url, self.login, self.take = url, login, take
        self.args: list[Message] = []
        self.wanted = False
        self.stack = ExitStack()
        self.connection: ClientConnection | None = None

    def open(self) -> None:
        """Connect, log in, subscribe to what was subscribed to before."""
        self.close()
        self.wanted = True
        options: Any = {"ping_interval": None, "compression": None, "proxy": None, "close_timeout": _GOODBYE_S}
        self.connection = self.stack.enter_context(connect(self.url, open_timeout=_PATIENCE_S, **options))
        self.log_in()
        self.resume()

    def log_in(self) -> None:
        """Prove who it is, where that is asked for."""
        if self.login is not None:
            self.ask(self.login())

    def resume(self) -> None:
        """Subscribe to what was subscribed to before."""
        if self.args:
            self.ask({"op": "subscribe", "args": self.args})

    def subscribe(self, args: list[Message]) -> None:
        """Subscribe, and remember it."""
        self.ask({"op": "subscribe", "args": args})
        self.args += args

    def again(self, arg: Message) -> None:
        """Have a channel begin anew."""
        self.ask({"op": "unsubscribe", "args": [arg]})
        self.ask({"op": "subscribe", "args": [arg]})

    def ask(self, message: Message) -> Message:
        """The answer to a message. Raises `Lost` without one, and ValueError for a refusal.

        What answers an earlier message, by its `id`, comes too late.
        """
        answers = [each for each in self.exchange(message) if each.get("id", "") == message.get("id", "")]
        if not answers:
            raise Lost(f"no answer to {message['op']}")
        if refusal := next((each for each in answers if each.get("event") == "error"), None):
            raise ValueError(f"{refusal['code']} {refusal['msg']}")
        return answers[0]

    def exchange(self, *messages: Message) -> list[Message]:
        """Send messages, and read all that comes up to the fence behind them; the answers, pushes are taken."""
        if self.connection is None:
            raise Lost("it is not connected")
        answers = []
        try:
            for text in (*map(json.dumps, messages), "ping"):
                self.connection.send(text)
            while (said := self.connection.recv(_PATIENCE_S)) != "pong":
                message = json.loads(said)
                if "arg" in message and "data" in message:
                    self.take(message)
                else:
                    answers.append(message)
        except (WebSocketException, OSError, ValueError) as error:
            self.close()
            raise Lost(f"{type(error).__name__}: {error}") from error
        return answers

    def renew(self) -> None:
        """Read what was pushed; where the connection is gone, begin anew."""
        try:
            self.exchange()
        except Lost:
            self.open()

    def close(self) -> None:
        """Leave nothing open."""
        self.stack.close()
        self.connection = None
