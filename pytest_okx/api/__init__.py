"""v5 as OKX offers it: the order of its checks, and one module for each section of its documentation.

Importing this package fills the table of endpoints. An endpoint turns a call into rows of text; it decides no
business, which is the exchange's, and knows no socket.
"""

from __future__ import annotations

from . import (
    absent,
    account,
    asset,
    bills,
    candles,
    contracts,
    demo,
    deposits,
    fees,
    history,
    indices,
    lending,
    leverage,
    market,
    option_statistics,
    options,
    public,
    settings,
    statistics,
    status,
    subaccount,
    tiers,
    trade,
    users,
    withdrawals,
)
from .checks import PRIVATE, PUBLIC

__all__ = [
    "PRIVATE",
    "PUBLIC",
    "absent",
    "account",
    "asset",
    "bills",
    "candles",
    "contracts",
    "demo",
    "deposits",
    "fees",
    "history",
    "indices",
    "lending",
    "leverage",
    "market",
    "option_statistics",
    "options",
    "public",
    "settings",
    "statistics",
    "status",
    "subaccount",
    "tiers",
    "trade",
    "users",
    "withdrawals",
]
