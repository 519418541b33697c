"""Plans of faults: which faults, on which calls or messages, how often; values that are added to a `FaultPlan`.

Knows the kinds of faults, and neither call nor message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ..faults import (
    Close,
    CloseAfter,
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
    Refuse,
    Reject,
    Reorder,
    ResetSequence,
    Silence,
    Trickle,
    Truncate,
    Unsure,
    WrongLength,
)
from .arguments import count

__all__ = ["PlannedFault", "fault_plans", "push_faults"]

# What OKX answers when nothing is wrong with the call itself.
_CODES: Final = ("50001", "50004", "50011", "50013", "50026", "50102", "50113", "51008", "51000")
_STATUSES: Final = (500, 502, 503, 504, 429, 403, 200)
_TEXTS: Final = ("", "<html><h1>502 Bad Gateway</h1></html>", "{", '{"code": "0"}')
# What OKX answers a request of a WebSocket with when nothing is wrong with the request itself.
_EVENTS: Final = ("60009", "60014", "63999")
_UNSURE: Final = ("50004", "51149")
_MESSAGES: Final = "WS /ws/v5/*"
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """One fault, and the calls or messages that it is for: the arguments of `FaultPlan.add`. It need not happen."""

    fault: Fault
    times: int = 1
    skip: int = 0
    every: int = 1
    on: str | None = None

    def add_to(self, plan: FaultPlan) -> Handle:
        """Arm it, as `optional`."""
        return plan.add(self.fault, on=self.on, times=self.times, skip=self.skip, every=self.every, optional=True)


def fault_plans(
    *, max_faults: int = 3, on: str | None = None, socket: bool = True, max_delay: float = 0.01
) -> st.SearchStrategy[tuple[PlannedFault, ...]]:
    """None to `max_faults` faults for the calls of `on` (a route or a pattern, None: any), each soon and a few times.

    Without `socket` only those that a client in this process can meet. `max_delay` is the longest pause, in seconds of
    real time.
    """
    _check(max_faults, max_delay, on)
    return _plans(_answers() | _on_the_wire(max_delay) if socket else _answers(), max_faults, on)


def push_faults(
    *, max_faults: int = 3, on: str = _MESSAGES, max_delay: float = 0.01
) -> st.SearchStrategy[tuple[PlannedFault, ...]]:
    """None to `max_faults` faults for the messages of `on`, such as "WS /ws/v5/private/orders", each soon and a few
    times.

    Pushes and acks are lost, doubled, late, out of order or damaged, sequences begin anew, operations end unsure,
    requests are refused or swallowed, connections end. `max_delay` is the longest pause, in seconds of real time.
    """
    _check(max_faults, max_delay, on)
    if not on.startswith("WS "):
        raise InvalidArgument(f"on is {on!r}, which names calls: write 'WS /ws/v5/private/orders' or {_MESSAGES!r}")
    return _plans(_of_messages() | _on_a_message(max_delay), max_faults, on)


def _check(max_faults: int, max_delay: float, on: str | None) -> None:
    count("max_faults", max_faults, 1, _MOST)
    try:
        Delay(max_delay)
        FaultPlan().add(LoseReply(), on=on)
    except (TypeError, ValueError) as error:
        raise InvalidArgument(f"no such plan: {error}") from None


def _plans(
    kinds: st.SearchStrategy[Fault], max_faults: int, on: str | None
) -> st.SearchStrategy[tuple[PlannedFault, ...]]:
    few = st.integers(1, 3)
    planned = st.builds(PlannedFault, kinds, times=few, skip=st.integers(0, 3), every=few, on=st.just(on))
    return st.lists(planned, max_size=max_faults).map(tuple)


def _answers() -> st.SearchStrategy[Fault]:
    rejects: st.SearchStrategy[Fault] = st.sampled_from(_CODES).map(Reject)
    errors: st.SearchStrategy[Fault] = st.builds(HttpError, st.sampled_from(_STATUSES), st.sampled_from(_TEXTS))
    return st.one_of(rejects, errors, st.just(Garble()))


def _on_the_wire(max_delay: float) -> st.SearchStrategy[Fault]:
    plain: st.SearchStrategy[Fault] = st.sampled_from(
        (LoseReply(), Close(at="before"), Disconnect(), Disconnect(at="head"), Disconnect(at="before"), CloseAfter())
    )
    cut: st.SearchStrategy[Fault] = st.integers(0, 40).map(Truncate)
    off: st.SearchStrategy[Fault] = st.sampled_from((5, -5)).map(WrongLength)
    slow: st.SearchStrategy[Fault] = st.sampled_from((Delay(max_delay), Trickle(64, max_delay)))
    return st.one_of(plain, cut, off, slow)


def _of_messages() -> st.SearchStrategy[Fault]:
    plain: st.SearchStrategy[Fault] = st.sampled_from(
        (Drop(), Duplicate(), Reorder(), ResetSequence(), Ignore(), Duplicate(3))
    )
    refused: st.SearchStrategy[Fault] = st.sampled_from(_EVENTS).map(Refuse)
    unsure: st.SearchStrategy[Fault] = st.sampled_from(_UNSURE).map(Unsure)
    return st.one_of(plain, refused, unsure)


def _on_a_message(max_delay: float) -> st.SearchStrategy[Fault]:
    """The faults of the wire that a frame can have; those of HTTP's own heads and lengths it cannot."""
    plain: st.SearchStrategy[Fault] = st.sampled_from(
        (Delay(max_delay), Garble(), LoseReply(), Disconnect(), Disconnect(at="head"), Silence())
    )
    return plain | st.integers(0, 40).map(Truncate)
