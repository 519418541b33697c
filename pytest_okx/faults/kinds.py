"""What a fault is, and the faults that are answers: `Reject` in OKX's words, `HttpError` in anybody's.

Values only: to whom a fault happens, and how often, is the plan's affair.

Moments: "connect" (a connection is accepted), "before" (nothing was looked at yet), "check" (a code's place in the
order of checks), "after" (the exchange has acted); of a WebSocket's messages those in messages.py, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Final

from ..errors import OkxError, look_up
from ..messages import Reply, refusal

__all__ = ["NO_ANSWER", "Fault", "HttpError", "Reject", "Unsure", "check_count"]

NO_ANSWER: Final = 0  # the status of a reply that is never sent
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

    def messages(self, text: str) -> list[str]:
        """What is sent in place of a message, for faults that act on one."""
        return [text]

    def reply(self) -> Reply:
        """What comes in place of an answer, for faults that act before the exchange or on a connection."""
        return self.alter(Reply(NO_ANSWER, b""))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """How Hypothesis shows it in an example: as a test writes it."""
        printer.text(repr(self))


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
            check_count("entry", entry, 0)
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
class Unsure(Fault):
    """The exchange acts, and answers that it does not know whether it did: 50004, or 51149 for orders.

    Raises ValueError for a code that no list of OKX's has.
    """

    code: str = "50004"
    moment = "after"

    def __post_init__(self) -> None:
        look_up(self.code)

    def alter(self, reply: Reply) -> Reply:
        """The answer in whose place it comes says what has happened."""
        return replace(refusal(OkxError(self.code)), wire=reply.wire)


def check_count(name: str, value: object, least: int, also: str = "") -> None:
    """Raise ValueError, a sentence, unless `value` is a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name} is {value!r}: give a whole number of at least {least}{also}")


def _check_status(status: object) -> None:
    if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:
        raise ValueError(f"status is {status!r}: give an HTTP status from 200 to 599")
