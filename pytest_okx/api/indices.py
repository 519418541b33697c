"""Indices: their tickers and what they are made of (OKX docs: Public Data).

What an index shows is the exchange's; this gives its values OKX's names.
"""

from __future__ import annotations

from typing import Any

from ..errors import Code, OkxError
from ..messages import number
from ..routing import Journey, public

__all__ = ["index_components", "index_tickers"]

Row = dict[str, Any]


@public("GET /api/v5/market/index-tickers")
def index_tickers(journey: Journey) -> list[Row]:
    """The ticker of one index, or of all in a quote currency (OKX docs: Get index tickers)."""
    name, quote = journey.text("instId"), journey.text("quoteCcy")
    if name:
        return [_ticker(journey, name)]
    if not quote:
        raise OkxError(Code.PARAMETER_EITHER, "quoteCcy", "instId")
    return [_ticker(journey, each) for each in journey.exchange.indices.names() if each.endswith(f"-{quote}")]


def _ticker(journey: Journey, name: str) -> Row:
    source = journey.exchange.indices.source(name)
    now = journey.exchange.markets.ticker(source, journey.now)
    return {
        "instId": name,
        "idxPx": number(journey.exchange.indices.price(name, journey.now)),
        "high24h": number(now.high24h),
        "low24h": number(now.low24h),
        "open24h": number(now.open24h),
        "sodUtc0": number(now.sod_utc0),
        "sodUtc8": number(now.sod_utc8),
        "ts": str(now.ts),
    }


@public("GET /api/v5/market/index-components")
def index_components(journey: Journey) -> Row:
    """What an index is made of: here of one pair on one exchange (OKX docs: Get index components)."""
    name = journey.text("index")
    source = journey.exchange.indices.source(name)
    px = number(journey.exchange.indices.price(name, journey.now))
    symbol = "/".join(source.inst_id.split("-")[:2])
    return {
        "components": [{"symbol": symbol, "symPx": px, "wgt": "1", "cnvPx": px, "exch": "OKX"}],
        "last": px,
        "index": name,
        "ts": str(journey.now),
    }
