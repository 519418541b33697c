"""From an order to its outcome: checks, money, the sweep of the house, what rests and what ends it.

Changes accounts through `ledger` and `resting` alone; its caller holds the lock. A refusal is raised
before anything has changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from ..errors import OkxError
from .accounts import Account
from .checks import Ticket, check
from .events import Events, OrderChanged
from .house import House, Level
from .ids import Ids
from .instruments import Instrument
from .ledger import book_fill
from .margin import Opening, balance, spendable
from .matching import Budget, Sweep, Take, outcome, sweep
from .noise import SLOT_MS
from .orders import KINDS, Order, OrderRequest, moved, open_order
from .resting import Entry, Resting
from .values import ZERO, ceiling, floor

_LIMIT_REACHED = "17"
_EXPIRED = "7"


class Desk:
    """Where orders meet the house; it keeps what rests, and the slot up to which that was settled."""

    def __init__(self, house: House, ids: Ids, events: Events, now: int) -> None:
        self.resting = Resting()
        self._house = house
        self._ids = ids
        self._events = events
        self._slot = now // SLOT_MS

    def place(self, asked: Ticket) -> Order:
        """Check, place and trade an order; raises `OkxError` and changes nothing when it is refused."""
        check(asked)
        ticket = replace(asked, request=_normal(asked))
        swept = self._swept(ticket)
        takes, cancel_source, rests = outcome(KINDS[ticket.request.ord_type], swept)
        account = ticket.account
        order = open_order(
            ticket.request,
            ord_id=self._ids.number("ord"),
            instrument=ticket.instrument,
            lever=_lever(ticket),
            now=ticket.now,
        )
        account.save(order)
        for take in takes:
            self._fill(account, order.ord_id, take, "T", ticket.now)
        return self._finish(account, account.orders[order.ord_id], cancel_source, rests, ticket.now)

    def cancel(self, account: Account, order: Order, now: int, cancel_source: str) -> Order:
        """End an open order and release what it held."""
        self.resting.remove(order)
        canceled = moved(order, "canceled", now, cancel_source=cancel_source)
        account.save(canceled)
        self._events.emit(OrderChanged(now, account, canceled))
        return canceled

    def settle(self, instruments: Mapping[str, Instrument], now: int) -> None:
        """Fill the resting orders that a house trade met since the last time, and end expired ones.

        They trade as makers at their own price, at `now`, the best price first. A clock that was
        moved back settles nothing, and goes on from there.
        """
        since, self._slot = self._slot, now // SLOT_MS
        if since == self._slot:
            return
        for inst_id in self.resting.inst_ids():
            self._settle(instruments[inst_id], since, now)

    def _settle(self, instrument: Instrument, since: int, now: int) -> None:
        expiry = instrument.exp_time
        last = self._slot if expiry is None else min(self._slot, (expiry - 1) // SLOT_MS)
        if since < last:
            low, high = self._house.range(instrument, since + 1, last)
            for entry in self.resting.crossed(instrument.inst_id, low, high):
                self._make(entry, now)
        if expiry is not None and expiry <= now:
            for side in ("buy", "sell"):
                for entry in self.resting.entries(instrument.inst_id, side):
                    self.cancel(entry.account, entry.account.orders[entry.ord_id], now, _EXPIRED)

    def _make(self, entry: Entry, now: int) -> None:
        order = entry.account.orders[entry.ord_id]
        # A fill before this one may have closed the position that a reduce-only order was to reduce.
        if not order.is_open or order.px is None:
            return
        self.resting.remove(order)
        self._fill(entry.account, order.ord_id, Take(order.px, _tradable(entry.account, order)), "M", now)

    def _fill(self, account: Account, ord_id: str, take: Take, exec_type: str, now: int) -> None:
        order = book_fill(account, account.orders[ord_id], take, exec_type, now, self._ids)
        self._events.emit(OrderChanged(now, account, order, order.fills[-1]))
        # A closed position ends every reduce-only order on it, this one included.
        for other in list(account.open_orders[order.inst_id].values()):
            if other.reduce_only and not account.closable(other.position_key, other.side):
                self.cancel(account, other, now, _LIMIT_REACHED)

    def _finish(self, account: Account, order: Order, cancel_source: str, rests: bool, now: int) -> Order:
        if not order.is_open:
            return order
        if rests:
            self.resting.add(account, order)
            return order
        state = "canceled" if cancel_source else "filled"
        ended = moved(order, state, now, cancel_source=cancel_source)
        account.save(ended)
        self._events.emit(OrderChanged(now, account, ended))
        return ended

    def _swept(self, ticket: Ticket) -> Sweep:
        """Return what the order would trade now, once it is known that it can be paid for."""
        if not ticket.is_spot:
            return self._contracts(ticket)
        if ticket.is_market:
            return self._spot_market(ticket)
        request = ticket.request
        ccy = ticket.instrument.quote_ccy if request.side == "buy" else ticket.instrument.base_ccy
        need = request.sz * ticket.px if request.side == "buy" else request.sz
        if need > self._spendable(ticket, ccy):
            raise OkxError("51008_1000", ccy)
        return self._sweep(ticket, request.px, Budget(base=request.sz))

    def _contracts(self, ticket: Ticket) -> Sweep:
        request, account, instrument = ticket.request, ticket.account, ticket.instrument
        key = (request.inst_id, request.td_mode, request.pos_side)
        if request.reduce_only:
            sz = min(request.sz, account.closable(key, request.side))
        else:
            sz = request.sz
            lever = account.lever(request.inst_id, request.td_mode)
            opening = Opening(account, instrument, key, request.side, lever, self._prices(ticket))
            opening.check(sz, self._available(ticket, instrument.settle_ccy))
        edge = ticket.limits[0] if request.side == "buy" else ticket.limits[1]
        return self._sweep(ticket, edge if ticket.is_market else request.px, Budget(base=sz))

    def _prices(self, ticket: Ticket) -> tuple[Decimal, ...]:
        """Return the prices at which the order may open: its own, and the touch if it crosses."""
        touch = self._house.touch(ticket.instrument, ticket.now, ticket.request.side)
        if ticket.is_market:
            return (touch,)
        crosses = ticket.px >= touch if ticket.request.side == "buy" else ticket.px <= touch
        return (ticket.px, touch) if crosses else (ticket.px,)

    def _spot_market(self, ticket: Ticket) -> Sweep:
        """Sweep for a market order, shrunk to what the balance allows unless `banAmend` forbids it."""
        request, instrument = ticket.request, ticket.instrument
        buys = request.side == "buy"
        wanted = Budget(quote=request.sz) if ticket.in_quote else Budget(base=request.sz)
        swept = self._sweep(ticket, None, wanted)
        ccy = instrument.quote_ccy if buys else instrument.base_ccy
        have = self._spendable(ticket, ccy)
        cost = sum((take.px * take.sz for take in swept.takes), ZERO) if buys else swept.sz
        if cost <= have:
            return swept
        if buys:
            shrunk = self._sweep(ticket, None, replace(wanted, quote=have))
        else:
            shrunk = self._sweep(ticket, None, replace(wanted, base=floor(have, instrument.lot_sz)))
        if request.ban_amend or shrunk.sz < instrument.min_sz:
            raise OkxError("51008_1000", ccy)
        return shrunk

    def _sweep(self, ticket: Ticket, limit: Decimal | None, budget: Budget) -> Sweep:
        side = ticket.request.side
        levels: Iterator[Level] = self._house.levels(ticket.instrument, ticket.now, side)
        return sweep(levels, side, limit, budget, ticket.instrument.lot_sz)

    def _spendable(self, ticket: Ticket, ccy: str) -> Decimal:
        return spendable(balance(ticket.account, ccy, self._marks(ticket), ZERO))

    def _available(self, ticket: Ticket, ccy: str) -> Decimal:
        return balance(ticket.account, ccy, self._marks(ticket), ZERO).avail_eq

    def _marks(self, ticket: Ticket) -> _Marks:
        return _Marks(self._house, ticket.now)


class _Marks:
    """The mark prices of one moment: the house's."""

    def __init__(self, house: House, now: int) -> None:
        self._house = house
        self._now = now

    def __call__(self, instrument: Instrument) -> Decimal:
        return self._house.price(instrument, self._now)


