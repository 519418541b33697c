"""The house market: prices, books, trades and candles as a pure function of (seed, instrument, time).

The market moves every five seconds, on the grid of Unix time: then a house trade prints at the new
mid price, and the book is centred on it. Derivatives follow the currency of their underlying.
Whole numbers and Decimal only; knows no orders and no accounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from itertools import count, islice

from .bars import Bar, find_bar
from .drafts import maker
from .instruments import Instrument
from .noise import HOURS_PER_DAY, SCALE, SLOT_MS, SLOTS_PER_HOUR, deviation
from .spans import Span, volumes
from .values import ZERO

STABLE = frozenset({"USD", "USDT", "USDC"})
"""Currencies that the house counts as one US dollar."""

_SLOTS_PER_DAY = SLOTS_PER_HOUR * HOURS_PER_DAY
_EIGHT_HOURS = 8 * 3_600_000 // SLOT_MS
_PATTERN = 64
# A premium moves this many times as far as the coin, a put's the other way.
_GAINS = {"C": 8, "P": -8, "": 1}

TRADES_PER_TOUCH = 100
"""What the house offers at its best price is so many times what it trades at once."""

NUMBERS_PER_SLOT = 1_000_000
"""Between the trades of two slots there is room for so many others: their numbers grow with time."""


@dataclass(frozen=True, slots=True)
class Level:
    """One price of the book; `sz` in base on SPOT and in contracts on derivatives."""

    px: Decimal
    sz: Decimal
    orders: int


@dataclass(frozen=True, slots=True)
class Book:
    """Asks ascending, bids descending; `seq_id` grows with every change."""

    asks: tuple[Level, ...]
    bids: tuple[Level, ...]
    ts: int
    seq_id: int


@dataclass(frozen=True, slots=True)
class Trade:
    """One public trade; `side` is the taker's."""

    trade_id: int
    px: Decimal
    sz: Decimal
    side: str
    ts: int


new_level = maker(Level)
new_trade = maker(Trade)


@dataclass(frozen=True, slots=True)
class Candle:
    """One bar; `vol` in base or contracts, `vol_ccy` in quote on SPOT and in base on derivatives."""

    ts: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    vol: Decimal
    vol_ccy: Decimal
    vol_ccy_quote: Decimal
    confirm: bool


@dataclass(frozen=True, slots=True)
class Ticker:
    """The last price, the touch, and the last 24 hours; volumes as in `Candle`. A side without offers has no price."""

    last: Decimal
    last_sz: Decimal
    ask_px: Decimal | None
    ask_sz: Decimal
    bid_px: Decimal | None
    bid_sz: Decimal
    open24h: Decimal
    high24h: Decimal
    low24h: Decimal
    vol24h: Decimal
    vol_ccy24h: Decimal
    sod_utc0: Decimal
    sod_utc8: Decimal
    ts: int


