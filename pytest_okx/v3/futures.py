"""v3's futures over today's exchange: placing an order, the position, the account of each underlying.

Field names are v3's, whose accounts were in long/short mode: here opening short reduces a long position, for the
exchange keeps net ones. Cross margin only. Source: the official v3 SDK of its day.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from ..errors import OkxError
from ..exchange import Instrument, OrderRequest, Position
from ..messages import iso_time, number
from ..routing import Entry, Journey, private
from .params import amount, choice, client_oid, instrument, price
from .rows import FUTURES, ORDER, in_words_of_v3, placed

__all__ = ["accounts", "place", "position"]

# `type`: the side, and whether it closes.
_TYPES: Final = {"1": ("buy", False), "2": ("sell", False), "3": ("sell", True), "4": ("buy", True)}
_ORD_TYPES: Final = {"": "limit", "0": "limit", "1": "post_only", "2": "fok", "3": "ioc", "4": "market"}
_UNKNOWN: Final = "35001"
_CLOSES_TOO_MUCH: Final = "32014"
_LEVERAGE: Final = "32021"


@private("POST /api/futures/v3/order", rows=ORDER)
def place(journey: Journey, entry: Entry) -> dict[str, Any]:
    """Open or close a long or short position; `match_price` "1" takes the best price of the other side."""
    request = _request(journey, instrument(journey.exchange, entry, "FUTURES", _UNKNOWN), entry)
    with in_words_of_v3(FUTURES):
        order = journey.exchange.place(journey.account, request, journey.now)
    return placed(order.cl_ord_id, order.ord_id)


def _request(journey: Journey, of: Instrument, entry: Entry) -> OrderRequest:
    side, closes = _TYPES[choice(entry, "type", _TYPES)]
    size = amount(entry, "size")
    kind = _ORD_TYPES[choice(entry, "order_type", _ORD_TYPES)]
    _check_leverage(journey, of, price(entry, "leverage"))
    if closes and size > journey.account.closable((of.inst_id, "cross", "net"), side):
        raise OkxError(_CLOSES_TOO_MUCH)
    return OrderRequest(
        inst_id=of.inst_id,
        td_mode="cross",
        side=side,
        ord_type=kind,
        sz=size,
        px=None if kind == "market" else _price(journey, of, side, entry),
        reduce_only=closes,
        cl_ord_id=client_oid(entry),
    )


def _price(journey: Journey, of: Instrument, side: str, entry: Entry) -> Decimal | None:
    if choice(entry, "match_price", ("0", "1")) == "1":
        return journey.exchange.markets.touch(of, journey.now, side)
    return price(entry, "price")


def _check_leverage(journey: Journey, of: Instrument, leverage: Decimal | None) -> None:
    """Refuse a leverage that is not the account's: an order of v3 might state it, and could not change it."""
    if leverage not in (None, journey.account.lever(of.inst_id, "cross")):
        raise OkxError(_LEVERAGE)


@private("GET /api/futures/v3/position")
def position(journey: Journey) -> dict[str, Any]:
    """Every futures position in one list of lists, as v3 nested them."""
    found = journey.exchange.positions(journey.account, journey.now)
    rows = [_row(journey, each) for each in found if each.inst_type == "FUTURES"]
    return {"result": True, "holding": [rows]}


def _row(journey: Journey, held: Position) -> dict[str, Any]:
    mark = journey.exchange.markets.price(held.instrument, journey.now)
    own, other = ("long", "short") if held.pos > 0 else ("short", "long")
    return {
        "instrument_id": held.inst_id,
        "margin_mode": "crossed" if held.mgn_mode == "cross" else "fixed",
        "leverage": number(held.lever),
        "liquidation_price": "",
        "realised_pnl": number(held.realized_pnl),
        "last": number(mark),
        "created_at": iso_time(held.c_time),
        "updated_at": iso_time(held.u_time),
        **_side(own, abs(held.pos), held.avg_px, held.imr(mark), held.upl(mark)),
        **_side(other, *[Decimal(0)] * 4),
    }


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
def accounts(journey: Journey) -> dict[str, Any]:
    """The account of each underlying that has futures, under its name in lower case; cross margin."""
    settled_in = {
        each.uly: each.settle_ccy for each in journey.exchange.instruments.values() if each.inst_type == "FUTURES"
    }
    return {"info": {uly.lower(): _account(journey, uly, ccy) for uly, ccy in settled_in.items()}}


def _account(journey: Journey, underlying: str, ccy: str) -> dict[str, Any]:
    held = journey.exchange.balance(journey.account, ccy, journey.now)
    return {
        "can_withdraw": number(held.avail_bal),
        "currency": ccy,
        "equity": number(held.eq),
        "liqui_mode": "tier",
        "margin": number(held.frozen_bal),
        "margin_for_unfilled": number(held.ord_frozen),
        "margin_frozen": number(held.imr),
        "margin_mode": "crossed",
        "total_avail_balance": number(held.avail_bal),
        "underlying": underlying,
        "unrealized_pnl": number(held.upl),
    }
