"""The channels of books and trades (OKX docs: Order Book Trading, Market Data).

A book is told as a snapshot, then as what has changed since: a topic remembers what it told last. Whose sessions get
it, and when, is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from ..exchange.events import Event, MarketMoved, OrderChanged, TradePrinted
from ..exchange.noise import SLOT_MS
from ..feeds import Push, Subscribed, Topic, channel
from .channels import pushes

__all__ = ["trades", "trades_all"]

_ROUTE: Final = "GET /api/v5/market/books"
_TRADES: Final = "GET /api/v5/market/trades"
_MOVED: Final = (TradePrinted, MarketMoved, OrderChanged)
_MOST_TRADES: Final = "100"

Book = dict[str, Any]
Side = list[list[str]]


def _book(topic: Topic, event: Event, depth: int) -> Book | None:
    rows = topic.ask(_ROUTE, event.at, instId=topic.arg["instId"], sz=str(depth))
    return rows[0] if rows else None


def _incremental(depth: int) -> Callable[[Topic, Event], Iterable[Push]]:
    def feed(topic: Topic, event: Event) -> Iterable[Push]:
        """A snapshot to a newcomer, to everybody what has changed; nothing where nothing has."""
        if isinstance(event, Subscribed):
            return _snapshot(topic, event, depth)
        now, before = _book(topic, event, depth), topic.memory
        if now is None or before is None:
            return []
        # The book counts trades and orders that come and go, a level that only shrinks it does not.
        now = {**now, "seqId": max(now["seqId"], before["seqId"] + 1)}
        sides = {side: _difference(before[side], now[side]) for side in ("asks", "bids")}
        if not any(sides.values()):
            return []
        topic.memory = now
        return [_message("update", now | sides, before["seqId"])]

    return feed


def _snapshot(topic: Topic, event: Event, depth: int) -> Iterable[Push]:
    """The book as it was told last: what comes next is told to all, and begins there."""
    topic.memory = topic.memory or _book(topic, event, depth)
    return [] if topic.memory is None else [_message("snapshot", topic.memory, -1)]


def _message(action: str, book: Book, before: int) -> Push:
    return {"action": action, "data": [{**book, "checksum": 0, "prevSeqId": before}]}


def _difference(before: Side, now: Side) -> Side:
    """What a client has to do to `before`: put levels, or delete those of size "0"; best first."""
    known = {level[0]: level for level in before}
    put = [level for level in now if known.get(level[0]) != level]
    kept = {level[0] for level in now}
    return put + [[level[0], "0", "0", "0"] for level in before if level[0] not in kept]


def _whole(depth: int) -> Callable[[Topic, Event], Iterable[Push]]:
    def feed(topic: Topic, event: Event) -> Iterable[Push]:
        """The best levels, whenever they are others."""
        book = _book(topic, event, depth)
        if book is None:
            return []
        told, shown = topic.memory, (book["asks"], book["bids"])
        if told is None or not isinstance(event, Subscribed):
            topic.memory = shown
        return pushes([_named(topic, book)]) if shown != told or isinstance(event, Subscribed) else []

    return feed


def _named(topic: Topic, book: Book) -> Book:
    return {**book, "instId": topic.arg["instId"]} if topic.channel.name == "books5" else book


for _name, _depth in (("books", 400), ("books-l2-tbt", 400), ("books50-l2-tbt", 50)):
    channel(_name, beat=SLOT_MS, on=_MOVED)(_incremental(_depth))
for _name, _depth in (("books5", 5), ("bbo-tbt", 1)):
    channel(_name, beat=SLOT_MS, on=_MOVED)(_whole(_depth))


def _trades(topic: Topic, event: Event) -> list[dict[str, Any]]:
    """The trades since the last push, oldest first; none on subscribing."""
    rows = topic.ask(_TRADES, event.at, instId=topic.arg["instId"], limit=_MOST_TRADES)
    newest, last = rows[0]["tradeId"] if rows else "", topic.memory
    if isinstance(event, Subscribed):
        topic.memory = newest if last is None else last
        return []
    topic.memory = newest
    news = []
    for row in rows:
        if row["tradeId"] == last:
            break
        news.append(row)
    return news[::-1]


@channel("trades", beat=SLOT_MS, on=(TradePrinted, MarketMoved))
def trades(topic: Topic, event: Event) -> Iterable[Push]:
    """Trades, one a message: matches are not put together, so `count` is 1 (OKX docs: Trades channel)."""
    rows = _trades(topic, event)
    if not rows:
        return []
    book = _book(topic, event, 1)
    sequence = 0 if book is None else book["seqId"]
    return pushes({**row, "count": "1", "seqId": sequence} for row in rows)


@channel("trades-all", beat=SLOT_MS, on=(TradePrinted, MarketMoved))
def trades_all(topic: Topic, event: Event) -> Iterable[Push]:
    """Every match (OKX docs: All trades channel)."""
    return pushes(_trades(topic, event))
