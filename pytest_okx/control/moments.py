"""The moments that a server can go back to: the one in which it was made, and those that were asked to be kept.

It keeps them by name. What a moment holds is not its business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .memory import Memory

__all__ = ["MOST_KEPT", "Moment", "Moments"]

MOST_KEPT: Final = 100
"""How many moments are kept; the oldest goes first."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the clock stood, and what everything held."""

    clock: object
    memory: Memory


class Moments:
    """The moments of one server; `first` is the one in which it was made."""

    first: Moment

    def __init__(self) -> None:
        self._kept: dict[str, Moment] = {}
        self._count = 0

    def begin(self, moment: Moment) -> None:
        """This is the moment in which the server was made."""
        self.first = moment

    def keep(self, moment: Moment) -> str:
        """Keep a moment, and return its name."""
        self._count += 1
        self._kept[str(self._count)] = moment
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return str(self._count)

    def find(self, name: str) -> Moment | None:
        """The moment of that name."""
        return self._kept.get(name)
