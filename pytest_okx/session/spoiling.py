"""What faults make of messages: of those that come in, whether they are acted on; of those that go out, how they leave.

A message is shown to the plan as a request: method WS, a target that ends in what it is about, its text as the body.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from ..faults import FaultPlan, Handle, Refuse, Reorder, Unsure
from ..messages import Headers, Outgoing, Reply, Request, Spoiled, Wire
from .operations import OPERATIONS, answer
from .texts import WsError

__all__ = ["Spoiling"]

_PLAIN = Wire()


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
        self, url: str, name: str, text: str, peer: str, now: int, behind: list[str], wire: Wire = _PLAIN
    ) -> Iterable[Outgoing]:
        """What is said in place of `text`; what was put `behind` it follows, and `wire` is how it leaves already."""
        if not self._plan.armed and not behind and wire == _PLAIN:
            return (text,)
        request = _request(url, name, text, peer)
        texts = [text]
        for fault in self._plan.due("push", request, now):
            if isinstance(fault, Reorder):
                behind.append(text)
                return ()
            texts = [each for before in texts for each in fault.messages(before)]
        reply = Reply(200, text.encode("utf-8", "replace"), wire=wire)
        for fault in self._plan.due("after", request, now, _named):
            reply = _answered(fault.alter(reply), text, name, now) if isinstance(fault, Unsure) else fault.alter(reply)
        late, behind[:] = list(behind), []
        if reply.wire == _PLAIN and reply.body == text.encode("utf-8", "replace"):
            return (*texts, *late)
        return (*(Spoiled(reply.body, reply.wire) for _ in texts), *late)


def _named(handle: Handle) -> bool:
    """Whether a fault of the wire was meant for messages: "any call" means calls."""
    return handle.on is not None


def _answered(reply: Reply, text: str, name: str, now: int) -> Reply:
    """In the envelope of an operation, under the client's own name for it, what has come in place of its ack."""
    if name in OPERATIONS:
        with suppress(ValueError):  # another fault has garbled the ack
            return replace(reply, body=answer(name, json.loads(text).get("id", ""), reply, now).encode())
    return reply


def _request(url: str, name: str, text: str, peer: str) -> Request:
    return Request("WS", f"/ws/v5/{url}/{name}", Headers(), text.encode("utf-8", "replace"), peer)


def _refused(fault: Refuse) -> WsError:
    error = WsError(fault.code)
    error.message = fault.message
    error.why = f"a fault: {fault!r}"
    return error