def _tradable(account: Account, order: Order) -> Decimal:
    if not order.reduce_only:
        return order.remaining
    return min(order.remaining, account.closable(order.position_key, order.side))


def _lever(ticket: Ticket) -> str:
    """Return the order's leverage, "" where none applies: cash orders, and options."""
    if not ticket.instrument.lever or ticket.is_spot:
        return ""
    return str(ticket.account.lever(ticket.request.inst_id, ticket.request.td_mode))


def _normal(ticket: Ticket) -> OrderRequest:
    """Fill in what was left out, and put the price on the grid."""
    request = ticket.request
    px = None if request.px is None or ticket.is_market else _on_tick(ticket, request.px)
    return replace(request, px=px, tgt_ccy=ticket.tgt_ccy, pos_side="net")


def _on_tick(ticket: Ticket, px: Decimal) -> Decimal:
    """Round a price that is off the tick: options to the nearest, others away from the market.

    OKX documents the first; whether it rounds or refuses the others is not known.
    """
    tick = ticket.instrument.tick_sz
    if ticket.instrument.opt_type:
        rounded = (px / tick).to_integral_value(ROUND_HALF_UP) * tick
    else:
        rounded = floor(px, tick) if ticket.request.side == "buy" else ceiling(px, tick)
    if rounded <= 0:
        raise OkxError("51000", "px")
    return rounded
