"""Trading statistics of options: what is held and traded, by time, expiry and strike (OKX docs: Trading Statistics).

Everything is in coins. Sums are the exchange's; this gives rows of text without names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Final

from ..exchange import BARS, Bar, Instrument, Statistics
from ..messages import number
from ..routing import Journey, public
from .params import word
from .statistics import Rows, about, openings, rows

__all__ = [
    "open_interest_volume",
    "open_interest_volume_expiry",
    "open_interest_volume_ratio",
    "open_interest_volume_strike",
    "taker_block_volume",
]

_MOST: Final = 72
_FOUR_PLACES: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class _Period:
    """A length of time, and the candles of which it is made."""

    bar: Bar
    candles: str

    def openings(self, now: int) -> list[int]:
        """The last 72 openings, newest first."""
        return list(islice(openings(self.bar, now, 0), _MOST))

    def volume(self, journey: Journey, options: list[Instrument], ts: int) -> Decimal:
        """What was traded of `options` in the period that opens at `ts`."""
        last = min(self.bar.after(ts) - 1, journey.now)
        sums = Statistics(journey.exchange).volumes(options, self.candles, last, ts, lambda each: each.vol_ccy)
        return sum(sums.values(), Decimal(0))


_PERIODS: Final = {"8H": _Period(Bar("8H", 8 * 3_600_000, 0, 0), "4H"), "1D": _Period(BARS["1D"], "1D")}


def _period(journey: Journey) -> _Period:
    return _PERIODS[word(journey.params, "period", _PERIODS) or "8H"]


def _held(journey: Journey, options: list[Instrument], ts: int) -> Decimal:
    return Statistics(journey.exchange).total(options, ts).coins


def _split(options: list[Instrument]) -> tuple[list[Instrument], list[Instrument]]:
    """The calls and the puts."""
    return [each for each in options if each.opt_type == "C"], [each for each in options if each.opt_type == "P"]


@public("GET /api/v5/rubik/stat/option/open-interest-volume")
def open_interest_volume(journey: Journey) -> Rows:
    """What is held and traded of a coin's options (OKX docs: Get options open interest and volume)."""
    options, period = about(journey, "OPTION"), _period(journey)
    return rows(
        period.openings(journey.now),
        lambda ts: (_held(journey, options, ts), period.volume(journey, options, ts)),
    )


@public("GET /api/v5/rubik/stat/option/open-interest-volume-ratio")
def open_interest_volume_ratio(journey: Journey) -> Rows:
    """Calls for each put, held and traded (OKX docs: Get put/call ratio)."""
    period, (calls, puts) = _period(journey), _split(about(journey, "OPTION"))

    def ratios(ts: int) -> tuple[Decimal, ...]:
        held = _held(journey, calls, ts), _held(journey, puts, ts)
        traded = period.volume(journey, calls, ts), period.volume(journey, puts, ts)
        return _ratio(*held), _ratio(*traded)

    return rows(period.openings(journey.now), ratios)


def _ratio(calls: Decimal, puts: Decimal) -> Decimal:
    return (calls / puts).quantize(_FOUR_PLACES) if puts else Decimal(0)


@public("GET /api/v5/rubik/stat/option/open-interest-volume-expiry")
def open_interest_volume_expiry(journey: Journey) -> Rows:
    """Calls and puts of each expiry (OKX docs: Get open interest and volume)."""
    return _by(journey, about(journey, "OPTION"), _day)


@public("GET /api/v5/rubik/stat/option/open-interest-volume-strike")
def open_interest_volume_strike(journey: Journey) -> Rows:
    """Calls and puts of each strike of one expiry, `expTime` YYYYMMDD (OKX docs: Get open interest and volume)."""
    expiry = journey.text("expTime")
    options = [each for each in about(journey, "OPTION") if _day(each) == expiry]
    return _by(journey, options, lambda each: number(each.strike or Decimal(0)))


def _day(option: Instrument) -> str:
    return "20" + option.inst_id.split("-")[2]


def _by(journey: Journey, options: list[Instrument], group: Callable[[Instrument], str]) -> Rows:
    """A row for each group: held calls and puts, traded calls and puts, of the period that goes on."""
    period = _period(journey)
    ts = period.openings(journey.now)[0]
    found = []
    for name in dict.fromkeys(map(group, options)):
        sides = _split([each for each in options if group(each) == name])
        held = [_held(journey, side, ts) for side in sides]
        traded = [period.volume(journey, side, ts) for side in sides]
        found.append([str(ts), name, *map(number, held + traded)])
    return found


@public("GET /api/v5/rubik/stat/option/taker-block-volume")
def taker_block_volume(journey: Journey) -> list[str]:
    """What takers bought and sold of calls and puts; block trades there are none (OKX docs: Get taker flow)."""
    period, ccy = _period(journey), journey.text("ccy")
    ts = period.openings(journey.now)[0]
    flows: list[Decimal] = []
    for name, side in zip(("calls", "puts"), _split(about(journey, "OPTION")), strict=True):
        sold, bought = Statistics(journey.exchange).taken(f"{ccy}|{name}", period.volume(journey, side, ts), ts)
        flows += [bought, sold]
    return [str(ts), *map(number, flows), "0", "0"]
