"""Orders that are cancelled unless their owner says in time that he is still there (OKX's "Cancel All After").

Knows timers, accounts and tags. How an order is cancelled is told by whoever makes the switch.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from operator import attrgetter

from ..errors import Code, OkxError
from .accounts import Account
from .locking import atomic
from .orders import Order
from .timeline import Appointment, Timeline

__all__ = ["MAX_TAGS", "DeadMan"]

MAX_TAGS = 20
"""So many tags of one account may have a timer at a time (51071)."""

_SHORTEST, _LONGEST = 10, 120
_CANCELED_BY_TIMER = "20"

_Cancel = Callable[[Account, Order, int, str], object]


class DeadMan:
    """The timers of one exchange: one for an account's orders, one for those of each of its tags."""

    def __init__(self, lock: threading.RLock, timeline: Timeline, cancel: _Cancel) -> None:
        self.lock = lock
        self._timeline = timeline
        self._cancel = cancel
        self._timers: dict[str, dict[str, Appointment]] = {}

    @atomic
    def set(self, account: Account, seconds: int, now: int, *, tag: str = "") -> int:
        """Cancel the orders of `account`, or those of `tag`, in so many `seconds` unless this is called again.

        Returns the time (ms), or 0 where `seconds` is 0, which takes the timer off. `OkxError` 51000 for anything
        else outside 10 to 120, 51071 for too many tags.
        """
        if seconds and not _SHORTEST <= seconds <= _LONGEST:
            raise OkxError(Code.PARAMETER, "timeOut")
        timers = self._timers.setdefault(account.uid, {})
        if seconds and tag and tag not in timers and len(timers.keys() - {""}) >= MAX_TAGS:
            raise OkxError("51071")
        if tag in timers:
            timers.pop(tag).cancel()
        if not seconds:
            return 0
        due = now + seconds * 1000
        timers[tag] = self._timeline.at(due, partial(self._act, account, tag))
        return due

    def _act(self, account: Account, tag: str, now: int) -> None:
        del self._timers[account.uid][tag]
        waiting = (order for orders in account.open_orders.values() for order in orders.values())
        for order in sorted(waiting, key=attrgetter("ord_id")):
            if tag in ("", order.tag):
                self._cancel(account, order, now, _CANCELED_BY_TIMER)
