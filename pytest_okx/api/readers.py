"""How the fields of an order's JSON are read, as values that a table can hold: one reader for each kind of field.

Each raises 51000 with the field's name for what it cannot read. Knows neither orders nor endpoints.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from ..errors import Code, OkxError
from ..routing import Entry, text
from .params import positive, word

__all__ = ["CLIENT_ID", "CURRENCY", "PX_TYPES", "TAG", "Reader", "flag", "one_of", "or_else", "order_px", "shaped"]

CLIENT_ID: Final = re.compile(r"[A-Za-z0-9]{1,32}")
TAG: Final = re.compile(r"[A-Za-z0-9]{1,16}")
CURRENCY: Final = re.compile(r"[A-Z0-9]{1,16}")
PX_TYPES: Final = ("last", "index", "mark")
_TRUE_FALSE: Final = ("true", "false")
_MARKET: Final = "-1"

Reader = Callable[[Entry, str], Any]


def one_of(*choices: str) -> Reader:
    """One of the words, or "" where the field is absent."""
    return lambda entry, name: word(entry, name, choices)


def or_else(default: str, *choices: str) -> Reader:
    """One of the words, `default` where the field is absent."""
    return lambda entry, name: word(entry, name, choices) or default


def flag(entry: Entry, name: str) -> bool:
    """Whether the field is true."""
    return word(entry, name, _TRUE_FALSE) == "true"


def shaped(pattern: re.Pattern[str]) -> Reader:
    """Text that matches as a whole, or "" where the field is absent."""

    def read(entry: Entry, name: str) -> str:
        value = text(entry, name)
        if value and not pattern.fullmatch(value):
            raise OkxError(Code.PARAMETER, name)
        return value

    return read


def order_px(entry: Entry, name: str) -> Decimal | None:
    """The price of an order that waits for another one, None for "-1", a market order; absent is refused."""
    return None if text(entry, name) == _MARKET else positive(entry, name)
