"""What the connections of one server share: whom they ask, who lives, and the block into which bytes arrive.

It moves no byte and reads no request. What a connection is matters to nobody here.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Final, Protocol

from .messages import Ending, Reply, Request
from .targets import Answers

__all__ = ["Doors", "Wiring", "guarded", "poll"]

_MOST_AT_ONCE: Final = 64 * 1024
_POLL_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Doors:
    """What a port is that speaks TLS to who begins with it, and HTTP to others, of whom it is the proxy too.

    `context` has the certificates; the proxy leads to this server, for the hosts that it `answers` for.
    """

    context: ssl.SSLContext
    answers: Answers


class Member(Protocol):
    """A connection that lives, as others know it."""

    def abort(self) -> None:
        """End it at once."""
        ...


@dataclass(slots=True)
class Wiring:
    """What a connection asks of the others, and the connections that live."""

    handle: Callable[[Request], Reply]
    refuse: Callable[[int, str, str], Reply]
    on_error: Callable[[BaseException], Reply]
    on_connect: Callable[[str], Ending] | None
    poll: Callable[[], None] | None
    tls: ssl.SSLContext | None
    max_head: int
    max_body: int
    connections: set[Member] = field(default_factory=set)
    talking: set[Member] = field(default_factory=set)
    polls: bool = False
    doors: Doors | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    # Where bytes arrive before a connection takes them. A new block of the 256 KiB that asyncio reads at most would
    # be asked of the system, and given back, for each request.
    arrivals: memoryview = field(default_factory=lambda: memoryview(bytearray(_MOST_AT_ONCE)))


def guarded(wiring: Wiring, action: Callable[[], None]) -> None:
    """Run what no request asked for; what goes wrong is told to whom it concerns."""
    try:
        action()
    except BaseException as error:
        wiring.on_error(error)


def poll(wiring: Wiring, loop: asyncio.AbstractEventLoop) -> None:
    """Ask what time has brought, and again after a while, as long as a conversation waits for it."""
    wiring.polls = bool(wiring.talking) and wiring.poll is not None
    if wiring.polls and wiring.poll is not None:
        guarded(wiring, wiring.poll)
        loop.call_later(_POLL_SECONDS, poll, wiring, loop)
