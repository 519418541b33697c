"""Amendments of an order that waits, as JSON: good ones, and those that are refused, with their code.

They are for the account that placed the order and has much of its money left. New prices stay a tenth away from that
of the order, on the side where it waits. Knows no exchange.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ..exchange import MAX_PX, Order
from ..exchange.tiers import largest_position
from ..messages import number
from .cases import Entry, prices, px_at
from .mistakes import InvalidOrder, Mistake, put
from .orders import labels

__all__ = ["amendments", "invalid_amendments"]

_MUCH: Final = Decimal(10_000_000)
_TIMES_THE_SMALLEST: Final = 10


def amendments(order: Order) -> st.SearchStrategy[Entry]:
    """Bodies of "Amend order" that its owner may send for `order`, such as one of `exchange.orders`.

    A new size is more than what is filled, and no larger than the old one or ten times the smallest.
    """
    waits = _checked(order)
    return st.builds(lambda entry, more: {**entry, **more}, _amendments(waits), _CANCELS)


def invalid_amendments(order: Order) -> st.SearchStrategy[InvalidOrder]:
    """Amendments that differ in one thing from a good one of `order`, with the code that its owner gets."""
    waits = _checked(order)
    mistakes = [each for each in _MISTAKES if each.applies(waits)]
    return st.builds(
        lambda mistake, entry: mistake.made_in(waits, entry), st.sampled_from(mistakes), _amendments(waits)
    )


# With it a refusal is none: the order is cancelled instead.
_CANCELS: Final = st.fixed_dictionaries({}, optional={"cxlOnFail": st.booleans()})


def _checked(order: object) -> Order:
    if not isinstance(order, Order) or not order.is_open or order.px is None:
        raise InvalidArgument(f"order is {order!r}: give one that waits at a price, such as exchange.orders[-1]")
    return order


@st.composite
def _amendments(draw: st.DrawFn, waits: Order) -> Entry:
    names = [{"ordId": waits.ord_id}, *([{"clOrdId": waits.cl_ord_id}] if waits.cl_ord_id else [])]
    sz, px = {"newSz": _sizes(waits)}, {"newPx": prices(waits.instrument, above=waits.side == "sell", around=waits.px)}
    changes = draw(st.sampled_from((sz, px, {**sz, **px})))
    entry: Entry = {"instId": waits.inst_id, **draw(st.sampled_from(names)), **draw(st.fixed_dictionaries(changes))}
    return entry | draw(st.fixed_dictionaries({}, optional=labels(reqId=32)))


def _least(waits: Order) -> Decimal:
    """The smallest size that leaves something to wait."""
    return max(waits.instrument.min_sz, waits.acc_fill_sz + waits.instrument.lot_sz)


def _sizes(waits: Order) -> st.SearchStrategy[str]:
    of, least = waits.instrument, _least(waits)
    most = waits.sz if waits.reduce_only else max(waits.sz, of.min_sz * _TIMES_THE_SMALLEST)
    return st.integers(0, max(int((most - least) // of.lot_sz), 0)).map(lambda more: number(least + more * of.lot_sz))


def _beyond(waits: Order, entry: Entry) -> Entry:
    """A price that no market allows which stands between the order and the anchor."""
    of = waits.instrument
    known = of.anchor, waits.px or of.anchor
    px = px_at(of, "2", around=max(known)) if waits.side == "buy" else px_at(of, "0.3", around=min(known))
    return {"newPx": px}


def _unpayable(waits: Order, entry: Entry) -> Entry:
    """The largest size that the leverage allows, or coins for ten millions."""
    of = waits.instrument
    if waits.inst_type == "SPOT":
        sz = _MUCH / of.anchor // of.lot_sz * of.lot_sz
    else:
        sz = min(of.max_lmt_sz, largest_position(of, Decimal(waits.lever or 1)))
    return {"newSz": number(sz), "newPx": px_at(of, "0.9" if waits.side == "buy" else "1.1")}


def _opens(waits: Order) -> bool:
    return not waits.reduce_only


def _is_pair(waits: Order) -> bool:
    return waits.inst_type in ("SPOT", "MARGIN")


def _is_contract(waits: Order) -> bool:
    return not _is_pair(waits)


def _is_pair_to(side: str) -> Callable[[Order], bool]:
    return lambda waits: _is_pair(waits) and waits.side == side


def _opens_contract(waits: Order) -> bool:
    return _opens(waits) and not _is_pair(waits)


def _is_unfilled(waits: Order) -> bool:
    return not waits.acc_fill_sz


def _largest(waits: Order, entry: Entry) -> Entry:
    return {"newSz": number(waits.instrument.max_lmt_sz + waits.instrument.lot_sz)}


def _too_small(waits: Order, entry: Entry) -> Entry:
    return {"newSz": number(waits.instrument.min_sz / 2)}


def _half_a_lot(waits: Order, entry: Entry) -> Entry:
    return {"newSz": number(_least(waits) + waits.instrument.lot_sz / 2)}


_MISTAKES: Final[tuple[Mistake[Order], ...]] = (
    Mistake("50014", "no instId", put(instId=None)),
    Mistake("51001", "an instrument that is not listed", put(instId="BTC-NOWHERE")),
    Mistake("51003", "no name of the order", put(ordId=None, clOrdId=None)),
    Mistake("51503", "an order that is none", put(ordId="1")),
    Mistake("51500", "no change", put(newSz=None, newPx=None)),
    *(Mistake("51000", f"{sz!r} as a size", put(newSz=sz)) for sz in ("0", "-1", "1e3", "many")),
    *(Mistake("51000", f"{px!r} as a price", put(newPx=px)) for px in ("0", "-1", "1e3", "inf")),
    Mistake("51000", "a price in dollars", put(newPxUsd="1")),
    Mistake("51000", "a reqId with a dash", put(reqId="my-request")),
    Mistake("51000", "a cxlOnFail that is none", put(cxlOnFail="perhaps")),
    Mistake("51116", "a price beyond all bounds", put(newPx=number(MAX_PX + 1))),
    Mistake("51020", "less than the smallest size", _too_small, _is_unfilled),
    Mistake("51203", "more than the largest size", _largest, _is_pair),
    Mistake("51101", "more than the largest size", _largest, _is_contract),
    Mistake("51121", "half a lot", _half_a_lot),
    Mistake("51137", "a price to buy above the limit", _beyond, _is_pair_to("buy")),
    Mistake("51138", "a price to sell below the limit", _beyond, _is_pair_to("sell")),
    Mistake("51006", "a price beyond the limit", _beyond, _opens_contract),
    Mistake("51502", "more than the account can pay", _unpayable, _opens),
)
