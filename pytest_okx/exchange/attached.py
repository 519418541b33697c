"""Take-profit and stop-loss as values: one leg of an algo order, and what an order carries until it has filled.

Knows neither orders nor algo orders. Source: OKX's "Place order", attachAlgoOrds.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["AttachedAlgo", "Leg"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A take-profit or a stop-loss: the price that triggers it, and that of the order it places, None for market.

    `ratio` stands for a price until the fill is known that it is counted from. `kind` "limit" needs no trigger: its
    order rests from the start.
    """

    trigger_px: Decimal | None = None
    ord_px: Decimal | None = None
    px_type: str = "last"
    kind: str = "condition"
    ratio: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedAlgo:
    """What becomes an algo order once the order that carries it has ended with a fill; `sz` None is all that filled."""

    attach_algo_id: str = ""
    attach_algo_cl_ord_id: str = ""
    tp: Leg | None = None
    sl: Leg | None = None
    sz: Decimal | None = None
    callback_ratio: Decimal | None = None
    callback_spread: Decimal | None = None
    active_px: Decimal | None = None

    @property
    def trails(self) -> bool:
        """Whether it becomes a trailing stop."""
        return self.callback_ratio is not None or self.callback_spread is not None
