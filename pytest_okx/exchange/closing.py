"""Closing a position at the market (OKX's "Close positions"): what is in its way, and the order that does it.

Decides which orders are in the way; checks, matching and money are those of any order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import Code, OkxError
from .accounts import Account
from .algo_book import AlgoFilter
from .algo_orders import ALGO_KINDS
from .instruments import Instrument
from .orders import Order, OrderRequest
from .positions import Position

if TYPE_CHECKING:
    from .exchange import Exchange

__all__ = ["close_position"]

_NO_POSITION = "51023"
_ORDERS_IN_THE_WAY = "51115"
_TOO_LARGE = "51108"
_KEPT_BACK = "51112"
# More than may wait on one instrument.
_ALL = 10_000
_SIDES = {"long_short_mode": ("long", "short"), "net_mode": ("net",)}


def close_position(
    exchange: Exchange,
    account: Account,
    now: int,
    *,
    inst_id: str,
    mgn_mode: str,
    pos_side: str = "",
    ccy: str = "",
    auto_cxl: bool = False,
    cl_ord_id: str = "",
    tag: str = "",
) -> Order:
    """Close a whole position by a market order at `now` (ms), and return that order.

    `ccy` is the margin currency, by default the position's; `auto_cxl` cancels algo orders that would close it, too.
    `OkxError` 51023 if there is no such position, 51115 if
    open orders would close it too and `auto_cxl` does not cancel them, 51108 if it is larger than a market order may
    be, 51000 for a `pos_side` of the other mode.
    """
    with exchange.lock:
        exchange.settle(now)
        instrument = exchange.instrument(inst_id)
        position = account.positions.get((inst_id, mgn_mode, _pos_side(account, instrument, pos_side)))
        if position is None or ccy not in ("", position.ccy):
            raise OkxError(_NO_POSITION)
        if _closing(account, position) and not auto_cxl:
            raise OkxError(_ORDERS_IN_THE_WAY)
        order = _close(exchange, account, now, position, replace(_request(position), cl_ord_id=cl_ord_id, tag=tag))
        if auto_cxl:
            _cancel_algos(exchange, account, now, position)
        return order


def _close(exchange: Exchange, account: Account, now: int, position: Position, request: OrderRequest) -> Order:
    """Place the order and cancel what would close the position too: that last, so that a refusal changes nothing.

    Only what those orders keep back has to be set free first.
    """
    try:
        order = exchange.place(account, request, now)
    except OkxError as error:
        if error.code != _KEPT_BACK:
            raise
        _cancel(exchange, account, now, position)
        return exchange.place(account, request, now)
    _cancel(exchange, account, now, position)
    return order


def _cancel(exchange: Exchange, account: Account, now: int, position: Position) -> None:
    for order in _closing(account, position):
        exchange.cancel(account, now, inst_id=order.inst_id, ord_id=order.ord_id)


def _cancel_algos(exchange: Exchange, account: Account, now: int, position: Position) -> None:
    """Cancel the algo orders that could do nothing but close the position; they are never in the way."""
    of_its_instrument = AlgoFilter(ord_types=tuple(ALGO_KINDS), states=(), inst_id=position.inst_id, limit=_ALL)
    for algo in exchange.algos.pending(account, of_its_instrument):
        closes = algo.reduce_only or algo.close_fraction or algo.pos_side != "net"
        if closes and (algo.position_key, algo.side) == (position.key, position.closing_side):
            exchange.algos.cancel(account, now, inst_id=algo.inst_id, algo_id=algo.algo_id)


def _pos_side(account: Account, instrument: Instrument, asked: str) -> str:
    mode = account.pos_mode if instrument.inst_type in ("SWAP", "FUTURES") else "net_mode"
    found = asked or ("net" if mode == "net_mode" else "")
    if found not in _SIDES[mode]:
        raise OkxError(Code.PARAMETER, "posSide")
    return found


def _closing(account: Account, position: Position) -> list[Order]:
    """The open orders that may do nothing but close the position."""
    return [
        order
        for order in account.open_orders.get(position.inst_id, {}).values()
        if order.position_key == position.key
        and order.side == position.closing_side
        and (order.reduce_only or order.pos_side != "net")
    ]


def _request(position: Position) -> OrderRequest:
    """The order that closes a position: of contracts, or on MARGIN of the base currency."""
    on_margin = position.inst_type == "MARGIN"
    sz = position.signed.copy_abs()
    if sz > position.instrument.max_mkt_sz:
        raise OkxError(_TOO_LARGE)
    return OrderRequest(
        inst_id=position.inst_id,
        td_mode=position.mgn_mode,
        side=position.closing_side,
        ord_type="market",
        sz=sz,
        pos_side=position.pos_side,
        ccy=position.ccy if on_margin else "",
        tgt_ccy="base_ccy" if on_margin else "",
        reduce_only=True,
    )
