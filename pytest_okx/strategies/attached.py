"""Take-profits and stop-losses that orders carry, as JSON: what goes with an order.

Profit is taken beyond the price of the order and loss stopped before it, so both follow from that price. Knows no
exchange; which case it is, is an argument.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from hypothesis import strategies as st

from ..messages import number
from .cases import ALPHANUMERIC, Case, Entry, prices, sizes

__all__ = ["MARKET", "attachments", "callback_ratios", "leg", "px_types"]

MARKET: Final = "-1"
"""The price of an order at the market."""


def attachments(case: Case, entry: Entry) -> st.SearchStrategy[list[Entry]]:
    """What the order `entry` of the case can carry: one of both legs, or several take-profits and a stop-loss."""
    single = [_single(case, entry), st.fixed_dictionaries({"callbackRatio": callback_ratios()})]
    if case.is_futures:
        single += [_by_ratio(entry), _limit_tp(case, entry)]
    carried = st.one_of(single).map(lambda only: [only])
    sz, of = Decimal(entry["sz"]), case.instrument
    if case.is_futures and sz >= of.min_sz + of.lot_sz:
        carried |= _split(case, entry, sz)
    return carried


def callback_ratios() -> st.SearchStrategy[str]:
    """How far the price may come back before a trailing stop triggers, as a part of it."""
    return st.integers(1, 100).map(lambda per_mille: number(Decimal(per_mille) / 1000))


def px_types(case: Case) -> st.SearchStrategy[str]:
    """The prices that may trigger: on coins the last one alone, and an index is none of an option's prices."""
    kinds = ("last",) if case.is_spot else ("last", "mark") if case.is_option else ("last", "mark", "index")
    return st.sampled_from(kinds)


def leg(case: Case, name: str, *, above: bool, around: Decimal | None = None) -> st.SearchStrategy[Entry]:
    """The fields of the take-profit ("tp") or the stop-loss ("sl") that is to trigger above or below the market."""
    triggers = prices(case.instrument, above=above, around=around)
    # Options are not traded at the market, neither by an order that another one places.
    orders = triggers if case.is_option else st.just(MARKET) | triggers
    optional = {f"{name}TriggerPxType": px_types(case)}
    return st.fixed_dictionaries({f"{name}TriggerPx": triggers, f"{name}OrdPx": orders}, optional=optional)


def _px(entry: Entry) -> Decimal | None:
    return Decimal(entry["px"]) if "px" in entry else None


def _legs(case: Case, entry: Entry) -> tuple[st.SearchStrategy[Entry], st.SearchStrategy[Entry]]:
    buys, px = entry["side"] == "buy", _px(entry)
    return leg(case, "tp", above=buys, around=px), leg(case, "sl", above=not buys, around=px)


def _single(case: Case, entry: Entry) -> st.SearchStrategy[Entry]:
    tp, sl = _legs(case, entry)
    both = st.builds(lambda one, other: {**one, **other}, tp, sl)
    named = st.fixed_dictionaries({}, optional={"attachAlgoClOrdId": st.text(ALPHANUMERIC, min_size=1, max_size=32)})
    return st.builds(lambda legs, name: {**legs, **name}, tp | sl | both, named)


def _by_ratio(entry: Entry) -> st.SearchStrategy[Entry]:
    """A take-profit at so many ten-thousandths from the price of the fill."""
    sign = 1 if entry["side"] == "buy" else -1
    ratios = st.integers(1, 5000).map(lambda steps: number(sign * Decimal(steps) / 10_000))
    return st.fixed_dictionaries({"tpTriggerRatio": ratios, "tpOrdPx": st.just(MARKET)})


def _limit_tp(case: Case, entry: Entry) -> st.SearchStrategy[Entry]:
    px = prices(case.instrument, above=entry["side"] == "buy", around=_px(entry))
    return st.fixed_dictionaries({"tpOrdKind": st.just("limit"), "tpOrdPx": px})


@st.composite
def _split(draw: st.DrawFn, case: Case, entry: Entry, sz: Decimal) -> list[Entry]:
    """Two take-profits at the market whose sizes are together that of the order, and perhaps a stop-loss for all."""
    of = case.instrument
    first = draw(sizes(of, most=sz - of.lot_sz))
    triggers = prices(of, above=entry["side"] == "buy", around=_px(entry))
    at = draw(st.lists(triggers, min_size=2, max_size=2, unique=True))
    parts = zip((first, sz - first), at, strict=True)
    carried = [{"sz": number(part), "tpTriggerPx": px, "tpOrdPx": MARKET} for part, px in parts]
    return [*carried, *([draw(_legs(case, entry)[1])] if draw(st.booleans()) else [])]
