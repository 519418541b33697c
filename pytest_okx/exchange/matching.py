"""What an order takes from a book, level by level: a pure function of levels, price and budgets.

Knows neither accounts nor where the levels come from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .house import Level
from .orders import Kind
from .values import ZERO, floor

MAX_MAKERS = 1_000
"""A taker is cut off after so many matches (OKX's "Place order"; cancelSource 33)."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What an order may trade at most, in `base` (or contracts) and in `quote`; None is no bound."""

    base: Decimal | None = None
    quote: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """A price and a size to be traded there."""

    px: Decimal
    sz: Decimal


@dataclass(frozen=True, slots=True)
class Sweep:
    """The takes in their order; `done` when a budget was used up, `cut_off` after MAX_MAKERS."""

    takes: tuple[Take, ...]
    done: bool
    cut_off: bool = False

    @property
    def sz(self) -> Decimal:
        """The size of all takes."""
        return sum((take.sz for take in self.takes), ZERO)


def sweep(levels: Iterable[Level], side: str, limit: Decimal | None, budget: Budget, lot_sz: Decimal) -> Sweep:
    """Return what a taker of `side` trades on `levels`, at `limit` or better, within `budget`."""
    takes: list[Take] = []
    base, quote = budget.base, budget.quote
    for level in levels:
        if base == 0 or _beyond(level.px, side, limit):
            break
        if len(takes) == MAX_MAKERS:
            return Sweep(tuple(takes), done=False, cut_off=True)
        sz = _affordable(level, base, quote, lot_sz)
        if sz:
            takes.append(Take(level.px, sz))
            base = None if base is None else base - sz
            quote = None if quote is None else quote - sz * level.px
        if sz < level.sz:
            return Sweep(tuple(takes), done=True)
    return Sweep(tuple(takes), done=base == 0)


def outcome(kind: Kind, swept: Sweep) -> tuple[tuple[Take, ...], str, bool]:
    """Return the takes that a kind of order keeps, the cancelSource of its rest, whether it rests.

    The cancelSource is "" when the order is done or rests. Codes: OKX's "Get order details".
    """
    if kind.passive:
        return (), "31" if swept.takes else "", not swept.takes
    if swept.done:
        return swept.takes, "", False
    source = "33" if swept.cut_off else kind.leftover
    return () if kind.whole else swept.takes, source, not source


def _beyond(px: Decimal, side: str, limit: Decimal | None) -> bool:
    if limit is None:
        return False
    return px > limit if side == "buy" else px < limit


def _affordable(level: Level, base: Decimal | None, quote: Decimal | None, lot_sz: Decimal) -> Decimal:
    sz = level.sz if base is None else min(level.sz, base)
    return sz if quote is None else min(sz, floor(quote / level.px, lot_sz))
