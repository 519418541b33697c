"""What a client does when it is refused: whether it goes on, when, and whether it mends what it can."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..faults import Reject
from .client_trials import ORDER, ORDERS, TIMES, Problem, Trial, Untested
from .clients import MakeClient

__all__ = ["backs_off", "corrects_its_clock", "repeats_nothing_in_vain"]

_IN_VAIN: Final = ("51008", "51000", "51001", "50111", "50113", "50119")
_TOO_MANY: Final = (Reject("50011"), Reject("50011", status=200))
_TWICE: Final = 2
_JUMPS: Final = (45, -45)


def repeats_nothing_in_vain(make: MakeClient) -> Iterator[Problem]:
    """An order that is refused for a reason that stays."""
    for code in _IN_VAIN:
        with Trial(make) as trial:
            handle = trial.fault(Reject(code), on=ORDERS, times=TIMES)
            trial.place()
            if handle.hits > 1:
                yield trial.problem(f"one place() ordered {handle.hits} times, though {code} cannot change")


def backs_off(make: MakeClient) -> Iterator[Problem]:
    """An order, and a question, that are too many."""
    _needs_either(make)
    for fault in _TOO_MANY:
        for method, argument in (("place", ORDER), ("balance", "USDT")):
            with Trial(make) as trial:
                if trial.client.has(method):
                    trial.fault(fault, on="/api/v5/*", times=_TWICE)
                    trial.attempt(method, argument)
                    found = [each for each in trial.server.audit() if each.rule == "no-back-off"]
                    if found:
                        yield trial.problem(found[0].sentence)


def corrects_its_clock(make: MakeClient) -> Iterator[Problem]:
    """The exchange's clock jumps out of the window, to either side."""
    _needs_either(make)
    for seconds in _JUMPS:
        with Trial(make) as trial:
            _accepted(trial, 1)
            trial.advance(seconds)
            trial.settle()
            # The first refusal may be what tells a client.
            if not _accepted(trial, 2) and not _accepted(trial, 3):
                yield trial.problem(
                    f"when the exchange's clock had moved by {seconds} s, no call was accepted any more"
                )


def _accepted(trial: Trial, number: int) -> bool:
    """Whether a call that needs a signature is taken."""
    if trial.client.has("place"):
        trial.place(clOrdId=f"contract{number}")
        return trial.order(f"contract{number}") is not None
    return trial.attempt("balance", "USDT").error is None


def _needs_either(make: MakeClient) -> None:
    with Trial(make) as trial:
        if not trial.client.has("place") and not trial.client.has("balance"):
            raise Untested("it has neither place(order) nor balance(ccy)")
