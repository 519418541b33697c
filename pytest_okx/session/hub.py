"""The sessions of one server: who is connected, what they share, and how each ends.

It joins the conversations with the exchange, the clock and the limits, and is told by the transport, through each
session, what arrived. No socket is here. Silence and limits are measured on the exchange's clock; the appointment that
ends silent sessions is one for all.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from ..clock import real_monotonic
from ..errors import Code, OkxError
from ..exchange import Account, ApiKey, Exchange
from ..exchange.events import KeyChanged
from ..exchange.ids import Ids
from ..exchange.timeline import Appointment
from ..faults import FaultPlan
from ..gateway import Gateway
from ..limits import CONNECTIONS
from ..messages import Close, Outgoing, Reply, Request, Wire
from ..routing import Settings
from ..surface import Limit
from .conversation import Session
from .log import Message, MessageLog
from .operations import answer, request_of
from .spoiling import Spoiling
from .texts import WsError, event
from .topics import Topics

__all__ = ["Hub"]

URLS: Final = frozenset({"/ws/v5/public", "/ws/v5/private", "/ws/v5/business"})
_SILENCE_MS: Final = 30_000
_SILENT: Final = Close(4004, "No data received in 30s")
_MOST_CONNECTIONS: Final = 30
_UPGRADE: Final = WsError("64008")
# Where clients are told of an upgrade (OKX docs: Notification).
_NOTICED: Final = frozenset({"public", "private"})
_KEY_GONE: Final = Close(4007, "API key has been updated or deleted. Please reconnect.")
_RESTART: Final = Close(1012, "service restart")
_REQUESTS: Final = Limit("WebSocket login, subscribe and unsubscribe", 480, 3_600_000, "connection")


class Hub:
    """Opens sessions and holds those that live.

    `on_server(action)` runs an action on the server's thread, where messages are sent.
    """

    def __init__(
        self,
        exchange: Exchange,
        gateway: Gateway,
        faults: FaultPlan,
        settings: Settings,
        on_server: Callable[[Callable[[], None]], None],
        most: int,
    ) -> None:
        self.exchange = exchange
        self.settings = settings
        self.topics = Topics(exchange, settings)
        self.log = MessageLog(most, lambda: exchange.secrets)
        self._gateway = gateway
        self._spoiling = Spoiling(faults)
        self._on_server = on_server
        self._ids = Ids(exchange.seed)
        self._sessions: dict[str, Session] = {}
        self._waking = threading.Lock()
        self._waiting: dict[Callable[[], None], None] = {}
        self._unlisten: tuple[Callable[[], None], ...] = ()
        self._silence: Appointment | None = None
        self._wire = Wire()

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Those that live, in the order in which they connected."""
        return tuple(self._sessions.values())

    def asked(self, request: Request) -> bool:
        """Whether a request is for a WebSocket that OKX has."""
        return request.path in URLS and request.headers.text("Upgrade").lower() == "websocket"

    def open(self, request: Request, now: int) -> Reply:
        """Accept a client; the handshake itself is the transport's. Raises 50011 for too many in a second."""
        if self._gateway.limits.full(CONNECTIONS, request.peer, ({},), self.exchange, now):
            raise OkxError(Code.RATE_LIMIT)
        session = Session(self, request, self._ids.connection(), now)
        self._sessions[session.conn_id] = session
        if not self._unlisten:
            events = self.exchange.events
            self._unlisten = (
                events.listen(self.topics.tell),
                events.listen_to(
                    KeyChanged, lambda event: self._end_keys(lambda key: key.credentials.api_key == event.api_key)
                ),
                self.exchange.clock.listen(self.tick),
            )
        self._watch_silence(now)
        return Reply(101, b"", talk=session)

    def forget(self, session: Session, *, goodbye: bool) -> None:
        """A session has ended, with a `goodbye` of the client's."""
        with self.exchange.lock:
            session.leave()
            self._sessions.pop(session.conn_id, None)
            text, kind = ("the client has left", "goodbye") if goodbye else ("the connection has ended", "ended")
            self._log(session, text, self.exchange.clock.now_ms(), sent=False, kind=kind)
            if not self._sessions:
                for end in self._unlisten:
                    end()
                self._unlisten = ()

    def tick(self) -> None:
        """Time may have passed: let happen what is due."""
        now = self.exchange.clock.now_ms()
        with self.exchange.lock:
            self.topics.moved(now)
            self._watch_silence(now)
            self.exchange.settle(now)
            self._end_keys(lambda key: not key.usable(now))

    def receive(self, session: Session, text: str) -> None:
        """A client sent a message; like a call, it finds the exchange settled, and sees it alone."""
        now = self.exchange.clock.now_ms()
        with self.exchange.lock:
            self.exchange.settle(now)
            self._log(session, text, now, sent=False, kind="early" if session.has_more_to_say else "message")
            session.take(text, now)

    def pinged(self, session: Session) -> None:
        """A client sent a ping of the protocol."""
        now = self.exchange.clock.now_ms()
        session.heard = max(session.heard, now)
        self._log(session, "a ping frame", now, sent=False, kind="ping")
        session.answers_pings = bool(list(self.leaving(session, "ping", "pong", now)))

    def swallowed(self, session: Session, op: str, text: str, now: int) -> bool:
        """Whether a fault keeps a client's message from being acted on."""
        return self._spoiling.swallowed(session.url, op, text, session.peer, now)

    def leaving(self, session: Session, name: str, text: str, now: int) -> Iterable[Outgoing]:
        """What is said in place of a text, as faults have it."""
        wire, self._wire = self._wire, Wire()
        return self._spoiling.leaving(session.url, name, text, session.peer, now, session.aftermath, wire)

    def note(
        self, session: Session, text: str, now: int, why: Callable[[], str] | str = "", *, whole: bool = True
    ) -> None:
        """Log what is said to a client; where it does not leave `whole` and now, a fault has kept or spoilt it."""
        self._log(session, text, now, sent=True, why=why, kind="message" if whole else "damaged")

    def wake(self, deliver: Callable[[], None]) -> None:
        """Have what a session says sent: at once, but by the server's own thread."""
        with self._waking:
            first = not self._waiting
            self._waiting[deliver] = None
        if first:
            self._on_server(self._flush)

    def _flush(self) -> None:
        with self._waking:
            waiting, self._waiting = self._waiting, {}
        for deliver in waiting:
            deliver()

    def count(self, session: Session, now: int) -> None:
        """Count a login, a subscription or its end. Raises `WsError` 60014 for too many in an hour."""
        if why := self._gateway.limits.full(_REQUESTS, session.conn_id, ({},), self.exchange, now):
            raise WsError("60014", why=why)

    def connections(self, channel: str, account: Account | None) -> int:
        """How many sessions of an account are subscribed to a channel."""
        return sum(each.account is account and each.watches(channel) for each in self._sessions.values())

    def too_many(self, connections: int) -> bool:
        """Whether so many connections are more than a channel takes of an account."""
        return self.settings.rate_limits and connections > _MOST_CONNECTIONS

    def operate(
        self, session: Session, key: ApiKey, op: str, args: Any, message: Mapping[str, Any], request_id: str, now: int
    ) -> str:
        """Do what an operation asks for, as the call does that is its like."""
        request = request_of(op, args, message, self.exchange, session.peer)
        reply = None if request is None else self._gateway.operate(request, key, now)
        self._wire = Wire() if reply is None else reply.wire
        return answer(op, request_id, reply, now)

    def disconnect_all(self, code: int, reason: str) -> int:
        """Close every session with a close frame; how many there were."""
        goodbye = Close(code, reason)
        with self.exchange.lock:
            for session in self.sessions:
                session.close(goodbye)
            return len(self._sessions)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Meanwhile nothing is planned for sessions: what the exchange is now can be kept, or be put in its place.

        Sessions stay, but for those whose key is not there after it. The lock is the caller's.
        """
        self.topics.pause()
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None
        yield
        now = self.exchange.clock.now_ms()
        for session in self.sessions:
            session.heard = min(session.heard, now)
            key = session.key and self.exchange.key(session.key.credentials.api_key)
            if session.key is not None and (key is None or key.revoked):
                session.close(_KEY_GONE)
        self.topics.go_on(now)
        self._watch_silence(now)

    def announce_upgrade(self, seconds: float) -> None:
        """Tell of an upgrade where OKX does, and close every session for it after so long on the clock."""
        now = self.exchange.clock.now_ms()
        with self.exchange.lock:
            ended = self.sessions
            for session in [each for each in ended if each.url in _NOTICED]:
                session.push("notice", event("notice", session.conn_id, msg=_UPGRADE.message, code=_UPGRADE.code), now)

            def close(due: int) -> None:
                for session in ended:
                    session.close(_RESTART)

            self.exchange.timeline.at(now + round(seconds * 1000), close)

    def _end_keys(self, gone: Callable[[ApiKey], bool]) -> None:
        """Close the sessions whose key is `gone`, or is not what it was when they logged in."""
        for session in self.sessions:
            if session.key is not None and gone(session.key):
                session.close(_KEY_GONE)

    def _log(
        self,
        session: Session,
        text: str,
        now: int,
        *,
        sent: bool,
        why: Callable[[], str] | str = "",
        kind: str = "message",
    ) -> None:
        self.log.append(Message(now, real_monotonic(), session.conn_id, session.url, text, sent, why, kind))

    def _watch_silence(self, now: int) -> None:
        """See that somebody looks for silent sessions in time, also on a clock that was put back."""
        if self._silence is not None and self._silence.due > now + _SILENCE_MS:
            self._silence.cancel()
            self._silence = None
            for session in self._sessions.values():
                session.heard = min(session.heard, now)
        if self._silence is None and self._sessions:
            self._silence = self.exchange.timeline.at(now + _SILENCE_MS, self._end_silent)

    def _end_silent(self, due: int) -> None:
        """Close the sessions on which nothing flowed for 30 seconds; look again when the next one may be silent."""
        self._silence = None
        heard = []
        for session in self._sessions.values():
            if session.is_closing:
                continue
            if due - session.heard >= _SILENCE_MS:
                session.close(_SILENT)
            else:
                heard.append(session.heard)
        self._watch_silence(min(heard, default=self.exchange.timeline.until))
