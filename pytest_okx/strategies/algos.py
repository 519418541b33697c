"""Algo orders as JSON, by instrument: those that a fresh account can place, and the refused, with their code.

Their triggers stay a tenth away from the anchor, on the side that the market has not passed. Knows no exchange.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ..exchange import ALGO_KINDS, Instrument
from ..exchange.algo_checks import INTERVALS, MAX_VARIANCE
from ..messages import number
from .algo_mistakes import ALGO_MISTAKES
from .arguments import chosen
from .attached import MARKET, attachments, callback_ratios, leg, px_types
from .cases import MODES, SIDES, Case, Entry, case_of, prices, sizes
from .mistakes import InvalidOrder
from .orders import labels

__all__ = ["algo_orders", "invalid_algo_orders"]

Fields = st.SearchStrategy[Entry]
_SPLIT: Final = ("iceberg", "twap", "chase")
_VARIANCE_STEPS: Final = 100


def algo_orders(
    instrument: Instrument,
    *,
    acct_lv: str = "2",
    pos_mode: str = "net_mode",
    td_modes: tuple[str, ...] = MODES,
    sides: tuple[str, ...] = SIDES,
    ord_types: tuple[str, ...] = tuple(ALGO_KINDS),
) -> st.SearchStrategy[Entry]:
    """Bodies of "Place algo order" that a fresh account may send for `instrument`.

    The account is the one of `orders`. Those that split an order into parts place the first one at once, all others
    wait. Nothing is held that they could close, so none closes the whole of it.
    """
    case = case_of(instrument, acct_lv=acct_lv, pos_mode=pos_mode, td_modes=td_modes, sides=sides)
    types = [each for each in chosen("ord_types", ord_types, ALGO_KINDS) if each != "chase" or case.is_futures]
    if not types:
        raise InvalidArgument(f"{instrument.inst_id} has no algo orders of ord_types={ord_types!r}: widen them")
    return _algos(case, types)


def invalid_algo_orders(
    instrument: Instrument, *, acct_lv: str = "2", pos_mode: str = "net_mode", td_modes: tuple[str, ...] = MODES
) -> st.SearchStrategy[InvalidOrder]:
    """Algo orders for `instrument` that differ from a good one in one thing, with the code that a fresh account gets.

    The account is the one of `orders`.
    """
    case = case_of(instrument, acct_lv=acct_lv, pos_mode=pos_mode, td_modes=td_modes)
    mistakes = [each for each in ALGO_MISTAKES if each.applies(case)]
    return st.sampled_from(mistakes).flatmap(
        lambda mistake: _algos(case, [mistake.of]).map(lambda entry: mistake.made_in(case, entry))
    )


@st.composite
def _algos(draw: st.DrawFn, case: Case, ord_types: list[str]) -> Entry:
    ord_type, common = draw(st.sampled_from(ord_types)), draw(case.common())
    entry: Entry = {**common, "ordType": ord_type, "sz": number(draw(sizes(case.instrument)))}
    if case.is_spot and ord_type not in _SPLIT:
        entry["tgtCcy"] = "base_ccy"
    entry |= draw(_OWN[ord_type](case, entry))
    return entry | draw(st.fixed_dictionaries({}, optional=labels(algoClOrdId=32, tag=16)))


def _take_profit(case: Case, entry: Entry) -> Fields:
    return leg(case, "tp", above=entry["side"] == "sell")


def _stop_loss(case: Case, entry: Entry) -> Fields:
    return leg(case, "sl", above=entry["side"] == "buy")


def _conditional(case: Case, entry: Entry) -> Fields:
    return _take_profit(case, entry) | _stop_loss(case, entry)


def _oco(case: Case, entry: Entry) -> Fields:
    return st.builds(lambda tp, sl: {**tp, **sl}, _take_profit(case, entry), _stop_loss(case, entry))


@st.composite
def _trigger(draw: st.DrawFn, case: Case, entry: Entry) -> Entry:
    at = draw(st.booleans().flatmap(lambda above: prices(case.instrument, above=above)))
    priced = case.is_option or draw(st.booleans())
    own = {"triggerPx": at, "orderPx": at if priced else MARKET}
    own |= draw(st.fixed_dictionaries({}, optional={"triggerPxType": px_types(case)}))
    if priced:
        own |= draw(st.fixed_dictionaries({}, optional={"advanceOrdType": st.sampled_from(("fok", "ioc"))}))
    carried = attachments(case, {**entry, "px": at})
    return own | draw(st.fixed_dictionaries({}, optional={"attachAlgoOrds": carried}))


def _move_order_stop(case: Case, entry: Entry) -> Fields:
    spreads = st.integers(1, 100).map(lambda ticks: number(ticks * case.instrument.tick_sz))
    callbacks = callback_ratios().map(lambda each: {"callbackRatio": each}) | spreads.map(
        lambda each: {"callbackSpread": each}
    )
    active = {"activePx": prices(case.instrument, above=entry["side"] == "sell")}
    return st.builds(lambda one, other: {**one, **other}, callbacks, st.fixed_dictionaries({}, optional=active))


def _iceberg(case: Case, entry: Entry) -> Fields:
    of, variances = case.instrument, st.integers(1, _VARIANCE_STEPS)
    by_part = variances.map(lambda steps: {"pxVar": number(MAX_VARIANCE * steps / _VARIANCE_STEPS)})
    by_spread = variances.map(lambda ticks: {"pxSpread": number(ticks * of.tick_sz)})
    parts = sizes(of, most=Decimal(entry["sz"])).map(number)
    limits = st.booleans().flatmap(lambda above: prices(of, above=above))
    rest = st.fixed_dictionaries({"szLimit": parts, "pxLimit": limits})
    return st.builds(lambda one, other: {**one, **other}, rest, by_part | by_spread)


def _twap(case: Case, entry: Entry) -> Fields:
    seconds = st.integers(*INTERVALS).map(str)
    return st.builds(lambda own, each: {**own, "timeInterval": each}, _iceberg(case, entry), seconds)


def _chase(case: Case, entry: Entry) -> Fields:
    distances = st.integers(0, 10).map(lambda ticks: number(ticks * case.instrument.tick_sz))
    ratios = st.integers(1, 10).map(lambda per_mille: number(Decimal(per_mille) / 1000))
    by_distance = st.fixed_dictionaries({"chaseType": st.just("distance"), "chaseVal": distances})
    by_ratio = st.fixed_dictionaries({"chaseType": st.just("ratio"), "chaseVal": ratios})
    furthest = st.fixed_dictionaries({"maxChaseType": st.just("ratio"), "maxChaseVal": ratios})
    return st.builds(lambda one, other: {**one, **other}, st.just({}) | by_distance | by_ratio, st.just({}) | furthest)


_OWN: Final[Mapping[str, Callable[[Case, Entry], Fields]]] = {
    "conditional": _conditional,
    "oco": _oco,
    "trigger": _trigger,
    "move_order_stop": _move_order_stop,
    "iceberg": _iceberg,
    "twap": _twap,
    "chase": _chase,
}
