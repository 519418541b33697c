"""What may be asked of an exchange about orders and fills, by their owners and by tests.

The part of `Exchange` that changes nothing. Pages of what has ended are the archive's.
"""

from __future__ import annotations

import threading
from operator import attrgetter
from typing import TYPE_CHECKING

from ..errors import OkxError
from .accounts import Account
from .archive import leaves
from .instruments import Instrument
from .locking import atomic
from .orders import Fill, Order

__all__ = ["Queries"]


class Queries:
    """The questions; `Exchange` provides what they need."""

    lock: threading.RLock
    _accounts: list[Account]

    if TYPE_CHECKING:

        def settle(self, now: int) -> None: ...
        def instrument(self, inst_id: str) -> Instrument: ...
        def _now(self) -> int: ...

    @atomic
    def order(
        self, account: Account, now: int | None = None, *, inst_id: str, ord_id: str = "", cl_ord_id: str = ""
    ) -> Order:
        """Return one order, the latest one of that `cl_ord_id`; `OkxError` 51603 if there is none.

        With `now` (ms), what has left the history by then is not there either.
        """
        self.instrument(inst_id)
        order = account.find(inst_id, ord_id, cl_ord_id)
        if order is None or not (now is None or order.is_open or now < leaves(order)):
            raise OkxError("51603")
        return order

    @atomic
    def pending(
        self,
        account: Account,
        *,
        inst_type: str = "",
        inst_id: str = "",
        ord_type: str = "",
        state: str = "",
    ) -> list[Order]:
        """Return the open orders that match every filter given, newest first."""
        wanted = {"inst_type": inst_type, "inst_id": inst_id, "ord_type": ord_type, "state": state}
        filters = [(name, value) for name, value in wanted.items() if value]
        found = (order for orders in account.open_orders.values() for order in orders.values())
        matching = (o for o in found if all(getattr(o, name) == value for name, value in filters))
        return sorted(matching, key=lambda order: order.ord_id, reverse=True)

    @property
    def orders(self) -> tuple[Order, ...]:
        """Every order of every account as it is now, oldest first."""
        return self.orders_of(*self._accounts)

    @atomic
    def orders_of(self, *accounts: Account) -> tuple[Order, ...]:
        """Return every order of these accounts as it is now, oldest first."""
        self.settle(self._now())
        return tuple(sorted((o for each in accounts for o in each.orders.values()), key=attrgetter("ord_id")))

    @property
    def fills(self) -> tuple[Fill, ...]:
        """Every fill of every account until now, oldest first."""
        return self.fills_of(*self._accounts)

    @atomic
    def fills_of(self, *accounts: Account) -> tuple[Fill, ...]:
        """Return every fill of these accounts until now, oldest first."""
        self.settle(self._now())
        return tuple(sorted((fill for each in accounts for fill in each.fills), key=attrgetter("bill_id")))
