"""v3's perpetual swaps over today's exchange: orders, positions, the account and the leverage of each contract.

Field names are v3's. Source: the official v3 SDK of its day.
"""

from __future__ import annotations

from typing import Any, Final

from ..exchange import Instrument, Position
from ..messages import iso_time, number
from ..routing import Entry, Journey, private
from .contracts import PERPETUAL, held
from .params import choice
from .rows import SWAP_ORDER

__all__ = [
    "account",
    "accounts",
    "cancel",
    "order",
    "orders",
    "place",
    "position",
    "position_of",
    "set_leverage",
    "settings",
]

Row = dict[str, Any]

# `side`: the margin mode and the side whose leverage is set; both sides share that of cross margin.
_SIDES: Final = {"1": ("isolated", "long"), "2": ("isolated", "short"), "3": ("cross", "net")}


@private("POST /api/swap/v3/order", rows=SWAP_ORDER)
def place(journey: Journey, entry: Entry) -> Row:
    """Open or close a long or short position."""
    return PERPETUAL.place(journey, entry)


@private("POST /api/swap/v3/cancel_order/{instrument_id}/{order_id}", rows=SWAP_ORDER)
def cancel(journey: Journey, entry: Entry) -> Row:
    """Cancel an order by its id, or by its client's."""
    return PERPETUAL.cancel(journey)


@private("GET /api/swap/v3/orders/{instrument_id}/{order_id}")
def order(journey: Journey) -> Row:
    """One order, by its id or its client's."""
    return PERPETUAL.order(journey)


@private("GET /api/swap/v3/orders/{instrument_id}")
def orders(journey: Journey) -> Row:
    """The orders of a contract, by `state`."""
    return {"order_info": PERPETUAL.orders(journey)}


@private("GET /api/swap/v3/position")
def position(journey: Journey) -> list[Row]:
    """Every position, by its contract and margin mode."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for each in held(journey, "SWAP"):
        groups.setdefault((each.inst_id, each.mgn_mode), []).append(_holding(journey, each))
    return [_group(journey, mode, rows) for (_, mode), rows in groups.items()]


@private("GET /api/swap/v3/{instrument_id}/position")
def position_of(journey: Journey) -> Row:
    """The positions in one contract in cross margin, none where there is none."""
    PERPETUAL.instrument(journey)
    rows = [_holding(journey, each) for each in held(journey, "SWAP") if each.mgn_mode == "cross"]
    return _group(journey, "cross", rows)


def _group(journey: Journey, mode: str, rows: list[Row]) -> Row:
    return {
        "holding": rows,
        "margin_mode": "crossed" if mode == "cross" else "fixed",
        "timestamp": iso_time(journey.now),
    }


def _holding(journey: Journey, each: Position) -> Row:
    mark = journey.exchange.markets.price(each.instrument, journey.now)
    size, entry = number(each.signed.copy_abs()), number(each.avg_px)
    return {
        "avail_position": size,
        "avg_cost": entry,
        "instrument_id": each.inst_id,
        "last": number(mark),
        "leverage": number(each.lever),
        "liquidation_price": "",
        "maint_margin_ratio": "",
        "margin": number(each.margin or each.imr(mark)),
        "position": size,
        "realized_pnl": number(each.realized_pnl),
        "settled_pnl": "0",
        "settlement_price": entry,
        "side": each.direction,
        "timestamp": iso_time(each.u_time),
        "unrealized_pnl": number(each.upl(mark)),
    }


@private("GET /api/swap/v3/accounts")
def accounts(journey: Journey) -> Row:
    """The account of each contract; those that settle in one currency share its money."""
    of = (each for each in journey.exchange.instruments.values() if each.inst_type == "SWAP")
    return {"info": [_account(journey, each) for each in of]}


@private("GET /api/swap/v3/{instrument_id}/accounts")
def account(journey: Journey) -> Row:
    """The account of one contract."""
    return {"info": _account(journey, PERPETUAL.instrument(journey))}


def _account(journey: Journey, of: Instrument) -> Row:
    own = journey.exchange.balance(journey.account, of.settle_ccy, journey.now)
    return {
        "currency": of.settle_ccy,
        "equity": number(own.eq),
        "fixed_balance": number(own.iso_eq),
        "instrument_id": of.inst_id,
        "maint_margin_ratio": "",
        "margin": number(own.imr),
        "margin_frozen": number(own.ord_frozen),
        "margin_mode": "crossed",
        "margin_ratio": "",
        "max_withdraw": number(own.avail_bal),
        "realized_pnl": "0",
        "timestamp": iso_time(journey.now),
        "total_avail_balance": number(own.avail_bal),
        "underlying": of.uly,
        "unrealized_pnl": number(own.upl),
    }


@private("GET /api/swap/v3/accounts/{instrument_id}/settings")
def settings(journey: Journey) -> Row:
    """The leverage of one contract in cross margin."""
    return _settings(journey, PERPETUAL.instrument(journey), "cross")


@private("POST /api/swap/v3/accounts/{instrument_id}/leverage")
def set_leverage(journey: Journey) -> Row:
    """Set the leverage of one contract: of a side in fixed margin, or of both in cross margin."""
    of = PERPETUAL.instrument(journey)
    mgn_mode, pos_side = _SIDES[choice(journey.params, "side", _SIDES)]
    PERPETUAL.leverage(journey, of, mgn_mode, pos_side)
    return _settings(journey, of, mgn_mode)


def _settings(journey: Journey, of: Instrument, mgn_mode: str) -> Row:
    levers = [number(each.lever) for each in journey.exchange.leverage_of(journey.account, of.inst_id, mgn_mode)]
    return {
        "instrument_id": of.inst_id,
        "long_leverage": levers[0],
        "margin_mode": "crossed" if mgn_mode == "cross" else "fixed",
        "short_leverage": levers[-1],
    }
