"""Prices and sizes as a test writes them, and the words for what is none. Knows no instruments: a step is given.

What a client sends over the wire is read elsewhere, and refused with codes.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from ..messages import number

__all__ = ["amount", "figure", "on_grid"]

_POSITIVE = "a number above 0"


def figure(what: str, value: object, wanted: str = "a finite number") -> Decimal:
    """Return a number that somebody gave; TypeError for a float, ValueError for what is none: `wanted` is."""
    if isinstance(value, (float, bool)) or not isinstance(value, (Decimal, int, str)):
        raise TypeError(f"{what} is {value!r}: give a Decimal, an int or a str")
    try:
        found = Decimal(value)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise ValueError(f"{what} is {value!r}: give {wanted}")
    return found


def amount(what: str, value: object) -> Decimal:
    """Return a number above 0 that somebody gave; raises like `figure`."""
    found = figure(what, value, _POSITIVE)
    if found <= 0:
        raise ValueError(f"{what} is {value!r}: give {_POSITIVE}")
    return found


def on_grid(what: str, value: object, step: Decimal, name: str) -> Decimal:
    """Return a number that is a multiple of `step`, the instrument's `name`; raises like `amount`."""
    found = amount(what, value)
    if found % step:
        raise ValueError(f"{what} is {number(found)}: give a multiple of the {name} {number(step)}")
    return found
