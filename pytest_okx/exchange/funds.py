"""The funding account of one user: its cash, and the bill of every movement.

Decides nothing. Nothing is ever frozen in it: a withdrawal takes its amount at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from .deposits import Deposit
from .transfers import SubTransfer, Transfer
from .values import ZERO
from .withdrawals import Withdrawal

__all__ = ["Fund", "FundBill"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FundBill:
    """One movement of funding cash; `kind` is OKX's number for the reason, `bal` what was there after it."""

    bill_id: str
    ccy: str
    bal_chg: Decimal
    bal: Decimal
    kind: str
    client_id: str
    ts: int


@dataclass(slots=True)
class Fund:
    """Everything in the order of time; transfers are those that this account asked for.

    `sub_transfers` are those between it and its sub-accounts, whoever asked.
    """

    cash: dict[str, Decimal] = field(default_factory=dict)
    bills: list[FundBill] = field(default_factory=list)
    deposits: list[Deposit] = field(default_factory=list)
    withdrawals: dict[str, Withdrawal] = field(default_factory=dict)
    transfers: dict[str, Transfer] = field(default_factory=dict)
    sub_transfers: list[SubTransfer] = field(default_factory=list)

    def has(self, ccy: str) -> Decimal:
        """Return the cash of a currency."""
        return self.cash.get(ccy, ZERO)

    def move(self, ccy: str, amount: Decimal, kind: str, now: int, bill_id: str, client_id: str = "") -> None:
        """Add `amount` (negative: take it) to the cash of a currency, and write the bill."""
        self.cash[ccy] = bal = self.has(ccy) + amount
        bill = FundBill(bill_id=bill_id, ccy=ccy, bal_chg=amount, bal=bal, kind=kind, client_id=client_id, ts=now)
        self.bills.append(bill)
