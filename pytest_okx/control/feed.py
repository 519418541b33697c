"""The live feed: each new call, and the clock and the faults when they change, as server-sent events.

A reader is told what the journal holds at the moment when it can take more. So one that does not read costs nothing,
and misses no more than the journal has dropped by the time it reads again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..messages import compact_json
from .clocks import clock_of
from .faulting import faults_of
from .retelling import row_of
from .world import World

__all__ = ["Feed"]


class Feed:
    """One reader: what it was told, and what comes next. It begins after the call of number `since`."""

    def __init__(self, world: World, since: int) -> None:
        self._world = world
        self._reached = since
        self._clock: object = None
        self._faults: object = None
        self._unlisten: tuple[Callable[[], object], ...] = ()

    def begin(self, deliver: Callable[[], None]) -> None:
        """The head of the reply has left: `deliver` sends what there is to say."""

        def wake() -> None:
            self._world.hub.wake(deliver)

        self._unlisten = (self._world.journal.listen(wake), self._world.clock.listen(wake))
        deliver()

    def next(self) -> bytes | None:
        """The next event, None when there is nothing more to say now."""
        with self._world.exchange.lock:
            return self._moved() or self._armed() or self._called()

    def lost(self) -> None:
        """The reader has gone."""
        for end in self._unlisten:
            end()

    def _moved(self) -> bytes | None:
        moves = self._world.clock.moves[-1:]
        if self._clock == moves:
            return None
        self._clock = moves
        return _event({"type": "clock", **clock_of(self._world)})

    def _armed(self) -> bytes | None:
        faults = faults_of(self._world)
        if self._faults == faults:
            return None
        self._faults = faults
        return _event({"type": "faults", "faults": faults})

    def _called(self) -> bytes | None:
        entries = self._world.journal.after(self._reached, 1)
        if not entries:
            return None
        self._reached = entries[0].number
        return _event({"type": "call", "call": row_of(self._world, entries[0])}, self._reached)


def _event(told: Any, number: int | None = None) -> bytes:
    name = "" if number is None else f"id: {number}\n"
    return f"{name}data: {compact_json(told)}\n\n".encode("utf-8", "replace")
