"""v3's spot trading over today's exchange: accounts, placing an order, the list of orders.

Field names are v3's. Source: the official v3 SDK of its day.
"""

from __future__ import annotations

from typing import Any, Final

from ..exchange import Order, OrderRequest
from ..messages import iso_time, number
from ..routing import Entry, Journey, private
from .params import amount, choice, client_oid, instrument, price
from .rows import ORDER, SPOT, in_words_of_v3, placed

__all__ = ["accounts", "orders", "place"]

_UNKNOWN: Final = "30032"
_MOST: Final = 100
# v3's `order_type` of limit orders to today's `ordType`, and back.
_ORD_TYPES: Final = {"": "limit", "0": "limit", "1": "post_only", "2": "fok", "3": "ioc"}
_ORDER_TYPES: Final = {kind: own for own, kind in _ORD_TYPES.items()}
_STATES: Final = {"live": "0", "partially_filled": "1", "filled": "2", "canceled": "-1"}
_STATUSES: Final = {"live": "open", "partially_filled": "part_filled", "filled": "filled", "canceled": "cancelled"}
# A state that is asked for stands for these; 6 is whatever is open, 7 whatever has ended.
_ASKED: Final = {own: {own} for own in _STATES.values()} | {
    "6": {"0", "1"},
    "7": {"2", "-1"},
    "": {"-1", "0", "1", "2"},
}


@private("GET /api/spot/v3/accounts")
def accounts(journey: Journey) -> list[dict[str, Any]]:
    """What the account has of each currency, and what open orders hold of it."""
    return [
        {
            "id": "",
            "currency": each.ccy,
            "balance": number(each.cash_bal),
            "available": number(each.avail_bal),
            "frozen": number(each.frozen_bal),
            "hold": number(each.frozen_bal),
            "holds": number(each.frozen_bal),
        }
        for each in journey.exchange.balances(journey.account, journey.now)
    ]


@private("POST /api/spot/v3/orders", rows=ORDER)
def place(journey: Journey, entry: Entry) -> dict[str, Any]:
    """Place a limit order, or a market order: buying takes `notional` in quote, selling `size` in base."""
    request = _request(entry, instrument(journey.exchange, entry, "SPOT", _UNKNOWN).inst_id)
    with in_words_of_v3(SPOT):
        order = journey.exchange.place(journey.account, request, journey.now)
    return placed(order.cl_ord_id, order.ord_id)


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


@private("GET /api/spot/v3/orders")
def orders(journey: Journey) -> list[dict[str, Any]]:
    """The orders of one instrument, newest first, of one `state` or (without one) of all; a hundred at most."""
    wanted = _ASKED[choice(journey.params, "state", _ASKED)]
    inst_id = instrument(journey.exchange, journey.params, "SPOT", _UNKNOWN).inst_id
    found = journey.exchange.orders_of(journey.account)
    matching = [each for each in found if each.inst_id == inst_id and _STATES[each.state] in wanted]
    return [_row(each) for each in matching[: -_MOST - 1 : -1]]


def _row(order: Order) -> dict[str, Any]:
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
        "state": _STATES[order.state],
        "status": _STATUSES[order.state],
        "timestamp": at,
        "type": "market" if order.ord_type == "market" else "limit",
    }
