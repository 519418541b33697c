"""Orders as JSON, by instrument: those that a fresh account can place, and those that are refused, with their code.

A fresh account has the balances that `OkxServer` gives by default. Prices stay a tenth away from the instrument's
anchor, around which the market moves by less (options: within their wider band), so no clock is needed to be inside
the limits. Knows no exchange and no account.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ..exchange import KINDS, Instrument
from ..exchange.instruments import default_instruments
from ..messages import number
from .arguments import chosen, moment
from .mistakes import MISTAKES, Entry, InvalidOrder, can_sell

__all__ = ["InvalidOrder", "instruments", "invalid_orders", "orders"]

_SIDES: Final = ("buy", "sell")
_INST_TYPES: Final = ("SPOT", "SWAP", "FUTURES", "OPTION")
_ALPHANUMERIC: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TIMES_THE_SMALLEST: Final = 10


def instruments(*, now: int, inst_types: tuple[str, ...] = _INST_TYPES) -> st.SearchStrategy[Instrument]:
    """The instruments that an exchange lists at `now` (Unix ms), of some of the types SPOT, SWAP, FUTURES, OPTION."""
    wanted = chosen("inst_types", inst_types, _INST_TYPES)
    listed = default_instruments(moment(now)).values()
    return st.sampled_from([each for each in listed if each.inst_type in wanted])


def orders(
    instrument: Instrument, *, sides: tuple[str, ...] = _SIDES, ord_types: tuple[str, ...] = tuple(KINDS)
) -> st.SearchStrategy[Entry]:
    """Bodies of "Place order" that a fresh account may send for `instrument`: small, on the grid, inside the limits.

    Of `sides` and `ord_types` those are used that such an account can have: it sells no coin that it does not hold.
    """
    _checked(instrument)
    possible = [side for side in chosen("sides", sides, _SIDES) if side == "buy" or can_sell(instrument)]
    types = [each for each in chosen("ord_types", ord_types, KINDS) if _has(instrument, each)]
    if not possible or not types:
        raise InvalidArgument(
            f"no fresh account can place an order of sides={sides!r} and ord_types={ord_types!r} for "
            f"{instrument.inst_id}: widen one of them"
        )
    return _orders(instrument, possible, types)


def invalid_orders(instrument: Instrument) -> st.SearchStrategy[InvalidOrder]:
    """Orders for `instrument` that differ from a good one in one thing, with the code that a fresh account gets."""
    _checked(instrument)
    mistakes = [each for each in MISTAKES if each.applies(instrument)]
    sides = [side for side in _SIDES if side == "buy" or can_sell(instrument)]
    return st.builds(
        lambda mistake, entry: mistake.made_in(instrument, entry),
        st.sampled_from(mistakes),
        _orders(instrument, sides, ["limit"]),
    )


def _checked(instrument: object) -> None:
    if not isinstance(instrument, Instrument):
        raise InvalidArgument(f"instrument is {instrument!r}: give an Instrument, such as one drawn from instruments()")


def _has(instrument: Instrument, ord_type: str) -> bool:
    kind = KINDS[ord_type]
    return instrument.inst_type in kind.inst_types and (kind.priced or instrument.inst_type != "OPTION")


@st.composite
def _orders(draw: st.DrawFn, instrument: Instrument, sides: list[str], ord_types: list[str]) -> Entry:
    side, ord_type = draw(st.sampled_from(sides)), draw(st.sampled_from(ord_types))
    is_spot = instrument.inst_type == "SPOT"
    lots = (_TIMES_THE_SMALLEST - 1) * instrument.min_sz // instrument.lot_sz
    sz = instrument.min_sz + draw(st.integers(0, int(lots))) * instrument.lot_sz
    entry: Entry = {
        "instId": instrument.inst_id,
        "tdMode": "cash" if is_spot else draw(st.sampled_from(("cross", "isolated"))),
        "side": side,
        "ordType": ord_type,
        "sz": number(sz),
    }
    if KINDS[ord_type].priced:
        entry["px"] = number(draw(_prices(instrument, side)))
    elif is_spot and side == "buy":
        # Of market orders that buy coins the size is money: twice as much as the smallest, for the price moves.
        entry["sz"] = number(sz * instrument.anchor * 2)
    return entry | draw(_extras(is_spot, KINDS[ord_type].whole))


def _extras(is_spot: bool, whole: bool) -> st.SearchStrategy[Entry]:
    """What an order may have besides, in none to all of its fields."""
    # An order that fills whole or not at all cannot cancel both sides where it would trade with itself.
    stp_modes = ("cancel_maker", "cancel_taker") if whole else ("cancel_maker", "cancel_taker", "cancel_both")
    fields: dict[str, st.SearchStrategy[Any]] = {
        "clOrdId": st.text(_ALPHANUMERIC, min_size=1, max_size=32),
        "tag": st.text(_ALPHANUMERIC, min_size=1, max_size=16),
        "posSide": st.just("net"),
        "banAmend": st.booleans(),
        "stpMode": st.sampled_from(stp_modes),
    }
    if not is_spot:
        fields["reduceOnly"] = st.just(False)
    return st.fixed_dictionaries({}, optional=fields)


def _prices(instrument: Instrument, side: str) -> st.SearchStrategy[Decimal]:
    low, high = (Decimal("0.5"), Decimal("0.9")) if side == "buy" else (Decimal("1.1"), Decimal("1.5"))
    first = int(instrument.anchor * low / instrument.tick_sz) + 1
    last = int(instrument.anchor * high / instrument.tick_sz)
    return st.integers(first, last).map(lambda ticks: ticks * instrument.tick_sz)
