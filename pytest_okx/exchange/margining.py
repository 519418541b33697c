"""Changing the leverage, or the margin of an isolated position, of what is open already.

Changes an account or nothing; raises `OkxError`. Source: OKX's "Set leverage" and "Increase/decrease margin".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from ..errors import OkxError
from ..messages import number
from .accounts import Account
from .bills import LEVERAGE_CHANGED, MARGIN_ADDED, MARGIN_REDUCED, MARGIN_TRANSFER
from .events import PositionChanged
from .ids import Ids
from .instruments import Instrument, margin_twin
from .ledger import post
from .leverage import scope
from .margin import Mark, balance
from .positions import Position
from .risk import required
from .tiers import tier_for, tiers_of
from .values import ZERO, margin

_LEAST = Decimal(1)
_STEP = Decimal("0.01")
_TWO_WAY = frozenset({"SWAP", "FUTURES"})


@dataclass(frozen=True, slots=True)
class Lever:
    """The leverage of one scope, as "Get leverage" tells it."""

    inst_id: str
    ccy: str
    mgn_mode: str
    pos_side: str
    lever: Decimal


def check_lever(lever: Decimal, most: Decimal) -> None:
    """Raise `OkxError` for a leverage off its step (51000), below the least (59105) or above `most` (59102)."""
    if lever % _STEP:
        raise OkxError("51000", "lever")
    if lever < _LEAST:
        raise OkxError("59105", number(_LEAST))
    if lever > most:
        raise OkxError("59102")


@dataclass(frozen=True, slots=True)
class Margining:
    """One account at one moment, about to change what its positions need."""

    account: Account
    ids: Ids
    mark: Mark
    now: int

    def set_leverage(self, instrument: Instrument, lever: Decimal, mgn_mode: str, pos_side: str) -> Lever:
        """Set the leverage of the instrument's scope, positions included, and return it."""
        of = self._leveraged(instrument)
        pos_side = self._side(of, mgn_mode, pos_side)
        self._check_size(of, lever, mgn_mode, pos_side)
        if lever != self.account.lever(of.inst_id, mgn_mode, pos_side):
            self._check_orders(of, mgn_mode, pos_side)
            self._apply(self._positions(of, mgn_mode, pos_side), lever, mgn_mode)
            self.account.leverage.set(of.inst_id, mgn_mode, pos_side, lever)
        return Lever(of.inst_id, "", mgn_mode, pos_side, lever)

    def adjust(self, position: Position | None, amount: Decimal) -> Position:
        """Add `amount` (negative: take) to the margin of an isolated position, and return the position after it.

        `OkxError` 59300 without one, 51040 for a bought option, 59301 for more than is available, or than leaves the
        initial margin covered.
        """
        if position is None or position.mgn_mode != "isolated":
            raise OkxError("59300")
        if position.instrument.opt_type and position.signed > 0:
            raise OkxError("51040")
        mark = self.mark(position.instrument)
        spare = position.margin + min(position.equity(mark), ZERO) - position.imr(mark)
        if amount > self._available(position.ccy) or -amount > max(spare, ZERO):
            raise OkxError("59301")
        after = replace(position, margin=position.margin + amount, u_time=self.now)
        self._move(position, after, MARGIN_ADDED if amount > 0 else MARGIN_REDUCED, "adjust_margin")
        return after

    def _leveraged(self, instrument: Instrument) -> Instrument:
        of = margin_twin(instrument) if instrument.inst_type == "SPOT" else instrument
        if of is None:
            raise OkxError("54000")
        if of.opt_type:
            raise OkxError("51000", "instId")
        if self.account.acct_lv == "1":
            raise OkxError("51010")
        if self.account.acct_lv == "4":
            raise OkxError("51039")
        return of

    def _side(self, of: Instrument, mgn_mode: str, pos_side: str) -> str:
        """Return the side that is meant: long or short where isolated positions have their own leverage, else net."""
        two_way = self.account.pos_mode == "long_short_mode" and of.inst_type in _TWO_WAY
        if two_way and mgn_mode == "isolated":
            if pos_side not in ("long", "short"):
                raise OkxError("51000", "posSide")
            return pos_side
        allowed = ("", "net", "long", "short") if two_way else ("", "net")
        if pos_side not in allowed:
            raise OkxError("51000", "posSide")
        return "net"

    def _check_size(self, of: Instrument, lever: Decimal, mgn_mode: str, pos_side: str) -> None:
        most = tiers_of(of)[0].max_lever
        for position in self._positions(of, mgn_mode, pos_side):
            most = min(most, tier_for(position.instrument, abs(position.signed)).max_lever)
        check_lever(lever, most)

    def _check_orders(self, of: Instrument, mgn_mode: str, pos_side: str) -> None:
        meant = scope(of.inst_id, mgn_mode, pos_side)
        if any(pending.sz and scope(*key) == meant for (key, _), pending in self.account.pending.items()):
            raise OkxError("59101" if mgn_mode == "isolated" else "59107")

    def _positions(self, of: Instrument, mgn_mode: str, pos_side: str) -> list[Position]:
        meant = scope(of.inst_id, mgn_mode, pos_side)
        return [position for key, position in self.account.positions.items() if scope(*key) == meant]

    def _apply(self, positions: list[Position], lever: Decimal, mgn_mode: str) -> None:
        change = self._isolated if mgn_mode == "isolated" else self._cross
        after = [change(position, lever) for position in positions]
        grown: dict[str, Decimal] = {}
        for before, new in zip(positions, after, strict=True):
            more = new.margin - before.margin
            if mgn_mode != "isolated":
                mark = self.mark(before.instrument)
                more = new.imr(mark) - before.imr(mark)
            grown[before.ccy] = grown.get(before.ccy, ZERO) + more
        if any(more > max(self._available(ccy), ZERO) for ccy, more in grown.items() if more > 0):
            raise OkxError("59103" if mgn_mode == "isolated" else "59108")
        for before, new in zip(positions, after, strict=True):
            self._move(before, new, LEVERAGE_CHANGED, "set_leverage")

    def _cross(self, position: Position, lever: Decimal) -> Position:
        return replace(position, lever=lever, u_time=self.now)

    def _isolated(self, position: Position, lever: Decimal) -> Position:
        """Return the position with the margin of its entry at another leverage; what was added by hand stays."""
        of, signed, entry = position.instrument, position.signed, position.avg_px
        more = margin(of, signed, entry, lever) - margin(of, signed, entry, position.lever)
        after = replace(position, lever=lever, margin=position.margin + more, u_time=self.now)
        mark = self.mark(of)
        if more < 0 and after.margin + after.equity(mark) <= required(self.account, after, mark):
            raise OkxError("59109")
        return after

    def _move(self, before: Position, after: Position, sub_type: str, kind: str) -> None:
        amount = after.margin - before.margin
        if amount:
            post(
                self.account, self.ids, before.ccy, -amount, self.now,
                type=MARGIN_TRANSFER, sub_type=sub_type, instrument=before.instrument, mgn_mode=before.mgn_mode,
                pos_bal=after.margin, pos_bal_chg=amount,
            )  # fmt: skip
        self.account.put(after)
        self.account.emit(PositionChanged(self.now, self.account, before.key, kind))

    def _available(self, ccy: str) -> Decimal:
        return balance(self.account, ccy, self.mark, ZERO).avail_eq


def levers(account: Account, instrument: Instrument, mgn_mode: str) -> tuple[Lever, ...]:
    """Return the leverage of an instrument: one row, or one for each side of an account with two."""
    two_way = account.pos_mode == "long_short_mode" and instrument.inst_type in _TWO_WAY
    sides = ("long", "short") if two_way else ("net",)
    of = instrument.inst_id
    return tuple(Lever(of, "", mgn_mode, side, account.lever(of, mgn_mode, side)) for side in sides)
