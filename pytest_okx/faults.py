"""Faults on command: small frozen values, and the plan that says which call gets which.

A fault is what happens; where, how often and to whom is said when it is added to a plan. Nothing here is random and
nothing here sends bytes: the gateway asks the plan at each moment of a call, the transport does what the reply says.

Moments: "connect" (a connection is accepted), "before" (nothing was looked at yet), "check" (a code's place in the
order of checks), "after" (the exchange has acted).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from .errors import OkxError, look_up
from .messages import Ending, Reply, Request

__all__ = ["Delay", "Disconnect", "Fault", "FaultPlan", "Handle", "HttpError", "LoseReply", "Reject"]

# No "?": a pattern is held against the path, so one with a query would never apply.
_ON = re.compile(r"(?:([A-Z*]+) )?(/[^\s?]*)")
_LEVELS = (None, "top", "row")
# What travels as sCode on order endpoints: the trade class of OKX's error page, and the two answers to expTime.
_ROW_CODES = {"v5": re.compile(r"5[14]\d{3}|5003[67]"), "v3": re.compile(r"3[2-9]\d{3}")}


@dataclass(frozen=True)
class Fault:
    """The base of all faults; `moment` is when it acts."""

    moment: ClassVar[str]

    def alter(self, reply: Reply) -> Reply:
        """What becomes of the reply, for faults that act after the exchange."""
        return reply


@dataclass(frozen=True, init=False)
class Reject(Fault):
    """Refuse with a code of OKX's catalogue, at that code's place in the order of checks.

    A call that fails an earlier check gets its real error and spends nothing. Text, status and envelope are the code's
    own unless given; placeholders are filled from `params` (`Reject("51008", param0="BTC")`). On order endpoints the
    codes of orders become the `sCode` of each row, or of row `entry` (counted from 0) alone; `level="top"` puts them in
    the envelope, `level="row"` any other code into the rows. Raises ValueError for a code that no list of OKX's has.
    """

    moment = "check"
    code: str
    message: str | None
    status: int | None
    level: str | None
    entry: int | None
    params: tuple[tuple[str, Any], ...]

    def __init__(
        self,
        code: str,
        message: str | None = None,
        status: int | None = None,
        level: str | None = None,
        entry: int | None = None,
        **params: Any,
    ) -> None:
        look_up(code)
        if level not in _LEVELS:
            raise ValueError(f"level is {level!r}: choose 'top' (the envelope) or 'row' (each order's sCode)")
        if entry is not None:
            _check_count("entry", entry, 0)
            if level == "top":
                raise ValueError(f"entry is {entry!r} at level 'top': only rows have one, leave level out")
        if status is not None:
            _check_status(status)
        values = (code, message, status, level, entry, tuple(sorted(params.items())))
        for field_, value in zip(fields(self), values, strict=True):
            object.__setattr__(self, field_.name, value)
        self.error()

    def error(self) -> OkxError:
        """The refusal itself."""
        return OkxError(self.code, message=self.message, status=self.status, **dict(self.params))

    def in_rows(self, generation: str) -> bool:
        """Whether an order endpoint answers it as `sCode`: the codes of orders of its own `generation`, unless told."""
        return self.only_in_rows or (self.level is None and bool(_ROW_CODES[generation].match(self.code)))

    @property
    def only_in_rows(self) -> bool:
        """Whether it was said that a row is to be refused."""
        return self.level == "row" or self.entry is not None

    def __repr__(self) -> str:
        named = ("message", "status", "level", "entry")
        given = [(name, getattr(self, name)) for name in named if getattr(self, name) is not None]
        arguments = [repr(self.code), *(f"{name}={value!r}" for name, value in (*given, *self.params))]
        return f"Reject({', '.join(arguments)})"


@dataclass(frozen=True)
class HttpError(Fault):
    """Answer with `status` and `body` (text or bytes) before anything is looked at, as a proxy in front of OKX does."""

    status: int = 503
    body: str | bytes = "<html><body><h1>503 Service Unavailable</h1></body></html>"
    content_type: str = "text/html"
    moment = "before"

    def __post_init__(self) -> None:
        _check_status(self.status)
        if not isinstance(self.body, (str, bytes)):
            raise TypeError(f"body is {self.body!r}: give text or bytes, JSON as json.dumps(...)")

    def reply(self) -> Reply:
        """What the client gets."""
        body = self.body.encode() if isinstance(self.body, str) else self.body
        return Reply(self.status, body, (("Content-Type", self.content_type),))


@dataclass(frozen=True)
class LoseReply(Fault):
    """The exchange acts, then the connection closes without a byte: the client cannot know what became of its call."""

    moment = "after"

    def alter(self, reply: Reply) -> Reply:
        """The reply that is not sent."""
        return replace(reply, ending=Ending.CLOSE)


@dataclass(frozen=True)
class Disconnect(Fault):
    """The connection is reset (RST): after the exchange acted, or, with `at="connect"`, when it is accepted."""

    at: str = "after"

    def __post_init__(self) -> None:
        if self.at not in ("after", "connect"):
            raise ValueError(f"at is {self.at!r}: a connection is reset 'after' the call or at 'connect'")

    @property
    def moment(self) -> str:  # type: ignore[override]  # the one fault whose moment is the test's choice
        """When it acts."""
        return self.at

    def alter(self, reply: Reply) -> Reply:
        """The reply in whose place a reset comes."""
        return replace(reply, ending=Ending.RESET)


@dataclass(frozen=True)
class Delay(Fault):
    """The reply leaves after `seconds` of real time (a client's timeouts are real); the exchange acted at once."""

    seconds: float
    moment = "after"

    def __post_init__(self) -> None:
        if isinstance(self.seconds, bool) or not isinstance(self.seconds, (int, float)):
            raise TypeError(f"seconds is {self.seconds!r}: give a number of seconds")
        if not 0 <= self.seconds <= 3600:
            raise ValueError(f"seconds is {self.seconds!r}: give 0 to 3600 seconds")

    def alter(self, reply: Reply) -> Reply:
        """The reply, later."""
        return replace(reply, delay=reply.delay + self.seconds)


@dataclass(eq=False)
class Handle:
    """A fault in a plan: to whom it happens and how often. `hits` counts how often it did; `remove()` takes it back."""

    fault: Fault
    on: str | None
    times: int | None
    skip: int
    match: Callable[[Request], bool] | None
    optional: bool
    _plan: FaultPlan = field(repr=False)
    hits: int = 0
    _counted: Request | None = field(default=None, init=False, repr=False)
    _method: str = field(init=False, repr=False)
    _path: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        parts = _ON.fullmatch("/*" if self.on is None else self.on)
        if parts is None:
            raise ValueError(
                f"on is {self.on!r}: write 'METHOD /path', '/path', or a pattern such as 'POST /api/v5/trade/*'"
            )
        self._method, self._path = parts[1] or "*", parts[2]

    def remove(self) -> None:
        """Take the fault out of its plan; doing so twice is harmless."""
        self._plan.discard(self)

    def applies_to(self, request: Request) -> bool:
        """Whether it is meant for this call."""
        named = fnmatchcase(request.method, self._method) and fnmatchcase(request.path, self._path)
        return named and (self.match is None or self.match(request))

    def spend(self, request: Request | None) -> bool:
        """Count one occasion; whether the fault acts on it. However often it is asked, a call is one."""
        if request is not None and request is self._counted:
            return False
        self._counted = request
        if self.skip:
            self.skip -= 1
            return False
        self.hits += 1
        if self.hits == self.times:
            self._plan.discard(self)
        return True

    def __str__(self) -> str:
        count = "until removed" if self.times is None else f"{self.times} time{'s' if self.times != 1 else ''}"
        return f"{self.fault!r} on {self.on or 'any call'}, {count}"


def _check_fault(fault: object) -> None:
    if not isinstance(fault, Fault) or type(fault) is Fault:
        raise TypeError(f"{fault!r} is no fault: give a value such as Reject('50011') or LoseReply()")


def _check_count(name: str, value: object, least: int, also: str = "") -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name} is {value!r}: give a whole number of at least {least}{also}")


