"""Orders as values: what was asked for, what was filled, and the table of states.

The exchange replaces an order, it never changes one. Knows no books and no accounts.
Source: OKX's "Place order" and "Get order details".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from ..messages import number
from .attached import AttachedAlgo
from .drafts import changer, maker
from .instruments import Instrument
from .values import ZERO, cut

STATES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "live": frozenset({"partially_filled", "filled", "canceled"}),
        "partially_filled": frozenset({"partially_filled", "filled", "canceled"}),
        "filled": frozenset(),
        "canceled": frozenset(),
    }
)
"""The states of an order and where each may go; one that leads nowhere is final."""

_OPEN = frozenset(state for state, following in STATES.items() if following)


@dataclass(frozen=True, slots=True)
class Kind:
    """What an `ordType` does: `leftover` is the cancelSource of what did not trade, "" rests."""

    priced: bool
    leftover: str = ""
    passive: bool = False
    whole: bool = False
    inst_types: frozenset[str] = frozenset({"SPOT", "MARGIN", "SWAP", "FUTURES", "OPTION"})


_FUTURES = frozenset({"SWAP", "FUTURES"})
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "limit": Kind(priced=True),
        "market": Kind(priced=False, leftover="14"),
        "post_only": Kind(priced=True, passive=True),
        "fok": Kind(priced=True, leftover="13", whole=True),
        "ioc": Kind(priced=True, leftover="14"),
        "optimal_limit_ioc": Kind(priced=False, leftover="14", inst_types=_FUTURES),
    }
)
"""The order types by OKX's names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """An order as asked for; `sz` in base, quote or contracts as OKX's page tells, `px` None if absent.

    `source` and the algo identifiers tell of the algo order that placed it, "" where none did.
    """

    inst_id: str
    td_mode: str
    side: str
    ord_type: str
    sz: Decimal
    px: Decimal | None = None
    pos_side: str = "net"
    cl_ord_id: str = ""
    tag: str = ""
    ccy: str = ""
    tgt_ccy: str = ""
    reduce_only: bool = False
    ban_amend: bool = False
    stp_mode: str = "cancel_maker"
    category: str = "normal"
    source: str = ""
    algo_id: str = ""
    algo_cl_ord_id: str = ""
    attach_algo_ords: tuple[AttachedAlgo, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One trade of one order; `fee` is negative when paid, `exec_type` "T" taker or "M" maker.

    `fee_rate` has the sign of `fee`; `sub_type` says what the trade did, as OKX's bills do.
    """

    trade_id: int
    px: Decimal
    sz: Decimal
    fee: Decimal
    fee_ccy: str
    ts: int
    exec_type: str
    pnl: Decimal
    inst_id: str
    ord_id: str
    bill_id: str
    side: str
    pos_side: str = "net"
    fee_rate: Decimal = ZERO
    sub_type: str = ""

    def __repr__(self) -> str:
        traded = f"{number(self.sz)}@{number(self.px)}"
        return f"<Fill {self.trade_id} {self.inst_id} {self.side} {traded} fee {number(self.fee)} {self.fee_ccy}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(OrderRequest):
    """A placed order: the fields of its request and what became of it; sizes filled are in base.

    `lever` is "" where leverage does not apply. `px` is on the tick grid. `fill_value` is the sum of price times size
    of its fills, which the account keeps. `req_id` and `amend_result` are those of the last amendment.
    """

    ord_id: str
    instrument: Instrument
    lever: str
    c_time: int
    u_time: int
    state: str = "live"
    acc_fill_sz: Decimal = ZERO
    fill_value: Decimal = ZERO
    fee: Decimal = ZERO
    pnl: Decimal = ZERO
    cancel_source: str = ""
    last_fill: Fill | None = None
    req_id: str = ""
    amend_result: str = ""

    def __repr__(self) -> str:
        asked = number(self.sz) if self.px is None else f"{number(self.sz)}@{number(self.px)}"
        side = self.side if self.pos_side == "net" else f"{self.side} {self.pos_side}"
        became = f"{self.state}, {number(self.acc_fill_sz)} filled"
        return f"<Order {self.ord_id} {self.inst_id} {side} {self.ord_type} {asked} {became}>"

    @property
    def inst_type(self) -> str:
        """The type of the instrument."""
        return self.instrument.inst_type

    @property
    def is_open(self) -> bool:
        """Whether the order is live or partially filled."""
        return self.state in _OPEN

    @property
    def remaining(self) -> Decimal:
        """What is left of `sz`; meaningless for a SPOT market order sized in quote."""
        return self.sz - self.acc_fill_sz

    @property
    def position_key(self) -> tuple[str, str, str]:
        """The position that the order trades: instId, mgnMode and posSide."""
        return (self.inst_id, self.td_mode, self.pos_side)

    @property
    def avg_px(self) -> Decimal | None:
        """The volume weighted price of the fills, None before the first."""
        return cut(self.fill_value / self.acc_fill_sz) if self.acc_fill_sz else None

    @property
    def fee_ccy(self) -> str:
        """The currency of the fees, "" before the first fill."""
        return self.last_fill.fee_ccy if self.last_fill else ""

    @property
    def fill_px(self) -> Decimal | None:
        """The price of the last fill."""
        return self.last_fill.px if self.last_fill else None

    @property
    def fill_sz(self) -> Decimal:
        """The size of the last fill, 0 before the first."""
        return self.last_fill.sz if self.last_fill else ZERO

    @property
    def trade_id(self) -> int | None:
        """The number of the last fill; 0 for what no market traded, such as a liquidation."""
        return max(self.last_fill.trade_id, 0) if self.last_fill else None

    @property
    def fill_time(self) -> int | None:
        """The time of the last fill in ms."""
        return self.last_fill.ts if self.last_fill else None


