"""Who wants to know how far a price travelled: told of every way that a market went because of users and tests.

The ways of the house are not told: whoever cares follows it. Knows nothing of what listeners do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from decimal import Decimal

from .instruments import Instrument

__all__ = ["OnRange", "Ranges"]

OnRange = Callable[[Instrument, Decimal, Decimal, int], None]
"""Called with an instrument, the lowest and the highest price that it travelled, and the time (ms)."""


class Ranges:
    """The listeners; what a listener sets off is told after it, not inside it."""

    def __init__(self) -> None:
        self.listeners: list[OnRange] = []
        self._untold: deque[tuple[Instrument, Decimal, Decimal, int]] = deque()
        self._telling = False

    def note(self, instrument: Instrument, low: Decimal, high: Decimal, now: int) -> None:
        """Remember that a price travelled."""
        self._untold.append((instrument, low, high, now))

    def tell(self) -> None:
        """Tell the listeners what was noted, and what comes to be noted meanwhile, in turn."""
        if self._telling:
            return
        self._telling = True
        try:
            while self._untold:
                travelled = self._untold.popleft()
                for listener in tuple(self.listeners):
                    listener(*travelled)
        finally:
            self._telling = False
