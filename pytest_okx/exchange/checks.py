"""Why an order is refused before money is looked at: one table, in the order of the checks.

Reads a ticket, changes nothing, raises `OkxError`. Codes and their order: OKX's error list, and
"Place order"; in which order OKX checks is not documented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from ..errors import OkxError
from ..messages import number
from .accounts import Account
from .caps import check_caps
from .instruments import Instrument
from .orders import KINDS
from .tickets import Ticket, highest, lowest, price_limits

__all__ = ["CHECKS", "TD_MODES", "Check", "Ticket", "check", "check_rows", "price_limits"]

MAX_OPEN_ORDERS = 4_000
MAX_OPEN_ORDERS_PER_INSTRUMENT = 500
MAX_PX = Decimal(10) ** 15
"""No price above this is taken, so that amounts stay exact (a choice; code 51116)."""

MAX_OPEN_ORDERS_PER_FAMILY = 1_000
_BOTH = frozenset({"cross", "isolated"})
_CASH = frozenset({"cash"})
_CROSS = frozenset({"cross"})
TD_MODES: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType(
    {
        ("1", "SPOT"): _CASH,
        ("1", "OPTION"): _CASH,
        ("2", "SPOT"): _CASH,
        ("2", "MARGIN"): _BOTH,
        ("2", "SWAP"): _BOTH,
        ("2", "FUTURES"): _BOTH,
        ("2", "OPTION"): _BOTH,
        ("3", "SPOT"): _CROSS,
        ("3", "SWAP"): _BOTH,
        ("3", "FUTURES"): _BOTH,
        ("3", "OPTION"): _BOTH,
        ("4", "SPOT"): _CROSS,
    }
)
"""acctLv and instType to the tdModes taken. OKX's pages disagree about isolated derivatives.

