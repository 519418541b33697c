"""The play money of demo trading: an account may give itself some, three times a day, or take some away.

Knows neither keys nor headers: who is in demo trading is decided elsewhere.
Source: OKX's "Adjust demo account balance" and the errors 59691 to 59693.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ..errors import Code, OkxError
from .locking import atomic
from .values import ZERO

if TYPE_CHECKING:
    from .accounts import Account
    from .exchange import Exchange

__all__ = ["INCREASES_A_DAY", "MOST", "Adjusted", "DemoFunds"]

INCREASES_A_DAY: Final = 3
MOST: Final[Mapping[str, Decimal]] = MappingProxyType(
    {"BTC": Decimal(1), "ETH": Decimal(1), "USDT": Decimal(5_000), "OKB": Decimal(100)}
)
"""The currencies that can be adjusted, and the most of each in one call."""

_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A currency, the amount asked for, and the cash after it."""

    ccy: str
    amt: Decimal
    bal: Decimal


class DemoFunds:
    """Counts the increases of each account by day of UTC."""

    def __init__(self, exchange: Exchange) -> None:
        self.lock = exchange.lock
        self._exchange = exchange
        self._used: dict[tuple[str, int], int] = {}

    def left(self, account: Account, now: int) -> int:
        """Return how many increases the account has left on the day of `now` (ms)."""
        return INCREASES_A_DAY - self._used.get((account.uid, now // _DAY_MS), 0)

    @atomic
    def increase(self, account: Account, amounts: Mapping[str, Decimal], now: int) -> list[Adjusted]:
        """Add to the trading cash; `OkxError` 59691 when the day's increases are used up."""
        _check(amounts)
        if not self.left(account, now):
            raise OkxError("59691", INCREASES_A_DAY)
        day = account.uid, now // _DAY_MS
        self._used[day] = self._used.get(day, 0) + 1
        return [self._move(account, ccy, amount, amount, now) for ccy, amount in amounts.items()]

    @atomic
    def reduce(self, account: Account, amounts: Mapping[str, Decimal], now: int) -> list[Adjusted]:
        """Take from the trading cash; `OkxError` 59692 for more than there is, 59693 for what is in use."""
        _check(amounts)
        self._exchange.settle(now)
        for ccy, amount in amounts.items():
            if amount > account.cash.get(ccy, ZERO):
                raise OkxError("59692", ccy)
            if amount > self._exchange.treasury.max_withdrawal(account, ccy, now):
                raise OkxError("59693", ccy)
        return [self._move(account, ccy, amount, -amount, now) for ccy, amount in amounts.items()]

    def _move(self, account: Account, ccy: str, amount: Decimal, change: Decimal, now: int) -> Adjusted:
        self._exchange.treasury.pay_trading(account, ccy, change, now)
        return Adjusted(ccy, amount, account.cash[ccy])


def _check(amounts: Mapping[str, Decimal]) -> None:
    for ccy, amount in amounts.items():
        if ccy not in MOST:
            raise OkxError(Code.PARAMETER, "ccy")
        if amount > MOST[ccy]:
            raise OkxError(Code.PARAMETER, "amt")
