from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.errors import OkxError
from tests.exchange.support import Floor, values

SPOT, SWAP, INVERSE, OPTION = "BTC-USDT", "BTC-USDT-SWAP", "BTC-USD-SWAP", "BTC-USD-261225-70000-C"


def largest(floor: Floor, inst_id: str, td_mode: str = "cross", **more: object) -> tuple[Decimal, Decimal]:
    room = floor.exchange.max_size(floor.account, floor.now, inst_id=inst_id, td_mode=td_mode, **more)  # type: ignore[arg-type]
    return room.buy, room.sell


def hedge(floor: Floor) -> None:
    floor.exchange.set_position_mode(floor.account, "long_short_mode", floor.now)


@given(
    st.sampled_from([SPOT, SWAP, INVERSE, "margin"]),
    st.sampled_from(["buy", "sell"]),
    st.sampled_from([None, 60_000, 72_000]),
    st.integers(0, 60),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_the_largest_order_is_accepted_and_one_lot_more_is_not(
    name: str, side: str, px: int | None, held: int, in_quote: bool, hedged: bool
) -> None:
    floor = Floor({"USDT": 9_000, "BTC": "0.2"})
    floor.exchange.configure(floor.account, fee_type="1" if in_quote else "0")
    inst_id = SPOT if name == "margin" else name
    more: dict[str, str] = {"ccy": "USDT"} if name == "margin" else {}
    td_mode = "cash" if name == SPOT else "cross"
    if held and name in (SWAP, INVERSE):
        floor.place(inst_id, "buy", held)
    if hedged and not held:
        hedge(floor)
    # Within the band: buyers may not bid far above the market, nor sellers offer far below it.
    px = 70_000 if (side, px) in (("buy", 72_000), ("sell", 60_000)) else px
    buy, sell = largest(floor, inst_id, td_mode, px=None if px is None else Decimal(px), **more)
    sz, lot = buy if side == "buy" else sell, floor.exchange.instrument(inst_id).lot_sz
    two_way = floor.account.pos_mode == "long_short_mode" and name in (SWAP, INVERSE)
    pos_side = {"buy": "long", "sell": "short"}[side] if two_way else "net"
    asked = {"td_mode": td_mode, "pos_side": pos_side, "tgt_ccy": "base_ccy", "ban_amend": True, **more}
    with pytest.raises(OkxError):
        floor.place(inst_id, side, sz + lot, px, **asked)
    assert floor.place(inst_id, side, sz, px, **asked).state in ("live", "filled")


def test_leverage_and_caps_bound_the_size() -> None:
    floor = Floor({"USDT": 10**12})
    assert largest(floor, SWAP)[0] == 5_000_000
    assert largest(floor, SWAP, lever=Decimal(50))[0] == 500_000
    assert largest(Floor(), SWAP, lever=Decimal(5))[0] < largest(Floor(), SWAP)[0] / 2 + 5


def test_an_option_is_sized_by_its_premium_and_by_the_coins_to_write_it() -> None:
    buy, sell = largest(Floor(), OPTION, px=Decimal("0.05"))
    assert values(buy, sell) == (1999, 666)


@pytest.mark.parametrize(
    ("inst_id", "td_mode", "ccy", "found"),
    [
        (SPOT, "cash", "", ("", 100_000, 1)),
        (SWAP, "cross", "", ("USDT", 100_000, 100_000)),
        (INVERSE, "isolated", "", ("BTC", 1, 1)),
        (SPOT, "isolated", "BTC", ("BTC", 1, 1)),
    ],
)
def test_what_is_available_is_money_in_the_currency_that_an_order_needs(
    inst_id: str, td_mode: str, ccy: str, found: tuple[object, ...]
) -> None:
    floor = Floor()
    room = floor.exchange.max_avail_size(floor.account, floor.now, inst_id=inst_id, td_mode=td_mode, ccy=ccy)
    assert values(room.ccy, room.buy, room.sell) == found


def reducible(floor: Floor) -> tuple[object, ...]:
    room = floor.exchange.max_avail_size(floor.account, floor.now, inst_id=SWAP, td_mode="cross", reduce_only=True)
    return values(room.buy, room.sell)


def test_what_may_be_reduced_is_what_no_order_reduces_yet() -> None:
    floor = Floor()
    assert reducible(floor) == (0, 0)
    floor.place(SWAP, "buy", 10)
    assert reducible(floor) == (0, 10)
    floor.place(SWAP, "sell", 4, 72_000, reduce_only=True)
    assert reducible(floor) == (0, 6)


def test_either_side_is_reduced_on_its_own() -> None:
    floor = Floor()
    hedge(floor)
    floor.place(SWAP, "buy", 10, pos_side="long")
    floor.place(SWAP, "sell", 4, pos_side="short")
    assert reducible(floor) == (4, 10)


@pytest.mark.parametrize(
    ("inst_id", "td_mode", "code"), [(SWAP, "cash", "51010"), (SPOT, "cross", "51000"), ("X-Y", "cash", "51001")]
)
def test_what_no_order_is_taken_with_has_no_size(inst_id: str, td_mode: str, code: str) -> None:
    with pytest.raises(OkxError) as refusal:
        largest(Floor(), inst_id, td_mode)
    assert refusal.value.code == code
