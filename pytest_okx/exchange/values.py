"""What a number of contracts or coins is worth: notional, profit, fees and margin of one trade.

Pure functions of an instrument and numbers. Knows no accounts and no orders.
Source: OKX's contract specifications; linear, inverse and `ctMult` as in "Get instruments".
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from .instruments import Instrument

MONEY = Context(prec=100, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
"""The context of the ledger: sums and products never round, and only `cut` ends a division."""

WRITING_MARGIN = Decimal("0.15")
"""The margin of a written option, in parts of the coins that it is about (a choice)."""

ZERO = Decimal(0)
QUANTUM = Decimal("1E-16")
"""The last decimal that OKX shows."""


def cut(value: Decimal) -> Decimal:
    """Round the result of a division to the sixteen decimals that OKX shows."""
    rounded = value.quantize(QUANTUM, context=MONEY)
    return value if value == rounded else rounded


def ceiling(value: Decimal, step: Decimal) -> Decimal:
    """Return the smallest multiple of `step` that is not below `value` (0 or more)."""
    down = floor(value, step)
    return down if down == value else down + step


def floor(value: Decimal, step: Decimal) -> Decimal:
    """Return the largest multiple of `step` that is not above `value` (0 or more)."""
    return value // step * step


def face(instrument: Instrument) -> Decimal:
    """Return what one unit of `sz` stands for: ctVal x ctMult, or 1 coin on SPOT."""
    if instrument.ct_val is None or instrument.ct_mult is None:
        return Decimal(1)
    return instrument.ct_val * instrument.ct_mult


def is_inverse(instrument: Instrument) -> bool:
    """Whether the contract is worth a number of dollars and paid in coin; a premium never is."""
    return instrument.ct_type == "inverse" and not instrument.opt_type


def is_in_coin(instrument: Instrument) -> bool:
    """Whether a pair traded on margin keeps its margin, and earns, in the coin that is traded."""
    return instrument.inst_type == "MARGIN" and instrument.settle_ccy == instrument.base_ccy


def notional(instrument: Instrument, sz: Decimal, px: Decimal) -> Decimal:
    """Return the value of `sz` at `px`: in quote on SPOT, in the currency of the margin on all others."""
    if is_inverse(instrument):
        return cut(sz * face(instrument) / px)
    return sz if is_in_coin(instrument) else sz * face(instrument) * px


def profit(instrument: Instrument, pos: Decimal, entry: Decimal, exit_px: Decimal) -> Decimal:
    """Return what the signed position `pos` earns from `entry` to `exit_px`, in the currency of its margin."""
    if is_inverse(instrument):
        return cut(pos * face(instrument) * (exit_px - entry) / (entry * exit_px))
    if is_in_coin(instrument):
        return cut(pos * (exit_px - entry) / exit_px)
    return pos * face(instrument) * (exit_px - entry)


def fee(
    instrument: Instrument, side: str, sz: Decimal, px: Decimal, rate: Decimal, *, in_quote: bool = False
) -> Decimal:
    """Return the fee of a fill at `rate`, negative when paid; of SPOT in the received currency, or in quote."""
    if fee_ccy(instrument, side, in_quote=in_quote) == instrument.base_ccy and instrument.inst_type == "SPOT":
        return -sz * rate
    return -notional(instrument, sz, px) * rate


def fee_ccy(instrument: Instrument, side: str, *, in_quote: bool = False) -> str:
    """Return the currency of `fee`."""
    if instrument.inst_type != "SPOT":
        return instrument.settle_ccy
    return instrument.base_ccy if side == "buy" and not in_quote else instrument.quote_ccy


def margin(instrument: Instrument, pos: Decimal, px: Decimal, lever: Decimal) -> Decimal:
    """Return the initial margin of the signed position `pos` at `px`: notional / lever.

    A written option needs `WRITING_MARGIN` of its coins whatever the leverage; a bought one is paid.
    """
    if not instrument.opt_type:
        return cut(notional(instrument, abs(pos), px) / lever)
    return max(-pos, ZERO) * face(instrument) * WRITING_MARGIN
