"""What becomes of an order: whether the exchange has what was asked for, and has it once.

Each check tries one thing in as many ways as it takes, and gives the problems that it met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from ..exchange import Instrument
from ..faults import (
    Close,
    Delay,
    Disconnect,
    Drop,
    Fault,
    Garble,
    HttpError,
    LoseReply,
    Reject,
    Truncate,
    Unsure,
    WrongLength,
)
from ..strategies import PlannedFault, fault_plans, instruments, orders
from ..strategies.cases import ALPHANUMERIC
from .client_trials import ORDER, ORDERS, Problem, Trial, Untested
from .client_truth import unlike_request
from .clients import Attempt, MakeClient
from .exploring import explored

__all__ = ["orders_as_told", "orders_once", "orders_once_when_late"]

# Always the same examples, and no search for smaller ones: each of them is a server and a client.
_PROFILE: Final = settings(
    max_examples=20,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
_FIELDS: Final = ("instId", "tdMode", "side", "ordType", "sz", "px")
_ORD_TYPES: Final = ("limit", "market", "post_only", "fok", "ioc")
_ON_SOCKET: Final = "WS /ws/v5/private/order"
_UNKNOWN_OUTCOMES: Final[tuple[tuple[Fault, str], ...]] = (
    *((fault, ORDERS) for fault in (LoseReply(), Disconnect(), Disconnect(at="head"), Truncate(20), Garble())),
    *((fault, ORDERS) for fault in (Unsure("50004"), Unsure("51149"), Close(at="before"), HttpError(503))),
    *((fault, ORDERS) for fault in (Reject("50001"), Reject("50026"), HttpError(200, ""))),
    *((fault, _ON_SOCKET) for fault in (Drop(), LoseReply(), Garble())),
)
_LONGEST_TIMEOUT: Final = 2.0
_TOO_LATE: Final = 1.0
# What the faults left on its connection may spoil one more call.
_LATER: Final = ("later1", "later2")


def orders_as_told(make: MakeClient) -> Iterable[Problem]:
    """Valid orders of all types, for pairs and swaps."""

    def judge(order: Mapping[str, str]) -> Problem | None:
        with Trial(make) as trial:
            said = trial.attempt("place", order)
            found = trial.order(order["clOrdId"])
            if said.error is not None:
                return trial.problem(f"place() {said}, for an order that is valid")
            if found is None:
                return trial.problem(f"place() {said}, and the exchange has no order of that clOrdId")
            wrong = unlike_request(order, found)
            return trial.problem(f"place() {said}, and of the order that the exchange has {wrong}") if wrong else None

    with Trial(make) as trial:
        now = trial.server.clock.now_ms()
    yield from explored(st.just(ORDER) | _valid_orders(now), judge, _PROFILE, "")


def _valid_orders(now: int) -> st.SearchStrategy[Mapping[str, str]]:
    """What a fresh account may order, in the fields that every client is given."""

    def of(instrument: Instrument) -> st.SearchStrategy[Mapping[str, Any]]:
        mode = "cash" if instrument.inst_type == "SPOT" else "cross"
        return orders(instrument, td_modes=(mode,), ord_types=_ORD_TYPES, attached=False)

    def named(entry: Mapping[str, Any], name: str) -> Mapping[str, str]:
        return {field: entry[field] for field in _FIELDS if field in entry} | {"clOrdId": name}

    listed = instruments(now=now, inst_types=("SPOT", "SWAP"))
    # A size in the other currency is a field that not every client has.
    usual = listed.flatmap(of).filter(lambda entry: "tgtCcy" not in entry)
    return st.builds(named, usual, st.text(ALPHANUMERIC, min_size=1, max_size=32))


def orders_once(make: MakeClient) -> Iterator[Problem]:
    """Each fault after which nobody knows, then plans of several faults."""
    met = 0
    for fault, on in _UNKNOWN_OUTCOMES:
        problem, hits = _once(make, (PlannedFault(fault, on=on),))
        met += hits
        if problem:
            yield problem
    if not met:
        raise Untested("no call of its place() is one that faults can meet")
    yield from explored(fault_plans(on=ORDERS).filter(_is_quick), lambda plan: _once(make, plan)[0], _PROFILE, "")


def _is_quick(plan: tuple[PlannedFault, ...]) -> bool:
    """Whether no client has to wait for its time-out."""
    return not any(isinstance(each.fault, WrongLength) for each in plan)


def _once(make: MakeClient, plan: tuple[PlannedFault, ...]) -> tuple[Problem | None, int]:
    """What is wrong with one order under a plan of faults, asked for again if it failed; and how often they hit."""
    with Trial(make) as trial:
        handles = [trial.fault(each.fault, on=each.on or ORDERS, **_how(each)) for each in plan]
        if trial.place().error:
            trial.place()
        hits, faults = sum(handle.hits for handle in handles), " and ".join(repr(each.fault) for each in plan)
        count = len(trial.server.exchange.orders)
        if count > 1:
            return trial.problem(f"under {faults}, {count} orders stand for one clOrdId"), hits
        for handle in handles:
            trial.end(handle)
        trial.settle()
        said = Attempt()
        for name in _LATER:
            said = trial.place(clOrdId=name)
            if trial.order(name) is not None:
                return None, hits
        return trial.problem(f"after {faults}, place() {said}, and the exchange has no such order"), hits


def _how(planned: PlannedFault) -> dict[str, int]:
    """What is not as it is where nothing is said."""
    how = {"times": (planned.times, 1), "skip": (planned.skip, 0), "every": (planned.every, 1)}
    return {name: value for name, (value, usual) in how.items() if value != usual}


def orders_once_when_late(make: MakeClient) -> Iterator[Problem]:
    """An answer after the client has given up; the order is there."""
    with Trial(make) as trial:
        timeout = trial.client.timeout
    if timeout is None:
        raise Untested("it has no attribute `timeout`, in seconds")
    if timeout > _LONGEST_TIMEOUT:
        raise Untested(f"its timeout is {timeout} s: make it with one of at most {_LONGEST_TIMEOUT} s for this")
    problem, _ = _once(make, (PlannedFault(Delay(timeout + _TOO_LATE), on=ORDERS),))
    if problem:
        yield problem
