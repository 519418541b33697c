"""Faults, over HTTP: which there are, what fired, and how one is added and taken back."""

from __future__ import annotations

from typing import Any

from ..faults import Fault, Handle
from ..faults.plain import KINDS, arguments_of, fault_of, plain
from .operations import Field, Given, operation
from .problems import Problem
from .schemas import FAULT, FAULTS
from .shapes import COUNT, FLAG, OBJECT, POSITIVE, TEXT, nullable
from .world import World

__all__ = ["faults_of"]


def faults_of(world: World) -> list[dict[str, Any]]:
    """Every fault that was added and not taken back."""
    return [_row(handle) for handle in world.faults.added]


def _row(handle: Handle) -> dict[str, Any]:
    return {
        "id": str(handle.number),
        **({"kind": None, "arguments": {}} if handle.fault is None else plain(handle.fault)),
        "text": str(handle),
        "on": handle.on,
        "times": handle.times,
        "skip": handle.skip,
        "optional": handle.optional,
        "hits": handle.hits,
        "exhausted": handle.exhausted,
    }


def _handle(world: World, number: str) -> Handle:
    for handle in world.faults.added:
        if str(handle.number) == number:
            return handle
    raise Problem(404, f"there is no fault {number!r}: GET /_okx/faults lists them")


def _kinds() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "moment": _moment(kind),
            "parameters": [
                {"name": each.name, "type": each.type, "required": each.required, "default": each.default}
                for each in arguments_of(kind)
            ],
        }
        for name, kind in KINDS.items()
    ]


def _moment(kind: type[Fault]) -> str:
    """When a kind acts; where an argument decides, by default."""
    moment: object = kind.moment  # a property, where an argument decides
    return moment if isinstance(moment, str) else kind().moment


@operation("GET /faults", answers=FAULTS)
def _list(world: World, given: Given) -> Any:
    """The faults with what fired, and the kinds that there are"""
    return {"faults": faults_of(world), "kinds": _kinds()}


@operation(
    "POST /faults",
    body=(
        Field("kind", TEXT, what="the name of a fault, such as Reject"),
        Field("arguments", OBJECT, {}, "what its constructor takes"),
        Field("on", nullable(TEXT), None, "'METHOD /path', '/path' or a pattern with *; null is any call"),
        Field("times", nullable(POSITIVE), 1, "how many calls; null is until it is removed"),
        Field("skip", COUNT, 0, "how many calls go well before"),
        Field("optional", FLAG, False, "whether nobody minds when it never fires"),
    ),
    status=201,
    answers=FAULT,
)
def _add(world: World, given: Given) -> Any:
    """Let a fault happen to the next calls"""
    fault = fault_of(given["kind"], given["arguments"])
    return _row(world.faults.add(fault, **{name: given[name] for name in ("on", "times", "skip", "optional")}))


@operation("DELETE /faults/<id>", status=204)
def _remove(world: World, given: Given) -> None:
    """Take a fault back, and let go what it holds"""
    _handle(world, given["id"]).remove()


@operation("POST /faults/<id>/release", status=204)
def _release(world: World, given: Given) -> None:
    """Let go the replies that Hold keeps back"""
    _handle(world, given["id"]).release()


@operation("DELETE /faults", status=204)
def _clear(world: World, given: Given) -> None:
    """Take all faults back"""
    for handle in world.faults.added:
        handle.remove()
