"""What can go wrong in the story of a client: the faults by what they meet, each for the length of one step.

Tables, and how a fault is armed and counted; knows no client.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
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
    HttpError,
    Ignore,
    LoseReply,
    Reject,
    Reorder,
    ResetSequence,
    Truncate,
    Unsure,
)

__all__ = ["COMMAND_FAULTS", "FILL_FAULTS", "PUSHES", "PUSH_FAULTS", "QUESTION_FAULTS", "ROUTES", "Meeting"]

_NAMES: Final = ("order", "amend-order", "cancel-order")
_QUESTIONS: Final = ("GET /api/v5/*",)
_COMMANDS: Final = tuple(
    f"POST /api/v5/trade/{name}" for name in (*_NAMES, "batch-orders", "amend-batch-orders", "cancel-batch-orders")
)
# The same as messages, each followed by its ack.
_MESSAGES: Final = tuple(
    f"WS /ws/v5/private/{name}" for name in (*_NAMES, "batch-orders", "batch-amend-orders", "batch-cancel-orders")
)
ROUTES: Final = {
    **dict.fromkeys(("place", "amend", "cancel"), (*_COMMANDS, *_MESSAGES)),
    **dict.fromkeys(("query", "balance", "settle"), _QUESTIONS),
}
"""What a fault can meet while the client does what it is told."""
PUSHES: Final = ("WS /ws/v5/private/orders", "WS /ws/v5/public/books")
"""What a fault can meet while something happens on the exchange."""

_REFUSED: Final[tuple[Fault, ...]] = (
    Reject("51008"),
    Reject("51008", level="top"),
    Reject("51000"),
    Reject("50011"),
    Reject("50011", status=200),
)
# The exchange has acted, or has not: a client knows when it asks.
_UNCLEAR: Final[tuple[Fault, ...]] = (
    LoseReply(),
    Disconnect(),
    Disconnect(at="before"),
    Close(at="before"),
    Truncate(5),
    Reject("50001"),
    Reject("50013"),
    HttpError(503),
    HttpError(200),
    HttpError(200, ""),
    HttpError(200, "{"),
    Garble(),
)
COMMAND_FAULTS: Final = (*_UNCLEAR, *_REFUSED, Unsure(), Unsure("51149"), Drop(), Duplicate(), Ignore())
"""What may meet an order, its amendment or its end; `Drop` and the like where it goes over the WebSocket."""
QUESTION_FAULTS: Final = (*_UNCLEAR, Reject("50011"), Reject("50011", status=200), Delay(0.001))
"""What may meet a call that asks something. `Delay` is here alone: of messages it would be luck what overtakes what."""
FILL_FAULTS: Final = (Drop(), Duplicate(), Reorder())
"""What may meet a push that tells of an order."""
PUSH_FAULTS: Final = (*FILL_FAULTS, ResetSequence())
"""What may meet any push."""

# So often may a call be made while it is refused in this way, which it is as long as the step lasts. Whoever comes back
# more often retries in vain, or does not give up.
_TRIES: Final = {"51000": 1, "51008": 1, "50011": 10}


class Meeting:
    """A fault, armed for each of `routes` within the block; None is none."""

    def __init__(self, plan: FaultPlan, fault: Fault | None, routes: Iterable[str]) -> None:
        self._tries = _TRIES.get(fault.code) if isinstance(fault, Reject) else None
        times = None if self._tries else 1
        self._fault = fault
        self._handles = [plan.add(fault, on=on, times=times, optional=True) for on in routes if fault is not None]

    def __enter__(self) -> Meeting:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for handle in self._handles:
            handle.remove()

    @property
    def happened(self) -> bool:
        """Whether it came to that."""
        return any(handle.hits for handle in self._handles)

    @property
    def overdone(self) -> str:
        """The call that was made again and again although it was refused, "" where there is none."""
        for handle in self._handles:
            if self._tries and handle.hits > self._tries:
                return f"{handle.on} was made {handle.hits} times, and refused each time by {self._fault!r}"
        return ""
