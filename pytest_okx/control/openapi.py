"""The OpenAPI 3.1 document: the table of operations in another form."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any, Final

from .operations import OPERATIONS, PREFIX, REQUIRED, Field, Operation
from .problems import PROBLEM_TYPE
from .schemas import PROBLEM

__all__ = ["document"]

# Which refusals there are, and of which operations.
_REFUSALS: Final = {
    400: "The body is not JSON",
    401: "The server asks for its token, and it was not shown",
    403: "Another site's page sent it",
    404: "There is no such thing",
    405: "Not with this method",
    415: "The body is not declared as JSON",
    421: "Host is no name of this server",
    422: "A value is wrong, missing or unknown, or it cannot be done",
}
_OF_BODIES: Final = (400, 415)


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, Any] = {}
    for operation in OPERATIONS.values():
        path = PREFIX + operation.path.replace("<", "{").replace(">", "}")
        paths.setdefault(path, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "pytest-okx control API",
            "version": version("pytest-okx"),
            "description": "Commands a fake OKX exchange. Times are ISO 8601 in UTC, money is text.",
        },
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _described(operation: Operation) -> dict[str, Any]:
    parameters = [
        *({"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in operation.names),
        *(_parameter(field, "query") for field in operation.query),
        *(_parameter(field, "header") for field in operation.headers),
    ]
    found = {
        "summary": operation.what,
        "operationId": "_".join([operation.method.lower(), *filter(str.isalnum, _words(operation.path))]),
        "parameters": parameters,
        "responses": _responses(operation),
    }
    if operation.takes_body:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": _object(operation.body)}}}
    return found


def _words(path: str) -> list[str]:
    return path.replace("<", "").replace(">", "").replace(".", "/").replace("-", "/").split("/")


def _schema(field: Field) -> dict[str, Any]:
    schema = dict(field.shape.schema)
    if field.what:
        schema["description"] = field.what
    if field.default is not REQUIRED and field.default is not None:
        schema["default"] = field.default
    return schema


def _parameter(field: Field, place: str) -> dict[str, Any]:
    return {"name": field.name, "in": place, "required": field.default is REQUIRED, "schema": _schema(field)}


def _object(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {field.name: _schema(field) for field in fields},
        "required": [field.name for field in fields if field.default is REQUIRED],
        "additionalProperties": False,
    }


def _responses(operation: Operation) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "Done"}
    if operation.answers is not None:
        done["content"] = {operation.media: {"schema": operation.answers}}
    elif operation.status != 204:
        done["content"] = {operation.media: {}}
    problem = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    refusals = {
        str(status): {"description": what, "content": problem}
        for status, what in _REFUSALS.items()
        if operation.takes_body or status not in _OF_BODIES
    }
    return {str(operation.status): done, **refusals}
