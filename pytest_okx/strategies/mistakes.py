"""What can be wrong with an order: one row a mistake, with the code that a fresh account gets for it.

Each row changes a good limit order in one thing. Knows no strategy, no exchange and no account.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ..exchange import Instrument
from ..exchange.checks import MAX_PX
from ..exchange.leverage import DEFAULT_LEVER
from ..exchange.tiers import largest_position
from ..messages import number

__all__ = ["MISTAKES", "Entry", "InvalidOrder", "Mistake", "can_sell"]

Entry = dict[str, Any]

_SOLD_BY_A_FRESH_ACCOUNT: Final = ("BTC", "ETH")
_MUCH: Final = Decimal(10_000_000)


@dataclass(frozen=True, slots=True)
class InvalidOrder:
    """An order that is refused, the code that it gets, and what is wrong with it."""

    order: Entry
    code: str
    why: str


def can_sell(instrument: Instrument) -> bool:
    """Whether a fresh account has what an order to sell needs."""
    return instrument.inst_type != "SPOT" or instrument.base_ccy in _SOLD_BY_A_FRESH_ACCOUNT


@dataclass(frozen=True, slots=True)
class Mistake:
    """One way to go wrong: the code, what it is, the fields that make it, and the instruments that can have it."""

    code: str
    why: str
    change: Callable[[Instrument, Entry], Entry]
    applies: Callable[[Instrument], bool] = lambda instrument: True

    def made_in(self, instrument: Instrument, entry: Entry) -> InvalidOrder:
        """The good order `entry` with this mistake in it."""
        changed = entry | self.change(instrument, entry)
        order = {name: value for name, value in changed.items() if value is not None}
        return InvalidOrder(order, self.code, self.why)


def _put(**fields: Any) -> Callable[[Instrument, Entry], Entry]:
    return lambda instrument, entry: fields


def _size(sz: Callable[[Instrument], Decimal]) -> Callable[[Instrument, Entry], Entry]:
    return lambda instrument, entry: {"sz": number(sz(instrument))}


def _is_spot(instrument: Instrument) -> bool:
    return instrument.inst_type == "SPOT"


def _is_contract(instrument: Instrument) -> bool:
    return instrument.inst_type != "SPOT"


def _is_option(instrument: Instrument) -> bool:
    return instrument.inst_type == "OPTION"


def _beyond(side: str, times: str) -> Callable[[Instrument, Entry], Entry]:
    return lambda instrument, entry: {"side": side, "px": number(instrument.anchor * Decimal(times))}


def _unpayable(instrument: Instrument, entry: Entry) -> Entry:
    if _is_contract(instrument):
        # As much as one order, and a position at the leverage of a new account, may have.
        most = min(instrument.max_lmt_sz, largest_position(instrument, DEFAULT_LEVER))
        return {"side": "buy", "px": number(instrument.anchor), "sz": number(most)}
    lots = _MUCH / instrument.anchor // instrument.lot_sz
    return {"side": "buy", "px": number(instrument.anchor), "sz": number(lots * instrument.lot_sz)}


MISTAKES: Final = (
    *(Mistake("50014", f"no {name}", _put(**{name: None})) for name in ("instId", "tdMode", "side", "ordType", "sz")),
    Mistake("51001", "an instrument that is not listed", _put(instId="BTC-NOWHERE")),
    Mistake("51000", "a side that is none", _put(side="long")),
    Mistake("51000", "an order type that is none", _put(ordType="stop")),
    Mistake("51000", "a mode that is none", _put(tdMode="margin")),
    *(Mistake("51000", f"{sz!r} as a size", _put(sz=sz)) for sz in ("0", "-1", "1e3", "nan", "many", "0x1")),
    *(Mistake("51000", f"{px!r} as a price", _put(px=px)) for px in ("0", "-1", "1e3", "inf", "1,000")),
    Mistake("51000", "a clOrdId with a dash", _put(clOrdId="my-order")),
    Mistake("51000", "a clOrdId of 33 characters", _put(clOrdId="a" * 33)),
    Mistake("51000", "a tag of 17 characters", _put(tag="a" * 17)),
    Mistake("51000", "a posSide of long/short mode", _put(posSide="long")),
    Mistake("51010", "a mode for coins", _put(tdMode="cash"), _is_contract),
    Mistake("51000", "a pair on margin that does not say in which currency", _put(tdMode="cross"), _is_spot),
    Mistake("51010", "a mode for lead traders", _put(tdMode="spot_isolated")),
    Mistake("51066", "an option at the market", _put(ordType="market", px=None), _is_option),
    Mistake("51204", "no price", _put(px=None)),
    Mistake("51116", "a price beyond all bounds", lambda of, entry: {"px": number(MAX_PX + 1)}),
    Mistake("51020", "less than the smallest size", _size(lambda of: of.min_sz / 2)),
    Mistake("51203", "more than the largest size", _size(lambda of: of.max_lmt_sz + of.lot_sz), _is_spot),
    Mistake("51101", "more than the largest size", _size(lambda of: of.max_lmt_sz + of.lot_sz), _is_contract),
    Mistake("51121", "half a lot", _size(lambda of: of.min_sz + of.lot_sz / 2)),
    Mistake("51137", "a price to buy above the limit", _beyond("buy", "1.2"), _is_spot),
    Mistake("51138", "a price to sell below the limit", _beyond("sell", "0.8"), _is_spot),
    Mistake("51006", "a price to buy above the limit", _beyond("buy", "2"), _is_contract),
    Mistake("51006", "a price to sell below the limit", _beyond("sell", "0.3"), _is_contract),
    Mistake("51205", "reduce-only on coins", _put(reduceOnly=True), _is_spot),
    Mistake("51169", "reduce-only without a position", _put(reduceOnly=True), _is_contract),
    Mistake("51008", "more than the account can pay", _unpayable),
)