def _check_status(status: object) -> None:
    if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:
        raise ValueError(f"status is {status!r}: give an HTTP status from 200 to 599")


class FaultPlan:
    """The faults of one server, in the order in which they were added. Safe to change from any thread."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.RLock()
        self._armed: tuple[Handle, ...] = ()
        self._added: list[Handle] = []
        for fault in faults:
            self.add(fault)

    def add(
        self,
        fault: Fault,
        *,
        on: str | None = None,
        times: int | None = 1,
        skip: int = 0,
        match: Callable[[Request], bool] | None = None,
        optional: bool = False,
    ) -> Handle:
        """Let `fault` happen to the next `times` calls (None: until removed) of `on`, after `skip` of them.

        `on` is "METHOD /path", "/path" or a pattern with `*`; None is any call. `match` looks at the request. A fault
        that never happens fails the test, unless `optional`. Raises TypeError or ValueError for what cannot work.
        """
        _check_fault(fault)
        if times is not None:
            _check_count("times", times, 1, " or None")
        _check_count("skip", skip, 0)
        if fault.moment == "connect" and (on is not None or match is not None):
            raise ValueError(f"{fault!r} happens before there is a request: it takes neither on={on!r} nor match")
        handle = Handle(fault, on, times, skip, match, optional, self)
        with self._lock:
            self._armed = (*self._armed, handle)
            self._added.append(handle)
        return handle

    def discard(self, handle: Handle) -> None:
        """Disarm `handle`."""
        with self._lock:
            self._armed = tuple(each for each in self._armed if each is not handle)
            if not handle.hits and handle in self._added:
                self._added.remove(handle)

    @property
    def armed(self) -> tuple[Handle, ...]:
        """What may still happen."""
        return self._armed

    def unfired(self) -> list[Handle]:
        """The faults that never happened and were neither optional nor taken back."""
        with self._lock:
            return [handle for handle in self._added if not handle.hits and not handle.optional]

    def due(
        self, moment: str, request: Request | None, wanted: Callable[[Handle], bool] = lambda handle: True
    ) -> Iterator[Handle]:
        """The faults that act on this call at this moment and are `wanted`, each spent as it is handed out."""
        for handle in self._armed:
            if handle.fault.moment != moment or (request is not None and not handle.applies_to(request)):
                continue
            with self._lock:
                acts = wanted(handle) and handle in self._armed and handle.spend(request)
            if acts:
                yield handle

    def __repr__(self) -> str:
        return f"FaultPlan([{', '.join(map(str, self._armed))}])"
