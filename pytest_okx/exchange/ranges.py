"""Who wants to know how far a price travelled: triggers and liquidations, told of the instruments that they watch.

Knows nothing of what they do about it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from decimal import Decimal

from .instruments import Instrument

__all__ = ["OnRange", "Ranges"]

OnRange = Callable[[Instrument, Decimal, Decimal, int], None]
"""Called with an instrument, the lowest and the highest price that it travelled, and the time (ms)."""


class Ranges:
    """The instruments that are watched, and the listeners; what a listener sets off is told after it, not inside it."""

    def __init__(self) -> None:
        self.listeners: list[OnRange] = []
        self._watched: Counter[str] = Counter()
        self._untold: deque[tuple[Instrument, Decimal, Decimal, int]] = deque()
        self._telling = False

    def __iter__(self) -> Iterator[str]:
        """Iterate over the watched instruments, in the order in which they came to be watched."""
        return iter(tuple(self._watched))

    def watch(self, inst_id: str) -> None:
        """Tell of that instrument from now on; every watch wants its `unwatch`."""
        self._watched[inst_id] += 1

    def unwatch(self, inst_id: str) -> None:
        """Take back one `watch`; ValueError if there is none."""
        if not self._watched[inst_id]:
            del self._watched[inst_id]
            raise ValueError(f"nobody watches {inst_id!r}: unwatch what was watched, and once")
        self._watched[inst_id] -= 1
        if not self._watched[inst_id]:
            del self._watched[inst_id]

    def note(self, instrument: Instrument, low: Decimal, high: Decimal, now: int) -> None:
        """Remember that a price travelled; forgotten at once where nobody watches."""
        if instrument.inst_id in self._watched:
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
