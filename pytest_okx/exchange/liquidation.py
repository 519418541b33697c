"""Liquidation: what happens when the maintenance of positions is no longer covered.

Their orders are cancelled, they close at the mark price with a taker's fee, and what maintenance margin is left goes to
the insurance fund as a penalty. The fund pays what would take the cash below zero, so cash and fund together are
conserved. Always the whole position (a choice: OKX goes down tier by tier where it can). Before that comes a warning,
once, when their money falls to three times what they must not fall to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .accounts import Account
from .bills import INSURANCE, LIQUIDATION
from .events import MarketMoved, OrderChanged, PositionChanged, PositionEndangered, PositionLiquidated
from .ids import Ids
from .instruments import Instrument
from .ledger import BY_LIQUIDATION, book_fill, post
from .margin import Mark
from .markets import Markets
from .matching import Take
from .noise import SLOT_MS
from .orders import Order, OrderRequest, open_order
from .positions import ClosedPosition, Position, PositionKey
from .risk import demand, equity, liquidation_price, maintenance, partners
from .values import ZERO, ceiling, cut, floor

PENALTY = "109"
"""The subType of what the insurance fund takes."""

_RISK = "3"
# The margin ratio at which it warns: OKX names none for the channel (our choice: 300 %).
_WARNED_AT = 3
_MULTI_CURRENCY = "3"


@dataclass(slots=True)
class _Watch:
    """An account with positions, and the last slot in which it was judged; `stale` after a test moved a market.

    `warned` are the positions of which it has been told that they are in danger.
    """

    account: Account
    slot: int
    stale: bool = False
    warned: set[PositionKey] = field(default_factory=set)


class Liquidations:
    """The watch over every account that has positions."""

    def __init__(
        self,
        markets: Markets,
        ids: Ids,
        cancel: Callable[[Account, Order, int, str], object],
        usd_price: Callable[[str, int], Decimal],
    ) -> None:
        self.fund: dict[str, Decimal] = {}
        self._markets = markets
        self._ids = ids
        self._cancel = cancel
        self._usd_price = usd_price
        self._watched: dict[str, _Watch] = {}

    def note(self, event: PositionChanged | MarketMoved) -> None:
        """Watch an account once it has a position; look again at all of them when a test moved a market."""
        if isinstance(event, PositionChanged):
            self._watched.setdefault(event.account.uid, _Watch(event.account, event.at // SLOT_MS))
        else:
            for watch in self._watched.values():
                watch.stale = True

    def check(self, now: int) -> None:
        """Liquidate what is no longer covered at `now` (ms), or was not at a price since the last time."""
        for uid, watch in list(self._watched.items()):
            if not watch.account.positions:
                del self._watched[uid]
            elif watch.stale or watch.slot != now // SLOT_MS:
                self._judge(watch, now)
                watch.slot, watch.stale = now // SLOT_MS, False

    def liquidate(self, account: Account, positions: list[Position], now: int, px: Decimal | None = None) -> None:
        """Close positions at `px`, by default their mark prices, whatever their margin; cancel their orders first."""
        for position in positions:
            for order in self._in_the_way(account, position):
                self._cancel(account, order, now, _RISK)
        closed = [self._close(account, position, now, px) for position in positions]
        for position, after in zip(positions, closed, strict=True):
            self._settle_up(account, position, after, now)

    def _judge(self, watch: _Watch, now: int) -> None:
        account = watch.account
        mark: Mark = lambda instrument: self._markets.price(instrument, now)  # noqa: E731
        for key in list(account.positions):
            position = account.positions.get(key)
            if position is None:
                continue
            shared = self._shared(account, position)
            low, high = self._travelled(position.instrument, watch.slot, now)
            px = _met(account, position, shared, low, high, mark)
            money, need = self._cover(account, shared, mark, now)
            if px is not None or (need and money <= need):
                self.liquidate(account, shared, now, px)
            else:
                _warn(watch, key, bool(need) and money <= need * _WARNED_AT, now)
        watch.warned.intersection_update(account.positions)

    def _shared(self, account: Account, position: Position) -> list[Position]:
        """Return what is liquidated with a position: those of its currency, of all in multi-currency margin."""
        if account.acct_lv != _MULTI_CURRENCY or position.mgn_mode == "isolated":
            return partners(account, position)
        return [other for other in account.positions.values() if other.mgn_mode != "isolated"]

    def _cover(self, account: Account, shared: list[Position], mark: Mark, now: int) -> tuple[Decimal, Decimal]:
        """Return the positions' money and what they need, in US dollars if it is of several currencies."""
        if account.acct_lv != _MULTI_CURRENCY or shared[0].mgn_mode == "isolated":
            return equity(account, shared[0], mark), demand(account, shared, mark)
        need = sum((demand(account, [p], mark) * self._usd_price(p.ccy, now) for p in shared), ZERO)
        cash = sum((amount * self._usd_price(ccy, now) for ccy, amount in account.cash.items()), ZERO)
        gains = sum((p.equity(mark(p.instrument)) * self._usd_price(p.ccy, now) for p in shared), ZERO)
        return cash + gains, need

    def _travelled(self, instrument: Instrument, since: int, now: int) -> tuple[Decimal, Decimal]:
        """Return the lowest and the highest price since the slot `since`."""
        mark, slot = self._markets.price(instrument, now), now // SLOT_MS
        if slot <= since:
            return mark, mark
        low, high = self._markets.range(instrument, since + 1, slot)
        return min(low, mark), max(high, mark)

    def _in_the_way(self, account: Account, position: Position) -> list[Order]:
        """Return the open orders that hold the margin of a position, or would trade it."""
        found = [order for orders in account.open_orders.values() for order in orders.values()]
        if position.mgn_mode == "isolated":
            return [order for order in found if order.position_key == position.key]
        return [order for order in found if _holds(order, position.ccy)]

    def _close(self, account: Account, position: Position, now: int, px: Decimal | None) -> ClosedPosition:
        """Book the order that closes a position, and return what is told of it."""
        asked = OrderRequest(
            inst_id=position.inst_id,
            td_mode=position.mgn_mode,
            side=position.closing_side,
            ord_type="limit",
            sz=abs(position.signed),
            px=self._markets.price(position.instrument, now) if px is None else px,
            pos_side=position.pos_side,
            reduce_only=True,
            category="full_liquidation",
        )
        order = open_order(
            asked, ord_id=self._ids.number("ord"), instrument=position.instrument, lever=str(position.lever), now=now
        )
        account.save(order)
        account.emit(OrderChanged(now, account, order))
        number = -self._ids.trade(f"{position.inst_id}|liquidation")
        take = Take(order.px or ZERO, order.sz)
        done = book_fill(account, order, take, "T", now, self._ids, trade_id=number, cause=BY_LIQUIDATION)
        account.emit(OrderChanged(now, account, done, done.last_fill))
        return ClosedPosition("3", account.closed_positions[-1].position, position.direction, order.px)

    def _settle_up(self, account: Account, before: Position, closed: ClosedPosition, now: int) -> None:
        """Let the fund take its penalty from what is left, or pay what is missing."""
        after, px = closed.position, closed.trigger_px or ZERO
        left = account.cash.get(before.ccy, ZERO)
        if before.mgn_mode == "isolated":
            left = min(left, before.margin + after.realized_pnl - before.realized_pnl)
        elif left < 0 and _others_remain(account, before):
            left = ZERO
        amount = -left if left < 0 else -min(cut(maintenance(before, px)), left)
        if amount:
            post(
                account, self._ids, before.ccy, amount, now,
                type=LIQUIDATION, sub_type=INSURANCE if amount > 0 else PENALTY, instrument=before.instrument,
                mgn_mode=before.mgn_mode, pnl=min(amount, ZERO),
            )  # fmt: skip
            self.fund[before.ccy] = self.fund.get(before.ccy, ZERO) - amount
        account.remember(replace(closed, position=replace(after, liq_penalty=min(amount, ZERO))))
        account.emit(PositionLiquidated(now, account, before, px, max(amount, ZERO)))


