"""What v3's futures and swaps had in common: orders by `type`, cancelling, asking, positions by their side.

`type` says the side of the position, as in a long/short account: in one that keeps net positions, opening short reduces
a long one. Cross margin only. Source: the official v3 SDK of its day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ..errors import OkxError
from ..exchange import Instrument, Order, OrderRequest, Position
from ..messages import iso_time, number
from ..routing import Entry, Journey, text
from .orders import STATES, listed, named
from .params import amount, choice, client_oid, instrument, price
from .rows import FUTURES, SWAP, Translation, done, in_words_of_v3

__all__ = ["FUTURE", "PERPETUAL", "Contracts", "held"]

Row = dict[str, Any]

# `type`: the side, the side of the position, and whether it closes.
_TYPES: Final = {"1": ("buy", "long", False), "2": ("sell", "short", False)} | {
    "3": ("sell", "long", True),
    "4": ("buy", "short", True),
}
_ORD_TYPES: Final = {"": "limit", "0": "limit", "1": "post_only", "2": "fok", "3": "ioc", "4": "market"}
_ORDER_TYPES: Final = {kind: own for own, kind in _ORD_TYPES.items()}
_UNKNOWN: Final = "35001"
_TWO_SIDED: Final = "long_short_mode"


@dataclass(frozen=True, slots=True)
class Contracts:
    """One kind of contract: its type today, and the codes that v3 had for it."""

    inst_type: str
    words: Translation
    closes_too_much: str
    other_leverage: str
    no_such_order: str
    not_cancelled: str

    def instrument(self, journey: Journey) -> Instrument:
        """The contract that `instrument_id` names."""
        return instrument(journey.exchange, journey.params, self.inst_type, _UNKNOWN)

    def place(self, journey: Journey, entry: Entry) -> Row:
        """Open or close a long or short position; `match_price` "1" takes the best price of the other side."""
        request = self._request(journey, self.instrument(journey), entry)
        with in_words_of_v3(self.words):
            order = journey.exchange.place(journey.account, request, journey.now)
        return done(order.cl_ord_id, order.ord_id)

    def _request(self, journey: Journey, of: Instrument, entry: Entry) -> OrderRequest:
        side, position_side, closes = _TYPES[choice(entry, "type", _TYPES)]
        size = amount(entry, "size")
        kind = _ORD_TYPES[choice(entry, "order_type", _ORD_TYPES)]
        pos_side = position_side if journey.account.pos_mode == _TWO_SIDED else "net"
        # An order of v3 might state the leverage of its position, and could not change it.
        if price(entry, "leverage") not in (None, journey.account.lever(of.inst_id, "cross", pos_side)):
            raise OkxError(self.other_leverage)
        if closes and size > journey.account.closable((of.inst_id, "cross", pos_side), side):
            raise OkxError(self.closes_too_much)
        return OrderRequest(
            inst_id=of.inst_id,
            td_mode="cross",
            side=side,
            ord_type=kind,
            sz=size,
            px=None if kind == "market" else _price(journey, of, side, entry),
            pos_side=pos_side,
            reduce_only=closes,
            cl_ord_id=client_oid(entry),
        )

    def cancel(self, journey: Journey) -> Row:
        """Cancel the order that the path names, by its id or its client's."""
        order = self._order(journey)
        if not order.is_open:
            raise OkxError(self.not_cancelled)
        journey.exchange.cancel(journey.account, journey.now, inst_id=order.inst_id, ord_id=order.ord_id)
        return done(order.cl_ord_id, order.ord_id, instrument_id=order.inst_id)

    def order(self, journey: Journey) -> Row:
        """The order that the path names."""
        return _row(self._order(journey))

    def _order(self, journey: Journey) -> Order:
        return named(journey, self.instrument(journey), self.no_such_order)

    def orders(self, journey: Journey) -> list[Row]:
        """The orders of the contract that the path names, by `state`, newest first."""
        return [_row(each) for each in listed(journey, self.instrument(journey))]

    def leverage(self, journey: Journey, of: Instrument, mgn_mode: str = "cross", pos_side: str = "net") -> str:
        """Set the leverage of a contract's scope, and return it as text; `pos_side` counts where there are two."""
        lever = amount(journey.params, "leverage")
        side = pos_side if journey.account.pos_mode == _TWO_SIDED and mgn_mode == "isolated" else ""
        with in_words_of_v3(self.words):
            journey.exchange.set_leverage(
                journey.account, journey.now, lever=lever, mgn_mode=mgn_mode, inst_id=of.inst_id, pos_side=side
            )
        return number(lever)


FUTURE: Final = Contracts("FUTURES", FUTURES, "32014", "32021", "32029", "32030")
PERPETUAL: Final = Contracts("SWAP", SWAP, "35010", "35015", "35029", "35075")


def _price(journey: Journey, of: Instrument, side: str, entry: Entry) -> Decimal | None:
    if choice(entry, "match_price", ("0", "1")) == "1":
        return journey.exchange.markets.touch(of, journey.now, side)
    return price(entry, "price")


def held(journey: Journey, inst_type: str) -> Iterator[Position]:
    """The positions of a type of instrument, those of the one that is named if one is."""
    inst_id = text(journey.params, "instrument_id")
    for each in journey.exchange.positions(journey.account, journey.now):
        if each.inst_type == inst_type and inst_id in ("", each.inst_id):
            yield each


def _row(order: Order) -> Row:
    average, state = order.avg_px, STATES[order.state]
    return {
        "client_oid": order.cl_ord_id,
        "contract_val": number(order.instrument.ct_val or Decimal(0)),
        "fee": number(order.fee),
        "filled_qty": number(order.acc_fill_sz),
        "instrument_id": order.inst_id,
        "leverage": order.lever,
        "order_id": order.ord_id,
        "order_type": _ORDER_TYPES.get(order.ord_type, "0"),
        "pnl": number(order.pnl),
        "price": "" if order.px is None else number(order.px),
        "price_avg": "0" if average is None else number(average),
        "size": number(order.sz),
        "state": state,
        "status": state,
        "timestamp": iso_time(order.c_time),
        "type": _type(order),
    }


def _type(order: Order) -> str:
    """The `type` of an order: of a net account it closes if it may do nothing else."""
    closes = order.reduce_only if order.pos_side == "net" else (order.side == "sell") == (order.pos_side == "long")
    return next(own for own, (side, _, closing) in _TYPES.items() if (side, closing) == (order.side, closes))
