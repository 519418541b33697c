"""Delivery of futures and exercise of options: what becomes of positions when their contract expires.

Futures close at the price of their underlying, options at what they are worth then, without a fee (a choice). Knows no
orders: the desk ends those. Source: OKX's "Delivery" and "Exercise" pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from .accounts import Account
from .bills import ASSIGNED, DELIVERED, DELIVERY, EXERCISED, EXPIRED
from .events import PositionChanged
from .ids import Ids
from .instruments import Instrument
from .ledger import close
from .positions import Position
from .timeline import Timeline
from .values import ZERO, cut


def settlement_price(instrument: Instrument, index: Decimal) -> Decimal:
    """Return at what a position in an expired contract closes: the index, or an option's value in coin."""
    if instrument.strike is None:
        return index
    value = index - instrument.strike if instrument.opt_type == "C" else instrument.strike - index
    value = max(value, ZERO)
    return cut(value / index) if instrument.settle_ccy == instrument.ct_val_ccy else value


class Expiries:
    """The expiries of one exchange that somebody holds a position in."""

    def __init__(
        self, accounts: Iterable[Account], timeline: Timeline, ids: Ids, index: Callable[[Instrument, int], Decimal]
    ) -> None:
        self._accounts = accounts
        self._timeline = timeline
        self._ids = ids
        self._index = index
        self._planned: set[int] = set()

    def note(self, event: PositionChanged) -> None:
        """Plan the expiry of a contract once somebody holds it."""
        position = event.account.positions.get(event.key)
        due = position.instrument.exp_time if position else None
        if due is not None and due not in self._planned:
            self._planned.add(due)
            self._timeline.at(due, self._settle)

    def _settle(self, due: int) -> None:
        for account in self._accounts:
            for position in list(account.positions.values()):
                if position.instrument.exp_time == due:
                    self._close(account, position, due)

    def _close(self, account: Account, position: Position, due: int) -> None:
        px = settlement_price(position.instrument, self._index(position.instrument, due))
        sub_type = DELIVERED[position.closing_side]
        if position.instrument.opt_type:
            sub_type = (EXERCISED if position.signed > 0 else ASSIGNED) if px else EXPIRED
        close(account, position, px, due, self._ids, type=DELIVERY, sub_type=sub_type)
