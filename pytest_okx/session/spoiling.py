"""What faults make of messages: of those that come in, whether they are acted on; of those that go out, how they leave.

A message is shown to the plan as a request: method WS, a target that ends in what it is about, its text as the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from ..faults import Fault, FaultPlan, Handle, Refuse, Reorder, ResetSequence, Unsure
from ..messages import Headers, Outgoing, Reply, Request, Spoiled, Wire
from .operations import OPERATIONS, answer
from .sequences import Sequences, follows
from .texts import WsError

__all__ = ["Aftermath", "Spoiling"]

_PLAIN = Wire()
# What a client named its request, at the beginning of an ack.
_ID: Final = re.compile(r'\{"id":"(\w*)"')


@dataclass(slots=True)
class Aftermath:
    """What faults left for the messages that come next on a connection: texts kept back, sequences begun anew."""

    behind: list[str] = field(default_factory=list)
    sequences: Sequences = field(default_factory=Sequences)

    def __bool__(self) -> bool:
        return bool(self.behind or self.sequences)


class Spoiling:
    """The faults of one server, as far as they meet messages."""

    def __init__(self, plan: FaultPlan) -> None:
        self._plan = plan

    def swallowed(self, url: str, op: str, text: str, peer: str, now: int) -> bool:
        """Whether a client's message is not acted on. Raises `WsError` where it is refused."""
        if self._plan.armed:
            for fault in self._plan.due("message", _request(url, op, text, peer), now):
                if isinstance(fault, Refuse):
                    raise _refused(fault)
                return True
        return False

    def leaving(
        self, url: str, name: str, text: str, peer: str, now: int, left: Aftermath, wire: Wire = _PLAIN
    ) -> Iterable[Outgoing]:
        """What is said in place of `text`, by what faults `left` behind and do now; `wire` is how it leaves already."""
        if not self._plan.armed and not left and wire == _PLAIN:
            return (text,)
        request = _request(url, name, text, peer)
        said = left.sequences.carried_on(text) if left.sequences else text
        texts = [said]
        for fault in self._plan.due("push", request, now, lambda handle: _can_reset(handle, said)):
            if isinstance(fault, Reorder):
                left.behind += texts
                return ()
            if isinstance(fault, ResetSequence):
                texts = [left.sequences.reset(each) for each in dict.fromkeys(texts)]
            texts = [each for before in texts for each in fault.messages(before)]
        spoilers = tuple(self._plan.due("after", request, now, lambda handle: _is_meant(handle, name)))
        late, left.behind = left.behind, []
        return (*(_spoiled(each, name, now, wire, spoilers) for each in texts), *late)


def _spoiled(text: str, name: str, now: int, wire: Wire, spoilers: Iterable[Fault]) -> Outgoing:
    """The text as the faults of the wire have it."""
    body = text.encode("utf-8", "replace")
    reply = Reply(200, body, wire=wire)
    for fault in spoilers:
        altered = fault.alter(reply)
        reply = _unsure(text, name, now, altered) if isinstance(fault, Unsure) else altered
    return text if (reply.wire, reply.body) == (_PLAIN, body) else Spoiled(reply.body, reply.wire)


def _unsure(text: str, name: str, now: int, altered: Reply) -> Reply:
    """The ack of an operation in whose place comes that nobody knows."""
    found = _ID.search(text)
    ack = answer(name, found[1] if found else "", altered, now)
    return replace(altered, body=ack.encode("utf-8", "replace"))


def _can_reset(handle: Handle, text: str) -> bool:
    """Whether a fault finds what it is for: a reset waits for an update of a book."""
    return not isinstance(handle.fault, ResetSequence) or follows(text)


def _is_meant(handle: Handle, name: str) -> bool:
    """Whether a fault of the wire is meant for a message: "any call" means calls, and operations alone are unsure."""
    return handle.on is not None and (name in OPERATIONS or not isinstance(handle.fault, Unsure))


def _request(url: str, name: str, text: str, peer: str) -> Request:
    return Request("WS", f"/ws/v5/{url}/{name}", Headers(), text.encode("utf-8", "replace"), peer)


def _refused(fault: Refuse) -> WsError:
    error = WsError(fault.code)
    error.message = fault.message
    error.why = f"a fault: {fault!r}"
    return error
