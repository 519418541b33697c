"""Amounts of a currency as a test writes them, and the words for what is none.

Knows no accounts. What a client sends over the wire is read elsewhere, and refused with codes.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

__all__ = ["Amount", "amount_of"]

Amount = Decimal | int | str

_CURRENCY = re.compile(r"[A-Z0-9]+")


def amount_of(ccy: str, amount: Amount) -> Decimal:
    """Return `amount` as a number; TypeError for a float, ValueError below 0 and for a currency not in capitals."""
    if not _CURRENCY.fullmatch(ccy):
        raise ValueError(f"unknown currency {ccy!r}: write it in capitals, such as 'USDT'")
    if isinstance(amount, (float, bool)):
        raise TypeError(f"the balance of {ccy} is {amount!r}: give a Decimal, an int or a str")
    try:
        value = Decimal(amount)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0:
        raise ValueError(f"the balance of {ccy} is {amount!r}: give a finite amount, 0 or more")
    return value
