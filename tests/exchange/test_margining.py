from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import Position
from pytest_okx.exchange.margining import Lever
from tests.exchange.support import Floor, picture, values

SPOT, SWAP, NEAR, FAR = "BTC-USDT", "BTC-USDT-SWAP", "BTC-USDT-261225", "BTC-USDT-270326"
OPTION = "BTC-USD-261225-70000-C"

Prepare = Callable[[Floor], object]


def nothing(floor: Floor) -> None: ...


def hedged(floor: Floor) -> None:
    floor.exchange.set_position_mode(floor.account, "long_short_mode", floor.now)


def level(number: str) -> Prepare:
    return lambda floor: floor.exchange.set_account_level(floor.account, number, floor.now)


def lever(floor: Floor, value: object, inst_id: str = SWAP, mgn_mode: str = "cross", pos_side: str = "") -> Lever:
    return floor.exchange.set_leverage(
        floor.account, floor.now, lever=Decimal(str(value)), mgn_mode=mgn_mode, inst_id=inst_id, pos_side=pos_side
    )


def held(floor: Floor, inst_id: str = SWAP, mgn_mode: str = "cross", pos_side: str = "net") -> Position:
    return floor.account.positions[inst_id, mgn_mode, pos_side]


def refusal(floor: Floor, call: Callable[[], object]) -> str:
    before = picture(floor.account)
    with pytest.raises(OkxError) as caught:
        call()
    assert picture(floor.account) == before
    return caught.value.code


@pytest.mark.parametrize(
    ("prepare", "asked", "code"),
    [
        (nothing, (101, SWAP), "59102"),
        (nothing, (21, NEAR), "59102"),
        (nothing, (11, SPOT), "59102"),
        (nothing, ("0.5", SWAP), "59105"),
        (nothing, ("1.005", SWAP), "51000"),
        (nothing, (5, SWAP, "cash"), "51000"),
        (nothing, (5, OPTION), "51000"),
        (nothing, (5, "X-Y"), "51001"),
        (nothing, (5, SWAP, "cross", "long"), "51000"),
        (nothing, (5, SWAP, "isolated", "short"), "51000"),
        (hedged, (5, SWAP, "isolated"), "51000"),
        (hedged, (5, SWAP, "cross", "both"), "51000"),
        (hedged, (5, SPOT, "isolated", "long"), "51000"),
        (level("1"), (5, SWAP), "51010"),
        (level("4"), (5, SWAP), "51039"),
        (lambda floor: floor.place(SWAP, "buy", 1, 60_000), (5, SWAP), "59107"),
        (lambda floor: floor.place(FAR, "buy", 1, 68_000), (5, NEAR), "59107"),
        (lambda floor: floor.place(SWAP, "buy", 1, 60_000, td_mode="isolated"), (5, SWAP, "isolated"), "59101"),
        (lambda floor: floor.place(SWAP, "buy", 1_400), (1, SWAP), "59108"),
        (lambda floor: floor.place(SWAP, "buy", 1_400, td_mode="isolated"), (1, SWAP, "isolated"), "59103"),
    ],
)
def test_leverage_is_refused_for_its_reason(prepare: Prepare, asked: tuple[object, ...], code: str) -> None:
    floor = Floor()
    prepare(floor)
    assert refusal(floor, lambda: lever(floor, *asked)) == code  # type: ignore[arg-type]


def test_a_large_position_bounds_the_leverage() -> None:
    floor = Floor({"USDT": 10**9})
    floor.place(SWAP, "buy", 60_000, 70_100)
    assert refusal(floor, lambda: lever(floor, 81)) == "59102"
    assert lever(floor, 80).lever == 80


def test_a_pair_that_is_not_offered_on_margin_has_no_leverage() -> None:
    floor = Floor()
    of = floor.exchange.instrument(SPOT)
    floor.exchange.instruments = {SPOT: replace(of, lever="")}
    assert refusal(floor, lambda: lever(floor, 5, SPOT)) == "54000"


def test_the_leverage_that_is_set_already_may_always_be_set() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 1, 60_000)
    assert lever(floor, 10) == Lever(SWAP, "", "cross", "net", Decimal(10))


def test_an_order_that_only_reduces_is_not_in_the_way() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 1)
    floor.place(SWAP, "sell", 1, 72_000, reduce_only=True)
    assert lever(floor, 5).lever == 5


@pytest.mark.parametrize(("value", "share"), [(5, 5), (20, 20), (100, 100)])
def test_a_cross_position_needs_another_margin_and_no_cash_moves(value: int, share: int) -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 100)
    cash = floor.cash("USDT")
    lever(floor, value)
    assert floor.exchange.balance(floor.account, "USDT", floor.now).imr == floor.price(SWAP) / share
    assert floor.cash("USDT") == cash
    assert floor.place(SWAP, "buy", 1).lever == str(value)


