"""Where trades happen: both sides are booked, the tape is printed, what waits comes and goes, and everybody is told.

Decides neither who trades nor at which price; its caller holds the lock.
"""

from __future__ import annotations

from decimal import Decimal

from .accounts import Account
from .events import Events, book_changed, order_changed, trade_printed
from .house import Trade, new_trade
from .ids import Ids
from .instruments import Instrument
from .ledger import book_fill
from .markets import Markets, opposite
from .matching import Take
from .orders import Order, moved
from .values import ZERO

__all__ = ["Execution"]

_POSITION_CLOSED = "17"


class Execution:
    """Changes accounts through the ledger, and what is seen of the markets through their venues."""

    def __init__(self, markets: Markets, ids: Ids, events: Events) -> None:
        self._markets = markets
        self._ids = ids
        self._events = events

    def save(self, account: Account, order: Order, now: int, *, req_id: str = "", amend_result: str = "") -> Order:
        """Put a new, amended or ended order in the books, and tell of it."""
        account.save(order)
        self._events.emit(order_changed(now, account, order, req_id=req_id, amend_result=amend_result))
        return order

    def cancel(
        self, account: Account, order: Order, now: int, cancel_source: str, *, req_id: str = "", amend_result: str = ""
    ) -> Order:
        """End an open order and release what it held."""
        self.leave(order, now)
        canceled = moved(order, "canceled", now, cancel_source=cancel_source)
        return self.save(account, canceled, now, req_id=req_id, amend_result=amend_result)

    def cancel_all(self, inst_id: str, now: int, cancel_source: str) -> None:
        """End every order that waits in an instrument."""
        for queue in self._markets.venue(inst_id).waiting.values():
            for account, order in list(queue.orders()):
                self.cancel(account, order, now, cancel_source)

    def rest(self, account: Account, order: Order, now: int) -> None:
        """Let an order wait."""
        self._markets.venue(order.inst_id).add(account, order)
        self.requote(order, now)

    def leave(self, order: Order, now: int) -> None:
        """Let an order wait no longer."""
        self._markets.venue(order.inst_id).remove(order)
        self.requote(order, now)

    def requote(self, order: Order, now: int) -> None:
        """Tell that the book is another because of an order."""
        self._events.emit(book_changed(now, order.inst_id))

    def take(self, account: Account, order: Order, take: Take, now: int) -> None:
        """Book what a taker takes: from a user, who is booked as well, or from strangers."""
        venue = self._markets.venue(order.inst_id)
        number = venue.next_number(now)
        self._fill(account, order.ord_id, take, "T", now, number)
        if take.maker is None:
            venue.take(opposite(order.side), take.px, take.sz)
        else:
            self._make(take.maker.account, take.maker.order.ord_id, take, now, number)
        self._print(order.instrument, new_trade(number, take.px, take.sz, order.side, now))

    def meet(self, account: Account, order: Order, sz: Decimal, now: int) -> None:
        """Book that a stranger takes `sz` of an order that waits, at its own price."""
        number = self._markets.venue(order.inst_id).next_number(now)
        take = Take(order.px or ZERO, sz)
        self._make(account, order.ord_id, take, now, number)
        self._print(order.instrument, new_trade(number, take.px, sz, opposite(order.side), now))

    def pass_by(self, instrument: Instrument, take: Take, side: str, now: int) -> None:
        """Print a trade of strangers; `side` is the taker's."""
        number = self._markets.venue(instrument.inst_id).next_number(now)
        self._print(instrument, new_trade(number, take.px, take.sz, side, now))

    def _make(self, account: Account, ord_id: str, take: Take, now: int, number: int) -> None:
        order = self._fill(account, ord_id, take, "M", now, number)
        if not order.is_open:
            self._markets.venue(order.inst_id).remove(order)

    def _fill(self, account: Account, ord_id: str, take: Take, exec_type: str, now: int, number: int) -> Order:
        order = book_fill(account, account.orders[ord_id], take, exec_type, now, self._ids, trade_id=number)
        self._events.emit(order_changed(now, account, order, order.last_fill))
        self._end_reducing(account, order.inst_id, now)
        return order

    def _end_reducing(self, account: Account, inst_id: str, now: int) -> None:
        """A closed position ends every reduce-only order that waits to reduce it."""
        reducing = self._markets.venue(inst_id).reducing
        if not reducing:
            return
        for ord_id in [ord_id for ord_id, owner in reducing.items() if owner is account]:
            order = account.orders[ord_id]
            if order.is_open and not account.closable(order.position_key, order.side):
                self.cancel(account, order, now, _POSITION_CLOSED)

    def _print(self, instrument: Instrument, trade: Trade) -> None:
        self._markets.venue(instrument.inst_id).print(trade)
        self._events.emit(trade_printed(trade.ts, instrument.inst_id, trade))
