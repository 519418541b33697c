"""Closing a position at the market (OKX's "Close positions"): what is in its way, and the order that does it.

Decides which orders are in the way; checks, matching and money are those of any order.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ..errors import Code, OkxError
from .accounts import Account
from .instruments import Instrument
from .orders import Order, OrderRequest

if TYPE_CHECKING:
    from .exchange import Exchange

__all__ = ["close_position"]

_NO_POSITION = "51023"
_ORDERS_IN_THE_WAY = "51115"
_TOO_LARGE = "51108"
_SIDES = {"long_short_mode": ("long", "short"), "net_mode": ("net",)}


def close_position(
    exchange: Exchange,
    account: Account,
    now: int,
    *,
    inst_id: str,
    mgn_mode: str,
    pos_side: str = "",
    auto_cxl: bool = False,
    cl_ord_id: str = "",
    tag: str = "",
) -> Order:
    """Close a whole position by a market order at `now` (ms), and return that order.

    Open orders that would close it too are refused (51115), or cancelled with `auto_cxl`. `OkxError` 51023 if there is
    no such position, 51108 if it is larger than a market order may be, 51000 for a `pos_side` of the other mode.
    """
    with exchange.lock:
        exchange.settle(now)
        instrument = exchange.instrument(inst_id)
        key = inst_id, mgn_mode, _pos_side(account, instrument, pos_side)
        position = account.positions.get(key)
        if position is None:
            raise OkxError(_NO_POSITION)
        side = "buy" if key[2] == "short" or position.pos < 0 else "sell"
        if _closing(account, key, side) and not auto_cxl:
            raise OkxError(_ORDERS_IN_THE_WAY)
        order = exchange.place(account, _request(instrument, key, side, position.pos.copy_abs(), cl_ord_id, tag), now)
        # What closed with the position has ended its reduce-only orders already.
        for other in _closing(account, key, side):
            exchange.cancel(account, now, inst_id=inst_id, ord_id=other.ord_id)
        return order


def _pos_side(account: Account, instrument: Instrument, asked: str) -> str:
    mode = account.pos_mode if instrument.inst_type in ("SWAP", "FUTURES") else "net_mode"
    found = asked or ("net" if mode == "net_mode" else "")
    if found not in _SIDES[mode]:
        raise OkxError(Code.PARAMETER, "posSide")
    return found


def _closing(account: Account, key: tuple[str, str, str], side: str) -> list[Order]:
    """The open orders that may do nothing but close the position."""
    return [
        order
        for order in account.open_orders.get(key[0], {}).values()
        if order.position_key == key and order.side == side and (order.reduce_only or order.pos_side != "net")
    ]


def _request(
    instrument: Instrument, key: tuple[str, str, str], side: str, sz: Decimal, cl_ord_id: str, tag: str
) -> OrderRequest:
    if sz > instrument.max_mkt_sz:
        raise OkxError(_TOO_LARGE)
    inst_id, mgn_mode, pos_side = key
    return OrderRequest(
        inst_id=inst_id,
        td_mode=mgn_mode,
        side=side,
        ord_type="market",
        sz=sz,
        pos_side=pos_side,
        reduce_only=True,
        cl_ord_id=cl_ord_id,
        tag=tag,
    )
