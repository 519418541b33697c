"""The whole state, over HTTP: kept, put back, or as it was when the server was made.

The state is the exchange, the clock, the faults, the stubs, the limits and every identifier. The log and the
connections stay.
"""

from __future__ import annotations

from typing import Any

from .memory import Memory
from .moments import Moment
from .operations import Field, Given, operation
from .problems import Problem
from .schemas import SNAPSHOT
from .shapes import TEXT
from .world import World

__all__ = ["now"]


def now(world: World) -> Moment:
    """What the server is now."""
    world.exchange.settle(world.clock.now_ms())
    with world.hub.aside():
        memory = Memory(world.exchange, world.faults, world.gateway.limits, world.gateway.stubs)
        return Moment(world.clock.position, memory)


def _go_back(world: World, moment: Moment) -> None:
    with world.hub.aside():
        moment.memory.restore()
        world.clock.put_back(moment.clock)
    world.hub.topics.tell_anew(world.clock.now_ms())


@operation("POST /snapshot", status=201, answers=SNAPSHOT)
def _snapshot(world: World, given: Given) -> Any:
    """Keep the whole state; the last hundred are kept"""
    return {"id": world.moments.keep(now(world))}


@operation("POST /restore", body=(Field("id", TEXT),), status=204)
def _restore(world: World, given: Given) -> None:
    """Put a state back that was kept"""
    moment = world.moments.find(given["id"])
    if moment is None:
        raise Problem(404, f"there is no snapshot {given['id']!r}: POST /_okx/snapshot makes one")
    _go_back(world, moment)


@operation("POST /reset", status=204)
def _reset(world: World, given: Given) -> None:
    """Be again as the server was made"""
    _go_back(world, world.moments.first)
