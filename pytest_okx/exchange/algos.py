"""Algo orders: placed, amended, cancelled and asked for, and triggered by the way that a market went.

Nothing is frozen while one waits. What it does once its price is met is `algo_work`'s business, why one is refused
`algo_checks`'. Source: OKX docs, Algo Trading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from ..errors import OkxError
from .accounts import Account
from .algo_amending import AlgoAmendment, amended
from .algo_book import ENDED, PENDING, AlgoBook, AlgoFilter
from .algo_checks import AlgoTicket, check_algo, normal
from .algo_orders import AlgoOrder, AlgoRequest, open_algo
from .algo_walk import AlgoWalk
from .algo_work import AlgoWork, Host
from .attached_checks import check_attached
from .checks import Ticket
from .children import brackets
from .events import OrderChanged, PositionChanged
from .ids import Ids
from .instruments import Instrument
from .locking import atomic
from .orders import Order
from .triggers import price_source

__all__ = ["Algos"]

_UNKNOWN = "51603"
_NOT_PENDING = "51400"


class Algos:
    """Every algo order of one exchange: `exchange.algos`."""

    def __init__(self, host: Host, ids: Ids, now: int) -> None:
        self.lock = host.lock
        self._host = host
        self._ids = ids
        self._book = AlgoBook(self._source)
        self._work = AlgoWork(host, self._book)
        self._walk = AlgoWalk(host, self._book, self._work, self.attend, now)
        self._orders: list[OrderChanged] = []
        self._positions: list[PositionChanged] = []
        self._woken: set[str] = set()
        host.events.listen_to(OrderChanged, self._note_order)
        host.events.listen_to(PositionChanged, self._note_position)

    @atomic
    def place(self, account: Account, request: AlgoRequest, now: int) -> AlgoOrder:
        """Place an algo order at `now` (ms) and return it as it is then.

        Raises `OkxError` with the code of the first check that fails, and changes nothing then.
        """
        self._host.settle(now)
        request = normal(request)
        check_algo(AlgoTicket(account, request, now, self._host, self._book))
        algo = self._open(account, request, now)
        self.attend(now)
        return self.find(account, algo.algo_id)

    @atomic
    def amend(
        self, account: Account, now: int, change: AlgoAmendment, *, inst_id: str, algo_id: str, algo_cl_ord_id: str = ""
    ) -> AlgoOrder:
        """Amend a waiting stop or trigger order; with `cxl_on_fail` one that cannot be amended is cancelled."""
        self._host.settle(now)
        algo = self._book.find(account, algo_id, algo_cl_ord_id)
        known = algo if algo is not None and algo.inst_id == inst_id else None
        try:
            after = amended(known, change, lambda request: AlgoTicket(account, request, now, self._host, self._book))
        except OkxError:
            if change.cxl_on_fail and known is not None and known.is_pending:
                self._work.cancel(account, known, now)
            raise
        self._work.save(account, after, req_id=change.req_id, amend_result="0")
        self._meet_now(after, now)
        return self.find(account, after.algo_id)

    @atomic
    def cancel(
        self, account: Account, now: int, *, inst_id: str, algo_id: str = "", algo_cl_ord_id: str = ""
    ) -> AlgoOrder:
        """Cancel a pending algo order; `algo_id` wins. `OkxError` 51400 for ended and unknown alike."""
        self._host.settle(now)
        algo = self._book.find(account, algo_id, algo_cl_ord_id)
        if algo is None or not algo.is_pending or algo.inst_id != inst_id:
            raise OkxError(_NOT_PENDING)
        return self._work.cancel(account, algo, now)

    @atomic
    def find(self, account: Account, algo_id: str = "", algo_cl_ord_id: str = "") -> AlgoOrder:
        """Return one algo order; `algo_id` wins, `algo_cl_ord_id` means its latest. `OkxError` 51603 if none."""
        algo = self._book.find(account, algo_id, algo_cl_ord_id)
        if algo is None:
            raise OkxError(_UNKNOWN)
        return algo

    @atomic
    def pending(self, account: Account, wanted: AlgoFilter) -> list[AlgoOrder]:
        """Return the algo orders asked for that wait or work, newest first."""
        return self._book.page(account, replace(wanted, states=PENDING))

    @atomic
    def history(self, account: Account, wanted: AlgoFilter, now: int) -> list[AlgoOrder]:
        """Return the algo orders asked for that ended in the three months before `now` (ms), newest first."""
        self._book.forget(account, now)
        states = tuple(state for state in wanted.states or ENDED if state in ENDED)
        return self._book.page(account, replace(wanted, states=states))

    @atomic
    def all(self) -> tuple[AlgoOrder, ...]:
        """Return the algo orders of all accounts, oldest first."""
        return self._book.all()

    @atomic
    def attach(self, ticket: Ticket) -> Ticket:
        """Check what an order carries, number it, and return the order's ticket with it."""
        check_attached(ticket, self._host.markets, self._book)
        numbered = tuple(
            replace(each, attach_algo_id=self._ids.number("attached")) for each in ticket.request.attach_algo_ords
        )
        return replace(ticket, request=replace(ticket.request, attach_algo_ords=numbered))

    @atomic
    def observe(self, instrument: Instrument, low: Decimal, high: Decimal, now: int) -> None:
        """Trigger what waits for a price of `instrument` on its way to where it is at `now` (ms).

        It went as far as `low` and `high`, first against the direction of the whole, and met the nearest price first.
        """
        self._walk.observe(instrument, low, high, now)

    def moments(self, now: int) -> Iterator[int]:
        """Yield the times up to `now` (ms) at which the house meets a waiting price; `arrive` at each in turn."""
        return self._walk.moments(now)

    def arrive(self, now: int) -> None:
        """Let the house come to where it is at `now` (ms), and trigger what it met."""
        self._walk.arrive(now)

    def attend(self, now: int) -> None:
        """Draw the conclusions from what happened to orders: attached ones wake, parts are followed by others."""
        while self._orders or self._positions:
            # What an order did to its own algo order comes before what that did to a position.
            if self._orders:
                note = self._orders.pop(0)
                self._order_changed(note.account, note.order, now)
            else:
                self._position_changed(self._positions.pop(0).account, now)

    def _open(self, account: Account, request: AlgoRequest, now: int) -> AlgoOrder:
        asked = AlgoTicket(account, request, now, self._host, self._book)
        algo = open_algo(
            replace(request, tgt_ccy=asked.tgt_ccy),
            algo_id=self._ids.number("algo"),
            instrument=asked.instrument,
            lever=asked.lever,
            start_px=asked.price(request.trigger_px_type),
            last=asked.price("last"),
            now=now,
        )
        if request.ord_type == "move_order_stop" and request.active_px is None:
            algo = replace(algo, extreme=algo.last)
        self._work.save(account, algo)
        if algo.instrument.exp_time is not None:
            self._host.timeline.at(algo.instrument.exp_time, lambda due: self._expire(account, algo.algo_id, due))
        self._work.start(account, algo, now)
        self._meet_now(algo, now)
        return algo

    def _meet_now(self, algo: AlgoOrder, now: int) -> None:
        """Trigger at once what waits for a price that is met already."""
        for px_type in ("last", "index"):
            instrument = price_source(algo.instrument, px_type, self._host.instruments)
            self._walk.begin(instrument, now)

    def _note_order(self, event: OrderChanged) -> None:
        """Remember what matters to an algo order; it is attended to when the exchange has done what it is doing."""
        if event.order.attach_algo_ords or event.order.algo_id:
            self._orders.append(event)

    def _note_position(self, event: PositionChanged) -> None:
        if self._book.has_pending(event.account):
            self._positions.append(event)

    def _order_changed(self, account: Account, order: Order, now: int) -> None:
        wakes = order.attach_algo_ords and not order.is_open and order.acc_fill_sz
        if wakes and order.ord_id not in self._woken:
            self._woken.add(order.ord_id)
            for request in brackets(order):
                self._open(account, request, now)
        if order.algo_id:
            self._work.progress(account, order, now)

    def _position_changed(self, account: Account, now: int) -> None:
        """Cancel what was bound to a position that is closed by now."""
        for algo in self._book.pending(account):
            bound = algo.cxl_on_close_pos or algo.close_fraction
            if bound and not account.closable(algo.position_key, algo.side):
                self._work.cancel(account, algo, now)

    def _expire(self, account: Account, algo_id: str, now: int) -> None:
        algo = self._book.find(account, algo_id)
        if algo is not None and algo.is_pending:
            self._work.cancel(account, algo, now)

    def _source(self, algo: AlgoOrder, px_type: str) -> str:
        return price_source(algo.instrument, px_type, self._host.instruments).inst_id
