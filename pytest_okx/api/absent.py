"""What OKX has and this exchange has none of: block trades and event contracts (OKX docs: Block Trading, Public Data).

The rows say so: volumes of 0, and empty lists.
"""

from __future__ import annotations

from typing import Any

from ..exchange import Instrument
from ..routing import Journey, public
from .params import DERIVATIVES, inst_type, instrument, of_type

__all__ = ["block_ticker", "block_tickers", "block_trades", "event_markets", "event_series", "events"]

Row = dict[str, Any]


@public("GET /api/v5/market/block-ticker")
def block_ticker(journey: Journey) -> list[Row]:
    """The block volume of an instrument's last day (OKX docs: Get block ticker)."""
    return [_ticker(journey, instrument(journey.exchange, journey.params))]


@public("GET /api/v5/market/block-tickers")
def block_tickers(journey: Journey) -> list[Row]:
    """The block volumes of a type of instruments, or of one family of it (OKX docs: Get block tickers)."""
    wanted = inst_type(journey, choices=("SPOT", *DERIVATIVES))
    return [_ticker(journey, each) for each in of_type(journey, wanted)]


def _ticker(journey: Journey, of: Instrument) -> Row:
    row = {"instId": of.inst_id, "instType": of.inst_type}
    return row | {"volCcy24h": "0", "vol24h": "0", "ts": str(journey.now)}


@public("GET /api/v5/market/block-trades")
@public("GET /api/v5/public/block-trades")
def block_trades(journey: Journey) -> list[Row]:
    """Block trades of an instrument (OKX docs: Get public single-leg transactions of block trades); by both paths."""
    instrument(journey.exchange, journey.params)
    return []


@public("GET /api/v5/public/event-contract/series")
def event_series(journey: Journey) -> list[Row]:
    """Series of event contracts (OKX docs: Get series)."""
    return []


@public("GET /api/v5/public/event-contract/events")
def events(journey: Journey) -> list[Row]:
    """The events of a series (OKX docs: Get events)."""
    return []


@public("GET /api/v5/public/event-contract/markets")
def event_markets(journey: Journey) -> list[Row]:
    """The markets of a series (OKX docs: Get markets)."""
    return []
