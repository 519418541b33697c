"""What a client with a WebSocket believes, and whether it finds its way back after a drop or a gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..faults import Drop, Duplicate, Fault, Reorder
from .client_trials import ORDER, Problem, Trial
from .client_truth import unlike_book, unlike_order
from .clients import MakeClient

__all__ = ["believes_what_is_so", "returns_after_a_drop", "sees_gaps"]

_ORDERS: Final = {"channel": "orders", "instType": "ANY"}
_BOOKS: Final = {"channel": "books", "instId": ORDER["instId"]}
# With how many pushes to let pass before: what is lost is the last one.
_SPOILED: Final[tuple[tuple[Fault, int], ...]] = ((Duplicate(), 0), (Reorder(), 0), (Drop(), 1))
_FILLS: Final = ("0.004", "0.006")


def believes_what_is_so(make: MakeClient) -> Iterator[Problem]:
    """An order that is filled bit by bit, its pushes as they are, doubled, out of turn, and lost."""
    for fault, skip in ((None, 0), *_SPOILED):
        with Trial(make) as trial:
            if isinstance(fault, Drop) and not trial.client.has("settle"):
                return  # what nobody is told, nobody knows who does not ask
            trial.subscribe(_ORDERS)
            if trial.place().error is not None or trial.order() is None:
                return  # told by another check
            if fault is not None:
                trial.fault(fault, on="WS /ws/v5/private/orders", skip=skip)
            for size in _FILLS:
                trial.fill(size)
            if wrong := trial.eventually(_wrong_orders):
                yield trial.problem(f"{wrong}{f': a push of it met {fault!r}' if fault else ''}")


def _wrong_orders(trial: Trial) -> str:
    believed = trial.watch("orders")
    if not isinstance(believed.value, Mapping):
        return f"orders() {believed}, and is to give a mapping from clOrdId to orders"
    said = believed.value.get(ORDER["clOrdId"])
    wrong = unlike_order(said, trial.placed)
    return f"orders() has {said!r}, but {wrong}" if wrong else ""


def returns_after_a_drop(make: MakeClient) -> Iterator[Problem]:
    """Every connection is closed, with a private and a public subscription on them."""
    with Trial(make) as trial:
        for arg in (_ORDERS, _BOOKS):
            trial.subscribe(arg)
        if wrong := trial.eventually(_missing):
            yield trial.problem(f"after connect() and subscribe() {wrong}")
            return
        trial.disconnect()
        if wrong := trial.eventually(_missing):
            yield trial.problem(f"after its connections were closed {wrong}")


def _missing(trial: Trial) -> str:
    if not any(each.logged_in and not each.is_closing for each in trial.server.sessions):
        return "nobody is logged in"
    gone = [arg["channel"] for arg in (_ORDERS, _BOOKS) if arg["channel"] not in trial.channels]
    return f"nobody is subscribed to {' and '.join(gone)}" if gone else ""


def sees_gaps(make: MakeClient) -> Iterator[Problem]:
    """A book that is told whole, and then one of which an update is lost before the market moves on."""
    with Trial(make) as trial:
        trial.subscribe(_BOOKS)
        for price in ("71000", "72000"):
            trial.move_to(price)
        if wrong := trial.eventually(_wrong_book) or trial.eventually(_untold_book):
            yield trial.problem(wrong)
            return
        trial.fault(Drop(), on="WS /ws/v5/public/books")
        for price in ("73000", "74000"):
            trial.move_to(price)
        if wrong := trial.eventually(_wrong_book):
            yield trial.problem(f"{wrong}: an update was lost")


def _wrong_book(trial: Trial) -> str:
    said = trial.watch("book", ORDER["instId"])
    if said.error is not None:
        return f"book() {said}"
    wrong = unlike_book(said.value, trial.server.exchange.market(ORDER["instId"]).book())
    return f"of the book that it holds, {wrong}" if wrong else ""


def _untold_book(trial: Trial) -> str:
    return "book() is None, although nothing was lost" if trial.watch("book", ORDER["instId"]).value is None else ""
