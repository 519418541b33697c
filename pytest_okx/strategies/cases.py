"""A case: a fresh account of some mode, about to trade an instrument; and the sizes and prices that suit it.

A fresh account has the balances that `OkxServer` gives by default, no position, no order, and the leverage of the
start. Prices stay a tenth away from the instrument's anchor, around which the market moves by less (options: within
their wider band), so no clock is needed to be inside the limits. Knows no exchange and no table of mistakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ..exchange import DEFAULT_BALANCES, Instrument
from ..exchange.checks import TD_MODES
from ..exchange.modes import LEVELS, POSITION_MODES
from ..messages import number
from .arguments import chosen, one

__all__ = ["ALPHANUMERIC", "MODES", "SIDES", "Case", "Entry", "case_of", "prices", "px_at", "sizes"]

Entry = dict[str, Any]

ALPHANUMERIC: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
MODES: Final = ("cash", "cross", "isolated")
SIDES: Final = ("buy", "sell")
_FUTURES: Final = ("SWAP", "FUTURES")
_OPENED: Final = {"buy": "long", "sell": "short"}
_TIMES_THE_SMALLEST: Final = 10


@dataclass(frozen=True, slots=True)
class Case:
    """What is traded by which account; of `td_modes` and `sides` those that it may use."""

    instrument: Instrument
    acct_lv: str
    pos_mode: str
    td_modes: tuple[str, ...]
    sides: tuple[str, ...]

    @property
    def is_spot(self) -> bool:
        """Whether coins are exchanged and nothing is borrowed."""
        return self.instrument.inst_type == "SPOT"

    @property
    def is_margin(self) -> bool:
        """Whether a pair is traded on margin."""
        return self.instrument.inst_type == "MARGIN"

    @property
    def is_pair(self) -> bool:
        """Whether the instrument is a pair of coins, on margin or not."""
        return self.is_spot or self.is_margin

    @property
    def is_futures(self) -> bool:
        """Whether the instrument is a swap or a dated future."""
        return self.instrument.inst_type in _FUTURES

    @property
    def is_option(self) -> bool:
        """Whether the instrument is an option."""
        return self.instrument.inst_type == "OPTION"

    @property
    def is_two_way(self) -> bool:
        """Whether the account keeps a long and a short position of the instrument."""
        return self.pos_mode == "long_short_mode" and self.is_futures

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies in which this account can keep the margin of a pair, () for all else."""
        if not self.is_margin:
            return ()
        of = self.instrument
        both = (of.settle_ccy,) if of.settle_ccy else (of.quote_ccy, of.base_ccy)
        return tuple(ccy for ccy in both if ccy in DEFAULT_BALANCES)

    def way(self, side: str) -> Entry:
        """The fields that say which way an order goes: one that opens, where positions have two sides."""
        return {"side": side, "posSide": _OPENED[side]} if self.is_two_way else {"side": side}

    def opening(self, side: str) -> Entry:
        """The same with a price a tenth away from the anchor, on the side where it waits."""
        return {**self.way(side), "px": px_at(self.instrument, "0.9" if side == "buy" else "1.1")}

    def common(self) -> st.SearchStrategy[Entry]:
        """What orders of any kind have: the instrument, the mode, the way and the currency of the margin."""
        all_of_them = product(self.td_modes, self.sides, [{"ccy": ccy} for ccy in self.currencies] or [{}])
        inst_id = self.instrument.inst_id
        return st.sampled_from(
            [{"instId": inst_id, "tdMode": mode, **self.way(side), **ccy} for mode, side, ccy in all_of_them]
        )


def case_of(
    instrument: object,
    *,
    acct_lv: object,
    pos_mode: object,
    td_modes: tuple[str, ...] = MODES,
    sides: tuple[str, ...] = SIDES,
) -> Case:
    """The case, or a sentence where such an account can place no order."""
    if not isinstance(instrument, Instrument):
        raise InvalidArgument(f"instrument is {instrument!r}: give an Instrument, such as one drawn from instruments()")
    level, mode = one("acct_lv", acct_lv, LEVELS), one("pos_mode", pos_mode, POSITION_MODES)
    if (level, mode) == ("4", "long_short_mode"):
        raise InvalidArgument("acct_lv='4' has net positions only: give pos_mode='net_mode', or another acct_lv")
    taken = TD_MODES.get((level, instrument.inst_type), frozenset())
    modes = tuple(each for each in chosen("td_modes", td_modes, MODES) if each in taken)
    if not modes:
        raise InvalidArgument(
            f"acct_lv={level!r} takes no order for {instrument.inst_id} ({instrument.inst_type}) of td_modes="
            f"{td_modes!r}: it takes {', '.join(sorted(taken)) or 'none at all'}"
        )
    wanted = chosen("sides", sides, SIDES)
    possible = tuple(each for each in wanted if each == "buy" or _can_sell(instrument, level))
    if not possible:
        raise InvalidArgument(f"a fresh account of acct_lv={level!r} cannot sell {instrument.inst_id}: widen sides")
    return Case(instrument, level, mode, modes, possible)


def _can_sell(instrument: Instrument, acct_lv: str) -> bool:
    """Whether a fresh account has what an order to sell needs: the coins, or a mode in which options are written."""
    if instrument.inst_type == "SPOT":
        return instrument.base_ccy in DEFAULT_BALANCES
    return acct_lv != "1"


@lru_cache(maxsize=256)
def sizes(of: Instrument, *, most: Decimal | None = None) -> st.SearchStrategy[Decimal]:
    """Sizes on the grid, from the smallest one to ten times that, or up to `most`."""
    top = of.min_sz * _TIMES_THE_SMALLEST if most is None else most
    lots = int((top - of.min_sz) // of.lot_sz)
    return st.integers(0, max(lots, 0)).map(lambda more: of.min_sz + more * of.lot_sz)


@lru_cache(maxsize=256)
def prices(of: Instrument, *, above: bool, around: Decimal | None = None) -> st.SearchStrategy[str]:
    """Prices on the tick, from a tenth to a half above or below the anchor, or the price `around`, the lowest first."""
    low, high = (Decimal("1.1"), Decimal("1.5")) if above else (Decimal("0.5"), Decimal("0.9"))
    middle = of.anchor if around is None else around
    first, last = int(middle * low / of.tick_sz) + 1, int(middle * high / of.tick_sz)
    return st.integers(first, last).map(lambda ticks: number(ticks * of.tick_sz))


def px_at(of: Instrument, times: str, *, around: Decimal | None = None) -> str:
    """The price on the tick at so many times the anchor, or the price `around`."""
    middle = of.anchor if around is None else around
    return number(middle * Decimal(times) // of.tick_sz * of.tick_sz)
