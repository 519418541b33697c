"""What is listed: the instruments by `instId`, which a test may add to, change and take from.

Knows no markets: who must react to a change listens to the events.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from ..messages import number
from .events import Events, InstrumentChanged
from .house import TRADES_PER_TOUCH
from .instruments import Instrument

__all__ = ["Listing"]


class Listing:
    """The instruments of one exchange; `view` always shows those that are listed now."""

    def __init__(self, instruments: Mapping[str, Instrument], events: Events) -> None:
        self._listed = dict(instruments)
        self._events = events
        self.view: Mapping[str, Instrument] = MappingProxyType(self._listed)

    def add(self, instrument: Instrument, now: int) -> None:
        """List an instrument; raises TypeError or ValueError for what cannot be one, or is there already."""
        if not isinstance(instrument, Instrument):
            raise TypeError(f"{instrument!r} is no Instrument: make one with replace(exchange.instrument(...), ...)")
        for known in self._listed.values():
            if instrument.inst_id == known.inst_id:
                raise ValueError(f"{known.inst_id!r} is listed already: change() its market, or give another inst_id")
            if instrument.inst_id_code == known.inst_id_code:
                raise ValueError(
                    f"inst_id_code {known.inst_id_code} of {instrument.inst_id!r} is that of {known.inst_id!r}: "
                    "give another"
                )
        self.put(instrument, now)

    def put(self, instrument: Instrument, now: int) -> None:
        """List an instrument, or the successor of one; ValueError for steps that do not fit each other."""
        _check(instrument)
        self._listed[instrument.inst_id] = instrument
        self._events.emit(InstrumentChanged(now, instrument.inst_id))

    def remove(self, inst_id: str, now: int) -> None:
        """Take an instrument off the list."""
        del self._listed[inst_id]
        self._events.emit(InstrumentChanged(now, inst_id))


def _check(instrument: Instrument) -> None:
    name = instrument.inst_id
    if "-" not in name:
        raise ValueError(f"inst_id is {name!r}: write it as OKX does, such as 'BTC-USDT'")
    for field in ("tick_sz", "lot_sz", "min_sz", "anchor", "touch_sz"):
        value = getattr(instrument, field)
        if not isinstance(value, Decimal) or not value.is_finite() or value <= 0:
            raise ValueError(f"{field} of {name!r} is {value!r}: give a Decimal above 0")
    if instrument.anchor < instrument.tick_sz:
        raise ValueError(f"anchor of {name!r} is {number(instrument.anchor)}: give at least the tick")
    traded = instrument.touch_sz / TRADES_PER_TOUCH
    if traded % instrument.lot_sz:
        raise ValueError(
            f"lot_sz of {name!r} is {number(instrument.lot_sz)}: give one that divides {number(traded)}, "
            f"the size of a house trade, or another touch_sz, which is {TRADES_PER_TOUCH} times that"
        )
