"""`OkxServer`: the fake exchange as one object that a test holds.

It joins what the other modules are: a clock, an exchange, a plan of faults, a gateway, a transport. It decides
nothing about a call and moves no byte.
"""

from __future__ import annotations

import secrets
import warnings
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .audit import RULES, Finding, Record, audit
from .calls import Call, CallLog
from .clients import client_config
from .clock import Clock, Move
from .environment import is_loopback, without_proxy
from .errors import Code, OkxError
from .exchange import Account, Exchange
from .faults import Fault, FaultPlan, NeedsSocket
from .gateway import Gateway
from .hosts import api_host
from .limits import Limits
from .messages import Ending, Headers, Reply, Request, compact_json, iso_time, refusal
from .routing import Settings, parts_of
from .session import Hub, MessageLog, Session
from .signing import TIMESTAMP_FORMATS, Credentials, sign
from .tls import authority
from .transport import Transport

if TYPE_CHECKING:
    from .control import Control
    from .wsgi import Application

__all__ = ["OkxServer", "UnmetExpectations"]


class UnmetExpectations(AssertionError):
    """What a test asked for did not happen, or what it did not ask for did: one sentence each."""


class OkxServer:
    """A fake OKX exchange on a loopback port, for one test.

    Use it as a context manager, or with `start` and `stop`. Arguments: where to listen; the `clock`, or the `skew` of
    a new one; the `credentials` and `balances` of the account that is there from the start; the
    `timestamp_formats` to accept ("iso8601", "unix_ms", "unix_s") and the `timestamp_window` in seconds (None: none);
    `rate_limits`, whether calls beyond OKX's limits are refused; `book_checksums`, whether the WebSocket's books have
    the CRC-32 that OKX gave up;
    `strict`, whether unmet expectations raise on exit; `faults` to begin with; `tls`, whether the port speaks https
    and wss; the `seed` of prices and identifiers; how many calls the log holds; whether programs may `control` it over
    HTTP under `/_okx/` (a text is the token that they show; beyond loopback one is made unless given).
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock | None = None,
        skew: float | timedelta = 0,
        credentials: Credentials | None = None,
        balances: Mapping[str, Decimal | int | str] | None = None,
        timestamp_formats: Iterable[str] = ("iso8601",),
        timestamp_window: float | None = 30,
        rate_limits: bool = False,
        book_checksums: bool = False,
        strict: bool = True,
        faults: Iterable[Fault] = (),
        tls: bool = False,
        seed: int = 0,
        max_calls: int = 10_000,
        control: bool | str = False,
    ) -> None:
        if clock is not None and skew:
            raise ValueError(f"skew={skew!r} and clock={clock!r} were both given: set the skew of the clock")
        self.clock = clock or Clock(skew=skew)
        self.strict = strict
        self.faults = FaultPlan(faults, clock=self.clock)
        self.exchange = Exchange(self.clock, seed=seed)
        account = self.exchange.open_account(balances=balances)
        self.credentials = self.exchange.issue_key(account, credentials=credentials)
        self.calls = CallLog(max_calls)
        self._settings = _settings(timestamp_formats, timestamp_window, rate_limits, book_checksums)
        self._gateway = Gateway(self.exchange, self.faults, self.calls, self._settings)
        self._allowed: set[str] = set()
        self._errors: list[BaseException] = []
        self._without_socket: list[NeedsSocket] = []
        self._started = self._stopped = False
        self._hub = Hub(self.exchange, self._gateway, self.faults, self._settings, self._on_server, max_calls)
        self.ca = authority() if tls else None
        self.control_token = _token(control, host)
        self._control = self._controlled(host, max_calls) if control else None
        self._transport = Transport(
            self.handle,
            refuse=self._refuse,
            on_error=self._broken,
            on_connect=self._connected,
            poll=self._hub.tick,
            tls=None if self.ca is None else self.ca.server_context(host),
            host=_warned_about(host),
            port=port,
        )

    def start(self) -> OkxServer:
        """Listen; returns itself once connections are accepted. Raises OSError when the port cannot be had."""
        if self._started:
            raise RuntimeError(
                "this server was started before: make a new OkxServer, which starts with nothing to reset"
            )
        self._transport.start()
        self._started = True
        without_proxy.enter()
        if self.ca is not None:
            self.ca.enter()
        return self

    def stop(self) -> None:
        """Abort every connection and stop listening; waits for no peer, may be called twice."""
        if self._started and not self._stopped:
            self._stopped = True
            self._transport.stop()
            without_proxy.leave()
            if self.ca is not None:
                self.ca.leave()

    def __enter__(self) -> OkxServer:
        return self if self._started else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True  # the test's own lines are what its author wants to see
        self.stop()
        problems = self.problems() if self.strict else []
        if problems and error is not None:
            error.add_note("\n".join(["The fake OKX exchange adds:", *problems]))
        elif problems:
            raise UnmetExpectations("\n".join(problems))

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, with `tls` `https://`, without a trailing slash."""
        return f"http{'s' if self.ca else ''}://{self._address()}"

    @property
    def ws_url(self) -> str:
        """`ws://127.0.0.1:PORT/ws/v5`, with `tls` `wss://`; add `/public`, `/private` or `/business`."""
        return f"ws{'s' if self.ca else ''}://{self._address()}/ws/v5"

    @cached_property
    def wsgi(self) -> Application:
        """The same exchange as a WSGI application, for clients in this process; the server need not be started."""
        from .wsgi import Application

        return Application(
            self.handle,
            on_connect=self._connected,
            on_error=self._broken,
            on_refusal=self._without_socket.append,
        )

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Who is connected by WebSocket, logged in as whom, and subscribed to what."""
        return self._hub.sessions

    @property
    def messages(self) -> MessageLog:
        """What was said on WebSockets, in order."""
        return self._hub.log

    def disconnect_all(self, code: int = 1001, reason: str = "") -> int:
        """Close every WebSocket with that code (1001: going away); returns how many there were."""
        return self._hub.disconnect_all(code, reason)

    def announce_upgrade(self, seconds: float = 60) -> None:
        """Tell every WebSocket of an upgrade (64008), and close it `seconds` later on the exchange's clock."""
        self._hub.announce_upgrade(seconds)

    def _address(self) -> str:
        if not self._started:
            raise RuntimeError("the server has no address before it is started: use it in a `with`, or call start()")
        host = self._transport.host
        return f"{f'[{host}]' if ':' in host else host}:{self._transport.port}"

    def open_doors(self) -> str:
        """From now on answer on the same port for OKX's host names too; returns the URL of a proxy that leads here.

        To who begins with TLS it speaks TLS, with a certificate for the name that is asked for, to others HTTP,
        whatever `tls` says. As a proxy (CONNECT too) it refuses every other host with 403. `OkxNetwork` uses it.
        """
        self._transport.open_doors(authority().server_context(self._transport.host), api_host)
        return f"http://{self._address()}"

    def open_account(self, level: str = "Lv1", **balances: Decimal | int | str) -> Account:
        """A further account at fee level `level`, with balances by currency: `open_account(USDT=1000)`."""
        return self.exchange.open_account(level, balances=balances)

    def issue_key(
        self,
        account: Account,
        *,
        permissions: Iterable[str] = ("read", "trade"),
        ip_whitelist: Iterable[str] = (),
        demo: bool | None = None,
        expires_at: datetime | None = None,
        site: str | None = None,
    ) -> Credentials:
        """A new key for `account`: what it may do, from which addresses, for demo or live, until when, on which site.

        A key of a `site` ("global", "us", "eea", "tr") does not exist for calls to a host of OKX's of another site.
        """
        return self.exchange.issue_key(
            account, permissions=permissions, ip_whitelist=ip_whitelist, demo=demo, expires_at=expires_at, site=site
        )

    def revoke(self, credentials: Credentials) -> None:
        """From now on the key does not exist (50119); WebSockets that logged in with it are closed (4007)."""
        self.exchange.revoke(credentials)

    @property
    def limits(self) -> Limits:
        """How much of each rate limit was used, counted whether or not this server keeps them: `limits.used()`."""
        return self._gateway.limits

    def stub(self, route: str, *, data: Any) -> None:
        """Let `data` answer a route ("GET /api/v5/..."): in the envelope of v5, bare on a v3 path, after all checks."""
        method, path = parts_of(route)
        self._gateway.stub(method, path, data)

    def allow(self, what: str) -> None:
        """Let calls to a route that nobody answers ("GET /x") not fail the test; or waive a rule of `audit` by name."""
        if "/" not in what and what not in RULES:
            raise ValueError(f"{what!r} is neither a route nor a rule of the audit: its rules are {', '.join(RULES)}")
        self._allowed.add(what if what in RULES else " ".join(parts_of(what)))

    def audit(self) -> tuple[Finding, ...]:
        """What the log says about the client's manners, the worst first; without the rules that `allow` waives."""
        record = Record(tuple(self.calls), self.limits.used(), self._settings, tuple(self._hub.log))
        return tuple(finding for finding in audit(record) if finding.rule not in self._allowed)

    def request(self, method: str, target: str, body: Any = None) -> Reply:
        """Ask as a correctly signed client, for the test's own questions: no socket, no fault, nothing in the log."""
        timestamp = iso_time(self.clock.now_ms())
        content = b"" if body is None else compact_json(body).encode()
        signature = sign(self.credentials.secret_key, timestamp, method, target, content)
        headers = {
            "OK-ACCESS-KEY": self.credentials.api_key,
            "OK-ACCESS-SIGN": signature,
            "OK-ACCESS-TIMESTAMP": timestamp,
            "OK-ACCESS-PASSPHRASE": self.credentials.passphrase,
            "Content-Type": "application/json",
        }
        gateway = Gateway(self.exchange, FaultPlan(), CallLog(1), Settings())
        return gateway.handle(Request(method, target, Headers(headers.items()), content))

    def client_config(self, client: str) -> dict[str, Any]:
        """The arguments that point a known client ("ccxt", "python-okx", "okx-api", "nautilus") here."""
        bundle = "" if self.ca is None else self.ca.bundle
        return client_config(client, self.credentials, self.url, self.ws_url, bundle)

    @property
    def unanswered(self) -> list[str]:
        """The routes that were called and are unknown or not simulated, without those that `allow` waives."""
        return self._not_allowed((*self._gateway.unknown, *self._gateway.unsimulated))

    def _not_allowed(self, routes: Iterable[str]) -> list[str]:
        return [route for route in routes if route not in self._allowed]

    def problems(self) -> list[str]:
        """What fails the test at teardown, a sentence each: faults that never fired, unknown routes, breakdowns."""
        unknown = self._not_allowed(self._gateway.unknown)
        unsimulated = self._not_allowed(self._gateway.unsimulated)
        return [
            *(
                f"{handle} never fired: no call got that far; remove it, or add it with optional=True"
                for handle in self.faults.unfired()
            ),
            *(
                f"{route} is no path that this server knows: "
                f"stub({route!r}, data=[...]) answers it, allow({route!r}) waives this"
                for route in unknown
            ),
            *(
                f"{route} is documented, but not simulated: "
                f'okx_server.stub("{route}", data=[...]) answers it, allow("{route}") waives this'
                for route in unsimulated
            ),
            *(
                f"the server broke down: {error!r}; unless a `match` of yours raised it, this is a defect of the fake"
                for error in self._errors
            ),
            *map(str, self._without_socket),
        ]

    def transcript(self) -> str:
        """Calls, messages and moves of the clock in the order in which they happened, no secret among them."""
        events: list[Call | Move] = [*self.calls, *self.clock.moves]
        told = [*((event.real, _line(event)) for event in events), *self._hub.log.lines()]
        lines = [line for _, line in sorted(told, key=lambda each: each[0])]
        dropped = [f"({self.calls.dropped} earlier calls dropped: max_calls)"] if self.calls.dropped else []
        return "\n".join([*dropped, *lines])

    def _controlled(self, host: str, max_calls: int) -> Control:
        from .control import Control, Journal, World

        world = World(
            clock=self.clock,
            exchange=self.exchange,
            faults=self.faults,
            gateway=self._gateway,
            hub=self._hub,
            journal=Journal(max_calls, self.calls, self._hub.log),
            url=lambda: self.url if self._started else f"http{'s' if self.ca else ''}://{host}",
            ws_url=lambda: self.ws_url if self._started else "",
            audit=self.audit,
            host=host,
            token=self.control_token,
        )
        return Control(world)

    def listen(self, listener: Callable[[Request, Reply, int], None]) -> None:
        """Call `listener` with each request from now on, its reply and its time (Unix ms), once it is answered."""
        self._gateway.listeners.append(listener)

    def handle(self, request: Request) -> Reply:
        """Answer a request as if it had come in on the port; a WebSocket's handshake has its conversation in `talk`."""
        if self._control is not None and f"{request.path}/".startswith("/_okx/"):
            return self._controlling(request)
        if self._hub.asked(request):
            return self._gateway.upgrade(request, self._hub.open)
        return self._gateway.handle(request)

    def _controlling(self, request: Request) -> Reply:
        assert self._control is not None, "asked only where there is one"
        at, reply = self.clock.now_ms(), self._control.handle(request)
        for listener in self._gateway.listeners:
            listener(request, reply, at)
        return reply

    def _on_server(self, action: Callable[[], None]) -> None:
        self._transport.call_soon(action)

    def _refuse(self, status: int, reason: str, peer: str) -> Reply:
        body = f"<html><head><title>{status} {reason}</title></head><body><h1>{status} {reason}</h1></body></html>"
        reply = Reply(status, body.encode(), (("Content-Type", "text/html"),))
        self._gateway.note(Request("?", "?", Headers(), peer=peer), reply, f"{status} {reason}")
        return reply

    def _broken(self, error: BaseException) -> Reply:
        self._errors.append(error)
        reply = refusal(OkxError(Code.SYSTEM))
        self._gateway.note(Request("?", "?", Headers()), reply, f"500 the server broke down: {error!r}")
        return reply

    def _connected(self, peer: str) -> Ending:
        due = self.faults.due("connect", None, self.clock.now_ms())
        return next((fault.reply().wire.ending for fault in due), Ending.KEEP)


def _line(event: Call | Move) -> str:
    return (
        str(event)
        if isinstance(event, Call)
        else f"{event.at:%H:%M:%S}.{event.at.microsecond // 1000:03d} clock {event}"
    )


def _settings(formats: Iterable[str], window: float | None, rate_limits: bool, checksums: bool) -> Settings:
    accepted = (formats,) if isinstance(formats, str) else tuple(formats)
    for name in accepted:
        if name not in TIMESTAMP_FORMATS:
            raise ValueError(f"timestamp_formats has {name!r}: choose from {TIMESTAMP_FORMATS}")
    if window is not None and not 0 <= window < float("inf"):
        raise ValueError(f"timestamp_window is {window!r}: give seconds from 0 up, or None for no window")
    return Settings(accepted, None if window is None else round(window * 1000), rate_limits, checksums)


def _token(control: bool | str, host: str) -> str:
    """What a client of the control API has to show, "" where nothing."""
    if isinstance(control, str):
        return control
    return secrets.token_urlsafe(24) if control and not is_loopback(host) else ""


def _warned_about(host: str) -> str:
    if not is_loopback(host):
        warnings.warn(
            f"the fake exchange listens on {host}, not on loopback: whoever reaches it can trade on it", stacklevel=3
        )
    return host
