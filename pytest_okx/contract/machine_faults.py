"""What goes wrong in the story of a client: the faults by what they meet, and those that are armed at the moment.

Tables and their book-keeping; knows no client.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ..faults import (
    Close,
    Delay,
    Disconnect,
    Drop,
    Duplicate,
    Fault,
    FaultPlan,
    Garble,
    Handle,
    HttpError,
    Ignore,
    LoseReply,
    Reject,
    Reorder,
    ResetSequence,
    Truncate,
    Unsure,
)

__all__ = ["ACKS", "ANSWERS", "CHANNELS", "COMMANDS", "MESSAGES", "PUSHES", "REFUSALS", "Mishaps"]

COMMANDS: Final = {
    "place": ("POST /api/v5/trade/order", "POST /api/v5/trade/batch-orders"),
    "amend": ("POST /api/v5/trade/amend-order", "POST /api/v5/trade/amend-batch-orders"),
    "cancel": ("POST /api/v5/trade/cancel-order", "POST /api/v5/trade/cancel-batch-orders"),
}
"""The calls by which a client does what it is told, also as operations of a WebSocket."""
MESSAGES: Final = {
    "place": ("WS /ws/v5/private/order", "WS /ws/v5/private/batch-orders"),
    "amend": ("WS /ws/v5/private/amend-order", "WS /ws/v5/private/batch-amend-orders"),
    "cancel": ("WS /ws/v5/private/cancel-order", "WS /ws/v5/private/batch-cancel-orders"),
}
"""The same as messages, each followed by its ack."""
CHANNELS: Final = {"orders": "WS /ws/v5/private/orders", "books": "WS /ws/v5/public/books"}
_QUESTIONS: Final = ("GET /api/v5/*",)

ANSWERS: Final[tuple[Fault, ...]] = (
    Reject("50011"),
    Reject("50011", status=200),
    Reject("50001"),
    Reject("50013"),
    HttpError(503),
    HttpError(200),
    HttpError(200, ""),
    HttpError(200, "{"),
    Garble(),
    Truncate(5),
    LoseReply(),
    Close(at="before"),
    Disconnect(),
    Disconnect(at="before"),
    Delay(0.001),
)
"""What may meet any call."""
REFUSALS: Final[tuple[Fault, ...]] = (
    Reject("51008"),
    Reject("51008", level="top"),
    Reject("51000"),
    Unsure(),
    Unsure("51149"),
)
"""What may meet a command besides."""
PUSHES: Final[tuple[Fault, ...]] = (Drop(), Duplicate(), Reorder(), ResetSequence())
"""What may meet a push."""
ACKS: Final[tuple[Fault, ...]] = (Drop(), Duplicate(), Ignore())
"""What may meet the message of a command, or its ack."""

# So often may one call be made while it is refused in this way. Whoever comes back more often retries in vain, or does
# not give up; the fault stays until the client has.
_TRIES: Final = {"51000": 1, "51008": 1, "50011": 10}


@dataclass
class Mishaps:
    """What is armed in one plan of faults. `hits` counts what has happened of it."""

    plan: FaultPlan
    _handles: list[Handle] = field(default_factory=list)

    @property
    def hits(self) -> int:
        """How often a fault has happened so far."""
        return sum(handle.hits for handle in self._handles)

    def command(self, method: str, fault: Fault) -> None:
        """Let a fault meet the next call by which the client places, amends or cancels."""
        self._arm(COMMANDS[method], fault)

    def question(self, fault: Fault) -> None:
        """Let a fault meet the next call that asks something."""
        self._arm(_QUESTIONS, fault)

    def message(self, method: str, fault: Fault) -> None:
        """Let a fault meet the next message by which the client places, amends or cancels, or its ack."""
        self._arm(MESSAGES[method], fault)

    def push(self, channel: str, fault: Fault) -> None:
        """Let a fault meet the next push of a channel."""
        self._arm((CHANNELS[channel],), fault)

    def _arm(self, routes: tuple[str, ...], fault: Fault) -> None:
        times = None if _most_tries(fault) else 1
        self._handles += [self.plan.add(fault, on=route, times=times, optional=True) for route in routes]

    def overdone(self) -> str:
        """A call that was made again and again although it was refused, "" where there is none."""
        for handle in self.plan.armed:
            fault = handle.fault
            if fault is not None and handle.hits > (_most_tries(fault) or handle.hits):
                return f"{handle.on} was made {handle.hits} times, each refused: {fault!r}"
        return ""

    def forget_spent(self) -> None:
        """Let what stays until the client gives up go, where it has."""
        for handle in self.plan.armed:
            if handle.hits:
                self.plan.disarm(handle)

    def end(self) -> None:
        """Let nothing happen any more."""
        for handle in self.plan.armed:
            self.plan.disarm(handle)


def _most_tries(fault: Fault) -> int | None:
    return _TRIES.get(fault.code) if isinstance(fault, Reject) else None
