"""Deposits as values: what came in, by which chain and when.

Knows no accounts; a deposit is successful from the moment on that a test makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["ARRIVED", "Deposit"]

ARRIVED = "2"
"""The state of a deposit that can be used and withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """A deposit. From a chain it has `to` and `tx_id`; from another account here `sender` and `from_wd_id`."""

    dep_id: str
    ccy: str
    amt: Decimal
    ts: int
    chain: str = ""
    to: str = ""
    tx_id: str = ""
    sender: str = ""
    from_wd_id: str = ""
    state: str = ARRIVED

    @property
    def kind(self) -> str:
        """OKX's number for the way it came: 3 from another account, 4 from a chain."""
        return "3" if self.from_wd_id else "4"
