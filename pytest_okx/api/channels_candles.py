"""Channels of candles: of trades, of mark prices and of indices (OKX docs: Order Book Trading, Public Data).

A topic remembers the bar that it told last. Whose sessions get it, and when, is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from ..exchange.events import Event
from ..exchange.noise import SLOT_MS
from ..feeds import Push, Row, Subscribed, Topic, channel
from .candles import newest, priced_row, traded_row
from .channels import TRADED, pushes

__all__ = ["BARS_OF"]

# A jump of the clock may close many bars; so many of the last are told.
_MOST_BARS: Final = 100

Bars = Callable[[Topic, int, int], list[Row]]


def _traded(topic: Topic, now: int, limit: int) -> list[Row]:
    return [traded_row(each) for each in newest(topic.exchange, topic.instrument, topic.channel.bar, now, limit)]


def _marked(topic: Topic, now: int, limit: int) -> list[Row]:
    return [priced_row(each) for each in newest(topic.exchange, topic.instrument, topic.channel.bar, now, limit)]


def _indexed(topic: Topic, now: int, limit: int) -> list[Row]:
    source = topic.exchange.indices.source(topic.arg["instId"])
    return [priced_row(each) for each in newest(topic.exchange, source, topic.channel.bar, now, limit)]


def _candles(bars: Bars) -> Callable[[Topic, Event], Iterable[Push]]:
    def feed(topic: Topic, event: Event) -> Iterable[Push]:
        """The open bar to a newcomer; to all the bars that have closed since the last push, then the open one."""
        before = topic.memory
        if before is None or isinstance(event, Subscribed):
            rows = bars(topic, event.at, 1)
            topic.memory = before or (rows[0] if rows else None)
            return pushes(rows)
        rows = bars(topic, event.at, 2)
        if rows and int(rows[-1][0]) > int(before[0]):
            rows = bars(topic, event.at, _MOST_BARS)
        topic.memory = rows[0] if rows else before
        return pushes(row for row in reversed(rows) if int(row[0]) >= int(before[0]) and row != before)

    return feed


BARS_OF: Final = {"candle{bar}": _traded, "mark-price-candle{bar}": _marked, "index-candle{bar}": _indexed}
"""A channel to where its rows come from."""

for _name, _bars in BARS_OF.items():
    channel(_name, beat=SLOT_MS, on=TRADED)(_candles(_bars))