new_fill = maker(Fill)
_new_order = maker(Order)
_successor = changer(Order)


def open_order(request: OrderRequest, *, ord_id: str, instrument: Instrument, lever: str, now: int) -> Order:
    """Return the live order that `request` becomes at `now` (ms)."""
    return _new_order(
        inst_id=request.inst_id,
        td_mode=request.td_mode,
        side=request.side,
        ord_type=request.ord_type,
        sz=request.sz,
        px=request.px,
        pos_side=request.pos_side,
        cl_ord_id=request.cl_ord_id,
        tag=request.tag,
        ccy=request.ccy,
        tgt_ccy=request.tgt_ccy,
        reduce_only=request.reduce_only,
        ban_amend=request.ban_amend,
        stp_mode=request.stp_mode,
        category=request.category,
        source=request.source,
        algo_id=request.algo_id,
        algo_cl_ord_id=request.algo_cl_ord_id,
        attach_algo_ords=request.attach_algo_ords,
        ord_id=ord_id,
        instrument=instrument,
        lever=lever,
        c_time=now,
        u_time=now,
    )


def moved(order: Order, state: str, now: int, *, cancel_source: str = "") -> Order:
    """Return `order` in another state; ValueError if the table does not lead there."""
    return _successor(order, state=_reachable(order, state), u_time=now, cancel_source=cancel_source)


def filled(order: Order, fill: Fill) -> Order:
    """Return `order` after one more fill: "filled" once `sz` is reached, else "partially_filled"."""
    acc = order.acc_fill_sz + fill.sz
    state = "filled" if acc == order.sz and order.tgt_ccy != "quote_ccy" else "partially_filled"
    return _successor(
        order,
        state=_reachable(order, state),
        u_time=fill.ts,
        acc_fill_sz=acc,
        fee=order.fee + fill.fee,
        fill_value=order.fill_value + fill.px * fill.sz,
        pnl=order.pnl + fill.pnl,
        last_fill=fill,
    )


def _reachable(order: Order, state: str) -> str:
    if state not in STATES[order.state]:
        raise ValueError(
            f"order {order.ord_id} is {order.state!r} and cannot become {state!r}: "
            f"from there it may go to {sorted(STATES[order.state]) or 'no state'}"
        )
    return state
