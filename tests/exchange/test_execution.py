from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import Account, Order
from pytest_okx.exchange.events import Event, OrderChanged, TradePrinted
from tests.exchange.support import Floor, instrument, request, values

SPOT, SWAP = "BTC-USDT", "BTC-USDT-SWAP"


@pytest.fixture
def floor() -> Floor:
    return Floor()


@pytest.fixture
def other(floor: Floor) -> Account:
    """Another user."""
    return floor.exchange.open_account(balances={"USDT": 10**6, "BTC": 100})


def touch(floor: Floor, inst_id: str, side: str) -> Decimal:
    return floor.exchange.markets.touch(instrument(inst_id), floor.now, side)


def place(
    floor: Floor, account: Account, side: str, sz: Any, px: Any = None, inst_id: str = SPOT, **more: object
) -> Order:
    return floor.exchange.place(account, request(inst_id, side, sz, px, **more), floor.now)


def inside(floor: Floor) -> Decimal:
    """A price between the best bid and the best ask of the house."""
    return floor.price(SPOT)


def test_they_meet_before_the_house_and_share_the_number_of_the_trade(floor: Floor, other: Account) -> None:
    px = inside(floor)
    theirs = place(floor, other, "sell", 2, px)
    mine = floor.place(SPOT, "buy", "0.5", px + 10)
    theirs = other.orders[theirs.ord_id]
    assert (mine.state, mine.avg_px, theirs.state) == ("filled", px, "partially_filled")
    (taken,), (made,) = floor.account.fills, other.fills
    assert (taken.exec_type, made.exec_type, taken.trade_id) == ("T", "M", made.trade_id)
    assert floor.cash("USDT") == 100_000 - px / 2
    assert other.cash["USDT"] == 10**6 + px / 2 * (1 - Decimal("0.0008"))
    assert floor.exchange.market(SPOT).trades[0].trade_id == taken.trade_id


def test_a_taker_goes_on_to_the_house(floor: Floor, other: Account) -> None:
    px, ask = inside(floor), touch(floor, SPOT, "buy")
    place(floor, other, "sell", "0.1", px)
    order = floor.place(SPOT, "buy", "0.3", ask)
    assert [(fill.px, fill.sz) for fill in floor.account.fills_of(order.ord_id)] == [
        (px, Decimal("0.1")), (ask, Decimal("0.2"))
    ]  # fmt: skip


def test_they_trade_in_the_order_of_price_and_time(floor: Floor, other: Account) -> None:
    floor.exchange.market(SPOT).set_book([], [])
    floor.exchange.market(SPOT).move_to(70_000)
    asks = [place(floor, other, "sell", "0.1", px) for px in ("70000.1", "70000.0", "70000.0", "70000.1")]
    floor.place(SPOT, "buy", "0.35", "70000.1")
    assert [other.orders[ask.ord_id].acc_fill_sz * 100 for ask in asks] == [10, 10, 10, 5]


@pytest.mark.parametrize(
    ("stp_mode", "mine", "own"),
    [
        ("cancel_maker", ("filled", ""), ("canceled", "32")),
        ("cancel_taker", ("canceled", "32"), ("live", "")),
        ("cancel_both", ("canceled", "32"), ("canceled", "32")),
    ],
)
def test_nobody_trades_with_himself(floor: Floor, stp_mode: str, mine: tuple[str, str], own: tuple[str, str]) -> None:
    waiting = floor.place(SPOT, "sell", "0.1", inside(floor))
    taker = floor.place(SPOT, "buy", "0.1", inside(floor) + 1, stp_mode=stp_mode)
    waiting = floor.again(waiting)
    assert (taker.state, taker.cancel_source) == mine
    assert (waiting.state, waiting.cancel_source) == own


def test_a_sub_account_is_the_same_owner(floor: Floor) -> None:
    sub = floor.exchange.open_sub_account(floor.account, "subone", balances={"BTC": 1})
    waiting = place(floor, sub, "sell", "0.1", inside(floor))
    floor.place(SPOT, "buy", "0.1", inside(floor) + 1)
    assert sub.orders[waiting.ord_id].cancel_source == "32"


