"""Positions as values: how a trade grows, shrinks or turns one, and what it is worth at a mark price.

Net, long and short positions of linear and inverse contracts, options, and pairs on margin. Knows no accounts: it says
how the cash moves. Source: OKX's "Get positions" and "Get positions history".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from ..messages import number
from .instruments import Instrument
from .values import ZERO, cut, is_inverse, margin, notional, profit

PositionKey = tuple[str, str, str]
"""instId, mgnMode and posSide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A position; `signed` is above 0 when long, in contracts, or in base on MARGIN.

    `margin` is what isolated mode keeps out of cash. `pnl`, `fee`, `funding_fee` and `liq_penalty` are what it has
    realised since it was opened, in `ccy`; `max_sz`, `closed_sz` and `closed_value` tell its history.
    """

    pos_id: str
    instrument: Instrument
    mgn_mode: str
    pos_side: str = "net"
    lever: Decimal
    c_time: int
    u_time: int
    signed: Decimal = ZERO
    avg_px: Decimal = ZERO
    margin: Decimal = ZERO
    pnl: Decimal = ZERO
    fee: Decimal = ZERO
    funding_fee: Decimal = ZERO
    liq_penalty: Decimal = ZERO
    trade_id: int = 0
    max_sz: Decimal = ZERO
    closed_sz: Decimal = ZERO
    closed_value: Decimal = ZERO

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
    def key(self) -> PositionKey:
        """Under what an account keeps it."""
        return (self.inst_id, self.mgn_mode, self.pos_side)

    @property
    def pos(self) -> Decimal:
        """The size as OKX shows it: signed for net positions, else above 0; on MARGIN what is owned, in `pos_ccy`."""
        if self.inst_type == "MARGIN":
            return self.signed if self.signed > 0 else -self.signed * self.avg_px
        return self.signed if self.pos_side == "net" else abs(self.signed)

    @property
    def pos_ccy(self) -> str:
        """What a MARGIN position owns: base when long, quote when short; "" for contracts."""
        if self.inst_type != "MARGIN":
            return ""
        return self.instrument.base_ccy if self.signed > 0 else self.instrument.quote_ccy

    @property
    def liab(self) -> Decimal:
        """What a MARGIN position owes, negative, in `liab_ccy`; 0 for contracts."""
        if self.inst_type != "MARGIN":
            return ZERO
        return -self.signed * self.avg_px if self.signed > 0 else self.signed

    @property
    def liab_ccy(self) -> str:
        """What a MARGIN position owes: quote when long, base when short; "" for contracts."""
        if self.inst_type != "MARGIN":
            return ""
        return self.instrument.quote_ccy if self.signed > 0 else self.instrument.base_ccy

    @property
    def direction(self) -> str:
        """ "long" or "short"."""
        return "long" if self.signed > 0 else "short"

    @property
    def closing_side(self) -> str:
        """The side of an order that closes it."""
        return "sell" if self.signed > 0 else "buy"

    @property
    def realized_pnl(self) -> Decimal:
        """Profit taken plus fees, funding and penalties (negative when paid)."""
        return self.pnl + self.fee + self.funding_fee + self.liq_penalty

    def upl(self, mark: Decimal) -> Decimal:
        """Return the unrealised profit at the mark price."""
        return profit(self.instrument, self.signed, self.avg_px, mark)

    def notional(self, mark: Decimal) -> Decimal:
        """Return the value of the contracts at the mark price, in `ccy`, 0 or more."""
        return notional(self.instrument, abs(self.signed), mark)

    def opt_val(self, mark: Decimal) -> Decimal:
        """Return what an option position would sell for, negative when written; 0 for others."""
        if not self.instrument.opt_type:
            return ZERO
        return notional(self.instrument, self.signed, mark)

    def equity(self, mark: Decimal) -> Decimal:
        """Return what the position adds to equity beside its margin: its upl, or an option's value."""
        return self.opt_val(mark) if self.instrument.opt_type else self.upl(mark)

    def imr(self, mark: Decimal) -> Decimal:
        """Return the initial margin at the mark price; a bought option's is its value.

        So the value of an option bought can be sold but not spent (a choice).
        """
        return margin(self.instrument, self.signed, mark, self.lever) + max(self.opt_val(mark), ZERO)


