"""Booking: what a fill, a delivery or a transfer does to orders, cash and positions; it alone writes bills.

Decides nothing about prices or whether to trade.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .accounts import Account
from .bills import KINDS_OF_CHANGE, LIQUIDATED, LIQUIDATION, TRADE, TRADED, Bill, kind_of_change, new_bill
from .events import PositionChanged, cash_moved
from .ids import Ids
from .matching import Take
from .orders import Fill, Order, filled, new_fill
from .positions import Change, ClosedPosition, Position, trade
from .values import ZERO, fee, fee_ccy


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a position is traded: the bill's type and subTypes, and the types of a position closed in part or whole."""

    type: str = TRADE
    liquidates: bool = False

    def sub_type(self, pos_side: str, side: str) -> str:
        """Return the subType of its bill."""
        return (LIQUIDATED if self.liquidates else TRADED)[pos_side, side]


BY_ORDER = Cause()
BY_LIQUIDATION = Cause(LIQUIDATION, liquidates=True)


def post(
    account: Account,
    ids: Ids,
    ccy: str,
    amount: Decimal,
    now: int,
    *,
    type: str,
    sub_type: str,
    bill_id: str = "",
    **about: Any,
) -> Bill:
    """Move `amount` (negative: out) of `ccy` into the cash of `account` at `now` (ms), and return the bill of it.

    `about` holds further fields of the `Bill`. Cash moves nowhere else.
    """
    bill = new_bill(
        bill_id=bill_id or ids.number("bill"),
        ts=now,
        ccy=ccy,
        bal=account.cash.get(ccy, ZERO) + amount,
        bal_chg=amount,
        type=type,
        sub_type=sub_type,
        **about,
    )
    account.book(bill)
    account.emit(cash_moved(now, account, ccy, kind_of_change(type, sub_type)))
    return bill


def book_fill(
    account: Account,
    order: Order,
    take: Take,
    exec_type: str,
    now: int,
    ids: Ids,
    *,
    trade_id: int | None = None,
    cause: Cause = BY_ORDER,
) -> Order:
    """Book one fill of `order` at `now` (ms), as taker "T" or maker "M", and return the order after it."""
    of, in_quote, rate = order.instrument, account.fee_in_quote, account.rate(order.instrument, exec_type)
    paid = fee(of, order.side, take.sz, take.px, rate, in_quote=in_quote)
    number = ids.trade(order.inst_id) if trade_id is None else trade_id
    before = None if of.inst_type == "SPOT" else _held(account, order, now, ids)
    change = before and _traded(before, order.side, take, fee=paid, trade_id=number, now=now)
    fill = new_fill(
        trade_id=number,
        px=take.px,
        sz=take.sz,
        fee=paid,
        fee_ccy=fee_ccy(of, order.side, in_quote=in_quote),
        ts=now,
        exec_type=exec_type,
        pnl=change.pnl if change else ZERO,
        inst_id=order.inst_id,
        ord_id=order.ord_id,
        bill_id=ids.number("bill"),
        side=order.side,
        pos_side=order.pos_side,
        fee_rate=-rate,
        sub_type=cause.sub_type(order.pos_side, order.side),
    )
    if before and change:
        _book_change(account, before, change, fill, ids, cause)
    else:
        _exchange_coins(account, order, fill, ids)
    after = filled(order, fill)
    account.record(fill)
    account.save(after)
    return after


def _traded(before: Position, side: str, take: Take, *, fee: Decimal, trade_id: int, now: int) -> Change:
    sz = take.sz if side == "buy" else -take.sz
    return trade(before, sz, take.px, fee=fee, trade_id=trade_id, now=now)


def _exchange_coins(account: Account, order: Order, fill: Fill, ids: Ids) -> None:
    of = order.instrument
    base, quote = fill.sz, fill.sz * fill.px
    if order.side == "buy":
        quote = -quote
    else:
        base = -base
    for ccy, amount, bill_id in ((of.base_ccy, base, fill.bill_id), (of.quote_ccy, quote, "")):
        paid = fill.fee if ccy == fill.fee_ccy else ZERO
        post(
            account, ids, ccy, amount + paid, fill.ts,
            type=TRADE, sub_type=fill.sub_type, bill_id=bill_id, instrument=of, mgn_mode=order.td_mode,
            fill=fill, sz=fill.sz, px=fill.px, fee=paid,
        )  # fmt: skip


def _book_change(account: Account, before: Position, change: Change, fill: Fill, ids: Ids, cause: Cause) -> None:
    margin = change.position.margin
    post(
        account, ids, before.ccy, change.cash + fill.fee, fill.ts,
        type=cause.type, sub_type=fill.sub_type, bill_id=fill.bill_id, instrument=before.instrument,
        mgn_mode=before.mgn_mode, fill=fill, sz=fill.sz, px=fill.px, pnl=change.pnl, fee=fill.fee,
        pos_bal=margin, pos_bal_chg=margin - before.margin,
    )  # fmt: skip
    keep(account, before, change, fill.ts, KINDS_OF_CHANGE[cause.type])


def close(account: Account, position: Position, px: Decimal, now: int, ids: Ids, *, type: str, sub_type: str) -> None:
    """Close a position at `px` without an order or a fee, as a delivery does."""
    change = trade(position, -position.signed, px, fee=ZERO, trade_id=position.trade_id, now=now)
    post(
        account, ids, position.ccy, change.cash, now,
        type=type, sub_type=sub_type, instrument=position.instrument, mgn_mode=position.mgn_mode,
        sz=abs(position.signed), px=px, pnl=change.pnl, pos_bal_chg=-position.margin,
    )  # fmt: skip
    keep(account, position, change, now, kind_of_change(type, sub_type))


def keep(account: Account, before: Position, change: Change, now: int, kind: str) -> None:
    """Put what a change left of a position in the books, and what it closed in their history."""
    if change.reduced:
        closed_type = "1" if change.reduced.signed else "2"
        account.remember(ClosedPosition(closed_type, change.reduced, before.direction))
    account.put(change.position)
    account.emit(PositionChanged(now, account, before.key, kind))


def _held(account: Account, order: Order, now: int, ids: Ids) -> Position:
    """Return the position that an order trades, flat if there is none yet."""
    key = order.position_key
    if key in account.positions:
        return account.positions[key]
    if key not in account.pos_ids:
        account.pos_ids[key] = ids.number("pos")
    return Position(
        pos_id=account.pos_ids[key],
        instrument=order.instrument,
        mgn_mode=order.td_mode,
        pos_side=order.pos_side,
        lever=Decimal(order.lever or 1),
        c_time=now,
        u_time=now,
    )
