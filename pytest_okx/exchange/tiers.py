"""Position tiers: the larger a position, the more margin it needs and the less leverage it may have.

A pure function of an instrument: its largest leverage and the size of its market. Knows no accounts. Modelled on
OKX's "Get position tiers"; the sizes are not OKX's.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from .instruments import Instrument
from .values import WRITING_MARGIN, ZERO, cut

# Up to how many times a market (`_MARKETS` times the size at the touch) a tier reaches, and which part of the largest
# leverage it leaves.
_STEPS = (
    ("1", "1"),
    ("4", "0.8"),
    ("10", "0.5"),
    ("20", "0.25"),
    ("40", "0.2"),
    ("100", "0.1"),
    ("200", "0.05"),
    ("500", "0.02"),
)
_MARKETS = 10
_MAINTENANCE = Decimal("0.4")
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Tier:
    """One row of "Get position tiers": sizes in contracts, or in base on MARGIN, both ends included.

    `imr` and `mmr` are parts of the position's value; of an option's coins, where `max_lever` is 0.
    """

    tier: int
    min_sz: Decimal
    max_sz: Decimal
    mmr: Decimal
    imr: Decimal
    max_lever: Decimal


def tiers_of(instrument: Instrument) -> tuple[Tier, ...]:
    """Return the tiers of an instrument, the smallest sizes first; none for SPOT."""
    if instrument.inst_type == "SPOT":
        return ()
    return _tiers(Decimal(instrument.lever or 0), instrument.touch_sz * _MARKETS, instrument.lot_sz)


def tier_for(instrument: Instrument, sz: Decimal) -> Tier:
    """Return the tier of a position of `sz`; what is larger than all of them is in the last one."""
    tiers = tiers_of(instrument)
    return next((tier for tier in tiers if sz <= tier.max_sz), tiers[-1])


def largest_position(instrument: Instrument, lever: Decimal) -> Decimal:
    """Return how large a position may be at a leverage; 0 when no tier allows that leverage."""
    return max((tier.max_sz for tier in tiers_of(instrument) if lever <= (tier.max_lever or lever)), default=ZERO)


@lru_cache(maxsize=256)
def _tiers(largest: Decimal, unit: Decimal, lot_sz: Decimal) -> tuple[Tier, ...]:
    if not largest:
        return (Tier(1, ZERO, unit * int(_STEPS[-1][0]), WRITING_MARGIN / 2, WRITING_MARGIN, ZERO),)
    tiers, least = [], ZERO
    for number, (sizes, part) in enumerate(_STEPS, 1):
        lever = max(_ONE, largest * Decimal(part))
        most = unit * Decimal(sizes)
        tiers.append(Tier(number, least, most, cut(_MAINTENANCE / lever), cut(_ONE / lever), lever))
        least = most + lot_sz
    return tuple(tiers)