@dataclass(frozen=True, slots=True)
class Change:
    """What a trade did: the position after it, the cash it moved (without the fee), the profit.

    `reduced` is the position whose part or whole was closed, as the trade left it: not `position` when that is a new
    one, on the other side.
    """

    position: Position
    cash: Decimal
    pnl: Decimal
    reduced: Position | None = None


@dataclass(frozen=True, slots=True)
class ClosedPosition:
    """A position of which a part or all was closed, as "Get positions history" tells it.

    `type`: "1" closed in part, "2" closed, "3" liquidated, "4" liquidated in part. `position` is what was left of it;
    `trigger_px` is the mark price that led to a liquidation.
    """

    type: str
    position: Position
    direction: str
    trigger_px: Decimal | None = None

    @property
    def close_avg_px(self) -> Decimal:
        """The price at which it was closed, weighted by size."""
        return cut(self.position.closed_value / self.position.closed_sz)

    @property
    def pnl_ratio(self) -> Decimal:
        """What it realised, as a part of the margin that its largest size needed."""
        held = self.position
        invested = margin(held.instrument, held.max_sz, held.avg_px, held.lever)
        return cut(held.realized_pnl / invested) if invested else ZERO


def trade(position: Position, sz: Decimal, px: Decimal, *, fee: Decimal, trade_id: int, now: int) -> Change:
    """Return what buying (`sz` above 0) or selling (below) contracts at `px` does to `position`.

    What points against the position closes it and realises profit; the rest opens a new one, which has its own history
    and its share of the fee. Premiums are paid in cash as they are traded; isolated margin leaves cash when opening and
    returns in proportion.
    """
    rest = sz + position.signed
    if position.signed * sz >= 0 or rest * position.signed >= 0:
        return _step(position, sz, px, fee=fee, trade_id=trade_id, now=now)
    share = cut(-fee * position.signed / sz)
    closing = _step(position, -position.signed, px, fee=share, trade_id=trade_id, now=now)
    opening = _step(_anew(closing.position, now), rest, px, fee=fee - share, trade_id=trade_id, now=now)
    return Change(opening.position, closing.cash + opening.cash, closing.pnl, closing.position)


def _step(position: Position, sz: Decimal, px: Decimal, *, fee: Decimal, trade_id: int, now: int) -> Change:
    """Trade what grows a position or shrinks it, to flat at most."""
    closed = ZERO if position.signed * sz >= 0 else -sz
    opened = sz + closed
    kept = position.signed - closed
    pnl = profit(position.instrument, closed, position.avg_px, px) if closed else ZERO
    released = cut(position.margin * closed / position.signed) if closed else ZERO
    added = _isolated_margin(position, opened, px)
    flow = -notional(position.instrument, sz, px) if position.instrument.opt_type else pnl
    after = replace(
        position,
        signed=kept + opened,
        avg_px=_average(position.instrument, kept, position.avg_px, opened, px),
        margin=position.margin - released + added,
        pnl=position.pnl + pnl,
        fee=position.fee + fee,
        trade_id=trade_id,
        u_time=now,
        max_sz=max(position.max_sz, abs(kept + opened)),
        closed_sz=position.closed_sz + abs(closed),
        closed_value=position.closed_value + abs(closed) * px,
    )
    return Change(after, flow + released - added, pnl, after if closed else None)


def _anew(flat: Position, now: int) -> Position:
    """Return the position that follows a closed one under its number."""
    return Position(
        pos_id=flat.pos_id,
        instrument=flat.instrument,
        mgn_mode=flat.mgn_mode,
        pos_side=flat.pos_side,
        lever=flat.lever,
        c_time=now,
        u_time=now,
    )


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
