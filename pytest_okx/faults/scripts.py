"""Scripts: what happens on each occasion, one fault every time, a list one after another, or a seeded choice.

An occasion is a call that a plan has counted, from 0 on; None among the outcomes is a call that goes well. Nothing here
knows whose call it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from .kinds import Fault

__all__ = ["Choice", "Script", "Steps", "check_fault", "outcomes_of"]


@dataclass(frozen=True)
class Script:
    """One fault on every occasion; the base of the others."""

    outcomes: tuple[Fault | None, ...]

    def outcome(self, occasion: int) -> Fault | None:
        """What happens on an occasion."""
        return self.outcomes[0]

    def moment(self, occasion: int) -> str:
        """When it happens; a call that goes well is counted when all is done, a connection when it is accepted."""
        outcome = self.outcome(occasion)
        if outcome is None:
            return "connect" if all(fault.moment == "connect" for fault in self.faults) else "after"
        return outcome.moment

    def unmet(self, occasions: int, hits: int) -> bool:
        """Whether what it promises has not happened, after so many occasions and faults."""
        return not hits

    def text(self, occasions: int) -> str:
        """What it is, and how far it got."""
        return repr(self.outcomes[0])

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault that may happen."""
        return tuple(outcome for outcome in self.outcomes if outcome is not None)


@dataclass(frozen=True)
class Steps(Script):
    """One outcome after another, each once."""

    def outcome(self, occasion: int) -> Fault | None:
        """The step of that number."""
        return self.outcomes[occasion]

    def unmet(self, occasions: int, hits: int) -> bool:
        """Whether a fault is left among the steps."""
        return any(self.outcomes[occasions:])

    def text(self, occasions: int) -> str:
        """The step that comes next, and the list."""
        step = f"step {occasions + 1} of " if occasions < len(self.outcomes) else ""
        return f"{step}sequence({list(self.outcomes)!r})"


@dataclass(frozen=True)
class Choice(Script):
    """One of the outcomes on each occasion: which one depends on seed and occasion, on nothing else."""

    seed: int = 0

    def outcome(self, occasion: int) -> Fault | None:
        """What the seed has chosen for an occasion."""
        # A digest, because what Python's generators give may change with its version.
        digest = hashlib.blake2b(f"{self.seed} {occasion}".encode(), digest_size=8).digest()
        return self.outcomes[int.from_bytes(digest) % len(self.outcomes)]

    def text(self, occasions: int) -> str:
        """The list and the seed."""
        return f"choice({list(self.outcomes)!r}, seed={self.seed})"


def outcomes_of(given: object, what: str) -> tuple[Fault | None, ...]:
    """The outcomes that a test listed; raises TypeError or ValueError, a sentence, for what cannot happen."""
    if isinstance(given, (str, Fault)) or not isinstance(given, Iterable):
        raise TypeError(f"{what} takes a list such as [Reject('50011'), None], not {given!r}")
    outcomes = tuple(given)
    for outcome in outcomes:
        if outcome is not None:
            check_fault(outcome)
    if not any(outcomes):
        raise ValueError(f"{what} of {list(outcomes)!r} has no fault in it: name one, None is a call that goes well")
    return outcomes


def check_fault(fault: object) -> None:
    """Raise TypeError, a sentence, unless `fault` is one."""
    if not isinstance(fault, Fault) or type(fault) is Fault:
        raise TypeError(f"{fault!r} is no fault: give a value such as Reject('50011') or LoseReply()")
