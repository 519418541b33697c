"""v3's futures over today's exchange: orders, the position, the account and the leverage of each underlying.

Field names are v3's. Source: the official v3 SDK of its day.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from ..errors import OkxError
from ..exchange import Instrument, Position
from ..messages import iso_time, number
from ..routing import Entry, Journey, private
from .contracts import FUTURE, held
from .rows import ORDER

__all__ = [
    "account",
    "accounts",
    "cancel",
    "leverage",
    "order",
    "orders",
    "place",
    "position",
    "position_of",
    "set_leverage",
]

Row = dict[str, Any]

_UNKNOWN_UNDERLYING: Final = "35001"
_NOTHING: Final = (Decimal(0),) * 4


@private("POST /api/futures/v3/order", rows=ORDER)
def place(journey: Journey, entry: Entry) -> Row:
    """Open or close a long or short position."""
    return FUTURE.place(journey, entry)


@private("POST /api/futures/v3/cancel_order/{instrument_id}/{order_id}", rows=ORDER)
def cancel(journey: Journey, entry: Entry) -> Row:
    """Cancel an order by its id, or by its client's."""
    return FUTURE.cancel(journey)


@private("GET /api/futures/v3/orders/{instrument_id}/{order_id}")
def order(journey: Journey) -> Row:
    """One order, by its id or its client's."""
    return FUTURE.order(journey)


@private("GET /api/futures/v3/orders/{instrument_id}")
def orders(journey: Journey) -> Row:
    """The orders of a contract, by `state`."""
    return {"result": True, "order_info": FUTURE.orders(journey)}


@private("GET /api/futures/v3/position")
def position(journey: Journey) -> Row:
    """Every futures position in one list of lists, as v3 nested them."""
    return {"result": True, "holding": [_positions(journey)]}


@private("GET /api/futures/v3/{instrument_id}/position")
def position_of(journey: Journey) -> Row:
    """The position in one contract, in a list that is empty where there is none."""
    FUTURE.instrument(journey)
    return {"result": True, "holding": _positions(journey), "margin_mode": "crossed"}


def _positions(journey: Journey) -> list[Row]:
    """A row for each contract and margin mode: a long and a short position share one."""
    rows: dict[tuple[str, str], Row] = {}
    for each in held(journey, "FUTURES"):
        key = each.inst_id, each.mgn_mode
        rows[key] = {**_both(journey, each), **rows.get(key, {}), **_own(journey, each)}
    return list(rows.values())


def _both(journey: Journey, each: Position) -> Row:
    mark = journey.exchange.markets.price(each.instrument, journey.now)
    return {
        "instrument_id": each.inst_id,
        "margin_mode": "crossed" if each.mgn_mode == "cross" else "fixed",
        "leverage": number(each.lever),
        "liquidation_price": "",
        "realised_pnl": number(each.realized_pnl),
        "last": number(mark),
        "created_at": iso_time(each.c_time),
        "updated_at": iso_time(each.u_time),
        **_side("long", *_NOTHING),
        **_side("short", *_NOTHING),
    }


def _own(journey: Journey, each: Position) -> Row:
    mark = journey.exchange.markets.price(each.instrument, journey.now)
    return _side(each.direction, each.signed.copy_abs(), each.avg_px, each.imr(mark), each.upl(mark))


def _side(name: str, qty: Decimal, price: Decimal, margin: Decimal, pnl: Decimal) -> dict[str, str]:
    return {
        f"{name}_qty": number(qty),
        f"{name}_avail_qty": number(qty),
        f"{name}_avg_cost": number(price),
        f"{name}_settlement_price": number(price),
        f"{name}_margin": number(margin),
        f"{name}_pnl": number(pnl),
        f"{name}_unrealised_pnl": number(pnl),
    }


@private("GET /api/futures/v3/accounts")
def accounts(journey: Journey) -> Row:
    """The account of each underlying that has futures, under its name in lower case; cross margin."""
    return {"info": {uly.lower(): _account(journey, uly, of.settle_ccy) for uly, of in _underlyings(journey).items()}}


@private("GET /api/futures/v3/accounts/{underlying}")
def account(journey: Journey) -> Row:
    """The account of one underlying."""
    of = _underlying(journey)
    return _account(journey, of.uly, of.settle_ccy)


def _underlyings(journey: Journey) -> dict[str, Instrument]:
    """Each underlying that has futures, and one contract of it."""
    return {each.uly: each for each in journey.exchange.instruments.values() if each.inst_type == "FUTURES"}


def _underlying(journey: Journey) -> Instrument:
    of = _underlyings(journey).get(journey.text("underlying").upper())
    if of is None:
        raise OkxError(_UNKNOWN_UNDERLYING)
    return of


def _account(journey: Journey, underlying: str, ccy: str) -> Row:
    own = journey.exchange.balance(journey.account, ccy, journey.now)
    return {
        "can_withdraw": number(own.avail_bal),
        "currency": ccy,
        "equity": number(own.eq),
        "liqui_mode": "tier",
        "margin": number(own.frozen_bal),
        "margin_for_unfilled": number(own.ord_frozen),
        "margin_frozen": number(own.imr),
        "margin_mode": "crossed",
        "total_avail_balance": number(own.avail_bal),
        "underlying": underlying,
        "unrealized_pnl": number(own.upl),
    }


@private("GET /api/futures/v3/accounts/{underlying}/leverage")
def leverage(journey: Journey) -> Row:
    """The leverage of one underlying in cross margin."""
    of = _underlying(journey)
    (lever, *_) = journey.exchange.leverage_of(journey.account, of.inst_id, "cross")
    return _leverage(of, number(lever.lever))


@private("POST /api/futures/v3/accounts/{underlying}/leverage")
def set_leverage(journey: Journey) -> Row:
    """Set the leverage of one underlying in cross margin."""
    of = _underlying(journey)
    return _leverage(of, FUTURE.leverage(journey, of))


def _leverage(of: Instrument, lever: str) -> Row:
    return {"leverage": lever, "margin_mode": "crossed", "result": "true", "underlying": of.uly}
