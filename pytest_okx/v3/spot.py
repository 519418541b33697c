"""v3's spot trading over today's exchange: accounts, placing and cancelling orders, lists of them.

Field names are v3's. Source: the official v3 SDK of its day.
"""

from __future__ import annotations

from typing import Any, Final

from ..errors import OkxError
from ..exchange import Balance, Instrument, Order, OrderRequest
from ..messages import iso_time, number
from ..routing import Entry, Journey, private
from .orders import STATES, listed, named
from .params import amount, choice, client_oid, currency, instrument, price
from .rows import ORDER, SPOT, done, in_words_of_v3

__all__ = ["account", "accounts", "cancel", "order", "orders", "orders_pending", "place"]

Row = dict[str, Any]

_UNKNOWN: Final = "30032"
# v3's `order_type` of limit orders to today's `ordType`, and back.
_ORD_TYPES: Final = {"": "limit", "0": "limit", "1": "post_only", "2": "fok", "3": "ioc"}
_ORDER_TYPES: Final = {kind: own for own, kind in _ORD_TYPES.items()}
_STATUSES: Final = {"live": "open", "partially_filled": "part_filled", "filled": "filled", "canceled": "cancelled"}
_NO_SUCH_ORDER: Final = "33014"
# Why an order that has ended cannot be cancelled.
_ENDED: Final = {"filled": "33026", "canceled": "33027"}


@private("GET /api/spot/v3/accounts")
def accounts(journey: Journey) -> list[Row]:
    """What the account has of each currency, and what open orders hold of it."""
    return [_account(each) for each in journey.exchange.balances(journey.account, journey.now)]


@private("GET /api/spot/v3/accounts/{currency}")
def account(journey: Journey) -> Row:
    """What the account has of one currency."""
    return _account(journey.exchange.balance(journey.account, currency(journey), journey.now))


def _account(each: Balance) -> Row:
    return {
        "id": "",
        "currency": each.ccy,
        "balance": number(each.cash_bal),
        "available": number(each.avail_bal),
        "frozen": number(each.frozen_bal),
        "hold": number(each.frozen_bal),
        "holds": number(each.frozen_bal),
    }


@private("POST /api/spot/v3/orders", rows=ORDER)
def place(journey: Journey, entry: Entry) -> Row:
    """Place a limit order, or a market order: buying takes `notional` in quote, selling `size` in base."""
    request = _request(entry, instrument(journey.exchange, entry, "SPOT", _UNKNOWN).inst_id)
    with in_words_of_v3(SPOT):
        order = journey.exchange.place(journey.account, request, journey.now)
    return done(order.cl_ord_id, order.ord_id)


def _request(entry: Entry, inst_id: str) -> OrderRequest:
    side = choice(entry, "side", ("buy", "sell"))
    market = choice(entry, "type", ("limit", "market")) == "market"
    kind = _ORD_TYPES[choice(entry, "order_type", _ORD_TYPES)]
    return OrderRequest(
        inst_id=inst_id,
        td_mode="cash",
        side=side,
        ord_type="market" if market else kind,
        sz=amount(entry, "notional" if market and side == "buy" else "size"),
        px=None if market else price(entry, "price"),
        cl_ord_id=client_oid(entry),
    )


@private("POST /api/spot/v3/cancel_orders/{order_id}", rows=ORDER)
def cancel(journey: Journey, entry: Entry) -> Row:
    """Cancel an order by its id, or by its client's."""
    order = _order(journey)
    if not order.is_open:
        raise OkxError(_ENDED[order.state])
    journey.exchange.cancel(journey.account, journey.now, inst_id=order.inst_id, ord_id=order.ord_id)
    return done(order.cl_ord_id, order.ord_id)


@private("GET /api/spot/v3/orders/{order_id}")
def order(journey: Journey) -> Row:
    """One order, by its id or its client's."""
    return _row(_order(journey))


def _order(journey: Journey) -> Order:
    return named(journey, _pair(journey), _NO_SUCH_ORDER)


@private("GET /api/spot/v3/orders")
def orders(journey: Journey) -> list[Row]:
    """The orders of one instrument, by `state`, newest first."""
    return [_row(each) for each in listed(journey, _pair(journey))]


@private("GET /api/spot/v3/orders_pending")
def orders_pending(journey: Journey) -> list[Row]:
    """The open orders of one instrument, newest first."""
    return [_row(each) for each in listed(journey, _pair(journey), "6")]


def _pair(journey: Journey) -> Instrument:
    return instrument(journey.exchange, journey.params, "SPOT", _UNKNOWN)


def _row(order: Order) -> Row:
    in_quote, average = order.tgt_ccy == "quote_ccy", order.avg_px
    at = iso_time(order.c_time)
    return {
        "client_oid": order.cl_ord_id,
        "created_at": at,
        "fee": number(order.fee),
        "fee_currency": order.fee_ccy,
        "filled_notional": "0" if average is None else number(average * order.acc_fill_sz),
        "filled_size": number(order.acc_fill_sz),
        "funds": "",
        "instrument_id": order.inst_id,
        "notional": number(order.sz) if in_quote else "",
        "order_id": order.ord_id,
        "order_type": _ORDER_TYPES.get(order.ord_type, "0"),
        "price": "" if order.px is None else number(order.px),
        "price_avg": "" if average is None else number(average),
        "product_id": order.inst_id,
        "side": order.side,
        "size": "" if in_quote else number(order.sz),
        "state": STATES[order.state],
        "status": _STATUSES[order.state],
        "timestamp": at,
        "type": "market" if order.ord_type == "market" else "limit",
    }
