"""How much an account could trade now: the largest order, and what it has left for one.

Reads accounts, changes none; prices come in as functions. Source: OKX's "Get maximum order quantity" and "Get maximum
available balance/equity".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from ..errors import OkxError
from .caps import check_caps
from .margin import Mark, Opening, balance, spendable, without_fee
from .tickets import Ticket
from .tiers import tiers_of
from .values import ZERO, floor

__all__ = ["Sizes", "available", "largest"]


@dataclass(frozen=True, slots=True)
class Sizes:
    """For buying and for selling: in units of `sz`, or of money."""

    buy: Decimal
    sell: Decimal


def available(ticket: Ticket, mark: Mark) -> Sizes:
    """Return what could be spent on an order: quote and base on SPOT, the margin currency's equity on the rest."""
    of, account = ticket.instrument, ticket.account
    if ticket.is_spot:
        quote, base = (spendable(balance(account, ccy, mark, ZERO)) for ccy in (of.quote_ccy, of.base_ccy))
        return Sizes(quote, base)
    left = max(balance(account, of.settle_ccy, mark, ZERO).avail_eq, ZERO)
    return Sizes(left, left)


def largest(ticket: Ticket, lever: Decimal, mark: Mark) -> Sizes:
    """Return the largest orders that would be taken at the ticket's price: paid for, and within the position tiers."""
    of, have = ticket.instrument, available(ticket, mark)
    if ticket.is_spot:
        buying = replace(ticket, request=replace(ticket.request, side="buy"))
        return Sizes(floor(without_fee(buying, have.buy) / ticket.px, of.lot_sz), floor(have.sell, of.lot_sz))
    most = int(tiers_of(of)[-1].max_sz / of.lot_sz)
    return Sizes(*(_search(most, _fits(ticket, side, lever, have.buy)) * of.lot_sz for side in ("buy", "sell")))


def _fits(ticket: Ticket, side: str, lever: Decimal, avail: Decimal) -> Callable[[int], bool]:
    """Whether an order of so many lots would be taken."""
    of = ticket.instrument
    pos_side = {"buy": "long", "sell": "short"}[side] if ticket.is_two_way else "net"
    asked = replace(ticket.request, side=side, pos_side=pos_side)
    key = replace(ticket, request=asked).key
    opening = Opening(ticket.account, of, key, side, lever, (ticket.px,))

    def fits(lots: int) -> bool:
        sz = lots * of.lot_sz
        if opening.freezes(sz) > avail:
            return False
        try:
            check_caps(replace(ticket, request=replace(asked, sz=sz)))
        except OkxError:
            return False
        return True

    return fits


def _search(most: int, fits: Callable[[int], bool]) -> int:
    """Return the largest number up to twice `most` that fits, 0 where not even one does."""
    low, high = 0, 2 * most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low
