"""What a client makes of answers: a good one it reads, and for a refusal it raises.

A refusal is swallowed where a method returns something that is not so. What it returned is held against the exchange:
a client that tried again, or knew the answer from a push, is not blamed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ..faults import Close, Disconnect, Fault, HttpError, Reject
from ..messages import number
from .client_trials import ORDER, ORDERS, TIMES, Problem, Trial, Untested
from .client_truth import equal, unlike_order
from .clients import MakeClient

__all__ = ["REFUSALS", "Refusal", "raises_at", "reads_and_changes"]

_READS: Final = "GET /api/v5/*"
_CCY: Final = "USDT"
_OTHER: Final = "contract2"
_NAMED: Final = {"instId": ORDER["instId"], "clOrdId": ORDER["clOrdId"]}
_FILLED: Final = "0.004"
_NEW_SZ: Final = "0.02"
_NO_ROW: Final = '{"code":"1","data":[],"msg":"Operation failed."}'
_HALF: Final = '{"code":"0","data":[{"sCo'


@dataclass(frozen=True, slots=True)
class Question:
    """What a method is asked here, the calls that answer it, and what is wrong with what it returned, "" if nothing."""

    argument: Any
    on: str
    wrong: Callable[[Trial, Any], str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A way to say no; `to_reads` where a question is refused in another way than an order."""

    name: str
    fault: Fault
    to_reads: Fault | None = None


def _placed(trial: Trial, said: Any) -> str:
    return "" if trial.order(_OTHER) else "the exchange has no such order"


def _amended(trial: Trial, said: Any) -> str:
    size = trial.placed.sz
    return "" if size == Decimal(_NEW_SZ) else f"the order's size is {number(size)}, not {_NEW_SZ}"


def _cancelled(trial: Trial, said: Any) -> str:
    state = trial.placed.state
    return "" if state == "canceled" else f"the order is {state}"


def _queried(trial: Trial, said: Any) -> str:
    return unlike_order(said, trial.placed)


def _balanced(trial: Trial, said: Any) -> str:
    held = trial.server.exchange.balance(trial.server.exchange.accounts[0], _CCY)
    if equal(said, held.cash_bal) or equal(said, held.avail_bal):
        return ""
    return f"the account has {number(held.cash_bal)} {_CCY}, {number(held.avail_bal)} of it available"


_QUESTIONS: Final[Mapping[str, Question]] = {
    "place": Question({**ORDER, "clOrdId": _OTHER}, ORDERS, _placed),
    "amend": Question({**_NAMED, "newSz": _NEW_SZ}, ORDERS, _amended),
    "cancel": Question(_NAMED, ORDERS, _cancelled),
    "query": Question(_NAMED, _READS, _queried),
    "balance": Question(_CCY, _READS, _balanced),
}

REFUSALS: Final = (
    Refusal("code 1 with an sCode", Reject("51008"), HttpError(200, _NO_ROW, "application/json")),
    Refusal("50011 at HTTP 429", Reject("50011")),
    Refusal("50011 at HTTP 200", Reject("50011", status=200)),
    Refusal("HTML at HTTP 503", HttpError(503)),
    Refusal("HTML at HTTP 200", HttpError(200)),
    Refusal("an empty body at HTTP 200", HttpError(200, "")),
    Refusal("half a JSON text at HTTP 200", HttpError(200, _HALF, "application/json")),
    Refusal("a connection that is reset", Disconnect(at="before")),
    Refusal("a connection that closes", Close(at="before")),
)
"""Every way to say no that is tried."""


def raises_at(refusal: Refusal) -> Callable[[MakeClient], Iterator[Problem]]:
    """The check whether each method raises where it is refused so."""

    def check(make: MakeClient) -> Iterator[Problem]:
        met = 0
        for method, question in _QUESTIONS.items():
            with Trial(make) as trial:
                if not _is_ready(trial, method):
                    continue
                fault = refusal.to_reads if refusal.to_reads and question.on == _READS else refusal.fault
                handle = trial.fault(fault, on=question.on, times=TIMES)
                said = trial.attempt(method, question.argument)
                met += handle.hits
                if said.error is None and (wrong := question.wrong(trial, said.value)):
                    yield trial.problem(f"{method}() {said} at {refusal.name}, but {wrong}")
        if not met:
            raise Untested("none of its methods makes a call that could be refused so")

    return check


def reads_and_changes(make: MakeClient) -> Iterator[Problem]:
    """Each method on an order that is filled in part; and a question about one that never was."""
    asked = 0
    for method, question in _QUESTIONS.items():
        with Trial(make) as trial:
            if _is_ready(trial, method):
                asked += 1
                said = trial.attempt(method, question.argument)
                wrong = question.wrong(trial, said.value)
                if said.error is not None or wrong:
                    yield trial.problem(f"{method}() {said}" + (f", but {wrong}" if wrong else ""))
    if not asked:
        raise Untested("it has no method that asks or changes anything")
    with Trial(make) as trial:
        if trial.client.has("query"):
            said = trial.attempt("query", {**_NAMED, "clOrdId": "never"})
            if said.error is None:
                yield trial.problem(f"query() {said} for an order that never was")


def _is_ready(trial: Trial, method: str) -> bool:
    """Whether there is something to ask: the method, and but for a balance an order, filled in part."""
    if not trial.client.has(method):
        return False
    if trial.client.has("place"):
        trial.place()
    if trial.order() is not None:
        trial.fill(_FILLED)
        return True
    return method in ("place", "balance")
