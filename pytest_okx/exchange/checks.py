"""Why an order is refused before money is looked at: one table, in the order of the checks.

Reads a ticket, changes nothing, raises `OkxError`. Codes and their order: OKX's error list, and
"Place order"; in which order OKX checks is not documented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from ..errors import OkxError
from ..messages import number
from .accounts import Account
from .instruments import Instrument
from .orders import KINDS, OrderRequest
from .values import ceiling, floor

MAX_OPEN_ORDERS = 4_000
MAX_OPEN_ORDERS_PER_INSTRUMENT = 500
MAX_PX = Decimal(10) ** 15
"""No price above this is taken, so that amounts stay exact (a choice; code 51116)."""

_BOTH = frozenset({"cross", "isolated"})
_CASH = frozenset({"cash"})
_CROSS = frozenset({"cross"})
TD_MODES: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType(
    {
        ("1", "SPOT"): _CASH,
        ("1", "OPTION"): _CASH,
        ("2", "SPOT"): _CASH,
        ("2", "SWAP"): _BOTH,
        ("2", "FUTURES"): _BOTH,
        ("2", "OPTION"): _BOTH,
        ("3", "SPOT"): _CROSS,
        ("3", "SWAP"): _BOTH,
        ("3", "FUTURES"): _BOTH,
        ("3", "OPTION"): _BOTH,
        ("4", "SPOT"): _CROSS,
        ("4", "SWAP"): _CROSS,
        ("4", "FUTURES"): _CROSS,
        ("4", "OPTION"): _CROSS,
    }
)
"""acctLv and instType to the tdModes taken. OKX's pages disagree about isolated derivatives."""

BANDS: Mapping[str, Decimal] = MappingProxyType(
    {
        "SPOT": Decimal("0.05"),
        "SWAP": Decimal("0.05"),
        "FUTURES": Decimal("0.05"),
        "OPTION": Decimal("0.5"),
    }
)
"""How far beyond the mark price a limit order may reach, as a part of it (a choice)."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order on its way in: who asks for what, at which mark price; `quote_usd` values its quote."""

    account: Account
    instrument: Instrument
    request: OrderRequest
    now: int
    mark: Decimal
    quote_usd: Decimal

    @property
    def is_spot(self) -> bool:
        """Whether the instrument is a pair of coins."""
        return self.instrument.inst_type == "SPOT"

    @property
    def is_market(self) -> bool:
        """Whether the order has no price of its own."""
        return self.request.ord_type in KINDS and not KINDS[self.request.ord_type].priced

    @property
    def px(self) -> Decimal:
        """The price asked for, 0 if there is none."""
        return self.request.px or Decimal(0)

    @property
    def in_quote(self) -> bool:
        """Whether `sz` is in quote currency: SPOT market orders, by default those that buy."""
        return self.tgt_ccy == "quote_ccy"

    @property
    def tgt_ccy(self) -> str:
        """The unit of `sz` on SPOT market orders, "" on others."""
        if not (self.is_spot and self.is_market):
            return ""
        return self.request.tgt_ccy or ("quote_ccy" if self.request.side == "buy" else "base_ccy")

    @property
    def base_sz(self) -> Decimal:
        """The size in base or contracts, at the mark price where it is asked for in quote."""
        return self.request.sz / self.mark if self.in_quote else self.request.sz

    @property
    def signed_pos(self) -> Decimal:
        """The position that the order would trade, 0 if there is none."""
        key = (self.instrument.inst_id, self.request.td_mode, "net")
        position = self.account.positions.get(key)
        return position.pos if position else Decimal(0)

    @property
    def limits(self) -> tuple[Decimal, Decimal]:
        """The highest price to buy and the lowest to sell."""
        return price_limits(self.instrument, self.mark)


@dataclass(frozen=True, slots=True)
class Check:
    """One reason to refuse: the code, when it applies, and what fills its text."""

    code: str
    applies: Callable[[Ticket], bool]
    params: Callable[[Ticket], tuple[object, ...]] = lambda ticket: ()


def price_limits(instrument: Instrument, mark: Decimal) -> tuple[Decimal, Decimal]:
    """Return the highest price to buy and the lowest to sell, as "Get limit price" shows them."""
    band, tick = BANDS[instrument.inst_type], instrument.tick_sz
    return floor(mark * (1 + band), tick), ceiling(mark * (1 - band), tick)


def _is(text: str) -> Callable[[Ticket], tuple[object, ...]]:
    return lambda ticket: (text,)


