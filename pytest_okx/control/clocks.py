"""The exchange's clock, over HTTP: what it shows, and what moves it."""

from __future__ import annotations

from typing import Any

from ..messages import iso_time
from .operations import Field, Given, operation
from .schemas import CLOCK
from .shapes import INSTANT, NUMBER, SECONDS
from .world import World

__all__ = ["clock_of"]


def clock_of(world: World) -> dict[str, Any]:
    """What the clock shows, and how it runs."""
    clock, now = world.clock, world.clock.now_ms()
    return {
        "now": iso_time(now),
        "nowMs": now,
        "frozen": clock.frozen,
        "skew": clock.skew,
        "driftPpm": clock.drift_ppm,
    }


@operation("GET /clock", answers=CLOCK)
def _show(world: World, given: Given) -> Any:
    """What the exchange's clock shows, and how it runs"""
    return clock_of(world)


@operation(
    "PATCH /clock",
    body=(
        Field("skew", SECONDS, None, "how many seconds the exchange is ahead of its base"),
        Field("driftPpm", NUMBER, None, "how many microseconds it gains in each second"),
    ),
    answers=CLOCK,
)
def _change(world: World, given: Given) -> Any:
    """Set its skew or its drift"""
    if given["skew"] is not None:
        world.clock.skew = given["skew"]
    if given["driftPpm"] is not None:
        world.clock.drift_ppm = given["driftPpm"]
    return clock_of(world)


@operation(
    "POST /clock/freeze", body=(Field("at", INSTANT, None, "where to stop; without it, where it is"),), answers=CLOCK
)
def _freeze(world: World, given: Given) -> Any:
    """Stop it, where it is or at a time"""
    world.clock.freeze(given["at"])
    return clock_of(world)


@operation("POST /clock/resume", answers=CLOCK)
def _resume(world: World, given: Given) -> Any:
    """Let it follow the process's clock again"""
    world.clock.resume()
    return clock_of(world)


@operation("POST /clock/advance", body=(Field("seconds", SECONDS, what="negative goes back"),), answers=CLOCK)
def _advance(world: World, given: Given) -> Any:
    """Move it by seconds, frozen or not"""
    world.clock.advance(given["seconds"])
    return clock_of(world)


@operation("POST /clock/set", body=(Field("at", INSTANT),), answers=CLOCK)
def _set(world: World, given: Given) -> Any:
    """Put it at a time; frozen, it stays frozen there"""
    world.clock.set(given["at"])
    return clock_of(world)
