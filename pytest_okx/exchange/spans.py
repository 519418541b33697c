"""What a stretch of trades amounts to: first and last price, extremes, volumes. Stretches join into candles.

Knows prices, sizes and units; not who traded, nor the calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .instruments import Instrument
from .values import MONEY

__all__ = ["Span", "volumes"]

_CENT = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch with one trade or more, from `first` to `last` (ms); volumes as in `Candle`."""

    first: int
    last: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    vol: Decimal
    vol_ccy: Decimal
    vol_ccy_quote: Decimal

    def joined(self, other: Span | None) -> Span:
        """Return both stretches as one; at the same moment this one opens before the other and the other closes."""
        if other is None:
            return self
        return Span(
            min(self.first, other.first),
            max(self.last, other.last),
            self.open if self.first <= other.first else other.open,
            max(self.high, other.high),
            min(self.low, other.low),
            self.close if self.last > other.last else other.close,
            self.vol + other.vol,
            self.vol_ccy + other.vol_ccy,
            self.vol_ccy_quote + other.vol_ccy_quote,
        )


def volumes(instrument: Instrument, vol: Decimal, px: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Return vol, volCcy and volCcyQuote of the size `vol` traded at `px`; the last two to eight decimals."""
    if instrument.ct_val is None or instrument.ct_mult is None:
        quote = _cents(vol, px)
        return vol, quote, quote
    face = MONEY.multiply(vol, MONEY.multiply(instrument.ct_val, instrument.ct_mult))
    if instrument.ct_val_ccy == "USD":
        return vol, MONEY.divide(face, px).quantize(_CENT, context=MONEY), face
    return vol, face, _cents(face, px)


def _cents(sz: Decimal, px: Decimal) -> Decimal:
    return MONEY.multiply(sz, px).quantize(_CENT, context=MONEY)
