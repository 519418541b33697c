"""The market of every instrument, as anybody sees it: the house's, and what users and tests have made of it.

Where nobody trades it is the house alone, and costs no more than one look-up. Everything goes by `instId`, so that an
instrument and its twin on margin have one market. Reads only; the desk changes what is shown here.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from heapq import merge
from itertools import dropwhile, groupby, islice

from .bars import Bar, find_bar
from .house import NUMBERS_PER_SLOT, Book, Candle, House, Level, Ticker, Trade, candle_of
from .instruments import Instrument
from .matching import Offer
from .noise import SLOT_MS
from .spans import Span
from .values import ZERO
from .venue import Venue

__all__ = ["Markets", "opposite"]

_DAY = 86_400_000
_EIGHT_HOURS = 8 * 3_600_000
_OPPOSITE = {"buy": "sell", "sell": "buy"}


def opposite(side: str) -> str:
    """Return the side of those whom a taker of `side` meets."""
    return _OPPOSITE[side]


class Markets:
    """Prices, books, trades and candles at `now` (ms); `version` counts the moves that tests made."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.venues: dict[str, Venue] = {}
        self.version = 0

    def venue(self, inst_id: str) -> Venue:
        """Return what goes on in an instrument beside the house."""
        venue = self.venues.get(inst_id)
        if venue is None:
            venue = self.venues[inst_id] = Venue()
        return venue

    def wanders(self, instrument: Instrument) -> bool:
        """Whether the house makes the price there by itself: no test has moved it."""
        venue = self.venues.get(instrument.inst_id)
        return venue is None or venue.pinned_at is None

    def price(self, instrument: Instrument, now: int) -> Decimal:
        """Return the price around which is quoted at `now` (ms), which is the mark price too."""
        venue = self.venues.get(instrument.inst_id)
        pinned = None if venue is None else venue.price_at(now)
        return self.house.price(instrument, now) if pinned is None else pinned

    def book(self, instrument: Instrument, now: int, depth: int = 400) -> Book:
        """Return the best `depth` levels a side; fewer where there are no more."""
        venue = self.venues.get(instrument.inst_id)
        if venue is None:
            return self.house.book(instrument, now, depth)
        asks = tuple(islice(self.levels(instrument, now, "buy"), depth))
        bids = tuple(islice(self.levels(instrument, now, "sell"), depth))
        return Book(asks, bids, now, now // SLOT_MS * NUMBERS_PER_SLOT + venue.changes)

    def levels(self, instrument: Instrument, now: int, side: str) -> Iterator[Level]:
        """Yield what a taker of `side` meets, best price first: asks for "buy", bids for "sell"."""
        venue = self.venues.get(instrument.inst_id)
        if venue is None or not venue.waiting[opposite(side)]:
            return self._quotes(venue, instrument, now, side)
        return _joined(self.offers(instrument, now, side))

    def offers(self, instrument: Instrument, now: int, side: str) -> Iterator[Offer]:
        """Yield what `levels` adds up, one by one as it trades: users before the house where prices are equal."""
        venue = self.venues.get(instrument.inst_id)
        quotes = (Offer(each.px, each.sz, each.orders) for each in self._quotes(venue, instrument, now, side))
        if venue is None or not venue.waiting[opposite(side)]:
            return quotes
        return _merged(_users(venue, side), quotes, side)

    def firm(self, instrument: Instrument, now: int, side: str) -> Iterator[Offer]:
        """Yield what is gone once it is taken: `offers` without those of the house."""
        venue = self.venue(instrument.inst_id)
        return _users(venue, side) if venue.shown(side) is None else self.offers(instrument, now, side)

    def touch(self, instrument: Instrument, now: int, side: str) -> Decimal:
        """Return the best price for a taker of `side`; the price of the market where nothing is offered."""
        if instrument.inst_id not in self.venues:
            return self.house.touch(instrument, now, side)
        best = next(self.levels(instrument, now, side), None)
        return self.price(instrument, now) if best is None else best.px

    def last(self, instrument: Instrument, now: int) -> Trade:
        """Return the last trade up to `now` (ms)."""
        return next(self._trades(instrument, now))

    def trades(self, instrument: Instrument, now: int, limit: int = 100) -> list[Trade]:
        """Return the last `limit` trades up to `now`, newest first."""
        if instrument.inst_id not in self.venues:
            return self.house.trades(instrument, now, limit)
        return list(islice(self._trades(instrument, now), limit))

    def candles(
        self,
        instrument: Instrument,
        bar: str,
        now: int,
        *,
        limit: int = 100,
        after: int | None = None,
        before: int | None = None,
    ) -> list[Candle]:
        """Return up to `limit` candles, newest first, with ts older than `after`, newer than `before`.

        A candle holds the trades from its opening up to `now`; one without trades stays at the price before it.
        Raises `OkxError` 51000 for an unknown bar.
        """
        if instrument.inst_id not in self.venues:
            return self.house.candles(instrument, bar, now, limit=limit, after=after, before=before)
        length = find_bar(bar)
        openings = length.openings(now, after, before)
        return [self._candle(instrument, length, opening, now) for opening in islice(openings, limit)]

    def range(self, instrument: Instrument, first: int, last: int) -> tuple[Decimal, Decimal]:
        """Return the lowest and highest price of the trades in slots `first` to `last`."""
        if instrument.inst_id not in self.venues:
            return self.house.range(instrument, first, last)
        start, end = first * SLOT_MS, (last + 1) * SLOT_MS
        span = self._span(instrument, start, end)
        if span is None:
            px = self.last(instrument, start).px
            return px, px
        return span.low, span.high

    def ticker(self, instrument: Instrument, now: int) -> Ticker:
        """Return the ticker at `now`; its day ends with the slot of `now`."""
        if instrument.inst_id not in self.venues:
            return self.house.ticker(instrument, now)
        start = (now // SLOT_MS + 1) * SLOT_MS - _DAY
        last, opened = self.last(instrument, now), self.last(instrument, start).px
        day = self._span(instrument, start, now + 1)
        ask, bid = (next(self.levels(instrument, now, side), None) for side in ("buy", "sell"))
        return Ticker(
            last=last.px,
            last_sz=last.sz,
            ask_px=ask.px if ask else None,
            ask_sz=ask.sz if ask else ZERO,
            bid_px=bid.px if bid else None,
            bid_sz=bid.sz if bid else ZERO,
            open24h=opened,
            high24h=day.high if day else opened,
            low24h=day.low if day else opened,
            vol24h=day.vol if day else ZERO,
            vol_ccy24h=day.vol_ccy if day else ZERO,
            sod_utc0=self.last(instrument, now - now % _DAY).px,
            sod_utc8=self.last(instrument, now - (now + _EIGHT_HOURS) % _DAY).px,
            ts=now,
        )

    def rewind(self, now: int) -> None:
        """The clock was moved back to `now` (ms): what happened later than that happened now."""
        for venue in self.venues.values():
            venue.rewind(now)

    def _quotes(self, venue: Venue | None, instrument: Instrument, now: int, side: str) -> Iterator[Level]:
        """Yield what is offered beside users' orders; nothing where it would cross one of those."""
        if venue is None:
            return self.house.levels(instrument, now, side)
        levels = venue.shown(opposite(side))
        if levels is None:
            pinned = venue.price_at(now)
            if pinned is None:
                levels = self.house.levels(instrument, now, side)
            else:
                levels = self.house.around(instrument, pinned, venue.moved_at, side)
        edge = venue.waiting[side].best
        if edge is None:
            return levels
        return dropwhile(lambda each: each.px <= edge if side == "buy" else each.px >= edge, levels)

    def _trades(self, instrument: Instrument, now: int) -> Iterator[Trade]:
        """Yield the trades up to `now` (ms), newest first; of the same moment the house's are the older ones."""
        venue = self.venues.get(instrument.inst_id)
        if venue is None:
            return self.house.newest(instrument, now)
        until = now if venue.pinned_at is None else min(now, venue.pinned_at)
        house = self.house.newest(instrument, until)
        return merge(venue.tape.newest(now), house, key=lambda trade: -trade.ts) if venue.tape else house

    def _candle(self, instrument: Instrument, bar: Bar, opening: int, now: int) -> Candle:
        closing = bar.after(opening)
        span = self._span(instrument, opening, min(closing, now + 1))
        traded = self.last(instrument, opening).px if span is None else span
        return candle_of(opening, traded, closing <= now)

    def _span(self, instrument: Instrument, start: int, end: int) -> Span | None:
        """Return what all trades from `start` to just before `end` (ms) amount to, None if there are none."""
        venue = self.venue(instrument.inst_id)
        until = end if venue.pinned_at is None else min(end, venue.pinned_at + 1)
        house = self.house.span(instrument, start, until)
        tape = venue.tape.span(instrument, start, end)
        return tape if house is None else house.joined(tape)


def _users(venue: Venue, side: str) -> Iterator[Offer]:
    for maker in venue.waiting[opposite(side)].orders():
        yield Offer(maker.order.px or ZERO, maker.order.remaining, 1, maker)


def _merged(users: Iterator[Offer], quotes: Iterator[Offer], side: str) -> Iterator[Offer]:
    """Yield both, the best price first, users before the others where prices are equal."""
    quote = next(quotes, None)
    for user in users:
        while quote is not None and (quote.px < user.px if side == "buy" else quote.px > user.px):
            yield quote
            quote = next(quotes, None)
        yield user
    if quote is not None:
        yield quote
        yield from quotes


def _joined(offers: Iterator[Offer]) -> Iterator[Level]:
    for px, same in groupby(offers, key=lambda offer: offer.px):
        found = list(same)
        yield Level(px, sum((each.sz for each in found), ZERO), sum(each.orders for each in found))