def _warn(watch: _Watch, key: PositionKey, endangered: bool, now: int) -> None:
    """Tell of a position that has come into danger; again only after it was out of it."""
    if not endangered:
        watch.warned.discard(key)
    elif key not in watch.warned:
        watch.warned.add(key)
        watch.account.emit(PositionEndangered(now, watch.account, key))


def _others_remain(account: Account, position: Position) -> bool:
    """Whether other positions may still make good what is missing of a currency."""
    return any(other.ccy == position.ccy and other.mgn_mode != "isolated" for other in account.positions.values())


def _holds(order: Order, ccy: str) -> bool:
    """Whether an open order keeps some of the currency back."""
    if order.inst_type != "SPOT":
        return order.instrument.settle_ccy == ccy
    return ccy == (order.instrument.quote_ccy if order.side == "buy" else order.instrument.base_ccy)


def _met(
    account: Account, position: Position, shared: list[Position], low: Decimal, high: Decimal, mark: Mark
) -> Decimal | None:
    """Return where between two prices the maintenance of a position that stands alone was no longer covered.

    Positions that share their money with others are judged at the mark prices alone.
    """
    if len(shared) > 1:
        return None
    found = liquidation_price(account, position, mark)
    if found is None:
        return None
    tick = position.instrument.tick_sz
    if position.signed > 0:
        return floor(min(found, high), tick) if low <= found else None
    return ceiling(max(found, low), tick) if found <= high else None