class House:
    """The market that every exchange of one seed shows; it only remembers what it computed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._markets: dict[str, _Market] = {}

    def price(self, instrument: Instrument, now: int) -> Decimal:
        """Return the mid price at `now` (ms), a multiple of the tick."""
        return self._market(instrument).price(now // SLOT_MS)

    def book(self, instrument: Instrument, now: int, depth: int = 400) -> Book:
        """Return the best `depth` levels a side; fewer bids where the next would not be above 0."""
        asks = tuple(islice(self.levels(instrument, now, "buy"), depth))
        bids = tuple(islice(self.levels(instrument, now, "sell"), depth))
        return Book(asks, bids, now, now // SLOT_MS * NUMBERS_PER_SLOT)

    def levels(self, instrument: Instrument, now: int, side: str) -> Iterator[Level]:
        """Yield what a taker of `side` meets, best price first: asks for "buy", bids for "sell"."""
        return self._market(instrument).levels(now // SLOT_MS, 1 if side == "buy" else -1)

    def around(self, instrument: Instrument, px: Decimal, since: int, side: str) -> Iterator[Level]:
        """Yield the levels as `levels` does, around `px` and of the sizes that the house had at `since` (ms)."""
        ticks = int(px / instrument.tick_sz)
        return self._market(instrument).stairs(ticks, since // SLOT_MS, 1 if side == "buy" else -1)

    def touch(self, instrument: Instrument, now: int, side: str) -> Decimal:
        """Return the best price for a taker of `side`."""
        return self._market(instrument).touch(now // SLOT_MS, 1 if side == "buy" else -1)

    def trades(self, instrument: Instrument, now: int, limit: int = 100) -> list[Trade]:
        """Return the last `limit` house trades up to `now`, newest first."""
        return list(islice(self.newest(instrument, now), limit))

    def newest(self, instrument: Instrument, now: int) -> Iterator[Trade]:
        """Yield the house trades up to `now` (ms), newest first, without end."""
        return map(self._market(instrument).trade, count(now // SLOT_MS, -1))

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

        A candle holds the house trades from its opening up to `now`. Raises `OkxError` 51000 for an
        unknown bar.
        """
        length = find_bar(bar)
        market = self._market(instrument)
        openings = length.openings(now, after, before)
        return [market.candle(length, opening, now) for opening in islice(openings, limit)]

    def range(self, instrument: Instrument, first: int, last: int) -> tuple[Decimal, Decimal]:
        """Return the lowest and highest price of the house trades in slots `first` to `last`."""
        low, high = self._market(instrument).extremes(first, last)
        return low * instrument.tick_sz, high * instrument.tick_sz

    def span(self, instrument: Instrument, start: int, end: int) -> Span | None:
        """Return what the house trades from `start` to just before `end` (ms) amount to, None if there are none."""
        first, last = -(-start // SLOT_MS), (end - 1) // SLOT_MS
        return self._market(instrument).span(first, last) if first <= last else None

    def trade_sz(self, instrument: Instrument) -> Decimal:
        """Return the size of each house trade."""
        return self._market(instrument).trade_sz

    def ticker(self, instrument: Instrument, now: int) -> Ticker:
        """Return the ticker at `now`; its day is the last 17280 slots."""
        market = self._market(instrument)
        slot = now // SLOT_MS
        first = slot - _SLOTS_PER_DAY + 1
        day = market.span(first, slot)
        ask, bid = next(market.levels(slot, 1)), next(market.levels(slot, -1))
        return Ticker(
            last=day.close,
            last_sz=market.trade_sz,
            ask_px=ask.px,
            ask_sz=ask.sz,
            bid_px=bid.px,
            bid_sz=bid.sz,
            open24h=day.open,
            high24h=day.high,
            low24h=day.low,
            vol24h=day.vol,
            vol_ccy24h=day.vol_ccy,
            sod_utc0=market.price(slot - slot % _SLOTS_PER_DAY),
            sod_utc8=market.price(slot - (slot + _EIGHT_HOURS) % _SLOTS_PER_DAY),
            ts=now,
        )

    def _market(self, instrument: Instrument) -> _Market:
        market = self._markets.get(instrument.inst_id)
        if market is None or not market.is_of(instrument):
            market = self._markets[instrument.inst_id] = _Market(self.seed, instrument)
        return market


class _Market:
    """One instrument's market, in ticks and slots."""

    def __init__(self, seed: int, instrument: Instrument) -> None:
        base, quote = (instrument.uly or instrument.inst_id).split("-")[:2]
        self.instrument = instrument
        self.trade_sz = instrument.touch_sz / TRADES_PER_TOUCH
        self._seed = seed
        self._base = base
        self._quote = None if quote in STABLE else quote
        self._gain = _GAINS[instrument.opt_type]
        self._anchor = int(instrument.anchor / instrument.tick_sz)
        self._days: dict[int, tuple[int, int]] = {}
        self._last = (-1, 0, Decimal(0))

    def is_of(self, instrument: Instrument) -> bool:
        """Whether `instrument` is quoted as this one: it may be another value, such as its twin on margin."""
        own = self.instrument
        return own is instrument or (own.anchor, own.tick_sz, own.touch_sz) == (
            instrument.anchor,
            instrument.tick_sz,
            instrument.touch_sz,
        )

    def ticks(self, slot: int) -> int:
        """Return the mid price in ticks; a quotient of two linear functions, so monotone in an hour."""
        up = SCALE + self._gain * deviation(self._seed, self._base, slot)
        down = SCALE + (deviation(self._seed, self._quote, slot) if self._quote else 0)
        return (2 * self._anchor * up + down) // (2 * down)

    def price(self, slot: int) -> Decimal:
        return self._at(slot)[2]

    def touch(self, slot: int, direction: int) -> Decimal:
        return (self._at(slot)[1] + direction) * self.instrument.tick_sz

    def levels(self, slot: int, direction: int) -> Iterator[Level]:
        return self.stairs(self._at(slot)[1], slot, direction)

    def stairs(self, ticks: int, slot: int, direction: int) -> Iterator[Level]:
        pattern = _pattern(self._seed, self.instrument.inst_id, slot)
        offset = 0
        while (px := ticks + direction * (offset + 1)) > 0:
            byte = pattern[(direction * offset) % _PATTERN]
            sz = self.instrument.touch_sz * (1 + byte % 4 + offset // 10)
            yield new_level(px * self.instrument.tick_sz, sz, 1 + byte // 4 % 9)
            offset += 1

    def trade(self, slot: int) -> Trade:
        byte = _pattern(self._seed, self.instrument.inst_id, slot // _PATTERN)[slot % _PATTERN]
        side = "buy" if byte & 1 else "sell"
        px = self.ticks(slot) * self.instrument.tick_sz
        return new_trade(slot * NUMBERS_PER_SLOT, px, self.trade_sz, side, slot * SLOT_MS)

    def candle(self, bar: Bar, opening: int, now: int) -> Candle:
        closing = bar.after(opening)
        first, last = -(-opening // SLOT_MS), min(closing - 1, now) // SLOT_MS
        return candle_of(opening, self.span(first, last) if first <= last else self.price(last), closing <= now)

    def span(self, first: int, last: int) -> Span:
        """Return what slots `first` to `last` amount to; the volumes in other units are at the middle of the ends."""
        tick = self.instrument.tick_sz
        low, high = self.extremes(first, last)
        start, end = self.ticks(first) * tick, self.ticks(last) * tick
        sums = volumes(self.instrument, (last - first + 1) * self.trade_sz, (start + end) / 2)
        return Span(first * SLOT_MS, last * SLOT_MS, start, high * tick, low * tick, end, *sums)

    def extremes(self, first: int, last: int) -> tuple[int, int]:
        """Return the lowest and highest ticks in slots `first` to `last`: at the ends or on an hour."""
        found = [self.ticks(first), self.ticks(last)]
        hour, end = first // SLOTS_PER_HOUR + 1, last // SLOTS_PER_HOUR
        while hour <= end:
            if hour % HOURS_PER_DAY == 0 and hour + HOURS_PER_DAY <= end:
                found += self._day(hour // HOURS_PER_DAY)
                hour += HOURS_PER_DAY
            else:
                found.append(self.ticks(hour * SLOTS_PER_HOUR))
                hour += 1
        return min(found), max(found)

    def _day(self, day: int) -> tuple[int, int]:
        if day not in self._days:
            hours = range(day * HOURS_PER_DAY, (day + 1) * HOURS_PER_DAY)
            ticks = [self.ticks(hour * SLOTS_PER_HOUR) for hour in hours]
            self._days[day] = (min(ticks), max(ticks))
        return self._days[day]

    def _at(self, slot: int) -> tuple[int, int, Decimal]:
        last = self._last
        if last[0] != slot:
            ticks = self.ticks(slot)
            last = self._last = (slot, ticks, ticks * self.instrument.tick_sz)
        return last


def candle_of(opening: int, trades: Span | Decimal, confirm: bool) -> Candle:
    """Return the candle of what was traded; one of no trades stays at the price before it."""
    if isinstance(trades, Decimal):
        return Candle(opening, trades, trades, trades, trades, ZERO, ZERO, ZERO, confirm)
    prices = trades.open, trades.high, trades.low, trades.close
    return Candle(opening, *prices, trades.vol, trades.vol_ccy, trades.vol_ccy_quote, confirm)


@lru_cache(maxsize=4_096)
def _pattern(seed: int, inst_id: str, block: int) -> bytes:
    return blake2b(f"{seed}|{inst_id}|{block}".encode(), digest_size=_PATTERN).digest()
