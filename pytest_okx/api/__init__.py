"""v5 as OKX offers it: the order of its checks, and one module for each section of its documentation.

Importing this package fills the table of endpoints. An endpoint turns a call into rows of text; it decides no
business, which is the exchange's, and knows no socket.
"""

from __future__ import annotations

from . import (
    account,
    algo,
    asset,
    bills,
    borrowing,
    closed,
    demo,
    deposits,
    fees,
    history,
    leverage,
    market,
    public,
    risk,
    settings,
    sizes,
    subaccount,
    trade,
    users,
    withdrawals,
)
from .checks import PRIVATE, PUBLIC

__all__ = [
    "PRIVATE",
    "PUBLIC",
    "account",
    "algo",
    "asset",
    "bills",
    "borrowing",
    "closed",
    "demo",
    "deposits",
    "fees",
    "history",
    "leverage",
    "market",
    "public",
    "risk",
    "settings",
    "sizes",
    "subaccount",
    "trade",
    "users",
    "withdrawals",
]
