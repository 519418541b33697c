"""Maintenance that a test declares, and how far it is at a moment.

It is only told of: no call is refused because of it. Knows no markets and no accounts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ..clock import unix_ms
from .events import MaintenanceChanged
from .locking import atomic

if TYPE_CHECKING:
    import threading

    from .exchange import Exchange

__all__ = ["SHOWN", "STATES", "Maintenance", "Maintenances"]

STATES = ("scheduled", "ongoing", "pre_open", "completed", "canceled")
SHOWN = ("scheduled", "ongoing", "pre_open")
"""The states of what is shown to who asks for none."""


@dataclass(frozen=True, slots=True)
class Maintenance:
    """One announcement, with times in ms; `service` and `kind` as OKX's `serviceType` and `maintType`."""

    title: str
    begin: int
    end: int
    pre_open: int | None
    system: str
    service: str
    kind: str
    description: str
    href: str
    canceled: bool = False

    def state(self, now: int) -> str:
        """Return OKX's word for how far it is at `now` (ms)."""
        if self.canceled:
            return "canceled"
        if now < self.begin:
            return "scheduled"
        if now >= self.end:
            return "completed"
        return "ongoing" if self.pre_open is None or now < self.pre_open else "pre_open"

    @property
    def turns(self) -> tuple[int, ...]:
        """When its state changes by itself."""
        return (self.begin, self.end) if self.pre_open is None else (self.begin, self.pre_open, self.end)


class Maintenances:
    """What was declared on one exchange; `latest` is the last change of it, None while nothing is declared."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._declared: list[Maintenance] = []
        self.latest: MaintenanceChanged | None = None

    @property
    def lock(self) -> threading.RLock:
        """The lock of the exchange."""
        return self._exchange.lock

    @atomic
    def declare(
        self,
        begin: datetime,
        end: datetime,
        *,
        title: str,
        system: str = "unified",
        pre_open: datetime | None = None,
        service: str = "5",
        kind: str = "1",
        description: str = "",
        href: str = "",
    ) -> Maintenance:
        """Announce a maintenance from `begin` to `end`, aware datetimes; with `pre_open` in between, if given.

        Raises ValueError for naive times and for times that are not in this order.
        """
        opening = None if pre_open is None else _ms("pre_open", pre_open)
        made = Maintenance(
            title, _ms("begin", begin), _ms("end", end), opening, system, service, kind, description, href
        )
        if list(made.turns) != sorted(set(made.turns)):
            raise ValueError(f"the maintenance runs {begin!r} to {end!r}, pre_open {pre_open!r}: give later ones later")
        self._declared.append(made)
        self._tell(made, self._exchange.clock.now_ms())
        for turn in made.turns:
            self._exchange.timeline.at(turn, lambda due: self._tell(made, due))
        return made

    @atomic
    def cancel(self, maintenance: Maintenance) -> Maintenance:
        """Call off what was declared; ValueError for what was not, or is called off already."""
        if maintenance not in self._declared:
            raise ValueError(f"{maintenance!r} is not declared here: cancel what declare_maintenance() returned")
        gone = replace(maintenance, canceled=True)
        self._declared[self._declared.index(maintenance)] = gone
        self._tell(gone, self._exchange.clock.now_ms())
        return gone

    @atomic
    def announced(self, now: int, state: str = "") -> tuple[Maintenance, ...]:
        """Return what is in `state` at `now` (ms), newest first; without a state what is still to come or going on."""
        wanted = (state,) if state else SHOWN
        found = [each for each in self._declared if each.state(now) in wanted]
        return tuple(sorted(found, key=lambda each: each.begin, reverse=True))

    def _tell(self, maintenance: Maintenance, at: int) -> None:
        # What was called off since has told so already.
        if maintenance in self._declared:
            self.latest = MaintenanceChanged(at, maintenance)
            self._exchange.events.emit(self.latest)


def _ms(name: str, at: datetime) -> int:
    if not isinstance(at, datetime):
        raise TypeError(f"{name} is {at!r}: give an aware datetime")
    if at.utcoffset() is None:
        raise ValueError(f"{name} {at!r} is naive: add a time zone, such as tzinfo=UTC")
    return unix_ms(at)
