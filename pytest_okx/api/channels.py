"""Channels that push what an endpoint answers: one row of a table each (OKX docs: the WebSocket pages of each section).

A channel and its endpoint say the same of the same moment, because the one asks the other: so a channel whose endpoint
nobody answers here is silent. Whose sessions get it, and when, is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..exchange import Instrument
from ..exchange.events import (
    BookChanged,
    CashMoved,
    Event,
    InstrumentChanged,
    MaintenanceChanged,
    MarketMoved,
    PositionChanged,
    TradePrinted,
)
from ..exchange.noise import SLOT_MS
from ..feeds import Beat, Push, Row, Subscribed, Topic, channel
from ..messages import number
from .status import maintenance_row

__all__ = ["QUOTED", "TRADED", "changed", "pushes", "without"]

TRADED: Final = (TradePrinted, MarketMoved)
"""What moves a market."""
QUOTED: Final = (*TRADED, BookChanged)
"""What changes a book."""

_TIMES: Final = frozenset({"ts", "uTime", "pTime"})
_SECOND: Final = 1_000
_MINUTE: Final = 60 * _SECOND
# What the endpoint tells, and the channel does not (OKX docs: Funding rate channel, Instruments channel).
_FUNDING_OF_REST: Final = frozenset({"prevFundingTime"})
_INSTRUMENT_OF_REST: Final = frozenset({
    "floatPxLmtPct", "freq", "initPxLmtPct", "longPosRemainingQuota", "maxPlatOILmt", "maxPxLmtPct", "method",
    "posLmtAmt", "posLmtPct", "rpiMinLevel", "rpiMinPxBand", "shortPosRemainingQuota", "tradeQuoteCcyList",
})  # fmt: skip

Params = Callable[[Topic], Mapping[str, str]]


def pushes(rows: Iterable[Row], **members: Any) -> list[Push]:
    """A message for each row."""
    return [{**members, "data": [row]} for row in rows]


def without(row: Mapping[str, Any], names: Container[str]) -> dict[str, Any]:
    """The row but for what only the endpoint tells."""
    return {name: value for name, value in row.items() if name not in names}


def changed(topic: Topic, event: Event, rows: list[Row]) -> list[Row]:
    """The `rows` where they differ, but for their times, from those that were told last; to a newcomer all."""
    lasting = [without(row, _TIMES) for row in rows]
    if isinstance(event, Subscribed):
        topic.memory = topic.memory or lasting
        return rows
    before, topic.memory = topic.memory, lasting
    return rows if lasting != before else []


def _inst_id(topic: Topic) -> Mapping[str, str]:
    return {"instId": topic.arg["instId"]}


def _typed(topic: Topic) -> Mapping[str, str]:
    """SPOT has a mark price as what it can be borrowed for: MARGIN."""
    kind = topic.instrument.inst_type
    return {"instType": "MARGIN" if kind == "SPOT" else kind, "instId": topic.arg["instId"]}


def _family(topic: Topic) -> Mapping[str, str]:
    return {"instFamily": topic.arg["instFamily"]}


def _currency(topic: Topic) -> Mapping[str, str]:
    return {name: topic.arg[name] for name in ("ccy",) if name in topic.arg}


@dataclass(frozen=True, slots=True)
class _Mirror:
    """A channel, the endpoint whose rows it pushes, and when it looks whether they have changed.

    All rows come in one message where they belong `together`. They come unchanged too: every `least` ms; and where it
    pushes `always`, at each look but for an order's, for the house trades at each of its moves and a trade is told even
    where it left the price as it was. `hidden` are names that only the endpoint tells.
    """

    channel: str
    route: str
    params: Params
    beat: int = SLOT_MS
    on: tuple[type[Event], ...] = ()
    together: bool = False
    always: bool = False
    least: int = 0
    hidden: frozenset[str] = frozenset()

    def feed(self, topic: Topic, event: Event) -> Iterable[Push]:
        """What is pushed after `event`."""
        found = [without(row, self.hidden) for row in topic.ask(self.route, event.at, **self.params(topic))]
        news = changed(topic, event, found)
        rows = found if self._is_due(event) else news
        if self.together and rows:
            return [{"data": rows}]
        return pushes(rows)

    def _is_due(self, event: Event) -> bool:
        if self.always:
            return not isinstance(event, BookChanged)
        return bool(self.least) and isinstance(event, Beat) and event.at % self.least == 0


_MIRRORS: Final = (
    _Mirror("tickers", "GET /api/v5/market/ticker", _inst_id, on=QUOTED, always=True),
    _Mirror("mark-price", "GET /api/v5/public/mark-price", _typed, on=TRADED, least=10 * _SECOND),
    _Mirror("index-tickers", "GET /api/v5/market/index-tickers", _inst_id, on=TRADED, least=_MINUTE),
    _Mirror("price-limit", "GET /api/v5/public/price-limit", _inst_id, on=TRADED),
    _Mirror("open-interest", "GET /api/v5/public/open-interest", _typed, on=TRADED),
    _Mirror(
        "funding-rate",
        "GET /api/v5/public/funding-rate",
        _inst_id,
        beat=_MINUTE,
        least=_MINUTE,
        hidden=_FUNDING_OF_REST,
    ),
    _Mirror("opt-summary", "GET /api/v5/public/opt-summary", _family, together=True),
    _Mirror("call-auction-details", "GET /api/v5/market/call-auction-details", _inst_id, beat=0),
    _Mirror("block-tickers", "GET /api/v5/market/block-ticker", _inst_id, beat=5 * _MINUTE, least=5 * _MINUTE),
    _Mirror(
        "account-greeks",
        "GET /api/v5/account/greeks",
        _currency,
        on=(CashMoved, PositionChanged),
        together=True,
        least=SLOT_MS,
    ),
)
for _mirror in _MIRRORS:
    channel(_mirror.channel, beat=_mirror.beat, on=_mirror.on)(_mirror.feed)


@channel("instruments", on=(InstrumentChanged,))
def instruments(topic: Topic, event: Event) -> Iterable[Push]:
    """Instruments that have changed; no list on subscribing (OKX docs: Instruments channel)."""
    if not isinstance(event, InstrumentChanged) or event.inst_id not in topic.exchange.instruments:
        return []
    of = topic.exchange.instrument(event.inst_id)
    params = {"instType": topic.arg["instType"], "instId": of.inst_id, "instFamily": of.inst_family}
    rows = topic.ask("GET /api/v5/public/instruments", event.at, **params)
    return pushes(without(row, _INSTRUMENT_OF_REST) for row in rows)


@channel("status", on=(MaintenanceChanged,))
def status(topic: Topic, event: Event) -> Iterable[Push]:
    """Each change of a maintenance, its end too; to a newcomer the latest (OKX docs: Status channel)."""
    latest = topic.exchange.maintenances.latest
    if latest is None:
        return []
    return pushes([{**maintenance_row(latest.maintenance, latest.at), "ts": str(latest.at)}])


@channel("estimated-price", beat=SLOT_MS)
def estimated_price(topic: Topic, event: Event) -> Iterable[Push]:
    """What a contract will settle at, in the hour before it expires (OKX docs: Estimated delivery price channel)."""
    wanted, family, kind = topic.arg.get("instId"), topic.arg.get("instFamily"), topic.arg["instType"]
    due = [each for each in topic.exchange.instruments.values() if each.inst_type == kind and _is_due(each, event.at)]
    rows = [_estimate(topic, each, event.at) for each in due if wanted == each.inst_id or family == each.inst_family]
    return pushes(changed(topic, event, rows))


def _is_due(of: Instrument, now: int) -> bool:
    return of.exp_time is not None and of.exp_time - 60 * _MINUTE <= now < of.exp_time


def _estimate(topic: Topic, of: Instrument, now: int) -> Row:
    return {
        "instType": of.inst_type,
        "instId": of.inst_id,
        "settleType": "exercise" if of.inst_type == "OPTION" else "delivery",
        "settlePx": number(topic.exchange.indices.price_of(of, now)),
        "ts": str(now),
    }
