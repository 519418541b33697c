"""Stubs, over HTTP: canned answers for routes."""

from __future__ import annotations

from typing import Any

from ..routing import Canned, parts_of
from .operations import Field, Given, operation
from .schemas import STUBS
from .shapes import ANY, TEXT
from .world import World


def _stubs(world: World) -> dict[str, Any]:
    found = ((" ".join(route), endpoint.handler) for route, endpoint in world.gateway.stubs.items())
    return {"stubs": [{"route": route, "data": canned.data} for route, canned in found if isinstance(canned, Canned)]}


@operation("GET /stubs", answers=STUBS)
def _list(world: World, given: Given) -> Any:
    """The canned answers"""
    return _stubs(world)


@operation(
    "POST /stubs",
    body=(Field("route", TEXT, what="METHOD and path, such as GET /api/v5/account/balance"), Field("data", ANY)),
    status=201,
    answers=STUBS,
)
def _add(world: World, given: Given) -> Any:
    """Let data answer a route, in the envelope of v5, bare on a v3 path, after all checks"""
    world.gateway.stub(*parts_of(given["route"]), given["data"])
    return _stubs(world)


@operation("DELETE /stubs", status=204)
def _clear(world: World, given: Given) -> None:
    """Take all canned answers back"""
    world.gateway.stubs.clear()