@pytest.mark.parametrize("value", [5, 20])
def test_an_isolated_position_takes_or_returns_margin(value: int) -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 100, td_mode="isolated")
    worth, cash = held(floor, mgn_mode="isolated").avg_px, floor.cash("USDT")
    lever(floor, value, mgn_mode="isolated")
    after = held(floor, mgn_mode="isolated")
    assert values(after.margin, after.lever) == (worth / value, value)
    assert floor.cash("USDT") == cash + worth / 10 - worth / value
    assert floor.account.bills[-1].type == "6"


def test_what_was_added_by_hand_stays_when_the_leverage_changes() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 100, td_mode="isolated")
    floor.exchange.adjust_margin(floor.account, floor.now, inst_id=SWAP, amount=Decimal(500))
    lever(floor, 20, mgn_mode="isolated")
    after = held(floor, mgn_mode="isolated")
    assert after.margin == after.avg_px / 20 + 500


def test_an_isolated_position_keeps_the_margin_that_it_cannot_spare() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 100, td_mode="isolated")
    position = held(floor, mgn_mode="isolated")
    floor.account.put(replace(position, avg_px=position.avg_px + 4_000))
    assert refusal(floor, lambda: lever(floor, 50, mgn_mode="isolated")) == "59109"


def test_one_setting_serves_all_futures_of_an_underlying() -> None:
    floor = Floor()
    for inst_id in (NEAR, FAR):
        floor.place(inst_id, "buy", 10)
    lever(floor, 5, NEAR)
    assert values(*(held(floor, inst_id).lever for inst_id in (NEAR, FAR))) == (5, 5)


def test_the_sides_of_isolated_positions_have_their_own_leverage() -> None:
    floor = Floor()
    hedged(floor)
    assert lever(floor, 5, SWAP, "isolated", "long").pos_side == "long"
    rows = floor.exchange.leverage_of(floor.account, SWAP, "isolated")
    assert [values(row.pos_side, row.lever) for row in rows] == [("long", 5), ("short", 10)]
    assert lever(floor, 7, SWAP, "cross", "long").pos_side == "net"
    assert {row.lever for row in floor.exchange.leverage_of(floor.account, SWAP, "cross")} == {7}


def test_a_net_account_has_one_row_of_leverage() -> None:
    floor = Floor()
    assert floor.exchange.leverage_of(floor.account, SPOT, "cross") == (Lever(SPOT, "", "cross", "net", Decimal(10)),)


def test_portfolio_margin_tells_no_leverage() -> None:
    floor = Floor()
    level("4")(floor)
    assert refusal(floor, lambda: floor.exchange.leverage_of(floor.account, SWAP, "cross")) == "59111"


@pytest.mark.parametrize(("amount", "code"), [(100_000, "59301"), (-1, "59301")])
def test_margin_moves_within_what_is_available_and_needed(amount: int, code: str) -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 100, td_mode="isolated")
    adjust = floor.exchange.adjust_margin
    assert refusal(floor, lambda: adjust(floor.account, floor.now, inst_id=SWAP, amount=Decimal(amount))) == code


def test_margin_is_added_and_what_is_more_than_needed_is_taken_back() -> None:
    floor = Floor()
    floor.place(SWAP, "sell", 100, td_mode="isolated")
    cash, margin = floor.cash("USDT"), held(floor, mgn_mode="isolated").margin
    for amount, sub_type in ((1_000, "160"), (-900, "161")):
        floor.exchange.adjust_margin(floor.account, floor.now, inst_id=SWAP, amount=Decimal(amount))
        bill = floor.account.bills[-1]
        assert values(bill.type, bill.sub_type, bill.bal_chg, bill.pos_bal_chg) == ("6", sub_type, -amount, amount)
    assert values(floor.cash("USDT"), held(floor, mgn_mode="isolated").margin) == (cash - 100, margin + 100)


@pytest.mark.parametrize(
    ("orders", "inst_id", "code"),
    [
        ([], SWAP, "59300"),
        ([(SWAP, "buy", 1, None, "cross")], SWAP, "59300"),
        ([(OPTION, "buy", 1, "0.08", "isolated")], OPTION, "51040"),
        ([], "X-Y", "51001"),
    ],
)
def test_only_an_isolated_position_that_may_lose_has_margin(
    orders: list[tuple[str, str, int, str | None, str]], inst_id: str, code: str
) -> None:
    floor = Floor()
    for of, side, sz, px, td_mode in orders:
        floor.place(of, side, sz, px, td_mode=td_mode)
    adjust = floor.exchange.adjust_margin
    assert refusal(floor, lambda: adjust(floor.account, floor.now, inst_id=inst_id, amount=Decimal(1))) == code
