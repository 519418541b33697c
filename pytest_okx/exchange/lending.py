"""What coins can be borrowed, at which rate and how much of each, as one table; round figures, not OKX's of any day.

Knows no accounts and lends nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

__all__ = ["LOANS", "QUOTA_FACTORS", "Loan"]

# Per day, whole at each of its 24 hours, and in the coin.
_TABLE = """
ccy  rate     quota
BTC  0.000048 20
ETH  0.00006  300
USDT 0.00024  1000000
USDC 0.00024  500000
SOL  0.00012  5000
XRP  0.00012  500000
DOGE 0.00012  3000000
LTC  0.00012  5000
ADA  0.00012  500000
"""


@dataclass(frozen=True, slots=True)
class Loan:
    """A coin that is lent: `rate` a day, and the `quota` of an account of level 1."""

    ccy: str
    rate: Decimal
    quota: Decimal


def _loans() -> Mapping[str, Loan]:
    rows = [line.split() for line in _TABLE.strip().splitlines()[1:]]
    return MappingProxyType({ccy: Loan(ccy, Decimal(rate), Decimal(quota)) for ccy, rate, quota in rows})


LOANS = _loans()
"""By currency."""

QUOTA_FACTORS: Mapping[str, int] = MappingProxyType(
    {f"Lv{level}": level for level in range(1, 6)} | {f"VIP{level}": 5 + level for level in range(1, 10)}
)
"""How many times its quota an account of a level may borrow."""
