"""Funding rates of perpetual contracts, every eight hours: a pure function of (seed, instrument, time).

Knows no accounts and pays nobody.
"""

from __future__ import annotations

from decimal import Decimal
from hashlib import blake2b

from .instruments import Instrument

INTERVAL_MS = 8 * 3_600_000
"""Funding is due at 00:00, 08:00 and 16:00 UTC."""

_UNIT = Decimal("1E-8")
_MOST = 50_000


class Funding:
    """The rates of one seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def rate(self, instrument: Instrument, time_ms: int) -> Decimal:
        """Return the rate of the interval that ends at `time_ms`, within 0.05 %; positive: longs pay."""
        text = f"{self._seed}|funding|{instrument.inst_id}|{time_ms // INTERVAL_MS}"
        digest = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
        return (digest % (2 * _MOST + 1) - _MOST) * _UNIT
