"""Positions as values: how a trade grows, shrinks or turns one, and what it is worth at a mark price.

Net positions, linear, inverse and option. Knows no accounts: it says how the cash moves.
Source: OKX's "Get positions".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from ..messages import number
from .instruments import Instrument
from .values import ZERO, cut, is_inverse, margin, notional, profit


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A position; `pos` is signed in contracts, `margin` is what isolated mode keeps out of cash.

    `pnl` and `fee` are what it has realised since it was opened, in `ccy`.
    """

    pos_id: str
    instrument: Instrument
    mgn_mode: str
    pos_side: str = "net"
    lever: Decimal
    c_time: int
    u_time: int
    pos: Decimal = ZERO
    avg_px: Decimal = ZERO
    margin: Decimal = ZERO
    pnl: Decimal = ZERO
    fee: Decimal = ZERO
    trade_id: int = 0

    def __repr__(self) -> str:
        held = f"{number(self.pos)}@{number(self.avg_px)}"
        return f"<Position {self.pos_id} {self.inst_id} {self.mgn_mode} {self.pos_side} {held}>"

    @property
    def inst_id(self) -> str:
        """The instrument's name."""
        return self.instrument.inst_id

    @property
    def inst_type(self) -> str:
        """The instrument's type."""
        return self.instrument.inst_type

    @property
    def ccy(self) -> str:
        """The currency of margin and profit."""
        return self.instrument.settle_ccy

    @property
    def realized_pnl(self) -> Decimal:
        """Profit taken plus fees (negative when paid)."""
        return self.pnl + self.fee

    def upl(self, mark: Decimal) -> Decimal:
        """Return the unrealised profit at the mark price."""
        return profit(self.instrument, self.pos, self.avg_px, mark)

    def notional(self, mark: Decimal) -> Decimal:
        """Return the value of the contracts at the mark price, in `ccy`, 0 or more."""
        return notional(self.instrument, abs(self.pos), mark)

    def opt_val(self, mark: Decimal) -> Decimal:
        """Return what an option position would sell for, negative when written; 0 for others."""
        if not self.instrument.opt_type:
            return ZERO
        return notional(self.instrument, self.pos, mark)

    def equity(self, mark: Decimal) -> Decimal:
        """Return what the position adds to equity beside its margin: its upl, or an option's value."""
        return self.opt_val(mark) if self.instrument.opt_type else self.upl(mark)

    def imr(self, mark: Decimal) -> Decimal:
        """Return the initial margin at the mark price; a bought option's is its value.

        So the value of an option bought can be sold but not spent (a choice).
        """
        return margin(self.instrument, self.pos, mark, self.lever) + max(self.opt_val(mark), ZERO)


@dataclass(frozen=True, slots=True)
class Change:
    """What a trade did: the position after it, the cash it moved (without the fee), the profit."""

    position: Position
    cash: Decimal
    pnl: Decimal


def trade(position: Position, sz: Decimal, px: Decimal, *, fee: Decimal, trade_id: int, now: int) -> Change:
    """Return what buying (`sz` above 0) or selling (below) contracts at `px` does to `position`.

    What points against the position closes it and realises profit, the rest opens. Premiums are paid
    in cash as they are traded; isolated margin leaves cash when opening and returns in proportion.
    """
    closed = _closed(position.pos, sz)
    opened = sz + closed
    kept = position.pos - closed
    pnl = profit(position.instrument, closed, position.avg_px, px) if closed else ZERO
    released = cut(position.margin * closed / position.pos) if closed else ZERO
    added = _isolated_margin(position, opened, px)
    flow = -notional(position.instrument, sz, px) if position.instrument.opt_type else pnl
    after = replace(
        position,
        pos=kept + opened,
        avg_px=_average(position.instrument, kept, position.avg_px, opened, px),
        margin=position.margin - released + added,
        pnl=position.pnl + pnl,
        fee=position.fee + fee,
        trade_id=trade_id,
        u_time=now,
    )
    return Change(after, flow + released - added, pnl)


def _closed(pos: Decimal, sz: Decimal) -> Decimal:
    """Return how much of `pos` the trade closes, with the sign of `pos`."""
    if pos * sz >= 0:
        return ZERO
    return pos if abs(sz) >= abs(pos) else -sz


def _isolated_margin(position: Position, opened: Decimal, px: Decimal) -> Decimal:
    if position.mgn_mode != "isolated":
        return ZERO
    return margin(position.instrument, opened, px, position.lever)


def _average(instrument: Instrument, kept: Decimal, avg_px: Decimal, opened: Decimal, px: Decimal) -> Decimal:
    """Weight by contracts; on inverse contracts by coins, so that no profit appears by averaging."""
    if not opened:
        return avg_px
    if not kept:
        return px
    if is_inverse(instrument):
        return cut((kept + opened) * avg_px * px / (kept * px + opened * avg_px))
    return cut((kept * avg_px + opened * px) / (kept + opened))
