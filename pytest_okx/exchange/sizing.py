"""How much an account may still buy and sell: the largest order, and the money behind it.

Asks the checks of margin and caps themselves, so what is told here is what an order gets. Source: OKX's "Get maximum
order quantity" and "Get maximum available balance/equity".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from ..errors import OkxError
from .accounts import Account
from .caps import check_caps
from .instruments import Instrument
from .margin import Mark, Opening, balance, spendable, without_fee
from .orders import OrderRequest
from .tickets import Ticket
from .tiers import tiers_of
from .values import ZERO, floor

_SIDES = ("buy", "sell")
_OPENING = {"buy": "long", "sell": "short"}


@dataclass(frozen=True, slots=True)
class Room:
    """What may be bought and sold; `ccy` is the margin's currency, "" on SPOT."""

    ccy: str
    buy: Decimal
    sell: Decimal


@dataclass(frozen=True, slots=True)
class Sizing:
    """One account before an order on one instrument."""

    account: Account
    instrument: Instrument
    td_mode: str
    now: int
    mark: Mark
    touch: Callable[[Instrument, int, str], Decimal]

    def largest(self, px: Decimal | None, lever: Decimal | None) -> Room:
        """Return the largest orders in base or contracts, at `px` or at the touch, as `sz` counts them."""
        measure = self._coins if self.instrument.inst_type == "SPOT" else self._contracts
        buy, sell = (measure(replace(self._ticket(side, px), other_lever=lever)) for side in _SIDES)
        return Room(self.instrument.settle_ccy, buy, sell)

    def available(self, *, reduce_only: bool) -> Room:
        """Return the money for an order: quote and base on SPOT, else the margin's currency for either side.

        With `reduce_only` it is the size that may be closed instead.
        """
        of = self.instrument
        if of.inst_type == "SPOT":
            return Room("", self._spendable(of.quote_ccy), self._spendable(of.base_ccy))
        if reduce_only:
            buy, sell = (self._reducible(side) for side in _SIDES)
            return Room(of.settle_ccy, buy, sell)
        money = max(self._available(), ZERO)
        return Room(of.settle_ccy, money, money)

    def _ticket(self, side: str, px: Decimal | None) -> Ticket:
        """Return the order whose size is looked for: one that opens, where positions have two sides."""
        request = OrderRequest(
            inst_id=self.instrument.inst_id,
            td_mode=self.td_mode,
            side=side,
            ord_type="market" if px is None else "limit",
            sz=ZERO,
            px=px,
            tgt_ccy="base_ccy",
        )
        ticket = Ticket(self.account, self.instrument, request, self.now, self.mark(self.instrument), ZERO)
        return replace(ticket, request=replace(request, pos_side=_OPENING[side])) if ticket.is_two_way else ticket

    def _coins(self, ticket: Ticket) -> Decimal:
        """Return the size that the balance pays for; there is no leverage."""
        of, side = self.instrument, ticket.request.side
        if side == "sell":
            return floor(self._spendable(of.base_ccy), of.lot_sz)
        px = ticket.px or self.touch(of, self.now, side)
        return floor(without_fee(ticket, self._spendable(of.quote_ccy)) / px, of.lot_sz)

    def _contracts(self, ticket: Ticket) -> Decimal:
        """Return the largest multiple of the lot that margin and caps let pass, closing included."""
        of, side = self.instrument, ticket.request.side
        prices = ticket.prices(self.touch(of, self.now, side))
        opening = Opening(self.account, of, ticket.key, side, ticket.lever, prices)
        money = max(self._available(), ZERO)
        low, high = 0, int((self.account.closable(ticket.key, side) + tiers_of(of)[-1].max_sz) / of.lot_sz)
        while low < high:
            middle = (low + high + 1) // 2
            sz = middle * of.lot_sz
            if opening.freezes(sz) <= money and _is_within_caps(ticket, sz):
                low = middle
            else:
                high = middle - 1
        return low * of.lot_sz

    def _reducible(self, side: str) -> Decimal:
        """Return what an order of that side may close, of whichever position it closes."""
        key = self._ticket(side, None).key
        closing = "short" if side == "buy" else "long"
        own = key if key[2] == "net" else (*key[:2], closing)
        position = self.account.positions.get(own)
        if position is None or position.closing_side != side:
            return ZERO
        return self.account.available(position)

    def _spendable(self, ccy: str) -> Decimal:
        return spendable(balance(self.account, ccy, self.mark, ZERO))

    def _available(self) -> Decimal:
        return balance(self.account, self.instrument.settle_ccy, self.mark, ZERO).avail_eq


def _is_within_caps(ticket: Ticket, sz: Decimal) -> bool:
    try:
        check_caps(ticket, more=sz)
    except OkxError:
        return False
    return True
