"""What is said of all traders together: open interest, ratios of long to short, who took, the security fund.

Pure functions of (seed, instrument, time) like the house, for the traders are the house's; knows no accounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from .house import Candle
from .instruments import Instrument
from .noise import SCALE, SLOT_MS, deviation
from .values import ZERO, cut, face, floor

if TYPE_CHECKING:
    from .exchange import Exchange

__all__ = ["FundChange", "OpenInterest", "Statistics"]

DAY_MS = 86_400_000
_TOUCHES_HELD = 200
_MOST_BARS = 10_000
_FUND = Decimal(500_000_000)
_FUND_HOUR_MS = 8 * 3_600_000
_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class OpenInterest:
    """What is held of a contract: in contracts, coins and US dollars."""

    contracts: Decimal
    coins: Decimal
    dollars: Decimal


@dataclass(frozen=True, slots=True)
class FundChange:
    """The security fund at `ts` (ms), in US dollars, and how it changed in the day before."""

    ts: int
    balance: Decimal
    amount: Decimal


class Statistics:
    """The statistics of one exchange; made when it is asked."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def open_interest(self, instrument: Instrument, at: int) -> OpenInterest:
        """Return what is held of a contract at `at` (ms)."""
        typical = instrument.touch_sz * _TOUCHES_HELD
        held = floor(typical * (1 + 4 * self._wave(f"{instrument.inst_id}|held", at)), instrument.lot_sz)
        px, worth = self._exchange.indices.price_of(instrument, at), held * face(instrument)
        if instrument.ct_val_ccy == "USD":
            return OpenInterest(held, cut(worth / px), worth)
        return OpenInterest(held, worth, worth * px)

    def total(self, instruments: Iterable[Instrument], at: int) -> OpenInterest:
        """Return the sum of what is held of all `instruments`."""
        found = [self.open_interest(each, at) for each in instruments]
        return OpenInterest(
            sum((each.contracts for each in found), ZERO),
            sum((each.coins for each in found), ZERO),
            sum((each.dollars for each in found), ZERO),
        )

    def ratio(self, subject: str, at: int) -> Decimal:
        """Return how many are long for each that is short, around 1; `subject` says who and of what."""
        return (1 + 10 * self._wave(subject, at)).quantize(_PLACES)

    def taken(self, subject: str, volume: Decimal, at: int) -> tuple[Decimal, Decimal]:
        """Split a volume into what takers sold and what they bought; their sum is the volume."""
        bought = (volume * (1 + 8 * self._wave(f"{subject}|taken", at)) / 2).quantize(_PLACES)
        return volume - bought, bought

    def volumes(
        self, instruments: Iterable[Instrument], bar: str, now: int, first: int, unit: Callable[[Candle], Decimal]
    ) -> dict[int, Decimal]:
        """Return what `instruments` traded in each bar from the one that opens at `first` (ms) on, by opening time."""
        sums: dict[int, Decimal] = defaultdict(Decimal)
        for each in instruments:
            found = self._exchange.markets.candles(each, bar, now, limit=_MOST_BARS, before=first - 1)
            for candle in found:
                sums[candle.ts] += unit(candle)
        return sums

    def day_volume(self, instruments: Iterable[Instrument], now: int) -> Decimal:
        """Return what `instruments` traded in the last day, in US dollars."""
        return sum((self._day_volume(each, now) for each in instruments), ZERO)

    def _day_volume(self, instrument: Instrument, now: int) -> Decimal:
        ticker = self._exchange.markets.ticker(instrument, now)
        if instrument.quote_ccy:
            return (ticker.vol_ccy24h * self._exchange.usd_price(instrument.quote_ccy, now)).quantize(_PLACES)
        px = self._exchange.indices.price_of(instrument, now)
        return (ticker.vol_ccy24h * px).quantize(_PLACES)

    def fund(self, subject: str, now: int, days: int) -> list[FundChange]:
        """Return the security fund at 08:00 UTC of the last `days` days, newest first."""
        newest = (now - _FUND_HOUR_MS) // DAY_MS * DAY_MS + _FUND_HOUR_MS
        times = [newest - day * DAY_MS for day in range(days + 1)]
        held = [(_FUND * (1 + self._wave(f"{subject}|fund", ts))).quantize(_PLACES) for ts in times]
        return [
            FundChange(ts, balance, balance - before)
            for ts, (balance, before) in zip(times, pairwise(held), strict=False)
        ]

    def _wave(self, subject: str, at: int) -> Decimal:
        """Return a number within 0.0225 of 0 that wanders as prices do."""
        return Decimal(deviation(self._exchange.seed, subject, at // SLOT_MS)) / SCALE