@pytest.mark.parametrize(
    ("stp_mode", "state", "source"), [("cancel_maker", "filled", ""), ("cancel_taker", "canceled", "32")]
)
def test_a_fok_order_counts_what_it_may_not_trade_with(floor: Floor, stp_mode: str, state: str, source: str) -> None:
    floor.place(SPOT, "sell", "0.1", inside(floor))
    taker = floor.place(SPOT, "buy", "0.1", inside(floor) + 1, stp_mode=stp_mode, ord_type="fok")
    assert (taker.state, taker.cancel_source) == (state, source)


def test_a_fok_order_that_finds_too_little_leaves_its_own_orders_alone(floor: Floor, other: Account) -> None:
    own = floor.place(SPOT, "sell", "0.1", inside(floor))
    place(floor, other, "sell", "0.1", inside(floor))
    taker = floor.place(SPOT, "buy", "0.2", inside(floor), ord_type="fok")
    assert (taker.state, taker.cancel_source, floor.again(own).state) == ("canceled", "13", "live")


def test_fok_and_cancel_both_do_not_go_together(floor: Floor) -> None:
    with pytest.raises(OkxError, match="54036"):
        floor.place(SPOT, "buy", "0.1", 60_000, ord_type="fok", stp_mode="cancel_both")


def test_a_post_only_order_does_not_take_what_is_its_owners_either(floor: Floor) -> None:
    own = floor.place(SPOT, "sell", "0.1", inside(floor))
    taker = floor.place(SPOT, "buy", "0.1", inside(floor), ord_type="post_only")
    assert (taker.cancel_source, floor.again(own).state) == ("31", "live")


def test_a_waiting_reduce_only_order_gives_no_more_than_its_position(floor: Floor, other: Account) -> None:
    floor.exchange.market(SWAP).move_to(70_000)
    place(floor, other, "buy", 5, inst_id=SWAP)
    orders = [
        place(floor, other, "sell", 4, 70_000, inst_id=SWAP, reduce_only=True),
        place(floor, other, "sell", 4, 70_000, inst_id=SWAP, reduce_only=True),
    ]
    taker = floor.place(SWAP, "buy", 10, 70_000)
    after = [other.orders[order.ord_id] for order in orders]
    assert values(taker.state, taker.acc_fill_sz) == ("partially_filled", 5)
    assert [values(order.state, order.acc_fill_sz, order.cancel_source) for order in after] == [
        ("filled", 4, ""), ("canceled", 1, "17")
    ]  # fmt: skip
    assert floor.exchange.positions(other) == []


def test_what_happens_is_told_in_its_order(floor: Floor, other: Account) -> None:
    px = inside(floor)
    own = floor.place(SPOT, "sell", "0.1", px)
    place(floor, other, "sell", "0.1", px)
    told: list[tuple[str, str, str]] = []

    def hear(event: Event) -> None:
        if isinstance(event, OrderChanged):
            who = "own" if event.order.ord_id == own.ord_id else "mine" if event.account is floor.account else "theirs"
            told.append((who, event.order.state, event.fill.exec_type if event.fill else ""))
        elif isinstance(event, TradePrinted):
            told.append(("tape", event.trade.side, ""))

    floor.exchange.events.listen(hear)
    floor.place(SPOT, "buy", "0.2", px, ord_type="ioc")
    assert told == [
        ("mine", "live", ""),
        ("own", "canceled", ""),
        ("mine", "partially_filled", "T"),
        ("theirs", "filled", "M"),
        ("tape", "buy", ""),
        ("mine", "canceled", ""),
    ]


def test_amendments_are_told_with_their_result(floor: Floor) -> None:
    order = floor.place(SPOT, "buy", "0.1", 60_000)
    told: list[tuple[str, str, str]] = []

    def hear(event: Event) -> None:
        if isinstance(event, OrderChanged):
            told.append((event.order.state, event.req_id, event.amend_result))

    floor.exchange.events.listen(hear)
    for px, more in ((61_000, {"req_id": "a"}), (99_000, {"req_id": "b", "cxl_on_fail": True})):
        floor.exchange.amend(
            floor.account, floor.now, inst_id=SPOT, ord_id=order.ord_id, new_px=Decimal(px), **more
        )  # fmt: skip
    assert told == [("live", "a", "0"), ("canceled", "b", "1")]
