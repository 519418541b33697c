"""Channels that push what an endpoint answers: one row of a table each (OKX docs: the WebSocket pages of each section).

A channel and its endpoint say the same of the same moment, because the one asks the other: so a channel whose endpoint
nobody answers here is silent. Whose sessions get it, and when, is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..exchange.events import Event, InstrumentChanged, MaintenanceChanged, MarketMoved, TradePrinted
from ..exchange.noise import SLOT_MS
from ..feeds import Push, Row, Subscribed, Topic, channel

__all__ = ["changed", "pushes"]

_TRADED: Final = (TradePrinted, MarketMoved)
_MINUTE: Final = 60_000
_TIMES: Final = frozenset({"ts", "uTime", "pTime"})
# A jump of the clock may close many bars; so many of the last are told.
_MOST_BARS: Final = "100"

Params = Callable[[Topic], Mapping[str, str]]


def pushes(rows: Iterable[Row], **members: Any) -> list[Push]:
    """A message for each row."""
    return [{**members, "data": [row]} for row in rows]


def changed(topic: Topic, event: Event, rows: list[Row]) -> list[Row]:
    """The `rows` where they differ, but for their times, from those that were told last; to a newcomer all."""
    lasting = [{name: value for name, value in row.items() if name not in _TIMES} for row in rows]
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


def _nothing(topic: Topic) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class _Mirror:
    """A channel, the endpoint whose rows it pushes, and when it looks whether they have changed.

    All rows come in one message where they belong `together`; where it pushes `always`, each look is a push: the house
    trades at each of its moves, and a trade is told even where it left the price as it was.
    """

    channel: str
    route: str
    params: Params
    beat: int = SLOT_MS
    on: tuple[type[Event], ...] = ()
    together: bool = False
    always: bool = False

    def feed(self, topic: Topic, event: Event) -> Iterable[Push]:
        """What is pushed after `event`."""
        found = topic.ask(self.route, event.at, **self.params(topic))
        rows = found if self.always else changed(topic, event, found)
        if self.together and rows:
            return [{"data": rows}]
        return pushes(rows)


_MIRRORS: Final = (
    _Mirror("tickers", "GET /api/v5/market/ticker", _inst_id, on=_TRADED, always=True),
    _Mirror("mark-price", "GET /api/v5/public/mark-price", _typed, on=_TRADED),
    _Mirror("index-tickers", "GET /api/v5/market/index-tickers", _inst_id, on=_TRADED),
    _Mirror("price-limit", "GET /api/v5/public/price-limit", _inst_id, on=_TRADED),
    _Mirror("open-interest", "GET /api/v5/public/open-interest", _typed, on=_TRADED),
    _Mirror("funding-rate", "GET /api/v5/public/funding-rate", _inst_id, beat=_MINUTE),
    _Mirror("opt-summary", "GET /api/v5/public/opt-summary", _family, together=True),
    _Mirror("status", "GET /api/v5/system/status", _nothing, beat=_MINUTE, on=(MaintenanceChanged,)),
    _Mirror("account-greeks", "GET /api/v5/account/greeks", _nothing, together=True),
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
    return pushes(topic.ask("GET /api/v5/public/instruments", event.at, **params))


@channel("estimated-price", beat=SLOT_MS)
def estimated_price(topic: Topic, event: Event) -> Iterable[Push]:
    """What a contract will settle at, in the hour before it expires (OKX docs: Estimated delivery price channel)."""
    wanted, family = topic.arg.get("instId"), topic.arg.get("instFamily")
    found = []
    for each in topic.exchange.instruments.values():
        due = each.exp_time is not None and each.exp_time - 60 * _MINUTE <= event.at < each.exp_time
        if due and each.inst_type == topic.arg["instType"] and (each.inst_id == wanted or each.inst_family == family):
            found += topic.ask("GET /api/v5/public/estimated-price", event.at, instId=each.inst_id)
    kind = "exercise" if topic.arg["instType"] == "OPTION" else "delivery"
    return pushes({"settleType": kind, **row} for row in changed(topic, event, found))


def _candles(route: str) -> Callable[[Topic, Event], Iterable[Push]]:
    def feed(topic: Topic, event: Event) -> Iterable[Push]:
        """The open bar to a newcomer; to all the bars that have closed since the last push, then the open one."""
        before = topic.memory
        if before is None or isinstance(event, Subscribed):
            rows = _bars(topic, route, event, "1")
            topic.memory = before or (rows[0] if rows else None)
            return pushes(rows)
        rows = _bars(topic, route, event, "2")
        if rows and int(rows[-1][0]) > int(before[0]):
            rows = _bars(topic, route, event, _MOST_BARS)
        topic.memory = rows[0] if rows else before
        return pushes(row for row in reversed(rows) if int(row[0]) >= int(before[0]) and row != before)

    return feed


def _bars(topic: Topic, route: str, event: Event, limit: str) -> list[Row]:
    return topic.ask(route, event.at, instId=topic.arg["instId"], bar=topic.channel.bar, limit=limit)


for _name, _route in (
    ("candle{bar}", "GET /api/v5/market/candles"),
    ("mark-price-candle{bar}", "GET /api/v5/market/mark-price-candles"),
    ("index-candle{bar}", "GET /api/v5/market/index-candles"),
):
    channel(_name, beat=SLOT_MS, on=_TRADED)(_candles(_route))
