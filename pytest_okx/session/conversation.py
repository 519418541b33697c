"""One WebSocket conversation, without a socket: a message comes in, what is to be said goes to an outbox.

It knows who it talks to, what they subscribed to and what is still to be said; what an operation does, who watches what
and when something is pushed, is known elsewhere. Everything but `next` runs under the exchange's lock.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from ..api import parse_json
from ..exchange import Account, ApiKey
from ..hosts import ApiHost, api_host
from ..messages import Close, Outgoing, Request
from .login import log_in
from .operations import OPERATIONS
from .spoiling import Aftermath
from .subscriptions import Subscription, read
from .texts import WsError, event, refusal

if TYPE_CHECKING:
    from .hub import Hub

__all__ = ["Session"]

_ID: Final = re.compile(r"[A-Za-z0-9]{1,32}", re.ASCII)
_COUNTED: Final = frozenset(
    {"account", "positions", "balance_and_position", "orders", "liquidation-warning", "account-greeks"}
)
"""The channels whose connections OKX counts."""


class Session:
    """A client on a WebSocket: `conn_id`, the last part of its `url`, its `peer`, whether it asked for `demo`.

    `host` is the host of OKX's that it connected to, None where it used another name or an address.

    `key` is what it logged in with, None before.
    """

    def __init__(self, hub: Hub, request: Request, conn_id: str, now: int) -> None:
        self.conn_id = conn_id
        self.url = request.path.rpartition("/")[2]
        self.peer = request.peer
        self.host = api_host(request.headers.text("Host"))
        self.demo = _is_demo(request, self.host)
        self.key: ApiKey | None = None
        self.heard = now
        self.is_open = True
        self.answers_pings = True
        self._hub = hub
        self._deliver: Callable[[], None] | None = None
        self._subscriptions: dict[Subscription, Mapping[str, Any]] = {}
        self._outbox: deque[Outgoing] = deque()
        self._held: deque[tuple[str, str]] | None = None
        self.is_closing = False
        self.aftermath = Aftermath()
        self._op = ""
        self._why: Callable[[], str] | str = ""

    @property
    def logged_in(self) -> bool:
        """Whether a login has succeeded."""
        return self.key is not None

    @property
    def account(self) -> Account | None:
        """The account that is logged in."""
        return None if self.key is None else self.key.account

    @property
    def subscriptions(self) -> tuple[Mapping[str, Any], ...]:
        """What it is subscribed to: each `arg` as the client sent it, in that order."""
        return tuple(self._subscriptions.values())

    def watches(self, channel: str) -> bool:
        """Whether it is subscribed to a channel, whatever the parameters."""
        return any(each.channel.name == channel for each in self._subscriptions)

    def __repr__(self) -> str:
        who = f"account {self.key.account.uid}" if self.key else "not logged in"
        names = ", ".join(each.channel.name for each in self._subscriptions) or "nothing"
        return f"<Session {self.conn_id} /{self.url}, {who}, subscribed to {names}>"

    # What the connection calls.

    def begin(self, deliver: Callable[[], None]) -> None:
        """The handshake is done: `deliver` sends what there is to say."""
        self._deliver = deliver

    def receive(self, text: str) -> None:
        """Answer a message: first the answer, then what was pushed because of it."""
        self._hub.receive(self, text)

    def pinged(self) -> None:
        """The client sent a ping of the protocol: it is not silent."""
        self._hub.pinged(self)

    def next(self) -> Outgoing | None:
        """What to say next."""
        return self._outbox.popleft() if self._outbox else None

    def overflow(self) -> Close:
        """How it ends with a client that does not read."""
        self.is_closing = True
        return Close(4005, "Buffer is full, cannot write data")

    @property
    def has_more_to_say(self) -> bool:
        """Whether an answer is on its way: what comes now was sent by somebody who had not seen it."""
        return bool(self._outbox)

    def lost(self, *, goodbye: bool = False) -> None:
        """The connection has ended; with a `goodbye` of the client's."""
        self._hub.forget(self, goodbye=goodbye)

    # What the others call.

    def push(self, channel: str, text: str, now: int) -> None:
        """Take note of a message of a channel."""
        if self.is_closing:
            return
        self.heard = max(self.heard, now)
        if self._held is not None:
            self._held.append((channel, text))
        else:
            self._put(channel, text, now)
            self._wake()

    def fed(self, until: int) -> None:
        """Messages came until then of which it is not told: it was not silent."""
        self.heard = max(self.heard, until)

    def close(self, goodbye: Close) -> None:
        """Say goodbye with a close frame, after which nothing is said."""
        if not self.is_closing:
            self.is_closing = True
            self._outbox.append(goodbye)
            self._hub.note(self, f"close {goodbye.code} {goodbye.reason}".rstrip(), self._hub.exchange.clock.now_ms())
            self._wake()

    def take(self, text: str, now: int) -> None:
        """Answer one message into the outbox, before what is pushed meanwhile."""
        self.heard = max(self.heard, now)
        held: deque[tuple[str, str]] = deque()
        self._held = held
        try:
            for answer in self._answers(text, now):
                why, self._why = self._why, ""
                self._put(self._op, answer, now, why)
        finally:
            self._held = None
        for channel, pushed in held:
            self._put(channel, pushed, now)

    def _put(self, name: str, text: str, now: int, why: Callable[[], str] | str = "") -> None:
        """Put a text in the outbox, as faults let it leave; `name` is what it is about."""
        said = list(self._hub.leaving(self, name, text, now))
        self._outbox.extend(said)
        left = [each for each in said if isinstance(each, str)]
        self._hub.note(self, left[0] if left else text, now, why, whole=bool(left))

    def _wake(self) -> None:
        if self._deliver is not None:
            self._hub.wake(self._deliver)

    def _answers(self, text: str, now: int) -> Iterator[str]:
        self._op = "ping" if text == "ping" else ""
        request_id = ""
        try:
            if not self._op:
                message = _parse(text)
                self._op, request_id = message["op"], _id(message)
            if self._hub.swallowed(self, self._op, text, now):
                return
            if text == "ping":
                yield "pong"
            else:
                yield from self._act(message, request_id, now)
        except WsError as error:
            yield self._refusal(error, request_id)

    def _refusal(self, error: WsError, request_id: str) -> str:
        self._why = error.why
        return refusal(error, self.conn_id, request_id)

    def _act(self, message: Mapping[str, Any], request_id: str, now: int) -> Iterator[str]:
        op, args = message["op"], message.get("args")
        if op in OPERATIONS:
            yield self._operate(op, args, message, request_id, now)
            return
        if op not in ("login", "subscribe", "unsubscribe"):
            raise WsError("60019", op)
        self._hub.count(self, now)
        if op == "login":
            yield self._log_in(args, request_id, now)
            return
        if not args:
            raise WsError("60013")
        act = self._subscribe if op == "subscribe" else self._unsubscribe
        for arg in args:
            try:
                yield from act(arg, request_id, now)
            except WsError as error:
                yield self._refusal(error, request_id)

    def _log_in(self, args: Any, request_id: str, now: int) -> str:
        """Log in, again too: with the same key that is harmless (okx-api does it)."""
        key = log_in(args, self.peer, self.host, self.demo, self._hub.exchange, self._hub.settings, now)
        if self.key is not None and self.key.credentials != key.credentials:
            raise WsError("60031")
        self.key = key
        return event("login", self.conn_id, request_id, code="0", msg="")

    def _subscribe(self, arg: Any, request_id: str, now: int) -> Iterator[str]:
        """Ack, and where it is new, begin to watch; one that is there already is acked again and no more."""
        wanted = read(arg, self.url, self.key, self._hub.exchange, self._subscriptions)
        yield event("subscribe", self.conn_id, request_id, arg=arg)
        if wanted in self._subscriptions:
            return
        name = wanted.channel.name
        count = self._hub.connections(name, self.account) + (not self.watches(name)) if name in _COUNTED else 0
        if self._hub.too_many(count):
            members = {"channel": name, "connCount": str(count - 1)}
            yield event("channel-conn-count-error", self.conn_id, **members)
            return
        if count:
            yield event("channel-conn-count", self.conn_id, channel=name, connCount=str(count))
        self._subscriptions[wanted] = arg
        self._hub.topics.watch(self, wanted, self.key, now)

    def _unsubscribe(self, arg: Any, request_id: str, now: int) -> Iterator[str]:
        known = (each for each, sent in self._subscriptions.items() if sent == arg)
        # What is not there any more, such as a delisted instrument, can be left all the same.
        wanted = next(known, None) or read(arg, self.url, self.key, self._hub.exchange)
        if self._subscriptions.pop(wanted, None) is not None:
            self._hub.topics.leave(self, wanted, self.key)
        yield event("unsubscribe", self.conn_id, request_id, arg=arg)

    def leave(self) -> None:
        """Watch nothing any more."""
        self.is_open = False
        for each in self._subscriptions:
            self._hub.topics.leave(self, each, self.key)

    def _operate(self, op: str, args: Any, message: Mapping[str, Any], request_id: str, now: int) -> str:
        if OPERATIONS[op].url != self.url:
            raise WsError("60028")
        if self.key is None:
            raise WsError("60011")
        return self._hub.operate(self, self.key, op, args, message, request_id, now)


def _is_demo(request: Request, host: ApiHost | None) -> bool:
    """Whether a handshake asks for demo trading: by the address, by the header, or by the host that it went to."""
    asked = request.query.get("brokerId") == "9999" or request.headers.text("x-simulated-trading") == "1"
    return asked or (host is not None and host.demo)


def _parse(text: str) -> Mapping[str, Any]:
    """The message, an object with an `op` and with `args` that are a list of objects, if there are any.

    Raises `WsError` 60012 for anything else, with what was sent.
    """
    try:
        message = parse_json(text.encode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict) or not isinstance(message.get("op"), str) or not _are_objects(message.get("args")):
        raise WsError("60012", text)
    return message


def _are_objects(args: Any) -> bool:
    return args is None or (isinstance(args, list) and all(isinstance(each, dict) for each in args))


def _id(message: Mapping[str, Any]) -> str:
    """The client's name for its request, "" where it gave none."""
    given = message.get("id")
    if given is None or given == "":
        return ""
    if isinstance(given, bool) or not isinstance(given, (str, int)) or not _ID.fullmatch(str(given)):
        raise WsError("60033", "id")
    return str(given)
