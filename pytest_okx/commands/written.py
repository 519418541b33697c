"""What is written on a command line as text, and what it stands for: balances, instants, faults.

Each function is a `type` of argparse: it raises ArgumentTypeError, whose sentence names the text and what to write.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ..faults import (
    CloseAfter,
    Delay,
    Disconnect,
    Fault,
    Garble,
    HttpError,
    LoseReply,
    Reject,
    Silence,
    Truncate,
    WrongLength,
)

__all__ = ["FAULT", "balance", "count", "fault", "instant"]

_COUNT = re.compile("[1-9][0-9]{0,17}")
_FAULT = re.compile(r"(?P<kind>[a-z-]+|\d+(?:_\d+)?)(?:=(?P<value>[^@*]+))?(?:@(?P<on>[^@]+?))?(?:\*(?P<times>\d*))?")
# The faults that can be written on a command line, with what they are when no value is given; a code is a Reject.
_VALUED: Final[dict[str, tuple[str, Callable[[str], Fault]]]] = {
    "http": ("503", lambda value: HttpError(int(value))),
    "delay": ("1", lambda value: Delay(float(value))),
    "truncate": ("0", lambda value: Truncate(int(value))),
    "wrong-length": ("1", lambda value: WrongLength(int(value))),
}
_PLAIN: Final[dict[str, Callable[[], Fault]]] = {
    "lose-reply": LoseReply,
    "disconnect": Disconnect,
    "silence": Silence,
    "garble": Garble,
    "close-after": CloseAfter,
}

FAULT: Final = (
    "WHAT[=VALUE][@ROUTE][*TIMES]",
    f"a code such as 50011, or {', '.join(_PLAIN)}, or with a value {', '.join(_VALUED)}",
)
"""How a fault is written, and what it may be."""


def count(text: str) -> int:
    if not _COUNT.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number: write a whole number from 1 on")
    return int(text)


def balance(text: str) -> tuple[str, Decimal]:
    ccy, _, amount = text.partition("=")
    try:
        value = Decimal(amount)
    except InvalidOperation:
        value = Decimal("NaN")
    if not ccy or not value.is_finite() or value < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no balance: write CCY=AMOUNT, such as USDT=1000")
    return ccy, value


def instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time: write ISO 8601 with a zone, such as 2026-01-01T00:00:00Z"
        ) from None
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no zone: end it with Z for UTC")
    return at


def fault(text: str) -> tuple[Fault, dict[str, Any]]:
    parts = _FAULT.fullmatch(text)
    try:
        if parts is None:
            raise ValueError("it is not WHAT[=VALUE][@ROUTE][*TIMES]")
        times = 1 if parts["times"] is None else int(parts["times"]) if parts["times"] else None
        return _kind(parts["kind"], parts["value"]), {"on": parts["on"], "times": times}
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no fault: {error}") from None


def _kind(kind: str, value: str | None) -> Fault:
    if kind in _VALUED:
        default, make = _VALUED[kind]
        return make(default if value is None else value)
    if value is not None:
        raise ValueError(f"{kind} takes no value")
    return _PLAIN[kind]() if kind in _PLAIN else Reject(kind)