def _number(read: Callable[[Ticket], Decimal]) -> Callable[[Ticket], tuple[object, ...]]:
    return lambda ticket: (number(read(ticket)),)


def _expired(ticket: Ticket) -> bool:
    return ticket.instrument.exp_time is not None and ticket.instrument.exp_time <= ticket.now


def _td_mode(ticket: Ticket) -> bool:
    pair = (ticket.account.acct_lv, ticket.instrument.inst_type)
    return ticket.request.td_mode not in TD_MODES.get(pair, frozenset())


def _ord_type(ticket: Ticket) -> bool:
    kind = KINDS.get(ticket.request.ord_type)
    return kind is None or ticket.instrument.inst_type not in kind.inst_types


def _market_value(ticket: Ticket) -> Decimal:
    quote = ticket.request.sz if ticket.in_quote else ticket.request.sz * ticket.mark
    return quote * ticket.quote_usd


def _buys_above(ticket: Ticket) -> bool:
    return ticket.request.side == "buy" and ticket.px > ticket.limits[0]


def _sells_below(ticket: Ticket) -> bool:
    return ticket.request.side == "sell" and not ticket.is_market and ticket.px < ticket.limits[1]


def _open_orders(ticket: Ticket) -> int:
    return len(ticket.account.open_orders.get(ticket.instrument.inst_id, ()))


def _direction(ticket: Ticket) -> Decimal:
    """Above 0 when a reduce-only order would enlarge the position, 0 when there is none."""
    return ticket.signed_pos if ticket.request.side == "buy" else -ticket.signed_pos


CHECKS: tuple[Check, ...] = (
    Check("51021", lambda t: t.instrument.state == "preopen"),
    Check("51022", lambda t: t.instrument.state == "suspend"),
    Check("51027", _expired),
    Check("51010", _td_mode),
    Check("51000", lambda t: t.request.pos_side not in ("", "net"), _is("posSide")),
    Check("51066", lambda t: t.instrument.inst_type == "OPTION" and t.is_market),
    Check("51000", _ord_type, _is("ordType")),
    Check("51016", lambda t: t.account.client_id_is_open(t.request.cl_ord_id)),
    Check("51204", lambda t: not t.is_market and t.request.px is None),
    Check("51116", lambda t: t.px > MAX_PX, _is(number(MAX_PX))),
    Check("51020", lambda t: t.base_sz < t.instrument.min_sz),
    Check(
        "51201",
        lambda t: t.is_spot and t.is_market and _market_value(t) > t.instrument.max_mkt_sz,
        _number(lambda t: t.instrument.max_mkt_sz),
    ),
    Check(
        "51202",
        lambda t: not t.is_spot and t.is_market and t.request.sz > t.instrument.max_mkt_sz,
    ),
    Check(
        "51203",
        lambda t: t.is_spot and not t.is_market and t.request.sz > t.instrument.max_lmt_sz,
        _number(lambda t: t.instrument.max_lmt_sz),
    ),
    Check(
        "51101",
        lambda t: not t.is_spot and t.request.sz > t.instrument.max_lmt_sz,
        _number(lambda t: t.instrument.max_lmt_sz),
    ),
    Check("51121", lambda t: not t.in_quote and bool(t.request.sz % t.instrument.lot_sz)),
    Check("51137", lambda t: t.is_spot and _buys_above(t), _number(lambda t: t.limits[0])),
    Check("51138", lambda t: t.is_spot and _sells_below(t), _number(lambda t: t.limits[1])),
    Check(
        "51006",
        lambda t: _buys_above(t) or _sells_below(t),
        lambda t: tuple(number(limit) for limit in t.limits),
    ),
    Check(
        "51102",
        lambda t: _open_orders(t) >= MAX_OPEN_ORDERS_PER_INSTRUMENT,
        _is(str(MAX_OPEN_ORDERS_PER_INSTRUMENT)),
    ),
    Check("51025", lambda t: t.account.open_count() >= MAX_OPEN_ORDERS),
    Check("51205", lambda t: t.request.reduce_only and t.is_spot),
    Check("51169", lambda t: t.request.reduce_only and _direction(t) == 0),
    Check("51170", lambda t: t.request.reduce_only and _direction(t) > 0),
)
"""The refusals, top to bottom. Size caps: the value of a market order and the size of a limit order
on SPOT, contracts on derivatives. They precede the lot so that no remainder of a huge size is asked."""


def check(ticket: Ticket) -> None:
    """Raise the `OkxError` of the first check that applies."""
    for row in CHECKS:
        if row.applies(ticket):
            raise OkxError(row.code, *row.params(ticket))
