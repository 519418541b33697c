"""Indices, by which contracts are judged, and how far a contract is from its own.

An index shows the price of the spot pair that bears its name, and one in US dollars that of the pair with a
stablecoin. Knows no accounts and no orders.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from ..errors import OkxError
from .house import STABLE, Level
from .instruments import Instrument
from .values import ZERO, cut, face

if TYPE_CHECKING:
    from .exchange import Exchange

__all__ = ["IMPACT", "Indices", "index_of"]

IMPACT = Decimal(20_000)
"""How much of the quote currency has to be traded for the impact prices of a premium."""

_STABLE_PAIRS = ("USDT", "USDC")


def index_of(instrument: Instrument) -> str:
    """Return the name of an instrument's index: its underlying, or the pair itself."""
    return instrument.uly or instrument.inst_id


class Indices:
    """The indices of one exchange."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def names(self) -> tuple[str, ...]:
        """Return the name of every index, in the order of the instruments."""
        return tuple(dict.fromkeys(map(index_of, self._exchange.instruments.values())))

    def source(self, name: str) -> Instrument:
        """Return the instrument whose price the index shows; `OkxError` 51014 for an index that is not."""
        instruments = self._exchange.instruments
        same = [each for each in instruments.values() if index_of(each) == name]
        if not same:
            raise OkxError("51014")
        base, _, quote = name.partition("-")
        pairs = [name] + [f"{base}-{ccy}" for ccy in _STABLE_PAIRS if quote in STABLE]
        # A coin without a pair has nothing else than its contract to go by.
        return next((instruments[pair] for pair in pairs if pair in instruments), same[0])

    def price(self, name: str, now: int) -> Decimal:
        """Return what the index shows at `now` (ms)."""
        return self._exchange.markets.price(self.source(name), now)

    def premium(self, instrument: Instrument, now: int) -> Decimal:
        """Return how far the impact prices of a contract are from its index, in parts of it.

        [max(0, impact bid - index) - max(0, index - impact ask)] / index, as "Get funding rate" has it.
        """
        index = self.price(index_of(instrument), now)
        bid, ask = (self._impact(instrument, side, now) for side in ("sell", "buy"))
        return cut((max(ZERO, bid - index) - max(ZERO, index - ask)) / index)

    def _impact(self, instrument: Instrument, side: str, now: int) -> Decimal:
        return impact_price(instrument, self._exchange.markets.levels(instrument, now, side))


def impact_price(instrument: Instrument, levels: Iterable[Level]) -> Decimal:
    """Return the mean price at which `IMPACT` is traded against `levels`, of all of them if they are worth less."""
    left, size, value = IMPACT, ZERO, ZERO
    in_dollars = instrument.ct_val_ccy == "USD"
    for level in levels:
        worth = level.sz * face(instrument) * (1 if in_dollars else level.px)
        taken = min(left, worth)
        size += taken / level.px
        value += taken
        left -= taken
        if not left:
            break
    return value / size if size else ZERO
