"""What an algo order does once its time has come: it places orders, one or part after part, and ends.

Places and withdraws through the host alone; its caller holds the lock. When a price is met is `triggers`', which
order is placed `children`'s and `slices`' business.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from ..errors import OkxError
from .accounts import Account
from .algo_book import AlgoBook
from .algo_orders import AlgoOrder, algo_moved
from .checks import Ticket
from .children import part_order, triggered_order
from .events import AlgoChanged, Events
from .instruments import Instrument
from .orders import Order, OrderRequest
from .slices import Touch, chased_too_far, left_behind, next_part
from .timeline import Timeline
from .triggers import Watch
from .values import ZERO

if TYPE_CHECKING:
    from .markets import Markets

__all__ = ["SPLIT", "AlgoWork", "Host"]

SPLIT = frozenset({"iceberg", "twap", "chase"})
"""The types that place part after part."""
_BY_USER = "1"
_TRIGGERED = "36"
_CANCELED = "37"
_CHASED = "42"
_NO_POSITION = "51058"


class Host(Protocol):
    """What algo orders need of the exchange."""

    @property
    def lock(self) -> threading.RLock:
        """The lock of the exchange."""
        ...

    @property
    def markets(self) -> Markets:
        """The prices."""
        ...

    @property
    def events(self) -> Events:
        """Who hears of changes, and from whom fills are heard of."""
        ...

    @property
    def timeline(self) -> Timeline:
        """What happens at a known time."""
        ...

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        """Everything that can be traded."""
        ...

    def settle(self, now: int) -> None:
        """Let happen what time brings by `now` (ms)."""
        ...

    def ticket(self, account: Account, request: OrderRequest, now: int) -> Ticket:
        """Return an order on its way in."""
        ...

    def enter(self, account: Account, request: OrderRequest, now: int) -> Order:
        """Place an order at `now` (ms) without settling first."""
        ...

    def withdraw(self, account: Account, order: Order, now: int, cancel_source: str) -> Order:
        """Cancel an open order at `now` (ms) without settling first."""
        ...


class AlgoWork:
    """The algo orders of one exchange at work."""

    def __init__(self, host: Host, book: AlgoBook) -> None:
        self._host = host
        self._book = book

    def save(self, account: Account, algo: AlgoOrder, *, req_id: str = "", amend_result: str = "") -> AlgoOrder:
        """Put a changed algo order in the book, tell of it, and return it."""
        self._book.save(account, algo)
        self._host.events.emit(AlgoChanged(algo.u_time, account, algo, req_id, amend_result))
        return algo

    def start(self, account: Account, algo: AlgoOrder, now: int) -> None:
        """Do what an algo order does at once: its first part, or the limit order of its take-profit."""
        if algo.ord_type in SPLIT:
            self._next(account, algo, now)
        elif algo.tp is not None and algo.tp.kind == "limit":
            order = self._place(account, algo, triggered_order(algo, "tp", algo.sz or ZERO), now)
            if order is not None:
                self.save(account, replace(algo, ord_ids=(order.ord_id,)))

    def meet(self, watch: Watch, now: int) -> None:
        """Act on a price that is met: a trailing stop becomes active, every other order is placed."""
        algo = self._current(watch.account, watch.algo_id)
        if watch.leg == "active":
            self.save(watch.account, replace(algo, extreme=watch.px, u_time=now))
            return
        # From here on it waits for nothing, whatever its order does to the market.
        self._book.watches.put(algo.algo_id, ())
        self._withdraw(watch.account, algo, now, _TRIGGERED)
        self._trigger(watch, replace(algo, last=watch.px), now)

    def follow(self, account: Account, algo: AlgoOrder, now: int) -> None:
        """Let a split order look at its market: place anew what was left behind, go on where it paused."""
        touch = self._touch(algo, now)
        if algo.state == "pause":
            if next_part(algo, touch) is not None:
                state = "partially_effective" if algo.actual_sz else "live"
                self._next(account, self.save(account, algo_moved(algo, state, now)), now)
            return
        if algo.ord_type == "chase" and chased_too_far(algo, touch):
            self.cancel(account, algo, now, _CHASED)
            return
        order = self._open_part(account, algo)
        if order is not None and order.px is not None and left_behind(algo, order.px, touch):
            self._host.withdraw(account, order, now, _CHASED)

    def progress(self, account: Account, order: Order, now: int) -> None:
        """Take note of what became of an order that an algo order placed."""
        algo = self._book.find(account, order.algo_id)
        if algo is None or not algo.is_pending or order.ord_id not in algo.ord_ids:
            return
        if algo.ord_type not in SPLIT:
            # The limit order of a take-profit; where it was cancelled the stop-loss is left alone.
            if order.state == "filled":
                self._effective(account, algo, order, "tp", now)
            return
        done = self._filled(account, algo)
        if done != algo.actual_sz:
            algo = self._advance(account, algo, done, order, now)
        if algo.is_pending and order.ord_id == algo.ord_ids[-1] and not order.is_open:
            self._part_ended(account, algo, order, now)

    def cancel(self, account: Account, algo: AlgoOrder, now: int, cancel_source: str = "") -> AlgoOrder:
        """End an algo order and what it has open."""
        ended = self.save(account, algo_moved(algo, "canceled", now))
        own = _BY_USER if algo.ord_type in SPLIT else _CANCELED
        self._withdraw(account, ended, now, cancel_source or own)
        return ended

    def _trigger(self, watch: Watch, algo: AlgoOrder, now: int) -> None:
        sz = self._size(watch.account, algo)
        if not sz:
            self._fail(watch.account, algo, now, _NO_POSITION)
            return
        order = self._place(watch.account, algo, triggered_order(algo, watch.leg, sz), now)
        if order is not None:
            self._effective(watch.account, algo, order, watch.leg, now)

    def _next(self, account: Account, algo: AlgoOrder, now: int) -> None:
        """Place the next part, and plan the one after it where an interval lies between them."""
        part = next_part(algo, self._touch(algo, now))
        if part is None:
            self.save(account, algo_moved(algo, "pause", now))
            return
        order = self._place(account, algo, part_order(algo, part), now)
        if order is None:
            return
        ids = (*algo.ord_ids, order.ord_id)
        self._book.save(account, replace(algo, ord_ids=ids, trigger_time=now, actual_px=order.px))
        self.progress(account, order, now)
        if algo.time_interval is not None:
            due = now + algo.time_interval * 1_000
            self._host.timeline.at(due, lambda at: self._again(account, algo.algo_id, at))

    def _again(self, account: Account, algo_id: str, now: int) -> None:
        algo = self._book.find(account, algo_id)
        if algo is not None and algo.is_pending and algo.state != "pause":
            self._next(account, algo, now)

    def _advance(self, account: Account, algo: AlgoOrder, done: Decimal, order: Order, now: int) -> AlgoOrder:
        left = (algo.sz or ZERO) - done
        state = "partially_effective" if left >= algo.instrument.min_sz else "effective"
        if state == "effective":
            self._withdraw(account, algo, now, _CHASED)
        return self.save(account, algo_moved(algo, state, now, actual_sz=done, actual_px=order.px))

    def _part_ended(self, account: Account, algo: AlgoOrder, order: Order, now: int) -> None:
        """Go on after a part that was filled or left behind; whatever else ended it ends the whole.

        A TWAP goes on at its interval.
        """
        if algo.ord_type == "twap":
            return
        if order.state == "filled" or order.cancel_source == _CHASED:
            self._next(account, algo, now)
        else:
            self.cancel(account, algo, now)

    def _effective(self, account: Account, algo: AlgoOrder, order: Order, leg: str, now: int) -> None:
        ids = algo.ord_ids if order.ord_id in algo.ord_ids else (*algo.ord_ids, order.ord_id)
        done = algo_moved(
            algo,
            "effective",
            now,
            ord_ids=ids,
            actual_sz=order.sz,
            actual_px=order.avg_px if order.px is None else order.px,
            actual_side=leg if leg in ("tp", "sl") else "",
            trigger_time=now,
        )
        self.save(account, done)

    def _place(self, account: Account, algo: AlgoOrder, request: OrderRequest, now: int) -> Order | None:
        """Place an order; a refusal ends the algo order and is not raised, for nobody asks at that moment."""
        try:
            return self._host.enter(account, request, now)
        except OkxError as error:
            self._fail(account, algo, now, error.code)
        return None

    def _fail(self, account: Account, algo: AlgoOrder, now: int, code: str) -> None:
        state = "order_failed" if not algo.actual_sz else "partially_failed"
        self.save(account, algo_moved(algo, state, now, fail_code=code, trigger_time=now))

    def _size(self, account: Account, algo: AlgoOrder) -> Decimal:
        """Return what a triggered order trades: what its limit take-profit has left, or the whole position."""
        if algo.sz is None:
            return account.closable(algo.position_key, algo.side)
        return algo.sz - self._filled(account, algo)

    def _filled(self, account: Account, algo: AlgoOrder) -> Decimal:
        return sum((account.orders[ord_id].acc_fill_sz for ord_id in algo.ord_ids), ZERO)

    def _withdraw(self, account: Account, algo: AlgoOrder, now: int, cancel_source: str) -> None:
        order = self._open_part(account, algo)
        if order is not None:
            self._host.withdraw(account, order, now, cancel_source)

    def _open_part(self, account: Account, algo: AlgoOrder) -> Order | None:
        """Return the order of its own that is open; only the last one can be."""
        order = account.orders[algo.ord_ids[-1]] if algo.ord_ids else None
        return order if order is not None and order.is_open else None

    def _touch(self, algo: AlgoOrder, now: int) -> Touch:
        touch = self._host.markets.touch
        return Touch(bid=touch(algo.instrument, now, "sell"), ask=touch(algo.instrument, now, "buy"))

    def _current(self, account: Account, algo_id: str) -> AlgoOrder:
        algo = self._book.find(account, algo_id)
        assert algo is not None, f"algo order {algo_id} is watched but not in the book"
        return algo
