"""What expired contracts were settled at: deliveries of futures, exercises of options.

The price is that of the index when they expired. Contracts of the quarter before the exchange began were delivered as
well. Knows no accounts: who held what is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from .instruments import Instrument, default_instruments

if TYPE_CHECKING:
    from .exchange import Exchange

__all__ = ["Delivery", "deliveries"]

DAY_MS = 86_400_000
_RETAINED = 90 * DAY_MS
# The default contracts of a day are at least a week from their expiry.
_NOTICE = 7 * DAY_MS


@dataclass(frozen=True, slots=True)
class Delivery:
    """A contract that expired at `ts` (ms): `kind` is "delivery", "exercised" or "expired_otm"."""

    ts: int
    inst_id: str
    px: Decimal
    kind: str


def deliveries(exchange: Exchange, inst_type: str, family: str, now: int) -> list[Delivery]:
    """Return what of a family expired in the last three months, newest first."""
    found = [
        _delivery(exchange, each, each.exp_time)
        for each in _known(exchange, now)
        if (each.inst_type, each.inst_family) == (inst_type, family)
        and each.exp_time is not None
        and now - _RETAINED < each.exp_time <= now
    ]
    return sorted(found, key=lambda each: each.ts, reverse=True)


def _known(exchange: Exchange, now: int) -> Iterable[Instrument]:
    """Return the instruments that were listed a quarter ago, and those of today."""
    return {**default_instruments(now - _RETAINED - _NOTICE), **exchange.instruments}.values()


def _delivery(exchange: Exchange, instrument: Instrument, ts: int) -> Delivery:
    px = exchange.indices.price_of(instrument, ts)
    return Delivery(ts, instrument.inst_id, px, _kind(instrument, px))


def _kind(instrument: Instrument, px: Decimal) -> str:
    if instrument.strike is None:
        return "delivery"
    gain = px - instrument.strike
    return "exercised" if (gain if instrument.opt_type == "C" else -gain) > 0 else "expired_otm"
