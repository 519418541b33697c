"""A request to `/_okx/` becomes a reply: guard, route, read what is given, act, answer.

Everything happens on the thread of the call and under the exchange's lock. What the operations are is in their table.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, NoReturn
from urllib.parse import unquote

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule

from ..errors import OkxError
from ..messages import JSON_TYPE, Reply, Request, compact_json
from . import about, clocks, faulting, history, state, stubs, trading, users
from .guard import check_asked, check_type
from .operations import OPERATIONS, PREFIX, REQUIRED, Field, Given, Operation
from .problems import Problem
from .world import World

__all__ = ["Control"]

_MODULES: Final = (about, clocks, faulting, users, trading, stubs, history, state)
_MAP: Final = Map(
    [Rule(PREFIX + row.path, endpoint=route, methods=[row.method]) for route, row in OPERATIONS.items()],
    strict_slashes=True,
    redirect_defaults=False,
    merge_slashes=False,
)


class Control:
    """The control API of one server."""

    def __init__(self, world: World) -> None:
        self._world = world
        world.moments.begin(state.now(world))

    def handle(self, request: Request) -> Reply:
        """Answer one request; what is wrong with it is a problem, never an error of the server."""
        try:
            check_asked(self._world, request)
            operation, path = _find(request)
            given = _given(operation, path, request)
            with self._world.exchange.lock:
                reply = _answer(operation, _act(operation, self._world, given))
        except Problem as problem:
            return problem.reply
        if operation.method != "GET":
            self._world.journal.stir()
        # Whoever asks for the head alone would wait for the end of a feed.
        return replace(reply, source=None) if request.method == "HEAD" else reply


def _find(request: Request) -> tuple[Operation, Mapping[str, str]]:
    """The operation that is asked for, and what its path names."""
    path = unquote(request.path, errors="replace")
    adapter = _MAP.bind("localhost")
    try:
        route, names = adapter.match(path, request.method)
    except MethodNotAllowed as error:
        allowed = ", ".join(sorted(error.valid_methods or ()))
        raise Problem(405, f"{path} does not take {request.method}: send {allowed}", Allow=allowed) from None
    except HTTPException:
        raise Problem(404, f"there is nothing at {path}: {PREFIX}/openapi.json tells what there is") from None
    return OPERATIONS[route], names


def _given(operation: Operation, names: Mapping[str, str], request: Request) -> Given:
    """What the request gives, read and with its defaults. What is unknown is refused: it is likely a slip."""
    body = _body(request) if operation.takes_body else {}
    named = {field.name: value for field in operation.headers if (value := request.headers.text(field.name))}
    return {
        **names,
        **_read(operation.query, request.query, "parameter"),
        **_read(operation.headers, named, "header"),
        **_read(operation.body, body, "member"),
    }


def _body(request: Request) -> Mapping[str, Any]:
    check_type(request.headers.text("Content-Type"))
    try:
        body = json.loads(request.body or b"{}", parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"the body is not JSON ({error}): send an object") from None
    if not isinstance(body, dict):
        raise Problem(422, "the body is no object: send one, {} where there is nothing to say")
    return body


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"{text} is beyond all numbers")
    return value


def _read(fields: tuple[Field, ...], given: Mapping[str, Any], what: str) -> dict[str, Any]:
    names = [field.name for field in fields]
    if unknown := [name for name in given if name not in names]:
        raise Problem(422, f"there is no {what} {unknown[0]!r} here: there is {', '.join(names) or 'none'}")
    return {field.name: _value(field, given, what) for field in fields}


def _value(field: Field, given: Mapping[str, Any], what: str) -> Any:
    if field.name not in given:
        if field.default is REQUIRED:
            raise Problem(422, f"the {what} {field.name!r} is missing: give {field.shape.wanted}")
        return field.default
    try:
        return field.shape.read(field.name, given[field.name])
    except ValueError as error:
        raise Problem(422, str(error)) from None


def _act(operation: Operation, world: World, given: Given) -> Any:
    try:
        return operation.act(world, given)
    except (TypeError, ValueError, ArithmeticError, OkxError, RuntimeError) as error:
        raise Problem(422, str(error)) from error


def _answer(operation: Operation, made: Any) -> Reply:
    if isinstance(made, Reply):
        return made
    body = b"" if made is None else compact_json(made).encode("utf-8", "replace")
    return Reply(operation.status, body, JSON_TYPE if body else ())
