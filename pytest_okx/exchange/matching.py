"""What an order takes from a book, offer by offer: a pure function of offers, price, budgets and owners.

Knows neither money nor where the offers come from; it changes nothing.
Source: OKX's "Place order" and its page on self-trade prevention.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from .accounts import Account
from .orders import Kind, Order
from .resting import Waiting
from .values import ZERO, floor

MAX_MAKERS = 1_000
"""A taker is cut off after so many matches (OKX's "Place order"; cancelSource 33)."""


class Offer(NamedTuple):
    """A size to be had at a price: of a user's order that waits, or of `orders` strangers."""

    px: Decimal
    sz: Decimal
    orders: int = 1
    maker: Waiting | None = None


class Budget(NamedTuple):
    """What an order may trade at most, in `base` (or contracts) and in `quote`; None is no bound."""

    base: Decimal | None = None
    quote: Decimal | None = None


class Terms(NamedTuple):
    """On what terms a taker trades: no worse than `limit`, and with its own owner as `stp_mode` says.

    Strangers have no `account`: they are nobody's own.
    """

    side: str
    limit: Decimal | None
    lot_sz: Decimal
    account: Account | None = None
    stp_mode: str = "cancel_maker"


class Take(NamedTuple):
    """A price and a size to be traded there, with a user's order that waits or with a stranger."""

    px: Decimal
    sz: Decimal
    maker: Waiting | None = None


class Sweep(NamedTuple):
    """The takes in their order; `done` when a budget was used up, `cut_off` after MAX_MAKERS.

    `own` are the orders of the taker's owner that it met; `prevented` when such a one stopped it.
    """

    takes: tuple[Take, ...]
    done: bool
    cut_off: bool = False
    own: tuple[Waiting, ...] = ()
    prevented: bool = False

    @property
    def sz(self) -> Decimal:
        """The size of all takes."""
        return sum((take.sz for take in self.takes), ZERO)


class Outcome(NamedTuple):
    """What an order trades, which orders of its own it cancels, and what becomes of its rest.

    `cancel_source` is "" when nothing is left, or when the rest `rests`. Codes: OKX's "Get order details".
    """

    takes: tuple[Take, ...] = ()
    own: tuple[Waiting, ...] = ()
    cancel_source: str = ""
    rests: bool = False


@dataclass(slots=True)
class _Taker:
    """A taker on its way through the book."""

    terms: Terms
    base: Decimal | None
    quote: Decimal | None
    takes: list[Take] = field(default_factory=list)
    own: list[Waiting] = field(default_factory=list)

    def swept(self, *, done: bool = False, cut_off: bool = False, prevented: bool = False) -> Sweep:
        return Sweep(tuple(self.takes), done, cut_off, tuple(self.own), prevented)

    def is_beyond(self, px: Decimal) -> bool:
        limit = self.terms.limit
        if limit is None:
            return False
        return px > limit if self.terms.side == "buy" else px < limit

    def take(self, offer: Offer) -> bool:
        """Take what can be taken of an offer; whether that is all that the taker wants or can pay for."""
        there = self._available(offer)
        sz = there if self.base is None else min(there, self.base)
        if self.quote is not None:
            sz = min(sz, floor(self.quote / offer.px, self.terms.lot_sz))
            self.quote -= sz * offer.px
        if self.base is not None:
            self.base -= sz
        if sz:
            self.takes.append(Take(offer.px, sz, offer.maker))
        return sz < there or self.base == 0

    def _available(self, offer: Offer) -> Decimal:
        """Return the size of an offer, a reduce-only order's after the takes before it."""
        if offer.maker is None or not offer.maker.order.reduce_only:
            return offer.sz
        account, order = offer.maker
        closed = ZERO
        for take in self.takes:
            if take.maker and take.maker.account is account and take.maker.order.position_key == order.position_key:
                closed += take.sz
        return tradable(account, order, closed)


def tradable(account: Account, order: Order, closed: Decimal = ZERO) -> Decimal:
    """Return how much of a waiting order can trade once `closed` is: what it may reduce, if it only reduces."""
    if not order.reduce_only:
        return order.remaining
    return max(min(order.remaining, account.closable(order.position_key, order.side) - closed), ZERO)


def same_owner(one: Account | None, other: Account | None) -> bool:
    """Whether an order of the one may not trade with an order of the other: both are of one master account."""
    return one is not None and other is not None and one.main_uid == other.main_uid


def sweep(offers: Iterable[Offer], terms: Terms, budget: Budget) -> Sweep:
    """Return what a taker trades on `offers` within `budget`."""
    taker = _Taker(terms, budget.base, budget.quote)
    for offer in offers:
        if taker.base == 0 or taker.is_beyond(offer.px):
            break
        if len(taker.takes) == MAX_MAKERS:
            return taker.swept(cut_off=True)
        if offer.maker is not None and same_owner(terms.account, offer.maker.account):
            if terms.stp_mode != "cancel_taker":
                taker.own.append(offer.maker)
            if terms.stp_mode != "cancel_maker":
                return taker.swept(prevented=True)
        elif taker.take(offer):
            return taker.swept(done=True)
    return taker.swept(done=taker.base == 0)


def outcome(kind: Kind, swept: Sweep) -> Outcome:
    """Return what a kind of order makes of the sweep: all of it, only the whole, or only the waiting."""
    if kind.passive:
        takes = bool(swept.takes or swept.own or swept.prevented)
        return Outcome(cancel_source="31") if takes else Outcome(rests=True)
    if swept.done:
        return Outcome(swept.takes, swept.own)
    source = "32" if swept.prevented else "33" if swept.cut_off else kind.leftover
    if kind.whole:
        return Outcome(cancel_source=source)
    return Outcome(swept.takes, swept.own, source, rests=not source)
