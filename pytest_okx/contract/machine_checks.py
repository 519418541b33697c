"""What a client under test promises of each step: that what it says is what the exchange made of it.

Each check raises `Misbehaviour`, a sentence, where a promise is broken, and changes nothing. What the client believes
is held against the exchange in `machine_beliefs`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ..audit import Record, audit
from ..exchange import Order
from .machine_stage import LIMITED, Stage, Step

__all__ = ["Misbehaviour", "amount", "check_exchange", "check_step"]

# Refusals that only a client can have brought upon itself: of its request, its headers, its signature, its key.
_OWN_FAULT: Final = frozenset(
    {
        *("50000", "50002", "50006", "50014", "50015", "404"),
        *("50100", "50101", "50103", "50104", "50105", "50106", "50107", "50111", "50112", "50113", "50114", "50119"),
    }
)
# What the audit of a log knows, asked of the calls of one step: there nobody but the client repeats anything.
_REPEATED: Final = "order-repeated"
_IN_VAIN: Final = "retried-in-vain"
# One to notice that the clock moved, and one more.
_MOST_EXPIRED: Final = 2
_MOST_LIMITED: Final = 10
# The members of a command and what an order has for them.
_SAME: Final = {"instId": "inst_id", "tdMode": "td_mode", "side": "side", "ordType": "ord_type"}
_AMOUNTS: Final = {"sz": "sz", "px": "px"}
_AMENDED: Final = {"newSz": "sz", "newPx": "px"}
_BALANCES: Final = ("cash_bal", "eq", "avail_bal")


class Misbehaviour(AssertionError):
    """A client broke a promise: what it did, and what the exchange has."""


def check_step(stage: Stage, step: Step) -> None:
    """Hold what the client did, and said, against what the exchange made of it."""
    _check_manners(stage, step)
    if step.attempt.error is not None:
        _check_raised(step)
    elif check := _RETURNED.get(step.name):
        check(stage, step)


def check_exchange(stage: Stage) -> None:
    """Each order was commanded, and once; and the money is what it was and what the bills say."""
    orders = stage.account.orders.values()
    for name, times in Counter(order.cl_ord_id for order in orders).items():
        if name not in stage.commands:
            found = next(order for order in orders if order.cl_ord_id == name)
            raise Misbehaviour(f"the exchange has an order that nobody commanded: {found!r}, clOrdId {name!r}")
        if times > 1:
            raise Misbehaviour(
                f"{name} was commanded once, and the exchange has {times} orders of that clOrdId, which OKX refuses "
                "only while the first one waits: ask what became of it before it is sent again"
            )
    cash = dict(stage.cash)
    for bill in stage.account.bills:
        cash[bill.ccy] = cash.get(bill.ccy, Decimal(0)) + bill.bal_chg
    if cash != stage.account.cash:
        raise Misbehaviour(f"the bills add up to {cash}, the cash is {stage.account.cash}: a defect of the fake")


def _check_manners(stage: Stage, step: Step) -> None:
    """No refusal that the client brought upon itself, and no more tries than make sense."""
    if step.overdone:
        raise Misbehaviour(f"{step.overdone}; the same call gets the same answer: give up, or wait and then give up")
    for finding in audit(Record(step.calls)):
        # Whoever did not hear a refusal may ask again; whether one that a fault made was heard, the step knows.
        if finding.rule == _REPEATED or (finding.rule == _IN_VAIN and not any(call.fault for call in finding.calls)):
            raise Misbehaviour(f"{step.name}: {finding.sentence}; {finding.why}")
    limited = [call for call in step.calls if call.code in LIMITED]
    if len(limited) > _MOST_LIMITED:
        raise Misbehaviour(f"{step.name} went on after {limited[0].verdict}: {len(limited)} calls met it")
    for call in step.calls:
        if call.code in _OWN_FAULT and not call.fault:
            raise Misbehaviour(f"{call.method} {call.target} was refused for the client's own fault: {call.verdict}")
    if stage.expired > _MOST_EXPIRED:
        raise Misbehaviour(
            f"{stage.expired} steps ended with 50102 since the exchange's clock moved: take a new timestamp for each "
            "call, corrected by GET /api/v5/public/time"
        )


def _check_raised(step: Step) -> None:
    """Nothing is wrong: then what raised was refused, and has changed nothing."""
    if not step.is_clean:
        return
    if step.name in _ALWAYS_ANSWERED or (step.name == "query" and step.after is not None):
        raise Misbehaviour(f"{step}, although nothing was wrong: {step.heard}")
    if step.before != step.after:
        raise Misbehaviour(f"{step}, but the exchange has done it: {step.after!r}")


def _check_placed(stage: Stage, step: Step) -> None:
    if step.after is None:
        raise Misbehaviour(f"{step}, but the exchange has no such order: {step.heard}")
    if not _agree(step.argument, _SAME, step.after) or not _agree_in_size(step.argument, _AMOUNTS, step.after):
        raise Misbehaviour(f"{step}, but the exchange has another order than the one commanded: {step.after!r}")


def _check_amended(stage: Stage, step: Step) -> None:
    if step.after is None or not (_agree_in_size(step.argument, _AMENDED, step.after) or _is_cut(step)):
        has = "no such order" if step.after is None else repr(step.after)
        raise Misbehaviour(f"{step}, but the exchange has {has}: {step.heard}")


def _is_cut(step: Step) -> bool:
    """Whether no more was asked for than is filled already, which ends an order as it is."""
    order, size = step.after, amount(step.argument.get("newSz"))
    return order is not None and order.state == "filled" and size is not None and size <= order.acc_fill_sz


def _check_canceled(stage: Stage, step: Step) -> None:
    if step.after is not None and step.after.is_open:
        raise Misbehaviour(f"{step}, but the order still waits: {step.after!r}; {step.heard}")


def _check_found(stage: Stage, step: Step) -> None:
    if step.after is None:
        raise Misbehaviour(f"{step}, but the exchange has no such order, which has to raise: {step.heard}")
    found = step.attempt.value
    if not isinstance(found, Mapping) or not {"state", "accFillSz"} <= found.keys():
        raise Misbehaviour(f"{step}: give a mapping with at least state and accFillSz")
    if found["state"] != step.after.state or amount(found["accFillSz"]) != step.after.acc_fill_sz:
        raise Misbehaviour(f"{step}, but the exchange has {step.after!r}")


def _check_balance(stage: Stage, step: Step) -> None:
    held = stage.server.exchange.balance(stage.account, step.argument)
    if amount(step.attempt.value) not in [getattr(held, name) for name in _BALANCES]:
        raise Misbehaviour(f"{step}, but the exchange has {held!r}: {step.heard}")


_RETURNED: Final[Mapping[str, Callable[[Stage, Step], None]]] = {
    "place": _check_placed,
    "amend": _check_amended,
    "cancel": _check_canceled,
    "query": _check_found,
    "balance": _check_balance,
}
_ALWAYS_ANSWERED: Final = frozenset({"balance", "settle", "connect", "subscribe"})


def _agree(asked: Mapping[str, str], names: Mapping[str, str], order: Order) -> bool:
    return all(asked[name] == getattr(order, field) for name, field in names.items())


def _agree_in_size(asked: Mapping[str, str], names: Mapping[str, str], order: Order) -> bool:
    return all(amount(asked[name]) == getattr(order, field) for name, field in names.items() if name in asked)


def amount(value: Any) -> Decimal | None:
    """A number as a client has it, None for what is none."""
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
