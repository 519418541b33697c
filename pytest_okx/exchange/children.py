"""What algo orders order, and what attached ones become: requests made of values.

Pure functions. Knows no accounts, no prices of the moment and no exchange.
Source: OKX's "Place algo order", and "Place order", attachAlgoOrds.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from .algo_orders import AlgoOrder, AlgoRequest
from .attached import AttachedAlgo, Leg
from .orders import Order, OrderRequest
from .slices import Part
from .values import ZERO, floor

__all__ = ["brackets", "part_order", "triggered_order"]


def triggered_order(algo: AlgoOrder, leg: str, sz: Decimal) -> OrderRequest:
    """Return the order that an algo order places when `leg` is met."""
    px = _order_px(algo, leg)
    kind = "limit" if px is not None else "market"
    order = _order(algo, algo.advance_ord_type or kind, px, sz)
    return replace(order, attach_algo_ords=algo.attach_algo_ords, tgt_ccy="" if px else algo.tgt_ccy)


def part_order(algo: AlgoOrder, part: Part) -> OrderRequest:
    """Return the order that a split algo order places next."""
    return _order(algo, part.ord_type, part.px, part.sz)


def brackets(order: Order) -> list[AlgoRequest]:
    """Return the algo orders that an order's attached ones become, now that it has ended with a fill.

    On derivatives they can only reduce; on SPOT they trade what the fee has left of the fill.
    """
    made = []
    received = left = _received(order)
    for attached in order.attach_algo_ords:
        sz = received if attached.sz is None else min(attached.sz, left)
        left -= sz if attached.sz is not None else ZERO
        if sz:
            made.append(_bracket(order, attached, sz))
    return made


def _bracket(order: Order, attached: AttachedAlgo, sz: Decimal) -> AlgoRequest:
    tp, sl = _priced(order, attached.tp), _priced(order, attached.sl)
    is_spot = order.inst_type == "SPOT"
    return AlgoRequest(
        inst_id=order.inst_id,
        td_mode=order.td_mode,
        side="sell" if order.side == "buy" else "buy",
        ord_type="move_order_stop" if attached.trails else "oco" if tp and sl else "conditional",
        sz=sz,
        pos_side=order.pos_side,
        ccy=order.ccy,
        tag=order.tag,
        tgt_ccy="base_ccy" if is_spot else "",
        algo_cl_ord_id=attached.attach_algo_cl_ord_id,
        reduce_only=not is_spot,
        cxl_on_close_pos=not is_spot,
        tp=tp,
        sl=sl,
        callback_ratio=attached.callback_ratio,
        callback_spread=attached.callback_spread,
        active_px=attached.active_px,
        linked_ord_id=order.ord_id,
    )


def _priced(order: Order, leg: Leg | None) -> Leg | None:
    """Return the leg with its price, where it was told as a part of the price of the fill."""
    if leg is None or leg.ratio is None or order.avg_px is None:
        return leg
    tick = order.instrument.tick_sz
    px = order.avg_px * (1 + leg.ratio)
    return replace(leg, trigger_px=(px / tick).to_integral_value(ROUND_HALF_UP) * tick, ratio=None)


def _received(order: Order) -> Decimal:
    """Return what the order filled, less the fee where that was taken out of it."""
    instrument = order.instrument
    if order.fee_ccy != instrument.base_ccy:
        return order.acc_fill_sz
    return floor(order.acc_fill_sz + order.fee, instrument.lot_sz)


def _order_px(algo: AlgoOrder, leg: str) -> Decimal | None:
    if leg == "tp":
        return algo.tp.ord_px if algo.tp else None
    if leg == "sl":
        return algo.sl.ord_px if algo.sl else None
    return algo.order_px if leg == "trigger" else None


def _order(algo: AlgoOrder, ord_type: str, px: Decimal | None, sz: Decimal) -> OrderRequest:
    return OrderRequest(
        inst_id=algo.inst_id,
        td_mode=algo.td_mode,
        side=algo.side,
        ord_type=ord_type,
        sz=sz,
        px=px,
        pos_side=algo.pos_side,
        tag=algo.tag,
        ccy=algo.ccy,
        reduce_only=algo.reduce_only or algo.close_fraction,
        source=algo.kind.source,
        algo_id=algo.algo_id,
        algo_cl_ord_id=algo.algo_cl_ord_id,
    )
