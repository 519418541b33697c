"""What a value in JSON has to be: the schema that OpenAPI shows, and how it is read.

A value is held against its schema, so that what is promised is what is taken. Nothing here knows an operation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

__all__ = [
    "ANY",
    "COUNT",
    "FLAG",
    "INSTANT",
    "LEVELS",
    "MONEY",
    "NUMBER",
    "NUMERAL",
    "OBJECT",
    "POSITIVE",
    "PRICE",
    "SECONDS",
    "SIGNED",
    "TEXT",
    "TEXTS",
    "Schema",
    "Shape",
    "choice",
    "nullable",
]

Schema = Mapping[str, Any]
_MOST_SECONDS: Final = 100 * 366 * 86_400
_MOST_COUNT: Final = 2**53
_LONGEST_TEXT: Final = 200
_KINDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and not isinstance(value, bool) and value == value // 1,
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def _fits(schema: Schema, value: Any) -> bool:
    kinds = schema.get("type", ())
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    if kinds and not any(_KINDS[kind](value) for kind in kinds):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    return value is None or all(holds(schema[name], value) for name, holds in _LIMITS.items() if name in schema)


def _items_fit(schema: Schema, values: Any) -> bool:
    return not isinstance(values, list) or all(_fits(schema, each) for each in values)


def _values_fit(schema: Schema, value: Any) -> bool:
    return not isinstance(value, dict) or all(_fits(schema, each) for each in value.values())


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float))


_LIMITS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "minimum": lambda least, value: not _is_number(value) or value >= least,
    "maximum": lambda most, value: not _is_number(value) or value <= most,
    "maxLength": lambda most, value: not isinstance(value, str) or len(value) <= most,
    "pattern": lambda pattern, value: not isinstance(value, str) or re.fullmatch(pattern, value, re.ASCII) is not None,
    "minItems": lambda least, value: not isinstance(value, list) or len(value) >= least,
    "maxItems": lambda most, value: not isinstance(value, list) or len(value) <= most,
    "items": _items_fit,
    "additionalProperties": _values_fit,
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of value: what to give in words, its JSON schema, and what is made of a value that fits it."""

    wanted: str
    schema: Schema
    make: Callable[[Any], Any] = lambda value: value

    def read(self, name: str, value: Any) -> Any:
        """What the value stands for; raises ValueError, a sentence, for one that does not fit."""
        if not _fits(self.schema, value):
            raise ValueError(f"{name} is {_shown(value)}: give {self.wanted}")
        try:
            return self.make(value)
        except ValueError:
            raise ValueError(f"{name} is {_shown(value)}: give {self.wanted}") from None


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]} ..."


def nullable(shape: Shape) -> Shape:
    """The same, or null."""
    kinds = shape.schema["type"]
    schema = dict(shape.schema, type=[*([kinds] if isinstance(kinds, str) else kinds), "null"])
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return Shape(f"{shape.wanted}, or null", schema, lambda value: None if value is None else shape.make(value))


def choice(*values: str) -> Shape:
    """One of these texts."""
    return Shape(f"one of {', '.join(values)}", {"type": "string", "enum": list(values)})


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("no zone")
    return at


def _levels(pairs: list[list[Any]]) -> list[tuple[Decimal, Decimal]]:
    return [(Decimal(price), Decimal(size)) for price, size in pairs]


_AMOUNT: Final = {
    "type": ["string", "integer"],
    "pattern": r"^[0-9]{1,15}(\.[0-9]{1,15})?$",
    "minimum": 0,
    "maximum": _MOST_COUNT,
}
_SIGNED: Final = {
    "type": ["string", "integer"],
    "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,15})?$",
    "minimum": -_MOST_COUNT,
    "maximum": _MOST_COUNT,
}
_PAIR: Final = {"type": "array", "items": _AMOUNT, "minItems": 2, "maxItems": 2}

TEXT = Shape("a text", {"type": "string", "maxLength": 1000})
TEXTS = Shape("a list of texts", {"type": "array", "items": TEXT.schema, "maxItems": 100})
FLAG = Shape("true or false", {"type": "boolean"})
COUNT = Shape("a whole number from 0 up", {"type": "integer", "minimum": 0, "maximum": _MOST_COUNT}, int)
POSITIVE = Shape("a whole number from 1 up", {"type": "integer", "minimum": 1, "maximum": _MOST_COUNT}, int)
NUMBER = Shape("a number of at most a million", {"type": "number", "minimum": -1e6, "maximum": 1e6})
SECONDS = Shape(
    "a number of seconds, a hundred years at most",
    {"type": "number", "minimum": -_MOST_SECONDS, "maximum": _MOST_SECONDS},
)
INSTANT = Shape(
    "a time with its zone, such as 2026-01-01T00:00:00.000Z", {"type": "string", "format": "date-time"}, _instant
)
NUMERAL = Shape("a whole number from 0 up", {"type": "string", "pattern": "^[0-9]{1,15}$"}, int)
PRICE = Shape("a number above 0 as text, such as '0.5'", _AMOUNT, Decimal)
SIGNED = Shape("a number as text, such as '-0.0001'", _SIGNED, Decimal)
MONEY = Shape(
    "amounts by currency, as text, such as {'USDT': '1000'}",
    {"type": "object", "additionalProperties": _AMOUNT},
    lambda amounts: {ccy: Decimal(amount) for ccy, amount in amounts.items()},
)
LEVELS = Shape("a list of [price, size], both as text", {"type": "array", "items": _PAIR, "maxItems": 400}, _levels)
OBJECT = Shape("an object", {"type": "object"})
ANY = Shape("any JSON", {})
