"""What can be wrong with an order: one row a mistake, with the code that a fresh account gets for it.

Each row changes a good order in one thing. Knows no strategy, no exchange and no account but the case's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from ..exchange import MAX_PX, Instrument
from ..exchange.leverage import DEFAULT_LEVER
from ..exchange.tiers import largest_position
from ..messages import number
from .cases import Case, Entry, px_at

__all__ = [
    "MISTAKES",
    "SHARED_MISTAKES",
    "Applies",
    "Change",
    "InvalidOrder",
    "Mistake",
    "always",
    "is_contract",
    "is_futures",
    "is_margin",
    "is_one_way",
    "is_option",
    "is_other",
    "is_pair",
    "is_spot",
    "is_two_way",
    "put",
    "sells",
]

T_contra = TypeVar("T_contra", contravariant=True)
Change = Callable[[Case, Entry], Entry]
Applies = Callable[[Case], bool]
_MUCH: Final = Decimal(10_000_000)


@dataclass(frozen=True, slots=True)
class InvalidOrder:
    """An order that is refused, the code that it gets, and what is wrong with it."""

    order: Entry
    code: str
    why: str


def always(case: object) -> bool:
    """Whether a mistake can be made that can be made in any case."""
    return True


@dataclass(frozen=True, slots=True)
class Mistake(Generic[T_contra]):
    """One way to go wrong: the code, what it is, the fields that make it, and the cases that can have it.

    A field of None is left out. `of` is the type of the good order that is changed, "" a plain one.
    """

    code: str
    why: str
    change: Callable[[T_contra, Entry], Entry]
    applies: Callable[[T_contra], bool] = always
    of: str = ""

    def made_in(self, case: T_contra, entry: Entry) -> InvalidOrder:
        """The good order `entry` with this mistake in it."""
        changed = entry | self.change(case, entry)
        order = {name: value for name, value in changed.items() if value is not None}
        return InvalidOrder(order, self.code, self.why)


def put(**fields: Any) -> Callable[[object, Entry], Entry]:
    """The change that gives the order these fields."""
    return lambda case, entry: fields


def _size(sz: Callable[[Instrument], Decimal]) -> Change:
    return lambda case, entry: {"sz": number(sz(case.instrument))}


def _at_market(sz: Callable[[Instrument], Decimal]) -> Change:
    return lambda case, entry: {**case.way("buy"), "ordType": "market", "px": None, "sz": number(sz(case.instrument))}


def _beyond(side: str, times: str) -> Change:
    return lambda case, entry: {**case.way(side), "px": px_at(case.instrument, times)}


def _opening(side: str) -> Change:
    return lambda case, entry: case.opening(side)


def _closing(case: Case, entry: Entry) -> Entry:
    return {"posSide": "short" if entry["posSide"] == "long" else "long"}


def _unpayable(case: Case, entry: Entry) -> Entry:
    """The largest order that the leverage of the start allows, or coins for ten millions."""
    of = case.instrument
    if case.is_spot:
        sz = _MUCH / of.anchor // of.lot_sz * of.lot_sz
    else:
        sz = min(of.max_lmt_sz, largest_position(of, DEFAULT_LEVER))
    return {**case.opening("buy"), "sz": number(sz)}


def _other_mode(case: Case, entry: Entry) -> Entry:
    return {"tdMode": "cross" if case.acct_lv == "1" else "cash"}


def _has_other_mode(case: Case) -> bool:
    """Of futures mode it takes pairs in any mode, as SPOT or MARGIN."""
    return not (case.is_pair and case.acct_lv == "2")


def _is_one_market(case: Case) -> bool:
    """Whether another mode makes no other market of it: a pair on margin would be one of coins."""
    return not case.is_margin


def _lacks_ccy(case: Case) -> bool:
    return case.is_pair and case.acct_lv == "2" and bool(case.instrument.lever)


def _is_spot_of(*levels: str) -> Applies:
    return lambda case: case.is_spot and case.acct_lv in levels


def is_spot(case: Case) -> bool:
    """Whether coins are exchanged and nothing is borrowed."""
    return case.is_spot


def is_pair(case: Case) -> bool:
    """Whether it is a pair of coins, on margin or not."""
    return case.is_pair


def is_margin(case: Case) -> bool:
    """Whether it is a pair on margin."""
    return case.is_margin


def is_futures(case: Case) -> bool:
    """Whether it is a swap or a dated future."""
    return case.is_futures


def is_option(case: Case) -> bool:
    """Whether it is an option."""
    return case.is_option


def is_contract(case: Case) -> bool:
    """Whether it is a derivative."""
    return not case.is_pair


def _is_capped(case: Case) -> bool:
    """Whether one order may be larger than what the leverage of the start allows; options have none."""
    of = case.instrument
    return (case.is_futures or case.is_margin) and of.max_lmt_sz > largest_position(of, DEFAULT_LEVER)


def is_two_way(case: Case) -> bool:
    """Whether the account keeps two positions of it."""
    return case.is_two_way


def is_one_way(case: Case) -> bool:
    """Whether it does not: net positions, and everything that is no future."""
    return not case.is_two_way


def is_other(case: Case) -> bool:
    """Whether it is neither a swap nor a dated future."""
    return not case.is_futures


def sells(case: Case) -> bool:
    """Whether a fresh account can sell it."""
    return "sell" in case.sides


def _may_reduce(case: Case) -> bool:
    """Whether an order says by `reduceOnly` that it only reduces."""
    return not case.is_spot and not case.is_two_way


def _cannot_write(case: Case) -> bool:
    return case.is_option and case.acct_lv == "1"


def _has_none(case: Case) -> bool:
    return case.is_spot and not sells(case)


SHARED_MISTAKES: Final[tuple[Mistake[Case], ...]] = (
    *(Mistake("50014", f"no {name}", put(**{name: None})) for name in ("instId", "tdMode", "side", "ordType", "sz")),
    Mistake("51001", "an instrument that is not listed", put(instId="BTC-NOWHERE")),
    Mistake("51000", "a side that is none", put(side="long")),
    Mistake("51000", "an order type that is none", put(ordType="stop")),
    Mistake("51000", "a mode that is none", put(tdMode="margin")),
    *(Mistake("51000", f"{sz!r} as a size", put(sz=sz)) for sz in ("0", "-1", "1e3", "nan", "many", "0x1")),
    Mistake("51000", "a clOrdId with a dash", put(clOrdId="my-order")),
    Mistake("51000", "a clOrdId of 33 characters", put(clOrdId="a" * 33)),
    Mistake("51000", "a tag of 17 characters", put(tag="a" * 17)),
    Mistake("51000", "a reduceOnly that is none", put(reduceOnly="perhaps")),
    Mistake("51000", "a tgtCcy that is none", put(tgtCcy="usd")),
    Mistake("51000", "a posSide of long/short mode", put(posSide="long"), is_one_way),
    Mistake("51000", "a posSide of net mode", put(posSide="net"), is_two_way),
    Mistake("51000", "no posSide in long/short mode", put(posSide=None), is_two_way),
    Mistake("51010", "a mode of lead traders", put(tdMode="spot_isolated"), _is_one_market),
    Mistake("51010", "a mode that the account does not take", _other_mode, _has_other_mode),
    Mistake("50072", "an isolated pair", put(tdMode="isolated"), _is_spot_of("3", "4")),
    Mistake("51000", "on margin without its currency", put(tdMode="cross", ccy=None), _lacks_ccy),
    Mistake("51000", "a margin of another currency", put(ccy="OKB"), is_margin),
    Mistake("51020", "less than the smallest size", _size(lambda of: of.min_sz / 2)),
    Mistake("51203", "more than the largest size", _size(lambda of: of.max_lmt_sz + of.lot_sz), is_pair),
    Mistake("51101", "more than the largest size", _size(lambda of: of.max_lmt_sz + of.lot_sz), is_contract),
    Mistake("51121", "half a lot", _size(lambda of: of.min_sz + of.lot_sz / 2)),
    Mistake("51169", "closing without a position", _closing, is_two_way),
    Mistake("51018", "an option written without margin", _opening("sell"), _cannot_write),
    Mistake("51004", "a position too large for its leverage", _size(lambda of: of.max_lmt_sz), _is_capped),
)
"""Of plain orders and algo orders alike."""

MISTAKES: Final[tuple[Mistake[Case], ...]] = (
    *SHARED_MISTAKES,
    *(Mistake("51000", f"{px!r} as a price", put(px=px)) for px in ("0", "-1", "1e3", "inf", "1,000")),
    Mistake("51000", "a price in dollars", put(pxUsd="1")),
    Mistake("51000", "a stpMode that is none", put(stpMode="cancel_all")),
    Mistake("51066", "an option at the market", put(ordType="market", px=None), is_option),
    Mistake("54036", "all or nothing, and both cancelled", put(ordType="fok", stpMode="cancel_both")),
    Mistake("51204", "no price", put(px=None)),
    Mistake("51116", "a price beyond all bounds", put(px=number(MAX_PX + 1))),
    Mistake("51201", "too much at the market", _at_market(lambda of: of.max_mkt_sz * 2), is_pair),
    Mistake("51202", "too much at the market", _at_market(lambda of: of.max_mkt_sz + of.lot_sz), is_futures),
    Mistake("51137", "a price to buy above the limit", _beyond("buy", "1.2"), is_pair),
    Mistake("51138", "a price to sell below the limit", _beyond("sell", "0.8"), is_pair),
    Mistake("51006", "a price to buy above the limit", _beyond("buy", "2"), is_contract),
    Mistake("51006", "a price to sell below the limit", _beyond("sell", "0.3"), is_contract),
    Mistake("51139", "reduce-only on coins", put(reduceOnly=True), _is_spot_of("1")),
    Mistake("51133", "reduce-only on coins", put(reduceOnly=True), _is_spot_of("3")),
    Mistake("51205", "reduce-only on coins", put(reduceOnly=True), _is_spot_of("2", "4")),
    Mistake("51169", "reduce-only without a position", put(reduceOnly=True), _may_reduce),
    Mistake("51127", "coins that the account does not have", _opening("sell"), _has_none),
    Mistake("51008", "more than the account can pay", _unpayable),
)
"""Of plain orders."""
