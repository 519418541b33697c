"""What the control API commands: the parts of one server, as it put them together.

A value that joins; nothing here acts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..audit import Finding
from ..clock import Clock
from ..exchange import Exchange
from ..faults import FaultPlan
from ..gateway import Gateway
from ..session import Hub
from .journal import Journal
from .moments import Moments

__all__ = ["World"]


@dataclass(frozen=True)
class World:
    """One server: its parts, its addresses, which it has once it is started, and its audit.

    `token` is what a client has to show, "" where it need not.
    """

    clock: Clock
    exchange: Exchange
    faults: FaultPlan
    gateway: Gateway
    hub: Hub
    journal: Journal
    url: Callable[[], str]
    ws_url: Callable[[], str]
    audit: Callable[[], Sequence[Finding]]
    host: str = "127.0.0.1"
    token: str = ""
    moments: Moments = field(default_factory=Moments)
