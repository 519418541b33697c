"""How much an account could trade: what is told is taken, and one lot more is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import Sizes

from .support import Floor


@pytest.mark.parametrize("side", ["buy", "sell"])
@pytest.mark.parametrize(
    ("inst_id", "td_mode", "px"),
    [
        ("BTC-USDT", "cash", {"buy": "69000", "sell": "71000"}),
        ("BTC-USDT-SWAP", "cross", {"buy": "69000", "sell": "71000"}),
        ("BTC-USDT-SWAP", "isolated", {"buy": "69000", "sell": "71000"}),
        ("BTC-USD-SWAP", "cross", {"buy": "69000", "sell": "71000"}),
    ],
)
def test_the_largest_order_is_taken_and_one_lot_more_is_not(
    inst_id: str, td_mode: str, px: dict[str, str], side: str
) -> None:
    sizes, lot = [], Decimal(0)
    for more in (0, 1):
        floor = Floor()
        lot = floor.exchange.instrument(inst_id).lot_sz
        found = floor.exchange.largest_order(
            floor.account, floor.now, inst_id=inst_id, td_mode=td_mode, px=Decimal(px[side])
        )
        sz = (found.buy if side == "buy" else found.sell) + more * lot
        if more:
            with pytest.raises(OkxError) as refused:
                floor.place(inst_id, side, sz, px[side], td_mode=td_mode)
            assert refused.value.code == "51008"
        else:
            assert floor.place(inst_id, side, sz, px[side], td_mode=td_mode).state == "live"
        sizes.append(sz)
    assert sizes[1] - sizes[0] == lot


def test_a_position_tier_caps_what_money_would_pay_for() -> None:
    floor = Floor({"USDT": 10**12})
    found = floor.exchange.largest_order(floor.account, floor.now, inst_id="BTC-USDT-SWAP", td_mode="cross")
    with pytest.raises(OkxError) as refused:
        floor.place("BTC-USDT-SWAP", "buy", found.buy + 1, 69_000)
    assert refused.value.code == "51004"


def test_what_closes_a_position_comes_on_top() -> None:
    floor = Floor()
    floor.place("BTC-USDT-SWAP", "buy", 10)
    found = floor.exchange.largest_order(floor.account, floor.now, inst_id="BTC-USDT-SWAP", td_mode="cross")
    assert found.sell == found.buy + 10


def test_each_side_of_an_account_with_two_has_its_own_largest_order() -> None:
    floor = Floor()
    floor.exchange.set_position_mode(floor.account, "long_short_mode", floor.now)
    px = Decimal(71_000)
    found = floor.exchange.largest_order(floor.account, floor.now, inst_id="BTC-USDT-SWAP", td_mode="cross", px=px)
    order = floor.place("BTC-USDT-SWAP", "sell", found.sell, px, pos_side="short")
    assert order.state == "live"


def test_a_higher_leverage_makes_room() -> None:
    floor = Floor()
    small, large = (
        floor.exchange.largest_order(
            floor.account, floor.now, inst_id="BTC-USDT-SWAP", td_mode="cross", lever=Decimal(lever)
        )
        for lever in (2, 5)
    )
    assert small.buy < large.buy


def test_what_can_be_spent_is_money_on_spot_and_margin_on_the_rest() -> None:
    floor = Floor()
    spot = floor.exchange.available(floor.account, floor.now, inst_id="BTC-USDT", td_mode="cash")
    swap = floor.exchange.available(floor.account, floor.now, inst_id="BTC-USD-SWAP", td_mode="cross")
    assert spot == Sizes(Decimal(100_000), Decimal(1))
    assert swap == Sizes(Decimal(1), Decimal(1))


def test_a_mode_that_the_account_does_not_have_is_refused() -> None:
    floor = Floor()
    with pytest.raises(OkxError) as refused:
        floor.exchange.available(floor.account, floor.now, inst_id="BTC-USDT-SWAP", td_mode="cash")
    assert refused.value.code == "51010"
