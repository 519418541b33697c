"""What an audit looks at, and what can be told of one call or of two: whose it is, what it repeats, what it knew.

Facts alone: whether one is bad manners is the business of the rules. Everything comes from the log; the log does not
know what a client saw, so where that matters a fact says what it can be sure of.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any, Final

from ..calls import Call
from ..clock import unix_ms
from ..limits import Usage
from ..routing import Endpoint, Settings, find
from .talks import Message, Talk, talks_of

__all__ = [
    "IDENTIFIERS",
    "Record",
    "body_of",
    "endpoint_of",
    "entries_of",
    "is_public",
    "key_of",
    "knew",
    "ms_between",
    "path_of",
    "route_of",
    "the_same",
    "waited_ms",
]

IDENTIFIERS: Final = ("clOrdId", "algoClOrdId", "clientId", "clTReqId", "client_oid")
"""What a client names what it asks for with, so that the exchange, or itself, can tell a repetition."""


@dataclass(frozen=True)
class Record:
    """What a server saw: its calls in order, what they used of its limits, what it was told to accept, and messages.

    `messages` are those of all WebSockets, in order.
    """

    calls: Sequence[Call]
    usages: Sequence[Usage] = ()
    settings: Settings = field(default_factory=Settings)
    messages: Sequence[Message] = ()

    @cached_property
    def talks(self) -> list[Talk]:
        """The conversations on WebSockets, in the order in which they began."""
        return talks_of(self.messages)

    @cached_property
    def acts(self) -> list[Call]:
        """The calls, and among them the orders that came by WebSocket as the calls that do the same."""
        return sorted([*self.calls, *(order for talk in self.talks for order in talk.orders)], key=attrgetter("real"))

    @cached_property
    def signed(self) -> dict[str, list[Call]]:
        """The calls of each key that had to be signed and were, in order."""
        found: dict[str, list[Call]] = {}
        for call in self.calls:
            if key_of(call) and call.headers.text("OK-ACCESS-SIGN") and not is_public(call):
                found.setdefault(key_of(call), []).append(call)
        return found

    @cached_property
    def repeated(self) -> list[list[Call]]:
        """The calls that were made more than once, each with its repetitions, in order."""
        return _repeated(self.calls)

    @cached_property
    def repeated_acts(self) -> list[list[Call]]:
        """The same, whichever way they came: an order by REST may repeat one by WebSocket."""
        return _repeated(self.acts)

    def between(self, earlier: Call, later: Call) -> Iterable[Call]:
        """The calls after `earlier` and before `later`."""
        return self.acts[self._places[id(earlier)] + 1 : self._places[id(later)]]

    def heard(self, call: Call) -> bool:
        """Whether the client got the reply whole: it was sent so, or late and the client went on after it."""
        if call.delivery != "late":
            return call.delivery == "whole"
        later = self.acts[self._places[id(call)] + 1 :]
        return call.connection is not None and any(other.connection is call.connection for other in later)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {id(call): place for place, call in enumerate(self.acts)}


def _repeated(calls: Iterable[Call]) -> list[list[Call]]:
    found: dict[tuple[str, ...], list[Call]] = {}
    for call in calls:
        found.setdefault(the_same(call), []).append(call)
    return [same for same in found.values() if len(same) > 1]


def path_of(call: Call) -> str:
    """The target without its query."""
    return call.target.partition("?")[0]


def route_of(call: Call) -> str:
    """METHOD and path."""
    return f"{call.method} {path_of(call)}"


def endpoint_of(call: Call) -> Endpoint | None:
    """What OKX documents under the call's method and path, None where it documents nothing."""
    return find(path_of(call))[0].get(call.method)


def is_public(call: Call) -> bool:
    """Whether OKX answers it to everybody."""
    endpoint = endpoint_of(call)
    return endpoint is not None and endpoint.access == "public"


def key_of(call: Call) -> str:
    """The key that the call names, "" for none."""
    return call.headers.text("OK-ACCESS-KEY")


def body_of(call: Call) -> Any:
    """The body as JSON says it, None where it is none."""
    try:
        return json.loads(call.body)
    except (ValueError, RecursionError):
        return None


def entries_of(call: Call) -> list[dict[str, Any]]:
    """The objects that the body asks for: one, unless it is a batch."""
    body = body_of(call)
    return [entry for entry in (body if isinstance(body, list) else [body]) if isinstance(entry, dict)]


def the_same(call: Call) -> tuple[str, ...]:
    """What two calls have in common that ask for the same: all but the names that the client gave to it."""
    entries = entries_of(call)
    named = [{name: value for name, value in entry.items() if name not in IDENTIFIERS} for entry in entries]
    body = json.dumps(named, sort_keys=True) if entries else call.body.decode("latin-1")
    return key_of(call), call.method, call.target, body


def knew(earlier: Call, later: Call) -> bool:
    """Whether `later` was certainly sent after the reply to `earlier` had left: not so of calls in parallel."""
    if earlier.connection is None or later.connection is None or earlier.connection is later.connection:
        return True
    return later.connection.opened > earlier.real


def ms_between(earlier: Call, later: Call) -> int:
    """How far apart they arrived on the exchange's clock; negative where a test put that back."""
    return unix_ms(later.at) - unix_ms(earlier.at)


def waited_ms(earlier: Call, later: Call) -> float:
    """How long the client waited in between, by the exchange's clock or by real time: a test may stop the one."""
    return max(float(ms_between(earlier, later)), (later.real - earlier.real) * 1000)
