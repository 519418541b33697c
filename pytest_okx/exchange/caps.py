"""Position caps: how large a position and its open orders may become, by leverage, by contract and by family.

Reads a ticket, changes nothing, raises `OkxError`. The codes are OKX's; but for those of the tiers it publishes no
sizes, so a contract may reach its largest tier in one direction, its family one and a half times that, and twice that
in both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from ..errors import OkxError
from ..messages import number
from .instruments import Instrument
from .positions import PositionKey
from .tickets import Ticket
from .tiers import largest_position, tiers_of
from .values import ZERO

_FAMILY = Decimal("1.5")
_BOTH_DIRECTIONS = 2
_AMENDED = 10


@dataclass(slots=True)
class Exposure:
    """What an account holds (`position`) and has ordered (`pending`) of something, both 0 or more."""

    position: Decimal = ZERO
    pending: Decimal = ZERO

    @property
    def sz(self) -> Decimal:
        """Both together."""
        return self.position + self.pending


def check_caps(ticket: Ticket, *, more: Decimal | None = None) -> None:
    """Raise 51004, 51105, 51106 or 51107 when an order would make a position too large; closing never does.

    With `more`, it is an amendment that adds so much to an order, and the sub-codes of 51004 are those of amendments.
    """
    if ticket.is_spot or ticket.closes:
        return
    sz = ticket.base_sz if more is None else more
    sz -= ticket.account.closable(ticket.key, ticket.request.side)
    tier_cap, cap = largest_position(ticket.instrument, ticket.lever), tiers_of(ticket.instrument)[-1].max_sz
    everything = exposure(ticket, lambda key, side: True).sz
    if sz <= 0 or everything + sz <= min(tier_cap, cap):
        return
    _check_tier(ticket, sz, tier_cap, amending=more is not None)
    _check_family(ticket, sz, cap)


def exposure(ticket: Ticket, counts: Callable[[PositionKey, str], bool]) -> Exposure:
    """Return what the account has of the ticket's family, where `counts` says so of a position's key and side."""
    of, found = ticket.instrument, Exposure()
    for key, position in ticket.account.positions.items():
        if _related(position.instrument, of) and counts(key, "buy" if position.signed > 0 else "sell"):
            found.position += abs(position.signed)
    for (key, side), pending in ticket.account.pending.items():
        if _related(pending.instrument, of) and counts(key, side):
            found.pending += pending.sz
    return found


def _related(one: Instrument, other: Instrument) -> bool:
    return one.inst_type == other.inst_type and (
        one.inst_id == other.inst_id or (bool(one.inst_family) and one.inst_family == other.inst_family)
    )


def _check_tier(ticket: Ticket, sz: Decimal, cap: Decimal, *, amending: bool) -> None:
    """The sum of size, position and open orders has to stay within the tiers that allow the leverage."""
    of, request = ticket.instrument, ticket.request
    by_family = of.inst_type == "FUTURES" and request.td_mode == "cross"
    own, others = exposure(ticket, _own(ticket)), ZERO
    if by_family:
        others = exposure(ticket, lambda key, side: key[0] != of.inst_id and _same(ticket, key, side)).sz
    if own.sz + others + sz <= cap:
        return
    sub_code = _sub_code(ticket, by_family=by_family) + (_AMENDED if amending else 0)
    names = (of.inst_id, of.inst_family) if by_family else (of.inst_id,)
    amounts = [cap, ticket.lever, sz, own.position, own.pending, *([others] if by_family else [])]
    raise OkxError(f"51004_{sub_code}", *names, *[number(amount) for amount in amounts])


def _own(ticket: Ticket) -> Callable[[PositionKey, str], bool]:
    """What counts as the ticket's own: its direction, and both directions of cross long and short positions."""
    if ticket.is_two_way and ticket.request.td_mode == "cross":
        return lambda key, side: key[:2] == ticket.key[:2]
    return lambda key, side: key == ticket.key and side == ticket.request.side


def _same(ticket: Ticket, key: PositionKey, side: str) -> bool:
    """Whether a position or order is of the ticket's margin mode and points where it does."""
    return key[1] == ticket.request.td_mode and (ticket.is_two_way or side == ticket.request.side)


def _sub_code(ticket: Ticket, *, by_family: bool) -> int:
    if ticket.is_two_way:
        if ticket.request.td_mode == "isolated":
            return 1101
        return 1103 if by_family else 1102
    return 1104 + (2 if by_family else 0) + (ticket.request.side == "sell")


def _check_family(ticket: Ticket, sz: Decimal, cap: Decimal) -> None:
    of, request = ticket.instrument, ticket.request
    if exposure(ticket, lambda key, side: key[0] == of.inst_id and side == request.side).sz + sz > cap:
        raise OkxError("51105", number(cap))
    if exposure(ticket, lambda key, side: side == request.side).sz + sz > cap * _FAMILY:
        raise OkxError("51106", of.inst_family, number(cap * _FAMILY))
    if exposure(ticket, lambda key, side: True).sz + sz > cap * _BOTH_DIRECTIONS:
        raise OkxError("51107", of.inst_family, number(cap * _BOTH_DIRECTIONS))
