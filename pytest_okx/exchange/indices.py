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
        for each in self._exchange.instruments.values():
            if index_of(each) == name:
                return self._source_of(each)
        raise OkxError("51014")

    def price(self, name: str, now: int) -> Decimal:
        """Return what the index of that name shows at `now` (ms)."""
        return self._exchange.markets.price(self.source(name), now)

    def price_of(self, instrument: Instrument, now: int) -> Decimal:
        """Return what an instrument's index shows at `now` (ms), though the instrument be listed no more."""
        return self._exchange.markets.price(self._source_of(instrument), now)

    def _source_of(self, instrument: Instrument) -> Instrument:
        """Return the pair of an instrument's index; a coin without one has nothing else than its contract."""
        name = index_of(instrument)
        base, _, quote = name.partition("-")
        pairs = [name] + [f"{base}-{ccy}" for ccy in _STABLE_PAIRS if quote in STABLE]
        listed = self._exchange.instruments
        return next((listed[pair] for pair in pairs if pair in listed), instrument)

    def premium(self, instrument: Instrument, now: int) -> Decimal:
        """Return how far the impact prices of a contract are from its index, in parts of it.

        [max(0, impact bid - index) - max(0, index - impact ask)] / index, as "Get funding rate" has it.
        """
        index = self.price_of(instrument, now)
        bid, ask = (self._impact(instrument, side, now) or index for side in ("sell", "buy"))
        return cut((max(ZERO, bid - index) - max(ZERO, index - ask)) / index)

    def _impact(self, instrument: Instrument, side: str, now: int) -> Decimal | None:
        return impact_price(instrument, self._exchange.markets.levels(instrument, now, side))


def impact_price(instrument: Instrument, levels: Iterable[Level]) -> Decimal | None:
    """Return the mean price at which `IMPACT` is traded against `levels`; of all if they are worth less, else None."""
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
    return value / size if size else None