Derivatives of portfolio margin are refused: its margin is not modelled."""


@dataclass(frozen=True, slots=True)
class Check:
    """One reason to refuse: the code, when it applies, what fills its text, and the kinds of orders it is asked of.

    `only` names them: instTypes, states of instruments, "market" or "priced" orders, "closing" ones, those of one
    instType such as "closing-SPOT"; "" asks it of all.
    """

    code: str
    applies: Callable[[Ticket], bool]
    params: Callable[[Ticket], tuple[object, ...]] = lambda ticket: ()
    only: str = ""


def _is(text: str) -> Callable[[Ticket], tuple[object, ...]]:
    return lambda ticket: (text,)


def _number(read: Callable[[Ticket], Decimal]) -> Callable[[Ticket], tuple[object, ...]]:
    return lambda ticket: (number(read(ticket)),)


def _always(ticket: Ticket) -> bool:
    return True


def _expired(ticket: Ticket) -> bool:
    return ticket.instrument.exp_time is not None and ticket.instrument.exp_time <= ticket.now


def _td_mode(ticket: Ticket) -> bool:
    return ticket.request.td_mode not in _modes_taken(ticket.account, ticket.instrument)


def _modes_taken(account: Account, instrument: Instrument) -> frozenset[str]:
    return TD_MODES.get((account.acct_lv, instrument.inst_type), frozenset())


def _isolated_pair(ticket: Ticket) -> bool:
    return ticket.account.acct_lv in ("3", "4") and ticket.request.td_mode == "isolated"


def _pos_side(ticket: Ticket) -> bool:
    """Whether posSide is not what the position mode asks for; only SWAP and FUTURES have two sides."""
    allowed = ("long", "short") if ticket.is_two_way else ("", "net")
    return ticket.request.pos_side not in allowed


def _lacks_ccy(instrument: Instrument) -> bool:
    return instrument.inst_type == "MARGIN" and not instrument.settle_ccy


def _other_margin_ccy(ticket: Ticket) -> bool:
    """Whether the pair has a position, or an open order, with its margin in the other currency."""
    account, ccy = ticket.account, ticket.instrument.settle_ccy
    position = account.positions.get(ticket.key)
    orders = account.open_orders.get(ticket.instrument.inst_id, {}).values()
    others = [order.instrument.settle_ccy for order in orders if order.position_key == ticket.key]
    return (position is not None and position.ccy != ccy) or any(other != ccy for other in others)


def _ord_type(ticket: Ticket) -> bool:
    kind = KINDS.get(ticket.request.ord_type)
    return kind is None or ticket.instrument.inst_type not in kind.inst_types


def _market_value(ticket: Ticket) -> Decimal:
    quote = ticket.request.sz if ticket.in_quote else ticket.request.sz * ticket.mark
    return quote * ticket.quote_usd


def _buys_above(ticket: Ticket) -> bool:
    return ticket.request.side == "buy" and ticket.px > highest(ticket.instrument, ticket.mark)


def _sells_below(ticket: Ticket) -> bool:
    return ticket.request.side == "sell" and not ticket.is_market and ticket.px < lowest(ticket.instrument, ticket.mark)


def _open_orders(ticket: Ticket) -> int:
    return len(ticket.account.open_orders.get(ticket.instrument.inst_id, ()))


def _family_orders(ticket: Ticket) -> int:
    family, kind = ticket.instrument.inst_family, ticket.instrument.inst_type
    found = (next(iter(orders.values())) for orders in ticket.account.open_orders.values() if orders)
    return sum(
        len(ticket.account.open_orders[order.inst_id])
        for order in found
        if (order.instrument.inst_family, order.inst_type) == (family, kind)
    )


def _writes_in_spot_mode(ticket: Ticket) -> bool:
    """Whether an order would leave a written option in an account that can only buy them."""
    if (ticket.account.acct_lv, ticket.request.side) != ("1", "sell"):
        return False
    return ticket.request.sz > ticket.account.closable(ticket.key, "sell")


def _closes_more(ticket: Ticket) -> bool:
    """Whether an order of a two-sided account would close more than no other order is to close."""
    position = ticket.account.positions.get(ticket.key)
    return ticket.is_two_way and position is not None and ticket.request.sz > ticket.account.available(position)


def _direction(ticket: Ticket) -> Decimal:
    """Above 0 when a reduce-only order would enlarge the position, 0 when there is none."""
    return ticket.signed_pos if ticket.request.side == "buy" else -ticket.signed_pos


_PAIRS, _CONTRACTS = "SPOT MARGIN", "SWAP FUTURES OPTION"
_LMT_CAP = _number(lambda t: t.instrument.max_lmt_sz)
_MKT_CAP = _number(lambda t: t.instrument.max_mkt_sz)
_HIGHEST = _number(lambda t: highest(t.instrument, t.mark))
_LOWEST = _number(lambda t: lowest(t.instrument, t.mark))

CHECKS: tuple[Check, ...] = (
    Check("51021", _always, only="preopen"),
    Check("51022", _always, only="suspend"),
    Check("51027", _expired),
    Check("51028", _always, only="delivering"),
    Check("51029", _always, only="settling"),
    Check("50072", _isolated_pair, only="SPOT"),
    Check("51010", _td_mode),
    Check("51000", lambda t: _lacks_ccy(t.instrument), _is("ccy"), only="MARGIN"),
    Check("51130", _other_margin_ccy, only="MARGIN"),
    Check("51000", _pos_side, _is("posSide")),
    Check("51066", lambda t: t.is_market, only="OPTION"),
    Check("51000", _ord_type, _is("ordType")),
    Check("51016", lambda t: t.account.client_id_is_open(t.request.cl_ord_id)),
    Check("54036", lambda t: t.request.ord_type == "fok" and t.request.stp_mode == "cancel_both"),
    Check("51204", lambda t: t.request.px is None, only="priced"),
    Check("51116", lambda t: t.px > MAX_PX, _is(number(MAX_PX))),
    Check("51020", lambda t: t.base_sz < t.instrument.min_sz),
    Check("51201", lambda t: t.is_market and _market_value(t) > t.instrument.max_mkt_sz, _MKT_CAP, only=_PAIRS),
    Check("51202", lambda t: t.is_market and t.request.sz > t.instrument.max_mkt_sz, only=_CONTRACTS),
    Check("51203", lambda t: not t.is_market and t.request.sz > t.instrument.max_lmt_sz, _LMT_CAP, only=_PAIRS),
    Check("51101", lambda t: t.request.sz > t.instrument.max_lmt_sz, _LMT_CAP, only=_CONTRACTS),
    Check("51121", lambda t: not t.in_quote and bool(t.request.sz % t.instrument.lot_sz)),
    Check("51137", _buys_above, _HIGHEST, only=_PAIRS),
    Check("51138", _sells_below, _LOWEST, only=_PAIRS),
    Check("51135", _buys_above, _HIGHEST, only="closing"),
    Check("51136", _sells_below, _LOWEST, only="closing"),
    Check(
        "51006",
        lambda t: _buys_above(t) or _sells_below(t),
        lambda t: tuple(number(limit) for limit in t.limits),
        only=_CONTRACTS,
    ),
    Check(
        "51102",
        lambda t: _open_orders(t) >= MAX_OPEN_ORDERS_PER_INSTRUMENT,
        _is(str(MAX_OPEN_ORDERS_PER_INSTRUMENT)),
    ),
    Check("51025", lambda t: t.account.open_count() >= MAX_OPEN_ORDERS),
    Check(
        "51103",
        lambda t: _family_orders(t) >= MAX_OPEN_ORDERS_PER_FAMILY,
        lambda t: (t.instrument.inst_family, MAX_OPEN_ORDERS_PER_FAMILY),
        only="FUTURES OPTION",
    ),
    Check("51139", lambda t: t.account.acct_lv == "1", only="closing-SPOT"),
    Check("51133", lambda t: t.account.acct_lv == "3", only="closing-SPOT"),
    Check("51205", _always, only="closing-SPOT"),
    Check("51169", lambda t: _direction(t) == 0, only="closing"),
    Check("51170", lambda t: _direction(t) > 0, only="closing"),
    Check("51112", _closes_more, only="closing"),
    Check("51018", _writes_in_spot_mode, only="OPTION"),
)
"""The refusals, top to bottom. Size caps: the value of a market order and the size of a limit order
on SPOT, contracts on derivatives. They precede the lot so that no remainder of a huge size is asked."""


def check(ticket: Ticket) -> None:
    """Raise the `OkxError` of the first check that applies; the position caps come last."""
    check_rows(ticket)
    check_caps(ticket)


def check_mode(account: Account, instrument: Instrument, td_mode: str) -> None:
    """Raise 51010 or 51000 for a mode, or a pair on margin without its currency, that no order would be taken with."""
    if td_mode not in _modes_taken(account, instrument):
        raise OkxError("51010")
    if _lacks_ccy(instrument):
        raise OkxError("51000", "ccy")


def check_rows(ticket: Ticket) -> None:
    """Raise the `OkxError` of the first row of the table that applies."""
    instrument = ticket.instrument
    for row in _rows(instrument.inst_type, instrument.state, ticket.is_market, ticket.closes):
        if row.applies(ticket):
            raise OkxError(row.code, *row.params(ticket))


@lru_cache(maxsize=256)
def _rows(inst_type: str, state: str, is_market: bool, closes: bool) -> tuple[Check, ...]:
    """Return the rows that an order of this kind is asked about."""
    kinds = {inst_type, state, "market" if is_market else "priced"}
    if closes:
        kinds |= {"closing", f"closing-{inst_type}"}
    return tuple(row for row in CHECKS if not row.only or kinds & set(row.only.split()))
