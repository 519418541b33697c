"""What faults make of messages: of those that come in, whether they are acted on; of those that go out, how they leave.

A message is shown to the plan as a request: method WS, a target that ends in what it is about, its text as the body.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..faults import Fault, FaultPlan, Handle, Refuse, Reorder, ResetSequence
from ..messages import Headers, Outgoing, Reply, Request, Spoiled, Wire
from .sequences import Sequences
from .texts import WsError

__all__ = ["Aftermath", "Spoiling"]

_PLAIN = Wire()


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
        texts = [left.sequences.carried_on(text) if left.sequences else text]
        for fault in self._plan.due("push", request, now):
            if isinstance(fault, Reorder):
                left.behind += texts
                return ()
            if isinstance(fault, ResetSequence):
                texts = [left.sequences.reset(each) for each in dict.fromkeys(texts)]
            texts = [each for before in texts for each in fault.messages(before)]
        spoilers = tuple(self._plan.due("after", request, now, _named))
        late, left.behind = left.behind, []
        return (*(_spoiled(each, wire, spoilers) for each in texts), *late)


def _spoiled(text: str, wire: Wire, spoilers: Iterable[Fault]) -> Outgoing:
    """The text as the faults of the wire have it."""
    body = text.encode("utf-8", "replace")
    reply = Reply(200, body, wire=wire)
    for fault in spoilers:
        reply = fault.alter(reply)
    return text if (reply.wire, reply.body) == (_PLAIN, body) else Spoiled(reply.body, reply.wire)


def _named(handle: Handle) -> bool:
    """Whether a fault of the wire was meant for messages: "any call" means calls."""
    return handle.on is not None


def _request(url: str, name: str, text: str, peer: str) -> Request:
    return Request("WS", f"/ws/v5/{url}/{name}", Headers(), text.encode("utf-8", "replace"), peer)


def _refused(fault: Refuse) -> WsError:
    error = WsError(fault.code)
    error.message = fault.message
    error.why = f"a fault: {fault!r}"
    return error
