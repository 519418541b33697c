"""Algo orders as values: what was asked for, what became of it, and the tables of types and states.

The exchange replaces an algo order, it never changes one. Knows no prices and no accounts.
Source: OKX's "Place algo order" and "Get algo order details".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from types import MappingProxyType

from ..messages import number
from .attached import AttachedAlgo, Leg
from .instruments import Instrument
from .values import ZERO, ceiling, floor

__all__ = ["ALGO_KINDS", "ALGO_STATES", "AlgoKind", "AlgoOrder", "AlgoRequest", "algo_moved", "open_algo"]


@dataclass(frozen=True, slots=True)
class AlgoKind:
    """What sets a type apart: the `source` of its orders, how many may be pending, and the code of one more.

    Types of one `group` are counted together, those `per_instrument` on each instrument.
    """

    source: str
    group: str
    most: int
    too_many: str
    per_instrument: bool = False


_STOP = AlgoKind("7", "stop", 100, "51261", per_instrument=True)
ALGO_KINDS: Mapping[str, AlgoKind] = MappingProxyType(
    {
        "conditional": _STOP,
        "oco": _STOP,
        "trigger": AlgoKind("6", "trigger", 500, "51299"),
        "move_order_stop": AlgoKind("25", "trailing", 50, "51260"),
        "iceberg": AlgoKind("13", "iceberg", 100, "51262"),
        "twap": AlgoKind("13", "twap", 20, "51263"),
        "chase": AlgoKind("34", "chase", 1, "55116", per_instrument=True),
    }
)
"""The types of algo orders by OKX's names."""

_DONE = frozenset({"effective", "canceled"})
ALGO_STATES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "live": _DONE | {"pause", "partially_effective", "order_failed"},
        "pause": _DONE | {"live", "partially_effective", "order_failed", "partially_failed"},
        "partially_effective": _DONE | {"pause", "partially_effective", "partially_failed"},
        "effective": frozenset(),
        "canceled": frozenset(),
        "order_failed": frozenset(),
        "partially_failed": frozenset(),
    }
)
"""The states of an algo order and where each may go; one that leads nowhere is final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlgoRequest:
    """An algo order as asked for; what its type does not use is left at its default.

    `sz` is None where the whole position is to be closed (`close_fraction`). `order_px` None is a market order.
    """

    inst_id: str
    td_mode: str
    side: str
    ord_type: str
    sz: Decimal | None = None
    pos_side: str = "net"
    ccy: str = ""
    tag: str = ""
    tgt_ccy: str = ""
    cl_ord_id: str = ""
    algo_cl_ord_id: str = ""
    close_fraction: bool = False
    reduce_only: bool = False
    cxl_on_close_pos: bool = False
    tp: Leg | None = None
    sl: Leg | None = None
    trigger_px: Decimal | None = None
    trigger_px_type: str = "last"
    order_px: Decimal | None = None
    advance_ord_type: str = ""
    attach_algo_ords: tuple[AttachedAlgo, ...] = ()
    callback_ratio: Decimal | None = None
    callback_spread: Decimal | None = None
    active_px: Decimal | None = None
    px_var: Decimal | None = None
    px_spread: Decimal | None = None
    sz_limit: Decimal | None = None
    px_limit: Decimal | None = None
    time_interval: int | None = None
    chase_type: str = "distance"
    chase_val: Decimal = ZERO
    max_chase_type: str = ""
    max_chase_val: Decimal | None = None
    linked_ord_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AlgoOrder(AlgoRequest):
    """An algo order that was accepted: the fields of its request and what became of it.

    `start_px` is the price that a trigger was set from, `extreme` the best price since a trailing stop became active.
    `ord_ids` are the orders that it placed, `linked_ord_id` the order that it was attached to.
    """

    algo_id: str
    instrument: Instrument
    lever: str
    c_time: int
    u_time: int
    start_px: Decimal
    last: Decimal
    state: str = "live"
    extreme: Decimal | None = None
    ord_ids: tuple[str, ...] = ()
    actual_sz: Decimal = ZERO
    actual_px: Decimal | None = None
    actual_side: str = ""
    trigger_time: int | None = None
    fail_code: str = "0"

    def __repr__(self) -> str:
        size = "all" if self.sz is None else number(self.sz)
        return f"<AlgoOrder {self.algo_id} {self.inst_id} {self.ord_type} {self.side} {size}, {self.state}>"

    @property
    def inst_type(self) -> str:
        """The type of the instrument."""
        return self.instrument.inst_type

    @property
    def is_pending(self) -> bool:
        """Whether it still waits or is still at work."""
        return bool(ALGO_STATES[self.state])

    @property
    def kind(self) -> AlgoKind:
        """The row of its type."""
        return ALGO_KINDS[self.ord_type]

    @property
    def move_trigger_px(self) -> Decimal | None:
        """Where an active trailing stop triggers: on the tick beyond the callback from the best price."""
        if self.extreme is None:
            return None
        spread = self.extreme * self.callback_ratio if self.callback_ratio else self.callback_spread or ZERO
        if self.side == "buy":
            return ceiling(self.extreme + spread, self.instrument.tick_sz)
        return floor(max(self.extreme - spread, ZERO), self.instrument.tick_sz)

    @property
    def position_key(self) -> tuple[str, str, str]:
        """The position that its orders trade: instId, mgnMode and posSide."""
        return (self.inst_id, self.td_mode, self.pos_side)

    @property
    def remaining(self) -> Decimal:
        """What is left to be traded of an order that is split into several."""
        return (self.sz or ZERO) - self.actual_sz


def open_algo(
    request: AlgoRequest,
    *,
    algo_id: str,
    instrument: Instrument,
    lever: str,
    start_px: Decimal,
    last: Decimal,
    now: int,
) -> AlgoOrder:
    """Return the live algo order that `request` becomes at `now` (ms)."""
    asked = {each.name: getattr(request, each.name) for each in fields(AlgoRequest)}
    return AlgoOrder(
        **asked,
        algo_id=algo_id,
        instrument=instrument,
        lever=lever,
        c_time=now,
        u_time=now,
        start_px=start_px,
        last=last,
    )


def algo_moved(algo: AlgoOrder, state: str, now: int, **changes: object) -> AlgoOrder:
    """Return `algo` in another state and with other `changes`; ValueError if the table does not lead there."""
    if state not in ALGO_STATES[algo.state]:
        raise ValueError(
            f"algo order {algo.algo_id} is {algo.state!r} and cannot become {state!r}: "
            f"from there it may go to {sorted(ALGO_STATES[algo.state]) or 'no state'}"
        )
    return replace(algo, state=state, u_time=now, **changes)  # type: ignore[arg-type]
