"""What a client says, held against what the exchange has. A difference is told in a few words, "" is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ..exchange import Order
from ..exchange.house import Book
from ..messages import number

__all__ = ["equal", "unlike_book", "unlike_order", "unlike_request"]

_LEVELS: Final = 20


def equal(one: object, other: object) -> bool:
    """Whether two values, texts maybe, are the same number."""
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return False


def unlike_order(said: object, order: Order) -> str:
    """What is wrong with `state` and `accFillSz` as a client has them."""
    have = {"state": order.state, "accFillSz": number(order.acc_fill_sz)}
    if not isinstance(said, Mapping) or not have.keys() <= said.keys():
        return f"it has no state and accFillSz, which are {order.state} and {have['accFillSz']}"
    if said["state"] == have["state"] and equal(said["accFillSz"], have["accFillSz"]):
        return ""
    return f"the order is {order.state}, with {have['accFillSz']} filled"


def unlike_request(asked: Mapping[str, str], order: Order) -> str:
    """Which fields of an order differ from what was asked for."""
    have = {
        "instId": order.inst_id,
        "tdMode": order.td_mode,
        "side": order.side,
        "ordType": order.ord_type,
        "sz": number(order.sz),
        "px": "" if order.px is None else number(order.px),
    }
    pairs = {name: (value, asked.get(name, "")) for name, value in have.items()}
    wrong = {name: pair for name, pair in pairs.items() if pair[0] != pair[1] and not equal(*pair)}
    return ", ".join(f"{name} is {value!r}, not {wanted!r}" for name, (value, wanted) in wrong.items())


def unlike_book(said: object, book: Book) -> str:
    """How the best levels of a book differ; one that is not trusted, None, does not."""
    if said is None:
        return ""
    if not isinstance(said, Mapping) or not {"bids", "asks"} <= said.keys():
        return "it has no bids and asks"
    for side, levels in (("bids", book.bids), ("asks", book.asks)):
        have = [(level.px, level.sz) for level in levels[:_LEVELS]]
        try:
            told = _pairs(said[side])
        except (LookupError, TypeError, InvalidOperation):
            return f"{side} are no levels of price and size"
        if told != have:
            place = next(place for place in range(_LEVELS) if told[place : place + 1] != have[place : place + 1])
            return f"{side}[{place}] is {_level(have, place)} there, and {_level(told, place)} here"
    return ""


def _pairs(levels: Iterable[Any]) -> list[tuple[Decimal, Decimal]]:
    return [(Decimal(str(level[0])), Decimal(str(level[1]))) for level in list(levels)[:_LEVELS]]


def _level(levels: list[tuple[Decimal, Decimal]], place: int) -> str:
    return "missing" if place >= len(levels) else f"{number(levels[place][1])} at {number(levels[place][0])}"
