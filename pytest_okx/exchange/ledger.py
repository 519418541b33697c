"""Booking: what a fill does to an order, to cash and to a position.

Decides nothing about prices or whether to trade; the one place where trading moves cash.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from .accounts import Account
from .ids import Ids
from .matching import Take
from .orders import Fill, Order, filled
from .positions import Position, trade
from .values import ZERO, fee, fee_ccy


def book_fill(account: Account, order: Order, take: Take, exec_type: str, now: int, ids: Ids, trade_id: int) -> Order:
    """Book one fill of `order` at `now` (ms), as taker "T" or maker "M", and return the order after it."""
    fill = Fill(
        trade_id=trade_id,
        px=take.px,
        sz=take.sz,
        fee=fee(order.instrument, order.side, take.sz, take.px, exec_type),
        fee_ccy=fee_ccy(order.instrument, order.side),
        ts=now,
        exec_type=exec_type,
        pnl=ZERO,
        inst_id=order.inst_id,
        ord_id=order.ord_id,
        bill_id=ids.number("bill"),
        side=order.side,
    )
    if order.inst_type == "SPOT":
        _exchange_coins(account, order, take)
    else:
        fill = replace(fill, pnl=_trade_contracts(account, order, fill, ids))
    account.pay(fill.fee_ccy, fill.fee)
    after = filled(order, fill)
    account.record(fill)
    account.save(after)
    return after


def _exchange_coins(account: Account, order: Order, take: Take) -> None:
    sign = 1 if order.side == "buy" else -1
    account.pay(order.instrument.base_ccy, sign * take.sz)
    account.pay(order.instrument.quote_ccy, -sign * take.sz * take.px)


def _trade_contracts(account: Account, order: Order, fill: Fill, ids: Ids) -> Decimal:
    key = order.position_key
    position = account.positions.get(key) or _flat(account, order, fill.ts, ids)
    sz = fill.sz if order.side == "buy" else -fill.sz
    change = trade(position, sz, fill.px, fee=fill.fee, trade_id=fill.trade_id, now=fill.ts)
    account.pay(position.ccy, change.cash)
    if change.position.pos:
        account.positions[key] = change.position
    else:
        account.positions.pop(key, None)
    return change.pnl


def _flat(account: Account, order: Order, now: int, ids: Ids) -> Position:
    key = order.position_key
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
