"""What a number of contracts or coins is worth: notional, profit, fees and margin of one trade.

Pure functions of an instrument and numbers. Knows no accounts and no orders.
Source: OKX's contract specifications; linear, inverse and `ctMult` as in "Get instruments".
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from types import MappingProxyType

from .instruments import Instrument

MONEY = Context(prec=100, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
"""The context of the ledger: sums and products never round, and only `cut` ends a division."""

FEE_RATES: Mapping[str, Mapping[str, Decimal]] = MappingProxyType(
    {
        "SPOT": {"T": Decimal("0.001"), "M": Decimal("0.0008")},
        "SWAP": {"T": Decimal("0.0005"), "M": Decimal("0.0002")},
        "FUTURES": {"T": Decimal("0.0005"), "M": Decimal("0.0002")},
        "OPTION": {"T": Decimal("0.0005"), "M": Decimal("0.0002")},
    }
)
"""What takers (T) and makers (M) pay of the value traded; of the premium on options (a choice)."""

WRITING_MARGIN = Decimal("0.15")
"""The margin of a written option, in parts of the coins that it is about (a choice)."""

ZERO = Decimal(0)
_QUANTUM = Decimal("1E-16")


def cut(value: Decimal) -> Decimal:
    """Round the result of a division to the sixteen decimals that OKX shows."""
    rounded = value.quantize(_QUANTUM, context=MONEY)
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


def notional(instrument: Instrument, sz: Decimal, px: Decimal) -> Decimal:
    """Return the value of `sz` at `px`, in quote on SPOT and in settleCcy on derivatives."""
    if is_inverse(instrument):
        return cut(sz * face(instrument) / px)
    return sz * face(instrument) * px


def profit(instrument: Instrument, pos: Decimal, entry: Decimal, exit_px: Decimal) -> Decimal:
    """Return what the signed position `pos` earns from `entry` to `exit_px`, in settleCcy."""
    if is_inverse(instrument):
        return cut(pos * face(instrument) * (exit_px - entry) / (entry * exit_px))
    return pos * face(instrument) * (exit_px - entry)


def fee(instrument: Instrument, side: str, sz: Decimal, px: Decimal, exec_type: str) -> Decimal:
    """Return the fee of a fill, negative because it is paid: in the received currency on SPOT."""
    rate = FEE_RATES[instrument.inst_type][exec_type]
    if instrument.inst_type == "SPOT" and side == "buy":
        return -sz * rate
    return -notional(instrument, sz, px) * rate


def fee_ccy(instrument: Instrument, side: str) -> str:
    """Return the currency of `fee`."""
    if instrument.inst_type != "SPOT":
        return instrument.settle_ccy
    return instrument.base_ccy if side == "buy" else instrument.quote_ccy


def margin(instrument: Instrument, pos: Decimal, px: Decimal, lever: Decimal) -> Decimal:
    """Return the initial margin of the signed position `pos` at `px`: notional / lever.

    A written option needs `WRITING_MARGIN` of its coins whatever the leverage; a bought one is paid.
    """
    if not instrument.opt_type:
        return cut(notional(instrument, abs(pos), px) / lever)
    return max(-pos, ZERO) * face(instrument) * WRITING_MARGIN
