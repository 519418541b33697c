"""From an order to its outcome: checks, money, what it meets in the book, what rests, what ends it, what amends it.

Changes nothing itself: what trades, rests or ends does so through `execution`. Its caller holds the lock. A refusal is
raised before anything has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from ..errors import OkxError
from ..messages import number
from .accounts import Account
from .amending import CANCELED, DONE, Amendment, refusal
from .caps import check_caps
from .checks import Ticket, check, check_rows
from .events import Events
from .execution import Execution
from .ids import Ids
from .instruments import Instrument
from .margin import Mark, Opening, balance, spendable, uncovered, without_fee
from .markets import Markets
from .matching import Budget, Outcome, Sweep, Terms, outcome, sweep, tradable
from .noise import SLOT_MS
from .orders import KINDS, Order, moved, open_order
from .ranges import OnRange, Ranges
from .values import ZERO, ceiling, floor

_BY_SYSTEM = "0"
_EXPIRED = "7"
_POSITION_CLOSED = "17"
_SELF_TRADE = "32"


class Desk:
    """Where orders meet the market; it knows up to when (`now`, ms) house trades have met what waits.

    Whoever wants to know how far users and tests drove a price adds a listener to `on_range`.
    """

    def __init__(self, markets: Markets, ids: Ids, events: Events, now: int) -> None:
        self.execution = Execution(markets, ids, events)
        self.ranges = Ranges()
        self.now = now
        self._markets = markets
        self._ids = ids

    @property
    def on_range(self) -> list[OnRange]:
        """Who is told how far the prices of watched instruments travelled."""
        return self.ranges.listeners

    def place(self, asked: Ticket) -> Order:
        """Check, place and trade an order; raises `OkxError` and changes nothing when it is refused."""
        check(asked)
        ticket = _normal(asked)
        result = outcome(KINDS[ticket.request.ord_type], self._swept(ticket))
        order = open_order(
            ticket.request,
            ord_id=self._ids.number("ord"),
            instrument=ticket.instrument,
            lever=_lever(ticket),
            now=ticket.now,
        )
        self.execution.save(ticket.account, order, ticket.now)
        return self.trade(ticket.account, order, result, ticket.now)

    def trade(self, account: Account, order: Order, result: Outcome, now: int) -> Order:
        """Let an open order that does not wait do what was found out for it, and return it as it is then."""
        for own in result.own:
            self.execution.cancel(*own, now, _SELF_TRADE)
        for take in result.takes:
            self.execution.take(account, order, take, now)
        self._finish(account, account.orders[order.ord_id], result, now)
        if result.takes:
            prices = [take.px for take in result.takes]
            self.ranges.note(order.instrument, min(prices), max(prices), now)
            self.ranges.tell()
        return account.orders[order.ord_id]

    def amend(self, asked: Ticket, order: Order, change: Amendment) -> Order:
        """Change an open order into the one of `asked`; raises `OkxError` and changes nothing when it is refused.

        It keeps its turn if it only gets smaller. One that asks for no more than is filled ends as filled.
        """
        account, now = asked.account, asked.now
        if asked.request.sz <= order.acc_fill_sz:
            self.execution.leave(order, now)
            ended = moved(change.applied(order, replace(asked.request, sz=order.acc_fill_sz), now), "filled", now)
            return self.execution.save(account, ended, now, req_id=change.req_id, amend_result=DONE)
        try:
            ticket, result = self._amended(asked, order)
        except OkxError as error:
            if not change.cxl_on_fail:
                raise refusal(error, asked) from None
            about = {"req_id": change.req_id, "amend_result": CANCELED}
            return self.execution.cancel(account, order, now, _BY_SYSTEM, **about)
        after = change.applied(order, ticket.request, now)
        if after.px == order.px and after.sz <= order.sz:
            saved = self.execution.save(account, after, now, req_id=change.req_id, amend_result=DONE)
            self.execution.requote(saved, now)
            return saved
        self.execution.leave(order, now)
        self.execution.save(account, after, now, req_id=change.req_id, amend_result=DONE)
        return self.trade(account, after, result, now)

    def _amended(self, asked: Ticket, order: Order) -> tuple[Ticket, Outcome]:
        """Return the amended order, and what it would do now: all checks are those of a new one of what is left."""
        left = asked.request.sz - order.acc_fill_sz
        # What is filled counts towards the smallest size.
        counted = max(left, min(asked.instrument.min_sz, asked.request.sz))
        with asked.account.aside(order):
            check_rows(replace(asked, request=replace(asked.request, sz=counted)))
            ticket = _normal(asked)
            swept = self._swept(replace(ticket, request=replace(ticket.request, sz=left)))
        more = ticket.request.sz - order.sz
        if more > 0:
            check_caps(ticket, more=more)
        kind = KINDS[order.ord_type]
        result = outcome(kind, swept)
        if kind.passive and not result.rests:
            raise OkxError("51511")
        return ticket, result

    def cancel(self, account: Account, order: Order, now: int, cancel_source: str) -> Order:
        """End an open order and release what it held."""
        return self.execution.cancel(account, order, now, cancel_source)

    def settle(self, instruments: Mapping[str, Instrument], now: int) -> None:
        """Let the house trades since the last time meet what waits, and end what has expired.

        Waiting orders trade as makers at their own price, the best price first, just before the last of those trades.
        A clock that was moved back settles nothing, and goes on from there.
        """
        since, self.now = self.now, now
        if now < since:
            self._markets.rewind(now)
        if now // SLOT_MS == since // SLOT_MS:
            return
        for inst_id in [inst_id for inst_id, venue in self._markets.venues.items() if any(venue.waiting.values())]:
            self._settle(instruments[inst_id], since // SLOT_MS, now)

    def _settle(self, instrument: Instrument, since: int, now: int) -> None:
        expiry = instrument.exp_time
        last = now // SLOT_MS if expiry is None else min(now // SLOT_MS, (expiry - 1) // SLOT_MS)
        if since < last and self._markets.wanders(instrument):
            low, high = self._markets.house.range(instrument, since + 1, last)
            for px, side in ((low, "buy"), (high, "sell")):
                self._reach(instrument, side, px, last * SLOT_MS - 1)
        if expiry is not None and expiry <= now:
            self.execution.cancel_all(instrument.inst_id, now, _EXPIRED)

    def _reach(self, instrument: Instrument, side: str, px: Decimal, now: int) -> None:
        """The house traded at `px`: what waits on that side at this price or a better one is met."""
        for account, order in self._markets.venue(instrument.inst_id).waiting[side].met_at(px):
            # A fill before this one may have closed the position that a reduce-only order was to reduce.
            if account.orders[order.ord_id].is_open:
                self.execution.meet(account, order, tradable(account, order), now)

    def _finish(self, account: Account, order: Order, result: Outcome, now: int) -> None:
        """End what is left of an order after its trades, or let it wait."""
        if not order.is_open:
            return
        source, rests = result.cancel_source, result.rests
        if order.reduce_only and not account.closable(order.position_key, order.side):
            source, rests = _POSITION_CLOSED, False
        if rests:
            self.execution.rest(account, order, now)
            return
        state = "canceled" if source else "filled"
        self.execution.save(account, moved(order, state, now, cancel_source=source), now)

    def _swept(self, ticket: Ticket) -> Sweep:
        """Return what the order would trade now, once it is known that it can be paid for."""
        if not ticket.is_spot:
            return self._contracts(ticket)
        if ticket.is_market:
            return self._spot_market(ticket)
        request = ticket.request
        ccy = ticket.instrument.quote_ccy if request.side == "buy" else ticket.instrument.base_ccy
        need = request.sz * ticket.px if request.side == "buy" else request.sz
        have = self._spendable(ticket, ccy)
        if need > without_fee(ticket, have):
            raise uncovered(ticket, ccy, need, have)
        return self._sweep(ticket, request.px, Budget(base=request.sz))

    def _contracts(self, ticket: Ticket) -> Sweep:
        request, account, instrument = ticket.request, ticket.account, ticket.instrument
        prices = ticket.prices(self._markets.touch(instrument, ticket.now, request.side))
        sz = floor(request.sz / prices[0], instrument.lot_sz) if ticket.in_quote else request.sz
        if request.reduce_only:
            sz = min(sz, account.closable(ticket.key, request.side))
        else:
            opening = Opening(account, instrument, ticket.key, request.side, ticket.lever, prices)
            opening.check(sz, self._available(ticket, instrument.settle_ccy))
        edge = ticket.limits[0] if request.side == "buy" else ticket.limits[1]
        budget = Budget(base=sz, quote=request.sz if ticket.in_quote else None)
        return self._sweep(ticket, edge if ticket.is_market else request.px, budget)

    def _spot_market(self, ticket: Ticket) -> Sweep:
        """Sweep for a market order, shrunk to what the balance allows unless `banAmend` forbids it."""
        request, instrument = ticket.request, ticket.instrument
        buys = request.side == "buy"
        wanted = Budget(quote=request.sz) if ticket.in_quote else Budget(base=request.sz)
        swept = self._sweep(ticket, None, wanted)
        ccy = instrument.quote_ccy if buys else instrument.base_ccy
        available = self._spendable(ticket, ccy)
        have = without_fee(ticket, available)
        cost = sum((take.px * take.sz for take in swept.takes), ZERO) if buys else swept.sz
        if cost <= have:
            return swept
        if buys:
            shrunk = self._sweep(ticket, None, wanted._replace(quote=have))
        else:
            shrunk = self._sweep(ticket, None, wanted._replace(base=floor(have, instrument.lot_sz)))
        if request.ban_amend or shrunk.sz < instrument.min_sz:
            raise uncovered(ticket, ccy, cost, available)
        return shrunk

    def _sweep(self, ticket: Ticket, limit: Decimal | None, budget: Budget) -> Sweep:
        side = ticket.request.side
        offers = self._markets.offers(ticket.instrument, ticket.now, side)
        terms = Terms(side, limit, ticket.instrument.lot_sz, ticket.account, ticket.request.stp_mode)
        return sweep(offers, terms, budget)

    def _spendable(self, ticket: Ticket, ccy: str) -> Decimal:
        return spendable(balance(ticket.account, ccy, self._marks(ticket), ZERO))

    def _available(self, ticket: Ticket, ccy: str) -> Decimal:
        return balance(ticket.account, ccy, self._marks(ticket), ZERO).avail_eq

    def _marks(self, ticket: Ticket) -> Mark:
        return partial(self._markets.price, now=ticket.now)


def _lever(ticket: Ticket) -> str:
    """Return the order's leverage, "" where none applies: cash orders, and options."""
    if not ticket.instrument.lever or ticket.is_spot:
        return ""
    return number(ticket.lever)


def _normal(ticket: Ticket) -> Ticket:
    """Fill in what was left out, and put the price on the grid."""
    request = ticket.request
    px = None if request.px is None or ticket.is_market else _on_tick(ticket, request.px)
    settled = (px, ticket.tgt_ccy, ticket.key[2], ticket.closes)
    if settled == (request.px, request.tgt_ccy, request.pos_side, request.reduce_only):
        return ticket
    return replace(
        ticket, request=replace(request, px=px, tgt_ccy=settled[1], pos_side=settled[2], reduce_only=settled[3])
    )


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
