"""What strangers do when a test tells them to: move the market, trade, show another book.

Whoever of the users waits at a price that they reach trades with them. Its caller holds the lock and has settled.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from .accounts import Account
from .events import Events, MarketMoved
from .execution import Execution
from .house import Level
from .instruments import Instrument
from .markets import Markets, opposite
from .matching import Budget, Take, Terms, sweep
from .orders import Order
from .ranges import Ranges
from .values import ZERO, floor

__all__ = ["Crowd"]

_DELISTED = "7"


class Crowd:
    """The strangers of one exchange; all of them trade at once, at `now` (ms)."""

    def __init__(self, markets: Markets, execution: Execution, ranges: Ranges, events: Events) -> None:
        self._markets = markets
        self._execution = execution
        self._ranges = ranges
        self._events = events

    def move(self, instrument: Instrument, px: Decimal, now: int, sz: Decimal | None = None) -> None:
        """Quote around `px` from now on; who waits there or before it is met, and `sz` is traded at `px` besides.

        Unless it is given, the size is that of a house trade.
        """
        before = self._markets.price(instrument, now)
        self._markets.venue(instrument.inst_id).pin(px, now)
        for side in ("buy", "sell"):
            self._sweep(instrument, side, px, None, now)
        size = self._markets.house.trade_sz(instrument) if sz is None else sz
        self._execution.pass_by(instrument, Take(px, size), "buy" if px >= before else "sell", now)
        self._told(instrument, before, px, now)

    def trade(self, instrument: Instrument, px: Decimal, sz: Decimal, side: str, now: int) -> None:
        """Trade `sz` at `px`, first with who offers that price or a better one; the quotes stay where they are."""
        self._trade(instrument, Take(px, sz), side, self._markets.price(instrument, now), now)

    def follow(self, instrument: Instrument, px: Decimal, sz: Decimal, side: str, now: int) -> None:
        """Trade like `trade`, and quote around `px` from now on."""
        self._trade(instrument, Take(px, sz), side, px, now)

    def show(self, instrument: Instrument, asks: Iterable[Level], bids: Iterable[Level], px: Decimal, now: int) -> None:
        """Offer these levels instead of the house's; what of them meets a waiting order trades with it first."""
        before = self._markets.price(instrument, now)
        venue = self._markets.venue(instrument.inst_id)
        venue.pin(px, now)
        offered = [self._come(instrument, "sell", each, now) for each in asks]
        wanted = [self._come(instrument, "buy", each, now) for each in bids]
        venue.show((each for each in offered if each.sz), (each for each in wanted if each.sz))
        self._told(instrument, before, px, now)

    def fill(self, account: Account, order: Order, sz: Decimal, now: int) -> None:
        """Take `sz` of an order that waits, at its own price and before its turn."""
        self._execution.meet(account, order, sz, now)
        self._ranges.note(order.instrument, order.px or ZERO, order.px or ZERO, now)
        self._ranges.tell()

    def wants(self, instrument: Instrument, px: Decimal, now: int) -> str:
        """Return the side of a trade at `px`: of who meets a waiting order there, else away from the market."""
        for side in ("buy", "sell"):
            best = self._markets.venue(instrument.inst_id).waiting[opposite(side)].best
            if best is not None and (best <= px if side == "buy" else best >= px):
                return side
        return "buy" if px >= self._markets.price(instrument, now) else "sell"

    def stop(self, instrument: Instrument, now: int) -> None:
        """The house wanders and trades no more: the price stays where it is."""
        if self._markets.wanders(instrument):
            self._markets.venue(instrument.inst_id).pin(self._markets.price(instrument, now), now)

    def adapt(self, instrument: Instrument, now: int) -> None:
        """The terms of an instrument have changed: where nobody may trade the price stays, and it keeps to the tick."""
        if instrument.state != "live":
            self.stop(instrument, now)
        price, tick = self._markets.price(instrument, now), instrument.tick_sz
        if price % tick:
            self._markets.venue(instrument.inst_id).pin(max(floor(price, tick), tick), now)
            self._markets.version += 1

    def leave(self, inst_id: str, now: int) -> None:
        """The instrument is delisted: what waits is cancelled."""
        self._execution.cancel_all(inst_id, now, _DELISTED)

    def _trade(self, instrument: Instrument, take: Take, side: str, quoted: Decimal, now: int) -> None:
        before = self._markets.last(instrument, now).px
        venue = self._markets.venue(instrument.inst_id)
        if venue.price_at(now) != quoted:
            venue.pin(quoted, now)
        left = take.sz - self._sweep(instrument, side, take.px, take.sz, now)
        if left:
            self._execution.pass_by(instrument, Take(take.px, left), side, now)
        self._told(instrument, before, take.px, now)

    def _come(self, instrument: Instrument, side: str, level: Level, now: int) -> Level:
        return Level(level.px, level.sz - self._sweep(instrument, side, level.px, level.sz, now), level.orders)

    def _sweep(self, instrument: Instrument, side: str, px: Decimal, sz: Decimal | None, now: int) -> Decimal:
        """Trade with those who offer `px` or better, up to `sz`, and return how much that was."""
        terms, traded = Terms(side, px, instrument.lot_sz), ZERO
        while True:
            left = None if sz is None else sz - traded
            swept = sweep(self._markets.firm(instrument, now, side), terms, Budget(base=left))
            for take in swept.takes:
                self._meet(instrument, side, take, now)
            traded += swept.sz
            if not swept.cut_off:
                return traded

    def _meet(self, instrument: Instrument, side: str, take: Take, now: int) -> None:
        if take.maker is not None:
            self._execution.meet(*take.maker, take.sz, now)
            return
        self._markets.venue(instrument.inst_id).take(opposite(side), take.px, take.sz)
        self._execution.pass_by(instrument, take, side, now)

    def _told(self, instrument: Instrument, before: Decimal, px: Decimal, now: int) -> None:
        self._markets.version += 1
        self._events.emit(MarketMoved(now, instrument.inst_id))
        self._ranges.note(instrument, min(before, px), max(before, px), now)
        self._ranges.tell()
