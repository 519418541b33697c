"""What happens by itself at a known time: funding, expiry, an order cancelled unless renewed.

Nothing here asks the time or runs alone: the exchange takes what is due when it is settled, earliest first, in the
order in which it was planned where times are equal. Knows nothing of what an action does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush

__all__ = ["Appointment", "Timeline"]


@dataclass(slots=True, order=True)
class Appointment:
    """An action at `due` (ms); `cancel()` makes it not happen. The action is given `due`."""

    due: int
    number: int
    action: Callable[[int], None] = field(compare=False)
    canceled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Do not act; harmless when it has acted already."""
        self.canceled = True


class Timeline:
    """The appointments of one exchange; while they are being kept, `until` is the time (ms) that will be reached."""

    def __init__(self) -> None:
        self.until = 0
        self._heap: list[Appointment] = []
        self._count = 0

    def at(self, due: int, action: Callable[[int], None]) -> Appointment:
        """Plan `action(due)` for `due` (ms), at once if that is past when the exchange is settled next."""
        self._count += 1
        made = Appointment(due, self._count, action)
        heappush(self._heap, made)
        return made

    def is_due(self, now: int) -> bool:
        """Whether anything is left to be kept by `now` (ms)."""
        return bool(self._heap) and self._heap[0].due <= now

    def due(self, now: int) -> Iterator[Appointment]:
        """Yield what is due at `now` (ms), earliest first; an action may plan further ones, which follow in turn."""
        outer, self.until = self.until, max(now, self.until)
        try:
            while self.is_due(now):
                made = heappop(self._heap)
                if not made.canceled:
                    yield made
        finally:
            self.until = outer
