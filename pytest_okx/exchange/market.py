"""What a test holds of a market: it moves the price, trades, sets the book, replays history, suspends and delists.

Reads the clock once a call, takes the exchange's lock and settles first. How it is done is the crowd's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from ..clock import unix_ms
from ..messages import number
from .accounts import Account
from .amounts import Amount
from .grid import amount, on_grid
from .house import Book, Level, Trade
from .instruments import Instrument
from .locking import atomic
from .matching import tradable
from .orders import Order
from .replay import Row, Step, steps
from .values import ZERO, floor

if TYPE_CHECKING:
    from .exchange import Exchange

__all__ = ["Market"]

_STATES = ("live", "suspend", "preopen", "rebase", "post_only", "test")


class Market:
    """One instrument of one exchange, in the hands of a test.

    Until it is touched the house makes the market. From the first `move_to`, `trade`, `set_book` or `replay` on the
    price is what the test made it, and nobody trades but users and the test. Prices and sizes are Decimal, int or
    str, on the instrument's grid; anything else raises TypeError or ValueError and changes nothing.
    """

    def __init__(self, exchange: Exchange, inst_id: str) -> None:
        self.inst_id = inst_id
        self.lock = exchange.lock
        self._exchange = exchange
        self._instrument()

    def __repr__(self) -> str:
        book, price = self.book(1), number(self.price)
        return f"<Market {self.inst_id} {price}, bid {_best(book.bids)}, ask {_best(book.asks)}>"

    @property
    @atomic
    def price(self) -> Decimal:
        """The price around which is quoted; the mark price too."""
        return self._exchange.markets.price(*self._seen())

    @property
    @atomic
    def last(self) -> Decimal:
        """The price of the last trade."""
        return self._exchange.markets.last(*self._seen()).px

    @property
    @atomic
    def trades(self) -> list[Trade]:
        """The last hundred public trades, newest first."""
        return self._exchange.markets.trades(*self._seen())

    @atomic
    def book(self, depth: int = 400) -> Book:
        """Return the best `depth` levels a side, users' orders included."""
        return self._exchange.markets.book(*self._seen(), depth)

    @atomic
    def move_to(self, price: Amount) -> None:
        """Move the price, where it stays; a trade prints there, and who waits on the way is filled at its own price."""
        instrument, now = self._trading()
        self._exchange.crowd.move(instrument, on_grid("the price", price, instrument.tick_sz, "tick"), now)
        self._exchange.settle(now)

    @atomic
    def trade(self, price: Amount, size: Amount, *, side: str = "") -> None:
        """Let strangers trade `size` at `price`: first with users who offer that or better, in the order of their turn.

        `side` is the taker's; by default that of who meets a waiting order there, else what moves away from the
        market. It becomes the last price; the price around which is quoted stays.
        """
        instrument, now = self._trading()
        px = on_grid("the price", price, instrument.tick_sz, "tick")
        sz = on_grid("the size", size, instrument.lot_sz, "lot")
        if side not in ("", "buy", "sell"):
            raise ValueError(f"side is {side!r}: give 'buy' or 'sell', the taker's, or leave it out")
        self._exchange.crowd.trade(instrument, px, sz, side or self._exchange.crowd.wants(instrument, px, now), now)
        self._exchange.settle(now)

    @atomic
    def fill(self, order: Order, size: Amount | None = None) -> Order:
        """Let a stranger take `size` of a user's order that waits, all of it by default, at its own price.

        Returns the order as it is then. It need not be its turn.
        """
        instrument, now = self._trading()
        account, held = self._waiting(order)
        most = tradable(account, held)
        sz = most if size is None else on_grid("the size", size, instrument.lot_sz, "lot")
        if sz > most:
            raise ValueError(f"the size is {number(sz)}: no more than {number(most)} of order {held.ord_id} can trade")
        self._exchange.crowd.fill(account, held, sz, now)
        self._exchange.settle(now)
        return account.orders[held.ord_id]

    @atomic
    def set_book(self, asks: Iterable[tuple[Amount, Amount]], bids: Iterable[tuple[Amount, Amount]]) -> None:
        """Offer these (price, size) pairs instead of the house's levels; what takers take of them is gone.

        The price goes to the middle of the best two, to the best one where a side is empty, and stays where both are.
        Users' orders that the new book crosses are filled from it. `move_to` ends it.
        """
        instrument, now = self._trading()
        sells = sorted(_levels(instrument, "ask", asks), key=lambda level: level.px)
        buys = sorted(_levels(instrument, "bid", bids), key=lambda level: -level.px)
        if sells and buys and sells[0].px <= buys[0].px:
            raise ValueError(
                f"the best ask is {number(sells[0].px)} and the best bid {number(buys[0].px)}: give asks above the bids"
            )
        best = [levels[0].px for levels in (sells, buys) if levels]
        middle = floor(sum(best, ZERO) / len(best), instrument.tick_sz) if best else self.price
        self._exchange.crowd.show(instrument, sells, buys, middle, now)
        self._exchange.settle(now)

    @atomic
    def replay(self, rows: Iterable[Row], *, bar: str | None = None) -> None:
        """Play candles or trades, each as the clock passes its time; at once, now, what is past already.

        Until the first of them the price stays where it is.
        A row is a `Candle`, a `Trade`, or what OKX sends for one: a list that begins with ts, o, h, l, c and vol, or
        a mapping with px, sz, side and ts. A candle moves the price along its way (`bar` is its length, by default
        the distance between them); a trade trades its size, and takes the price along.
        """
        instrument, now = self._trading()
        played = steps(instrument, rows, bar)
        self._exchange.crowd.stop(instrument, now)
        for step in played:
            if step.ts <= now:
                self._play(step, now)
            else:
                self._exchange.timeline.at(step.ts, partial(self._play, step))
        self._exchange.settle(now)

    @atomic
    def set_funding_rate(self, rate: Amount | None) -> None:
        """Let a swap fund at `rate` from now on, above 0 when longs pay; None gives it back to the house."""
        instrument, _ = self._seen()
        if instrument.inst_type != "SWAP":
            raise ValueError(f"{self.inst_id!r} is of type {instrument.inst_type}: only a SWAP has a funding rate")
        self._exchange.funding.set_rate(self.inst_id, rate)

    @atomic
    def change(
        self,
        *,
        tick_sz: Amount | None = None,
        lot_sz: Amount | None = None,
        min_sz: Amount | None = None,
        state: str | None = None,
    ) -> Instrument:
        """Change the terms of the instrument and return it as it is listed now; orders keep those they were given."""
        before, now = self._seen()
        if state is not None and state not in _STATES:
            raise ValueError(f"state is {state!r}: give one of {', '.join(_STATES)}")
        after = replace(
            before,
            tick_sz=before.tick_sz if tick_sz is None else amount("tick_sz", tick_sz),
            lot_sz=before.lot_sz if lot_sz is None else amount("lot_sz", lot_sz),
            min_sz=before.min_sz if min_sz is None else amount("min_sz", min_sz),
            state=state or before.state,
        )
        self._exchange.listing.put(after, now)
        self._exchange.crowd.adapt(after, now)
        return after

    def suspend(self) -> None:
        """Stop trading: orders are refused, those that wait stay, and the market stands still."""
        self.change(state="suspend")

    def resume(self) -> None:
        """Trade again; the price stays where it stood."""
        self.change(state="live")

    @atomic
    def delist(self, at: datetime | None = None) -> None:
        """Take the instrument off the list, now or at `at` (aware); what waits is cancelled (cancelSource 7)."""
        instrument, now = self._seen()
        if at is None:
            self._delist(now)
            return
        if at.utcoffset() is None:
            raise ValueError(f"at is {at!r}, which is naive: add a time zone, such as tzinfo=UTC, or None for now")
        self._exchange.listing.put(replace(instrument, exp_time=unix_ms(at)), now)
        self._exchange.timeline.at(unix_ms(at), self._delist)

    def _delist(self, now: int) -> None:
        if self.inst_id in self._exchange.instruments:
            self._exchange.crowd.leave(self.inst_id, now)
            self._exchange.listing.remove(self.inst_id, now)

    def _play(self, step: Step, now: int) -> None:
        instrument = self._exchange.instruments.get(self.inst_id)
        if instrument is None or instrument.state != "live":
            return
        if step.side:
            self._exchange.crowd.follow(instrument, step.px, step.sz, step.side, now)
        else:
            self._exchange.crowd.move(instrument, step.px, now, step.sz)

    def _waiting(self, order: Order) -> tuple[Account, Order]:
        for account in self._exchange.accounts:
            held = account.find(self.inst_id, order.ord_id, "")
            if held is not None:
                if not held.is_open:
                    raise ValueError(f"order {held.ord_id} is {held.state!r}: fill one that waits")
                return account, held
        raise ValueError(f"order {order.ord_id!r} of {self.inst_id!r} is unknown: place it first")

    def _seen(self) -> tuple[Instrument, int]:
        """Let happen what time brings, and return the instrument and the time (ms)."""
        now = self._exchange.clock.now_ms()
        self._exchange.settle(now)
        return self._instrument(), now

    def _trading(self) -> tuple[Instrument, int]:
        instrument, now = self._seen()
        if instrument.state != "live":
            raise ValueError(f"{self.inst_id!r} is in state {instrument.state!r}: resume() it first")
        return instrument, now

    def _instrument(self) -> Instrument:
        instrument = self._exchange.instruments.get(self.inst_id)
        if instrument is None:
            raise ValueError(f"{self.inst_id!r} is not listed: see exchange.instruments, or exchange.add_instrument()")
        return instrument


def _best(levels: tuple[Level, ...]) -> str:
    return f"{number(levels[0].px)} x {number(levels[0].sz)}" if levels else "none"


def _levels(instrument: Instrument, name: str, pairs: Iterable[tuple[Amount, Amount]]) -> list[Level]:
    found: dict[Decimal, Level] = {}
    for price, size in pairs:
        px = on_grid(f"the price of the {name}", price, instrument.tick_sz, "tick")
        if px in found:
            raise ValueError(f"two {name}s are at {number(px)}: add their sizes")
        found[px] = Level(px, on_grid(f"the size at {number(px)}", size, instrument.lot_sz, "lot"), 1)
    return list(found.values())
