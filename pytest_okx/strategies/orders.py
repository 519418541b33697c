"""Orders as JSON, by instrument: those that a fresh account can place, and those that are refused, with their code.

What a fresh account is, and how prices keep inside the limits without a clock, is told in `cases`. Knows no exchange.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ..exchange import KINDS, Instrument, default_instruments, margin_twin
from ..messages import number
from .arguments import chosen, moment
from .attached import attachments
from .attached_mistakes import ATTACHED_MISTAKES
from .cases import ALPHANUMERIC, MODES, SIDES, Case, Entry, case_of, prices, sizes
from .mistakes import MISTAKES, InvalidOrder

__all__ = ["InvalidOrder", "instruments", "invalid_orders", "labels", "orders"]

_INST_TYPES: Final = ("SPOT", "MARGIN", "SWAP", "FUTURES", "OPTION")
_WHOLE_SIZED: Final = (("buy", "base_ccy"), ("sell", "quote_ccy"))


def instruments(*, now: int, inst_types: tuple[str, ...] = _INST_TYPES) -> st.SearchStrategy[Instrument]:
    """The instruments that an exchange lists at `now` (Unix ms), of some of the types SPOT to OPTION.

    A pair comes as SPOT and, to be traded on margin, as MARGIN.
    """
    wanted = chosen("inst_types", inst_types, _INST_TYPES)
    listed = list(default_instruments(moment(now)).values())
    on_margin = [twin for twin in map(margin_twin, listed) if twin is not None]
    return st.sampled_from([each for each in (*listed, *on_margin) if each.inst_type in wanted])


def orders(
    instrument: Instrument,
    *,
    acct_lv: str = "2",
    pos_mode: str = "net_mode",
    td_modes: tuple[str, ...] = MODES,
    sides: tuple[str, ...] = SIDES,
    ord_types: tuple[str, ...] = tuple(KINDS),
    attached: bool = True,
) -> st.SearchStrategy[Entry]:
    """Bodies of "Place order" that a fresh account may send for `instrument`: small, on the grid, inside the limits.

    The account is of level `acct_lv` and keeps positions as `pos_mode` says. Of `td_modes`, `sides` and `ord_types`
    those are used that such an account can have: it sells no coin that it does not hold, and closes nothing. With
    `attached` some orders carry take-profits and stop-losses.
    """
    case = case_of(instrument, acct_lv=acct_lv, pos_mode=pos_mode, td_modes=td_modes, sides=sides)
    types = [each for each in chosen("ord_types", ord_types, KINDS) if _has(case, each)]
    if not types:
        raise InvalidArgument(f"{instrument.inst_id} has no orders of ord_types={ord_types!r}: widen them")
    return _orders(case, types, attached)


def invalid_orders(
    instrument: Instrument, *, acct_lv: str = "2", pos_mode: str = "net_mode", td_modes: tuple[str, ...] = MODES
) -> st.SearchStrategy[InvalidOrder]:
    """Orders for `instrument` that differ from a good one in one thing, with the code that a fresh account gets.

    The account is the one of `orders`.
    """
    case = case_of(instrument, acct_lv=acct_lv, pos_mode=pos_mode, td_modes=td_modes)
    mistakes = [each for each in (*MISTAKES, *ATTACHED_MISTAKES) if each.applies(case)]
    good = _orders(case, ["limit"], False)
    return st.builds(lambda mistake, entry: mistake.made_in(case, entry), st.sampled_from(mistakes), good)


def labels(**names: int) -> dict[str, st.SearchStrategy[Any]]:
    """Fields of letters and digits, by the most that each may have."""
    return {name: st.text(ALPHANUMERIC, min_size=1, max_size=most) for name, most in names.items()}


def _has(case: Case, ord_type: str) -> bool:
    kind = KINDS[ord_type]
    return case.instrument.inst_type in kind.inst_types and (kind.priced or not case.is_option)


@st.composite
def _orders(draw: st.DrawFn, case: Case, ord_types: list[str], attached: bool) -> Entry:
    ord_type, common = draw(st.sampled_from(ord_types)), draw(case.common())
    sz = draw(sizes(case.instrument))
    entry: Entry = {**common, "ordType": ord_type, "sz": number(sz)}
    if KINDS[ord_type].priced:
        entry["px"] = draw(prices(case.instrument, above=entry["side"] == "sell"))
    elif case.is_pair:
        unit = draw(st.sampled_from(("", "base_ccy", "quote_ccy")))
        entry |= {"tgtCcy": unit} if unit else {}
        if unit == "quote_ccy" or (not unit and entry["side"] == "buy"):
            # Money instead of coins: twice as much as the smallest, for the price moves.
            entry["sz"] = number(sz * case.instrument.anchor * 2)
    entry |= draw(_extras(case, ord_type))
    if attached and (entry["side"], entry.get("tgtCcy")) not in _WHOLE_SIZED:
        entry |= draw(st.fixed_dictionaries({}, optional={"attachAlgoOrds": attachments(case, entry)}))
    return entry


@lru_cache(maxsize=256)
def _extras(case: Case, ord_type: str) -> st.SearchStrategy[Entry]:
    """What an order may have besides, in none to all of its fields."""
    stp_modes = ["cancel_maker", "cancel_taker", *([] if KINDS[ord_type].whole else ["cancel_both"])]
    fields: dict[str, st.SearchStrategy[Any]] = {
        **labels(clOrdId=32, tag=16),
        "banAmend": st.booleans(),
        "stpMode": st.sampled_from(stp_modes),
    }
    if not case.is_two_way:
        fields["posSide"] = st.just("net")
    if not case.is_spot:
        fields["reduceOnly"] = st.just(False)
    return st.fixed_dictionaries({}, optional=fields)
