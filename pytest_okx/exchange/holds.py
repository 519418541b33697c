"""What one open order keeps back: coins on SPOT, margin and the expected fee on derivatives.

Pure functions of orders. Knows no accounts: `accounts` adds up what is held, `margin` what it means.
OKX does not publish the exact amounts; these are inferred from recorded balances.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .instruments import Instrument
from .orders import Order
from .values import ZERO, cut, fee, margin, notional


@dataclass(frozen=True, slots=True)
class Pending:
    """The open orders of one side on one position: contracts left, and what they need if all open."""

    instrument: Instrument
    sz: Decimal
    need: Decimal

    def plus(self, sz: Decimal, need: Decimal) -> Pending:
        """Return the sum with one more order, or one less when both are negative."""
        return Pending(self.instrument, self.sz + sz, self.need + need)

    def frozen(self, closable: Decimal) -> Decimal:
        """Return what is held when `closable` contracts close a position: closing holds nothing."""
        if not closable or not self.sz:
            return self.need
        opening = max(self.sz - closable, ZERO)
        return cut(self.need * opening / self.sz)


def spot_hold(order: Order, px: Decimal, surcharge: Decimal = ZERO) -> tuple[str, Decimal]:
    """Return the currency and the amount that an open SPOT order freezes: quote to buy, base to sell.

    `surcharge` is the part of the price that a fee in quote currency adds to what is bought.
    """
    if order.side == "sell":
        return order.instrument.base_ccy, order.remaining
    return order.instrument.quote_ccy, order.remaining * px * (1 + surcharge)


def contract_hold(order: Order, px: Decimal, rate: Decimal) -> Decimal:
    """Return what an open derivatives order needs for the contracts left, were all of them to open."""
    lever = Decimal(order.lever or 1)
    return contract_need(order.instrument, order.side, order.remaining, (px,), lever, rate)


def contract_need(
    instrument: Instrument, side: str, sz: Decimal, prices: Iterable[Decimal], lever: Decimal, rate: Decimal
) -> Decimal:
    """Return margin (or premium) and fee at `rate` for opening `sz` contracts, at the dearest of `prices`."""
    return max(_need(instrument, side, sz, px, lever, rate) for px in prices)


def _need(instrument: Instrument, side: str, sz: Decimal, px: Decimal, lever: Decimal, rate: Decimal) -> Decimal:
    expected_fee = -fee(instrument, side, sz, px, rate)
    if instrument.opt_type and side == "buy":
        return notional(instrument, sz, px) + expected_fee
    return margin(instrument, sz if side == "buy" else -sz, px, lever) + expected_fee
