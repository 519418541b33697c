"""What the owner of an account may do beside trading: modes, settings, leverage, margin; and what tests may force.

The part of `Exchange` that is about accounts and positions. Each method holds the lock and settles the exchange first.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from ..errors import OkxError
from . import modes
from .accounts import Account
from .bills import Bill
from .checks import check_mode
from .ids import Ids
from .instruments import Instrument, margin_twin
from .ledger import post
from .locking import atomic
from .margin import Mark
from .margining import Lever, Margining, check_lever, levers
from .positions import Position
from .risk import AccountRisk, CurrencyRisk, PositionRisk, assess, by_currency, totals
from .sizing import Room, Sizing
from .tiers import tiers_of

if TYPE_CHECKING:
    from .accounts import Balance
    from .indices import Indices
    from .liquidation import Liquidations
    from .maintenance import Maintenance, Maintenances
    from .markets import Markets


class Operations:
    """The operations on accounts; `Exchange` provides what they need."""

    lock: threading.RLock
    markets: Markets
    indices: Indices
    liquidations: Liquidations
    maintenances: Maintenances
    instruments: Mapping[str, Instrument]
    _accounts: list[Account]
    _ids: Ids

    if TYPE_CHECKING:

        def settle(self, now: int) -> None: ...
        def instrument(self, inst_id: str) -> Instrument: ...
        def usd_price(self, ccy: str, now: int) -> Decimal: ...
        def balances(self, account: Account, now: int) -> tuple[Balance, ...]: ...
        def _now(self) -> int: ...

    @atomic
    def set_position_mode(self, account: Account, mode: str, now: int) -> None:
        """Keep net positions ("net_mode"), or long and short ones ("long_short_mode"); see `modes`."""
        self.settle(now)
        modes.set_position_mode(account, mode)

    @atomic
    def set_account_level(self, account: Account, level: str, now: int) -> None:
        """Switch the account to level "1" spot, "2" futures, "3" multi-currency or "4" portfolio; see `modes`."""
        self.settle(now)
        modes.set_level(account, level)

    @atomic
    def configure(self, account: Account, /, **settings: object) -> None:
        """Change settings of an account, such as `stp_mode="cancel_taker"`; their names are those of `Settings`."""
        modes.configure(account, **settings)

    @atomic
    def set_leverage(
        self,
        account: Account,
        now: int,
        *,
        lever: Decimal,
        mgn_mode: str,
        inst_id: str = "",
        ccy: str = "",
        pos_side: str = "",
    ) -> Lever:
        """Set the leverage of an instrument's scope, open positions included; with `ccy`, of borrowing a currency.

        `OkxError` 59102 or 59105 beyond the limits, 59101 or 59107 with orders in the way, 59103 or 59108 when margin
        is short, 59109 when an isolated position would not survive it, 51039 under portfolio margin.
        """
        self.settle(now)
        if mgn_mode not in ("cross", "isolated"):
            raise OkxError("51000", "mgnMode")
        if inst_id:
            margining = Margining(account, self._ids, self.mark(now), now)
            return margining.set_leverage(self.instrument(inst_id), lever, mgn_mode, pos_side)
        if not ccy:
            raise OkxError("51000", "instId")
        before = self.leverage_of_currency(account, ccy, mgn_mode)
        check_lever(lever, max(tiers_of(pair)[0].max_lever for pair in self._pairs_of(ccy)))
        account.leverage.set(ccy, mgn_mode, "", lever)
        return replace(before, lever=lever)

    @atomic
    def leverage_of(self, account: Account, inst_id: str, mgn_mode: str) -> tuple[Lever, ...]:
        """Return the leverage of an instrument, one row for each position side; 59111 under portfolio margin."""
        if account.acct_lv == "4":
            raise OkxError("59111")
        return levers(account, self.instrument(inst_id), mgn_mode)

    @atomic
    def leverage_of_currency(self, account: Account, ccy: str, mgn_mode: str) -> Lever:
        """Return the leverage of borrowing a currency, which futures mode and isolated margin do not have (51000)."""
        if mgn_mode != "cross" or account.acct_lv == "2":
            raise OkxError("51000", "instId")
        if not self._pairs_of(ccy):
            raise OkxError("51000", "ccy")
        return Lever("", ccy, mgn_mode, "", account.leverage.of(ccy, mgn_mode, ""))

    @atomic
    def adjust_margin(
        self, account: Account, now: int, *, inst_id: str, amount: Decimal, pos_side: str = "net"
    ) -> Position:
        """Add `amount` (negative: take) to the margin of an isolated position; 59300 without one, 59301 for too much.

        Returns the position after it.
        """
        self.settle(now)
        self.instrument(inst_id)
        margining = Margining(account, self._ids, self.mark(now), now)
        return margining.adjust(account.positions.get((inst_id, "isolated", pos_side)), amount)

    @atomic
    def pay(self, account: Account, ccy: str, amount: Decimal, now: int, *, type: str, sub_type: str) -> Bill:
        """Move `amount` (negative: out) of `ccy` into the trading account at `now` (ms), and return the bill of it.

        `type` and `sub_type` are those of OKX's bills, such as `TRANSFER` and `TRANSFER_IN`; whether there is enough is
        the caller's business.
        """
        return post(account, self._ids, ccy, amount, now, type=type, sub_type=sub_type)

    @atomic
    def max_size(
        self,
        account: Account,
        now: int,
        *,
        inst_id: str,
        td_mode: str,
        ccy: str = "",
        px: Decimal | None = None,
        lever: Decimal | None = None,
    ) -> Room:
        """Return the largest orders that the account can pay for, in base or contracts, at `px` or at the touch."""
        return self._sizing(account, now, inst_id, td_mode, ccy).largest(px, lever)

    @atomic
    def max_avail_size(
        self, account: Account, now: int, *, inst_id: str, td_mode: str, ccy: str = "", reduce_only: bool = False
    ) -> Room:
        """Return the money that the account has for an order on either side; or, to reduce, how much it may close."""
        return self._sizing(account, now, inst_id, td_mode, ccy).available(reduce_only=reduce_only)

    @atomic
    def liquidate(self, position: Position) -> None:
        """Liquidate an open position now, whatever its margin; ValueError if nobody holds it."""
        now = self._now()
        self.settle(now)
        for account in self._accounts:
            held = account.positions.get(position.key)
            if held is not None and held.pos_id == position.pos_id:
                self.liquidations.liquidate(account, [held], now)
                return
        raise ValueError(f"nobody holds {position!r} any more: take one of positions(account)")

    def declare_maintenance(
        self, begin: datetime, end: datetime, *, title: str, system: str = "unified"
    ) -> Maintenance:
        """Announce a maintenance, whose state follows the clock; `maintenances.declare` takes more."""
        return self.maintenances.declare(begin, end, title=title, system=system)

    @atomic
    def risk(self, account: Account, position: Position, now: int) -> PositionRisk:
        """Return how safe a position is at `now` (ms)."""
        return assess(account, position, self.mark(now))

    @atomic
    def currency_risk(self, account: Account, now: int) -> dict[str, CurrencyRisk]:
        """Return how safe the cross positions of each currency are at `now` (ms)."""
        return by_currency(account, self.mark(now))

    @atomic
    def account_risk(self, account: Account, now: int) -> AccountRisk:
        """Return the sums over an account at `now` (ms), in US dollars."""
        held = self.balances(account, now)
        usd = {each.ccy: self.usd_price(each.ccy, now) for each in held}
        return totals(account, held, usd, self.mark(now))

    def mark(self, now: int) -> Mark:
        """Return the mark price of any instrument at `now` (ms)."""
        return lambda instrument: self.markets.price(instrument, now)

    def index_price(self, instrument: Instrument, now: int) -> Decimal:
        """Return the price of what an instrument is about; see `Indices`."""
        return self.indices.price_of(instrument, now)

    def _sizing(self, account: Account, now: int, inst_id: str, td_mode: str, ccy: str) -> Sizing:
        """Return how much of an instrument may be traded; `OkxError` as for an order in a mode that is not taken."""
        self.settle(now)
        of = self._traded(account, inst_id, td_mode, ccy)
        check_mode(account, of, td_mode)
        return Sizing(account, of, td_mode, now, self.mark(now), self.markets.touch)

    def _traded(self, account: Account, inst_id: str, td_mode: str, ccy: str) -> Instrument:
        """Return the instrument that an order trades: a pair on margin where mode and account say so."""
        spot = self.instrument(inst_id)
        if account.acct_lv != "2" or td_mode not in ("cross", "isolated"):
            return spot
        return margin_twin(spot, ccy) or spot

    def _pairs_of(self, ccy: str) -> list[Instrument]:
        """Return the pairs on margin for which a currency is borrowed."""
        twins = [margin_twin(each, ccy) for each in self.instruments.values()]
        return [twin for twin in twins if twin and twin.settle_ccy]
