"""A position is closed whole, once nothing is in the way."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import AlgoRequest, Order, close_position
from tests.exchange.support import Floor, picture

SWAP = "BTC-USDT-SWAP"


@pytest.fixture
def floor() -> Floor:
    return Floor()


def close(floor: Floor, mgn_mode: str = "cross", inst_id: str = SWAP, **more: object) -> Order:
    return close_position(floor.exchange, floor.account, floor.now, inst_id=inst_id, mgn_mode=mgn_mode, **more)  # type: ignore[arg-type]


def stop(side: str, px: Decimal = Decimal(80_000), *, reduce_only: bool = False) -> AlgoRequest:
    """A trigger order that waits far away."""
    return AlgoRequest(
        inst_id=SWAP,
        td_mode="cross",
        side=side,
        ord_type="trigger",
        sz=Decimal(1),
        trigger_px=px,
        reduce_only=reduce_only,
    )


@pytest.mark.parametrize(("opening", "closing"), [("buy", "sell"), ("sell", "buy")])
@pytest.mark.parametrize("mgn_mode", ["cross", "isolated"])
def test_a_position_is_closed_at_the_market(floor: Floor, opening: str, closing: str, mgn_mode: str) -> None:
    floor.place(SWAP, opening, 3, td_mode=mgn_mode)
    order = close(floor, mgn_mode, cl_ord_id="bye", tag="t")
    assert (order.side, order.sz, order.state, order.ord_type) == (closing, Decimal(3), "filled", "market")
    assert (order.reduce_only, order.cl_ord_id, order.tag) == (True, "bye", "t")
    assert floor.account.positions == {}


@pytest.mark.parametrize("mgn_mode", ["cross", "isolated"])
@pytest.mark.parametrize(("opening", "sz"), [("buy", "700"), ("sell", "0.01")])
def test_a_pair_on_margin_is_closed_too(floor: Floor, opening: str, sz: str, mgn_mode: str) -> None:
    floor.place("BTC-USDT", opening, sz, td_mode=mgn_mode, ccy="USDT")
    with pytest.raises(OkxError, match="51023"):
        close(floor, mgn_mode, "BTC-USDT", ccy="BTC")
    assert close(floor, mgn_mode, "BTC-USDT", ccy="USDT").state == "filled"
    assert floor.account.positions == {}


def test_each_side_of_a_two_sided_account_is_closed_by_itself(floor: Floor) -> None:
    floor.exchange.set_position_mode(floor.account, "long_short_mode", floor.now)
    for side, pos_side in (("buy", "long"), ("sell", "short")):
        floor.place(SWAP, side, 1, pos_side=pos_side)
    floor.place(SWAP, "buy", 1, 69_000, pos_side="short")
    with pytest.raises(OkxError, match="51115"):
        close(floor, pos_side="short")
    order = close(floor, pos_side="short", auto_cxl=True)
    assert (order.side, order.pos_side, order.state) == ("buy", "short", "filled")
    assert [key[2] for key in floor.account.positions] == ["long"]
    assert not floor.exchange.pending(floor.account)


def test_the_other_margin_mode_keeps_its_position(floor: Floor) -> None:
    for mgn_mode in ("cross", "isolated"):
        floor.place(SWAP, "buy", 1, td_mode=mgn_mode)
    close(floor)
    assert [key[1] for key in floor.account.positions] == ["isolated"]


def test_an_order_that_would_close_it_is_in_the_way_unless_it_may_be_cancelled(floor: Floor) -> None:
    floor.place(SWAP, "buy", 1)
    other = floor.place(SWAP, "sell", 1, 71_000, reduce_only=True)
    before = picture(floor.account)
    with pytest.raises(OkxError, match="51115"):
        close(floor)
    assert picture(floor.account) == before
    close(floor, auto_cxl=True)
    assert floor.again(other).state == "canceled"
    assert floor.account.positions == {}


def test_an_order_that_may_open_is_not_in_the_way(floor: Floor) -> None:
    floor.place(SWAP, "buy", 1)
    orders = [floor.place(SWAP, "sell", 1, 71_000), floor.place(SWAP, "buy", 1, 69_000)]
    close(floor)
    assert [floor.again(order).state for order in orders] == ["live", "live"]


@pytest.mark.parametrize(("auto_cxl", "states"), [(True, ["canceled", "live", "live"]), (False, ["live"] * 3)])
def test_algo_orders_that_close_it_go_too_if_they_may(floor: Floor, auto_cxl: bool, states: list[str]) -> None:
    floor.place(SWAP, "buy", 1)
    stops = stop("sell", reduce_only=True), stop("sell"), stop("buy", Decimal(60_000))
    algos = [floor.exchange.algos.place(floor.account, each, floor.now) for each in stops]
    close(floor, auto_cxl=auto_cxl)
    assert [floor.exchange.algos.find(floor.account, algo.algo_id).state for algo in algos] == states


def test_a_client_id_that_is_taken_is_refused_and_changes_nothing(floor: Floor) -> None:
    floor.place(SWAP, "buy", 1)
    floor.place(SWAP, "sell", 1, 71_000, reduce_only=True, cl_ord_id="mine")
    before = picture(floor.account)
    with pytest.raises(OkxError, match="51016"):
        close(floor, auto_cxl=True, cl_ord_id="mine")
    assert picture(floor.account) == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "51023"),
        ({"mgn_mode": "isolated"}, "51023"),
        ({"inst_id": "BTC-EUR-SWAP"}, "51001"),
        ({"inst_id": "BTC-USDT"}, "51023"),
        ({"pos_side": "long"}, "51000"),
    ],
)
def test_what_is_not_there_cannot_be_closed(floor: Floor, arguments: dict[str, str], code: str) -> None:
    floor.place("ETH-USDT-SWAP", "buy", 1)
    before = picture(floor.account)
    with pytest.raises(OkxError, match=code):
        close(floor, **arguments)
    assert picture(floor.account) == before


def test_in_long_short_mode_the_side_has_to_be_said(floor: Floor) -> None:
    floor.account.pos_mode = "long_short_mode"
    with pytest.raises(OkxError, match="51000 Parameter posSide error"):
        close(floor)
    with pytest.raises(OkxError, match="51023"):
        close(floor, pos_side="short")
    with pytest.raises(OkxError, match="51023"):
        close(floor, inst_id="BTC-USD-261225-70000-C")


def test_a_position_larger_than_a_market_order_may_be_is_not_closed() -> None:
    floor = Floor({"USDT": 10**9})
    cap = floor.exchange.instrument("BTC-USDT-SWAP").max_mkt_sz
    for _ in range(2):
        floor.place(SWAP, "buy", cap)
    with pytest.raises(OkxError, match="51108"):
        close(floor)


def test_what_a_thin_market_leaves_of_the_closing_orders_is_cancelled_too(floor: Floor) -> None:
    floor.place(SWAP, "buy", 2)
    other = floor.place(SWAP, "sell", 1, 71_000, reduce_only=True)
    floor.exchange.market(SWAP).set_book(asks=[(70_500, 1)], bids=[(70_000, 1)])
    order = close(floor, auto_cxl=True)
    assert (order.state, order.acc_fill_sz, order.cancel_source) == ("canceled", Decimal(1), "14")
    assert (floor.again(other).state, floor.again(other).cancel_source) == ("canceled", "1")
