"""The channels of books and trades (OKX docs: Order Book Trading, Market Data).

A book is told as a snapshot, then as what has changed since: a topic remembers what it told last. Whose sessions get
it, and when, is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import zip_longest
from typing import Any, Final
from zlib import crc32

from ..exchange.events import Event
from ..exchange.noise import SLOT_MS
from ..feeds import Beat, Push, Subscribed, Topic, channel
from .channels import QUOTED, TRADED, pushes

__all__ = ["trades", "trades_all"]

_ROUTE: Final = "GET /api/v5/market/books"
# A book whose levels tell what of them is no retail price improvement; it never had a checksum.
_RPI: Final = "books-rpi"
_RPI_ROUTE: Final = "GET /api/v5/market/books-rpi"
_IDLE_MS: Final = 60_000
_CHECKED_LEVELS: Final = 25
_TRADES: Final = "GET /api/v5/market/trades"
_MOST_TRADES: Final = "100"

Book = dict[str, Any]
Side = list[list[str]]


def _book(topic: Topic, event: Event, depth: int) -> Book | None:
    route = _RPI_ROUTE if topic.channel.name == _RPI else _ROUTE
    rows = topic.ask(route, event.at, instId=topic.arg["instId"], sz=str(depth))
    return rows[0] if rows else None


def _incremental(depth: int) -> Callable[[Topic, Event], Iterable[Push]]:
    def feed(topic: Topic, event: Event) -> Iterable[Push]:
        """A snapshot to a newcomer, to everybody what has changed; where nothing has, an empty update a minute."""
        if isinstance(event, Subscribed):
            return _snapshot(topic, event, depth)
        now, before = _book(topic, event, depth), topic.memory
        if now is None or before is None:
            return []
        # The book counts trades and orders that come and go, a level that only shrinks it does not.
        now = {**now, "seqId": max(now["seqId"], before["seqId"] + 1)}
        sides = {side: _difference(before[side], now[side]) for side in ("asks", "bids")}
        if any(sides.values()):
            topic.memory = now
        elif isinstance(event, Beat) and event.at - int(before["ts"]) >= _IDLE_MS:
            topic.memory = {**before, "ts": now["ts"]}
        else:
            return []
        return [_message(topic, "update", {**topic.memory, **sides}, before["seqId"])]

    return feed


def _snapshot(topic: Topic, event: Event, depth: int) -> Iterable[Push]:
    """The book as it was told last: what comes next is told to all, and begins there."""
    topic.memory = topic.memory or _book(topic, event, depth)
    return [] if topic.memory is None else [_message(topic, "snapshot", topic.memory, -1)]


def _message(topic: Topic, action: str, book: Book, before: int) -> Push:
    checked = {} if topic.channel.name == _RPI else {"checksum": _checksum(topic)}
    return {"action": action, "data": [{**book, **checked, "prevSeqId": before}]}


def _checksum(topic: Topic) -> int:
    """0, as OKX has it since June 2026; or the CRC-32 of the best levels, bids and asks in turn, as a signed number."""
    if not topic.settings.book_checksums:
        return 0
    bids, asks = (topic.memory[side][:_CHECKED_LEVELS] for side in ("bids", "asks"))
    levels = [level for pair in zip_longest(bids, asks, fillvalue=()) for level in pair]
    text = ":".join(part for level in levels for part in level[:2])
    return int.from_bytes(crc32(text.encode()).to_bytes(4), signed=True)


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


for _name, _depth in (("books", 400), ("books-l2-tbt", 400), ("books50-l2-tbt", 50), (_RPI, 400)):
    channel(_name, beat=SLOT_MS, on=QUOTED)(_incremental(_depth))
for _name, _depth in (("books5", 5), ("bbo-tbt", 1)):
    channel(_name, beat=SLOT_MS, on=QUOTED)(_whole(_depth))


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


@channel("trades", beat=SLOT_MS, on=TRADED)
def trades(topic: Topic, event: Event) -> Iterable[Push]:
    """Trades, one a message: matches are not put together, so `count` is 1 (OKX docs: Trades channel)."""
    rows = _trades(topic, event)
    if not rows:
        return []
    book = _book(topic, event, 1)
    sequence = 0 if book is None else book["seqId"]
    return pushes({**row, "count": "1", "seqId": sequence} for row in rows)


@channel("trades-all", beat=SLOT_MS, on=TRADED)
def trades_all(topic: Topic, event: Event) -> Iterable[Push]:
    """Every match (OKX docs: All trades channel)."""
    return pushes(_trades(topic, event))
