"""Orders that reduce or close an open position, as JSON: good ones, and those that are refused, with their code.

They are for the account that holds the position and has no open order. Prices stay a tenth away from that of the
position, so they are inside the limits while the market has not gone as far. Knows no exchange.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ..exchange import KINDS, Position
from ..messages import number
from .arguments import chosen
from .cases import Entry, prices, px_at, sizes
from .mistakes import InvalidOrder, Mistake, put
from .orders import labels

__all__ = ["closing_orders", "invalid_closing_orders"]

_OTHER_SIDE: Final = {"buy": "sell", "sell": "buy"}
_OTHER_MODE: Final = {"cross": "isolated", "isolated": "cross"}


def closing_orders(position: Position, *, ord_types: tuple[str, ...] = tuple(KINDS)) -> st.SearchStrategy[Entry]:
    """Bodies of "Place order" that reduce `position` or close it, such as one of `exchange.positions(account)`.

    A net position is closed by `reduceOnly`, a long or short one by the side of the order.
    """
    held = _checked(position)
    types = [each for each in chosen("ord_types", ord_types, KINDS) if _has(held, each)]
    if not types:
        raise InvalidArgument(f"{held.inst_id} has no orders of ord_types={ord_types!r}: widen them")
    return _orders(held, types)


def invalid_closing_orders(position: Position) -> st.SearchStrategy[InvalidOrder]:
    """Orders that differ in one thing from one that reduces `position`, with the code that its holder gets."""
    held = _checked(position)
    mistakes = [each for each in _MISTAKES if each.applies(held)]
    return st.builds(
        lambda mistake, entry: mistake.made_in(held, entry), st.sampled_from(mistakes), _orders(held, ["limit"])
    )


def _checked(position: object) -> Position:
    if not isinstance(position, Position) or not position.signed:
        raise InvalidArgument(f"position is {position!r}: give an open one, such as exchange.positions(account)[0]")
    return position


def _has(held: Position, ord_type: str) -> bool:
    kind = KINDS[ord_type]
    return held.inst_type in kind.inst_types and (kind.priced or not held.instrument.opt_type)


@st.composite
def _orders(draw: st.DrawFn, held: Position, ord_types: list[str]) -> Entry:
    ord_type, side = draw(st.sampled_from(ord_types)), held.closing_side
    entry: Entry = {
        "instId": held.inst_id,
        "tdMode": held.mgn_mode,
        "side": side,
        "ordType": ord_type,
        "sz": number(draw(sizes(held.instrument, most=abs(held.signed)))),
        **({"reduceOnly": True} if held.pos_side == "net" else {"posSide": held.pos_side}),
    }
    if held.inst_type == "MARGIN":
        entry["ccy"] = held.ccy
    if KINDS[ord_type].priced:
        entry["px"] = draw(prices(held.instrument, above=side == "sell", around=held.avg_px))
    elif held.inst_type == "MARGIN":
        entry["tgtCcy"] = "base_ccy"
    return entry | draw(st.fixed_dictionaries({}, optional=labels(clOrdId=32, tag=16)))


def _at(held: Position, times: str) -> str:
    return px_at(held.instrument, times, around=held.avg_px)


def _enlarged(held: Position, entry: Entry) -> Entry:
    side = _OTHER_SIDE[held.closing_side]
    return {"side": side, "px": _at(held, "0.9" if side == "buy" else "1.1")}


def _beyond(held: Position, entry: Entry) -> Entry:
    return {"px": _at(held, "2" if held.closing_side == "buy" else "0.3")}


def _other_ccy(held: Position, entry: Entry) -> Entry:
    of = held.instrument
    return {"ccy": of.base_ccy if held.ccy == of.quote_ccy else of.quote_ccy}


def _carries(held: Position, entry: Entry) -> Entry:
    return {"attachAlgoOrds": [{"tpTriggerPx": _at(held, "1"), "tpOrdPx": "-1"}]}


def _too_small(held: Position, entry: Entry) -> Entry:
    return {"sz": number(held.instrument.min_sz / 2)}


def _half_a_lot(held: Position, entry: Entry) -> Entry:
    return {"sz": number(Decimal(entry["sz"]) + held.instrument.lot_sz / 2)}


def _too_large(held: Position, entry: Entry) -> Entry:
    return {"sz": number(abs(held.signed) + held.instrument.lot_sz)}


def _other_mode(held: Position, entry: Entry) -> Entry:
    return {"tdMode": _OTHER_MODE[held.mgn_mode]}


def _of(pair: bool, side: str) -> Callable[[Position], bool]:
    return lambda held: (held.inst_type == "MARGIN") == pair and held.closing_side == side


def _is_net(held: Position) -> bool:
    return held.pos_side == "net"


def _is_two_way(held: Position) -> bool:
    return held.pos_side != "net"


def _is_margin(held: Position) -> bool:
    return held.inst_type == "MARGIN"


def _has_mode(held: Position) -> bool:
    return held.mgn_mode in _OTHER_MODE


_MISTAKES: Final[tuple[Mistake[Position], ...]] = (
    *(Mistake("50014", f"no {name}", put(**{name: None})) for name in ("instId", "tdMode", "side", "ordType", "sz")),
    Mistake("51000", "a posSide of long/short mode", put(posSide="long"), _is_net),
    Mistake("51000", "a posSide of net mode", put(posSide="net"), _is_two_way),
    Mistake("51100", "closes, and takes profit", _carries, _is_net),
    Mistake("51130", "the other currency", _other_ccy, _is_margin),
    Mistake("51204", "no price", put(px=None)),
    Mistake("51020", "less than the smallest size", _too_small),
    Mistake("51121", "half a lot", _half_a_lot),
    Mistake("51137", "a price to buy above the limit", _beyond, _of(True, "buy")),
    Mistake("51138", "a price to sell below the limit", _beyond, _of(True, "sell")),
    Mistake("51135", "a price to buy above the limit", _beyond, _of(False, "buy")),
    Mistake("51136", "a price to sell below the limit", _beyond, _of(False, "sell")),
    Mistake("51169", "a position of the other mode", _other_mode, _has_mode),
    Mistake("51170", "reduce-only, and enlarges it", _enlarged, _is_net),
    Mistake("51112", "more than there is", _too_large, _is_two_way),
)
