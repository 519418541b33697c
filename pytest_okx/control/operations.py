"""The table of operations: what may be asked of the control API. Routes and the OpenAPI document are made of it.

An operation is a function of the world and of what was given, beside a row that says how it is asked. Nothing here
knows what one does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from .shapes import Schema, Shape
from .world import World

__all__ = ["OPERATIONS", "PREFIX", "REQUIRED", "Field", "Given", "Operation", "operation"]

PREFIX: Final = "/_okx"
"""What the path of every operation begins with."""

REQUIRED: Final = object()
"""In the place of a default: there is none."""

Given = Mapping[str, Any]
Act = Callable[[World, Given], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """Something that is given: its shape, and what it is when nothing is."""

    name: str
    shape: Shape
    default: Any = REQUIRED
    what: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """A row: how it is asked ("POST /clock/advance"), in one line what it does, what it takes and what it answers.

    `query`, `headers` and `body` are the fields; `status` is that of success and `answers` the schema of its JSON,
    None where it answers another `media` type, or nothing.
    """

    method: str
    path: str
    what: str
    act: Act = field(compare=False)
    query: tuple[Field, ...] = ()
    headers: tuple[Field, ...] = ()
    body: tuple[Field, ...] = ()
    status: int = 200
    answers: Schema | None = None
    media: str = "application/json"

    @property
    def names(self) -> tuple[str, ...]:
        """What the path names, in order."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("<"))

    @property
    def takes_body(self) -> bool:
        """Whether it is asked with an object in JSON, be it an empty one."""
        return self.method in ("POST", "PUT", "PATCH")


_operations: dict[str, Operation] = {}
OPERATIONS: Mapping[str, Operation] = MappingProxyType(_operations)
"""Every operation by its route ("POST /clock/advance"), in the order in which they were defined."""


def operation(route: str, **details: Any) -> Callable[[Act], Act]:
    """The decorated function does what `route` asks for; the first line of its docstring says what that is."""
    method, _, path = route.partition(" ")

    def add(act: Act) -> Act:
        if route in _operations:
            raise TypeError(
                f"{act.__qualname__}() and {_operations[route].act.__qualname__}() are both {route}: keep one"
            )
        what = (act.__doc__ or "").partition("\n")[0].rstrip(".")
        _operations[route] = Operation(method, path, what, act, **details)
        return act

    return add
