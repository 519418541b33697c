"""What a client under test believes of its orders, its book and its subscriptions, held against what the exchange has.

While things go wrong a belief may lag behind; once all is well, and the client has settled, it has to be true. Each
check raises `Misbehaviour`, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from ..exchange import Order
from .machine_checks import Misbehaviour, amount
from .machine_stage import INST_ID, SUBSCRIPTIONS, Stage

__all__ = ["check_beliefs", "check_settled"]

_ENDED: Final = frozenset({"filled", "canceled"})
_TRADED: Final = frozenset({"live", "partially_filled", "filled"})
# What a belief may say besides its state, and what an order has for it.
_AMOUNTS: Final = {"accFillSz": "acc_fill_sz", "sz": "sz", "px": "px"}


def check_beliefs(stage: Stage) -> None:
    """Nothing is believed that never was: no fill that did not happen, no end that has not come."""
    for name, belief in _beliefs(stage).items():
        order = stage.order(name)
        filled = Decimal(0) if order is None else order.acc_fill_sz
        if (amount(belief.get("accFillSz")) or Decimal(0)) > filled:
            raise Misbehaviour(f"the client believes {_told(name, belief)}, but {_has(order)}")
        if belief.get("state") in _ENDED and order is not None and order.state != belief["state"]:
            raise Misbehaviour(f"the client believes that {_told(name, belief)} has ended, but {_has(order)}")


def check_settled(stage: Stage) -> None:
    """All is well and the client has settled: what it believes is what there is.

    Of a client that has no `settle` nobody knows when it has: it is not asked.
    """
    if not stage.client.has("settle"):
        return
    if stage.client.has("subscribe"):
        _check_subscriptions(stage)
    if stage.client.has("orders"):
        beliefs = _beliefs(stage)
        for name in stage.commands:
            _check_belief(name, beliefs.get(name), stage.order(name))
    if stage.client.has("book"):
        _check_book(stage)


def _beliefs(stage: Stage) -> Mapping[str, Mapping[str, Any]]:
    believed = _believed(stage, "orders") if stage.client.has("orders") else {}
    if not isinstance(believed, Mapping) or not all(isinstance(each, Mapping) for each in believed.values()):
        raise Misbehaviour(
            f"orders() returned {believed!r}: give a mapping from clOrdId to what is known of the order, a mapping "
            "with state and accFillSz"
        )
    return dict(believed)


def _believed(stage: Stage, name: str, *arguments: str) -> Any:
    attempt = stage.client.attempt(name, *arguments)
    if attempt.error is not None:
        told = ", ".join(map(repr, arguments))
        raise Misbehaviour(f"{name}({told}) {attempt}: it is what the client holds to be true, and can always be told")
    return attempt.value


def _check_belief(name: str, belief: Mapping[str, Any] | None, order: Order | None) -> None:
    if belief is None:
        if order is not None and order.is_open:
            raise Misbehaviour(f"all is well and the client has settled, but it does not know of {name}: {_has(order)}")
    elif order is None:
        if belief.get("state") in _TRADED:
            raise Misbehaviour(f"all is well, but the client still believes {_told(name, belief)}, and {_has(order)}")
    elif belief.get("state") != order.state or not _same_amounts(belief, order):
        raise Misbehaviour(
            f"all is well and the client has settled, but it believes {_told(name, belief)}: {_has(order)}"
        )


def _same_amounts(belief: Mapping[str, Any], order: Order) -> bool:
    return all(amount(belief[name]) == getattr(order, has) for name, has in _AMOUNTS.items() if name in belief)


def _check_subscriptions(stage: Stage) -> None:
    watched = [arg for session in stage.server.sessions if not session.is_closing for arg in session.subscriptions]
    for wanted in SUBSCRIPTIONS:
        if not any(wanted.items() <= arg.items() for arg in watched):
            raise Misbehaviour(
                f"all is well and the client has settled, but it is not subscribed to {dict(wanted)} any more: after a "
                "reconnect log in where the channel is private, and subscribe again"
            )


def _check_book(stage: Stage) -> None:
    believed = _believed(stage, "book", INST_ID)
    if believed is None:
        return
    if not isinstance(believed, Mapping) or not {"bids", "asks"} <= believed.keys():
        raise Misbehaviour(
            f"book({INST_ID!r}) returned {believed!r}: give a mapping of bids and asks, levels of price and size, or "
            "None while it is not to be trusted"
        )
    book = stage.server.exchange.market(INST_ID).book()
    for side, levels in (("bids", book.bids), ("asks", book.asks)):
        shown = [(amount(px), amount(sz)) for px, sz, *_ in believed[side]]
        there = [(level.px, level.sz) for level in levels]
        if shown != there[: len(shown)] or bool(shown) != bool(there):
            raise Misbehaviour(
                f"all is well and the client has settled, but the {side} that it trusts are {_levels(shown)}, those of "
                f"the exchange {_levels(there)}: a book with a gap in its seqId is to be subscribed to again"
            )


def _told(name: str, belief: Mapping[str, Any]) -> str:
    said = ", ".join(f"{field} {belief[field]}" for field in ("state", *_AMOUNTS) if field in belief)
    return f"{name} ({said})"


def _has(order: Order | None) -> str:
    return "the exchange has no such order" if order is None else f"the exchange has {order!r}"


def _levels(levels: Sequence[tuple[Decimal | None, Decimal | None]]) -> str:
    return ", ".join(f"{sz} at {px}" for px, sz in levels) or "none"
