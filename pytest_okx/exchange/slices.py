"""The next part of an algo order that is split into several: its type, price and size, as the market stands.

Pure functions of an algo order and the touch. Knows no accounts.
Source: OKX's "Place algo order", iceberg, TWAP and chase; how far a part may be left behind is a choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .algo_orders import AlgoOrder
from .values import ZERO, ceiling, floor

__all__ = ["Part", "Touch", "chased_too_far", "left_behind", "next_part"]


@dataclass(frozen=True, slots=True)
class Touch:
    """The best bid and ask."""

    bid: Decimal
    ask: Decimal


@dataclass(frozen=True, slots=True)
class Part:
    """An order that a split algo order places next."""

    ord_type: str
    px: Decimal
    sz: Decimal


def next_part(algo: AlgoOrder, touch: Touch) -> Part | None:
    """Return the next part, None while the market is beyond the limit price.

    An iceberg shows a limit order on its own side of the book, a TWAP takes from the other side, a chase order rests
    as near to its own side as it was told.
    """
    buys = algo.side == "buy"
    own, other = (touch.bid, touch.ask) if buys else (touch.ask, touch.bid)
    if algo.ord_type == "chase":
        return Part("limit", _away(algo, own, _chase(algo, own)), algo.remaining)
    met = other if algo.ord_type == "twap" else own
    limit = algo.px_limit or ZERO
    if met > limit if buys else met < limit:
        return None
    sz = min(algo.sz_limit or ZERO, algo.remaining)
    if algo.ord_type == "iceberg":
        return Part("limit", _away(algo, own, _variance(algo, own)), sz)
    beyond = _away(algo, other, -_variance(algo, other))
    return Part("ioc", min(beyond, limit) if buys else max(beyond, limit), sz)


def left_behind(algo: AlgoOrder, px: Decimal, touch: Touch) -> bool:
    """Whether a part that rests at `px` is to be placed anew.

    A chase order's whenever its price is another one by now, an iceberg's once the market is more than twice its
    variance away.
    """
    part = next_part(algo, touch)
    if part is None:
        return False
    if algo.ord_type == "chase":
        return part.px != px
    own = touch.bid if algo.side == "buy" else touch.ask
    return abs(own - px) > max(2 * _variance(algo, own), algo.instrument.tick_sz)


def chased_too_far(algo: AlgoOrder, touch: Touch) -> bool:
    """Whether a chase order's market has moved away from where it began by more than the distance it was given."""
    if algo.max_chase_val is None:
        return False
    moved = touch.bid - algo.start_px if algo.side == "buy" else algo.start_px - touch.ask
    most = algo.start_px * algo.max_chase_val if algo.max_chase_type == "ratio" else algo.max_chase_val
    return moved > most


def _variance(algo: AlgoOrder, px: Decimal) -> Decimal:
    return px * algo.px_var if algo.px_var is not None else algo.px_spread or ZERO


def _chase(algo: AlgoOrder, px: Decimal) -> Decimal:
    return px * algo.chase_val if algo.chase_type == "ratio" else algo.chase_val


def _away(algo: AlgoOrder, px: Decimal, distance: Decimal) -> Decimal:
    """Return the price on the tick that is worse for the other side by `distance`, one tick at least."""
    tick = algo.instrument.tick_sz
    if algo.side == "buy":
        return max(floor(max(px - distance, ZERO), tick), tick)
    return max(ceiling(max(px + distance, ZERO), tick), tick)
