"""Coins into contracts and back, as "Unit convert" does it.

Pure functions of an instrument and numbers; knows no markets.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from ..errors import OkxError
from .instruments import Instrument
from .values import cut, face, floor, is_inverse

__all__ = ["to_coins", "to_contracts"]


def to_contracts(instrument: Instrument, sz: Decimal, px: Decimal | None, *, in_quote: bool, opening: bool) -> Decimal:
    """Return how many contracts `sz` coins are, or `sz` of the quote currency, on the lot.

    Rounded down for a position to open, to the nearest to close one. `OkxError` 50014 where `px` is needed and None.
    """
    exact = sz / _worth(instrument, px, in_quote=in_quote)
    lot = instrument.lot_sz
    return floor(exact, lot) if opening else (exact / lot).quantize(Decimal(1), ROUND_HALF_UP) * lot


def to_coins(instrument: Instrument, sz: Decimal, px: Decimal | None, *, in_quote: bool) -> Decimal:
    """Return how many coins `sz` contracts are, or how much of the quote currency."""
    return cut(sz * _worth(instrument, px, in_quote=in_quote))


def _worth(instrument: Instrument, px: Decimal | None, *, in_quote: bool) -> Decimal:
    """Return what one contract is worth in that unit; a contract of dollars is only ever told in coins."""
    inverse = is_inverse(instrument)
    if not inverse and not in_quote:
        return face(instrument)
    if px is None:
        raise OkxError("50014", "px")
    return face(instrument) / px if inverse else face(instrument) * px
