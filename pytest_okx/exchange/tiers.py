"""Position tiers: the larger a position, the lower its leverage and the higher its maintenance margin.

Knows one instrument at a time, no accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .instruments import Instrument


@dataclass(frozen=True, slots=True)
class Tier:
    """Positions above `min_sz` up to `max_sz`, in contracts, or in base on MARGIN."""

    tier: int
    min_sz: Decimal
    max_sz: Decimal
    mmr: Decimal
    imr: Decimal
    max_lever: Decimal


def tiers_of(instrument: Instrument) -> tuple[Tier, ...]:
    """Return the tiers of an instrument, the smallest positions first."""
    most = Decimal(instrument.lever or 10)
    step = instrument.max_mkt_sz
    shares = ((1, "0.004"), (2, "0.01"), (5, "0.05"))
    return tuple(
        Tier(number, step * (number - 1), step * number, Decimal(mmr), share / most, most / share)
        for number, (share, mmr) in enumerate(shares, 1)
    )
