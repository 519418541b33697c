"""The faults of the wire: what becomes of a reply, or of its connection, on the way to the client.

Each says what the transport is to do (`messages.Wire`) and does nothing itself. Without bytes there is nothing to cut,
hold back or reset, so all but `Garble` need a socket: a call that comes in process raises `NeedsSocket` instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

from ..messages import Ending, Gate, Reply
from .kinds import Fault, check_count

__all__ = [
    "Close",
    "CloseAfter",
    "Delay",
    "Disconnect",
    "Garble",
    "Hold",
    "LoseReply",
    "NeedsSocket",
    "Silence",
    "Trickle",
    "Truncate",
    "WrongLength",
]

_LONGEST_SECONDS: Final = 3600
# Enough to spoil any text, few enough to leave most of it to be seen in a log.
_GARBLED_EACH: Final = 8
_HIGH_BIT: Final = 0x80


class NeedsSocket(RuntimeError):
    """A fault of the wire met a call that came in process, where there is no wire: start the server, use its `url`."""


def _on_wire(reply: Reply, **changes: Any) -> Reply:
    return replace(reply, wire=replace(reply.wire, **changes))


def _check_seconds(seconds: object) -> None:
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError(f"seconds is {seconds!r}: give a number of seconds")
    if not 0 <= seconds <= _LONGEST_SECONDS:
        raise ValueError(f"seconds is {seconds!r}: give 0 to {_LONGEST_SECONDS} seconds")


@dataclass(frozen=True)
class LoseReply(Fault):
    """The exchange acts, then the connection closes without a byte: the client cannot know what became of its call."""

    moment = "after"

    def alter(self, reply: Reply) -> Reply:
        """The reply that is not sent."""
        return _on_wire(reply, ending=Ending.CLOSE, cut=None)


def _check_at(at: object, moments: tuple[str, ...], advice: str) -> None:
    if at not in moments:
        raise ValueError(f"at is {at!r}: {advice}")


@dataclass(frozen=True)
class Disconnect(Fault):
    """The connection is reset (RST).

    `at="after"`: once the exchange has acted; "head": then too, but the head of the reply was sent; "before": the
    exchange did nothing; "connect": as soon as it is accepted.
    """

    at: str = "after"

    def __post_init__(self) -> None:
        advice = "a connection is reset 'before' or 'after' the call, after the 'head' of the reply, or at 'connect'"
        _check_at(self.at, ("connect", "before", "after", "head"), advice)

    @property
    def moment(self) -> str:  # type: ignore[override]  # of most faults the class has it
        """When it acts."""
        return "after" if self.at == "head" else self.at

    def alter(self, reply: Reply) -> Reply:
        """The reply in whose place, or after whose head, a reset comes."""
        return _on_wire(reply, ending=Ending.RESET, cut=0 if self.at == "head" else None)


@dataclass(frozen=True)
class Close(Fault):
    """The connection closes (FIN) and the exchange did nothing: when it is accepted, or, `at="before"`, after the call.

    Once the exchange has acted, that is `LoseReply`.
    """

    at: str = "connect"

    def __post_init__(self) -> None:
        advice = "a connection is closed at 'connect' or 'before' the exchange acts; after it, that is LoseReply()"
        _check_at(self.at, ("connect", "before"), advice)

    @property
    def moment(self) -> str:  # type: ignore[override]  # of most faults the class has it
        """When it acts."""
        return self.at

    def alter(self, reply: Reply) -> Reply:
        """The reply in whose place the connection closes."""
        return _on_wire(reply, ending=Ending.CLOSE, cut=None)


@dataclass(frozen=True)
class Silence(Fault):
    """No byte ever comes, and the connection stays open until the client, or the end of the server, ends it.

    `at="after"`: the exchange has acted; "before": it did nothing; "connect": the connection is silent from the start.
    """

    at: str = "after"

    def __post_init__(self) -> None:
        advice = "a server falls silent 'before' or 'after' the exchange acts, or at 'connect'"
        _check_at(self.at, ("connect", "before", "after"), advice)

    @property
    def moment(self) -> str:  # type: ignore[override]  # of most faults the class has it
        """When it acts."""
        return self.at

    def alter(self, reply: Reply) -> Reply:
        """The reply that never leaves."""
        return _on_wire(reply, ending=Ending.SILENT, cut=None)


@dataclass(frozen=True)
class Delay(Fault):
    """The reply leaves after `seconds` of real time (a client's timeouts are real); the exchange acted at once."""

    seconds: float
    moment = "after"

    def __post_init__(self) -> None:
        _check_seconds(self.seconds)

    def alter(self, reply: Reply) -> Reply:
        """The reply, later."""
        return _on_wire(reply, delay=reply.wire.delay + self.seconds)


@dataclass(frozen=True)
class Hold(Fault):
    """The reply waits until `release()` of the handle that `add` returned; the exchange acted at once.

    From then on replies pass. The end of the server waits for none of them.
    """

    moment = "after"
    # That of the handle: the value that a test writes has none.
    gate: Gate | None = field(default=None, kw_only=True, repr=False, compare=False)

    def alter(self, reply: Reply) -> Reply:
        """The reply, when it is let go."""
        return reply if self.gate is None else _on_wire(reply, gates=(*reply.wire.gates, self.gate))


@dataclass(frozen=True)
class Truncate(Fault):
    """The head goes out whole, with the full Content-Length, but only `at` bytes of the body; the connection closes.

    A body that is no longer than that loses its last byte.
    """

    at: int
    moment = "after"

    def __post_init__(self) -> None:
        check_count("at", self.at, 0)

    def alter(self, reply: Reply) -> Reply:
        """The reply, cut short."""
        return _on_wire(reply, ending=Ending.CLOSE, cut=min(self.at, max(0, len(reply.body) - 1)))


@dataclass(frozen=True)
class Trickle(Fault):
    """The reply, head and body, goes out in pieces of `size` bytes, one every `seconds` of real time."""

    size: int
    seconds: float
    moment = "after"

    def __post_init__(self) -> None:
        check_count("size", self.size, 1)
        _check_seconds(self.seconds)

    def alter(self, reply: Reply) -> Reply:
        """The reply, in drops."""
        return _on_wire(reply, piece=self.size, pause=self.seconds)


@dataclass(frozen=True)
class Garble(Fault):
    """The body arrives damaged, always in the same way and as long as it was: it is neither JSON nor UTF-8 any more."""

    moment = "after"

    def alter(self, reply: Reply) -> Reply:
        """The reply with the high bit of every eighth byte turned over, the first one's too."""
        body = bytearray(reply.body)
        body[::_GARBLED_EACH] = bytes(byte ^ _HIGH_BIT for byte in body[::_GARBLED_EACH])
        return replace(reply, body=bytes(body))


@dataclass(frozen=True)
class WrongLength(Fault):
    """Content-Length is off: `by` more bytes than the body has, or, negative, fewer; the connection lives on.

    Of more, the client waits for bytes that never come; of fewer, those left over stand before the next reply.
    """

    by: int
    moment = "after"

    def __post_init__(self) -> None:
        by: object = self.by
        if isinstance(by, bool) or not isinstance(by, int) or not by:
            raise ValueError(f"by is {by!r}: give a whole number of bytes, such as 10 or -10")

    def alter(self, reply: Reply) -> Reply:
        """The reply under a wrong length."""
        return _on_wire(reply, length_off=reply.wire.length_off + self.by)


@dataclass(frozen=True)
class CloseAfter(Fault):
    """The reply comes as HTTP/1.0 sent it: no Content-Length, no keep-alive, its body ends with the connection."""

    moment = "after"

    def alter(self, reply: Reply) -> Reply:
        """The reply, without a frame."""
        return _on_wire(reply, framed=False)
