from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import Order
from pytest_okx.exchange.noise import SLOT_MS
from tests.exchange.support import HOUR, Floor, instrument, picture, values

SPOT, SWAP, FUTURE, OPTION = "BTC-USDT", "BTC-USDT-SWAP", "BTC-USDT-261225", "BTC-USD-261225-70000-C"


@pytest.fixture
def floor() -> Floor:
    return Floor()


def touch(floor: Floor, inst_id: str, side: str) -> Decimal:
    return floor.exchange.markets.touch(instrument(inst_id), floor.now, side)


def advance_until(floor: Floor, met: Callable[[Decimal], bool], inst_id: str = SPOT) -> None:
    """Move the clock to the first slot whose price satisfies `met`."""
    while not met(floor.price(inst_id)):
        floor.clock.advance(SLOT_MS / 1000)


class TestSpot:
    def test_a_market_buy_is_sized_in_quote(self, floor: Floor) -> None:
        ask = touch(floor, SPOT, "buy")
        order = floor.place(SPOT, "buy", 100)
        assert values(order.state, order.tgt_ccy, order.sz, order.px) == ("filled", "quote_ccy", 100, None)
        assert order.acc_fill_sz == Decimal(100 / ask).quantize(Decimal("1e-8"), "ROUND_DOWN")
        assert order.avg_px == ask
        assert floor.cash("BTC") == 1 + order.acc_fill_sz * Decimal("0.999")
        assert floor.cash("USDT") == 100_000 - order.acc_fill_sz * ask

    def test_a_market_sale_is_sized_in_base(self, floor: Floor) -> None:
        bid = touch(floor, SPOT, "sell")
        order = floor.place(SPOT, "sell", "0.5")
        assert (order.state, order.tgt_ccy, order.acc_fill_sz) == ("filled", "base_ccy", Decimal("0.5"))
        assert floor.cash("USDT") == 100_000 + bid / 2 * Decimal("0.999")

    def test_tgt_ccy_turns_the_unit(self, floor: Floor) -> None:
        bought = floor.place(SPOT, "buy", "0.5", tgt_ccy="base_ccy")
        sold = floor.place(SPOT, "sell", 700, tgt_ccy="quote_ccy")
        assert bought.acc_fill_sz == Decimal("0.5")
        proceeds = sold.acc_fill_sz * (sold.avg_px or 0)
        assert 699 < proceeds <= 700
        assert (bought.state, sold.state) == ("filled", "filled")

    def test_a_big_order_sweeps_several_levels(self) -> None:
        floor = Floor({"BTC": 100})
        order = floor.place(SPOT, "sell", 14)
        fills = floor.account.fills_of(order.ord_id)
        prices = [fill.px for fill in fills]
        assert len(prices) > 1
        assert prices == sorted(prices, reverse=True)
        worth = sum((fill.px * fill.sz for fill in fills), Decimal(0))
        assert abs((order.avg_px or 0) * 14 - worth) < Decimal("1e-12")

    @pytest.mark.parametrize(
        ("side", "sz", "unit", "spent"),
        [
            ("buy", "200000", "quote_ccy", "USDT"),
            ("buy", "2", "base_ccy", "USDT"),
            ("sell", "1.5", "base_ccy", "BTC"),
            ("sell", "100000", "quote_ccy", "BTC"),
        ],
    )
    def test_a_market_order_shrinks_to_the_balance(
        self, floor: Floor, side: str, sz: str, unit: str, spent: str
    ) -> None:
        with pytest.raises(OkxError, match=f"Insufficient {spent} balance"):
            floor.place(SPOT, side, sz, tgt_ccy=unit, ban_amend=True)
        order = floor.place(SPOT, side, sz, tgt_ccy=unit)
        assert (order.state, order.sz) == ("filled", Decimal(sz))
        assert 0 <= floor.cash(spent) < Decimal("0.01")

    @pytest.mark.parametrize(("balance", "code", "sub_code"), [("0", "51127", ""), ("0.5", "51008", "1000")])
    def test_a_market_order_without_money_is_refused(self, balance: str, code: str, sub_code: str) -> None:
        with pytest.raises(OkxError) as refusal:
            Floor({"USDT": balance}).place(SPOT, "buy", 100)
        assert (refusal.value.code, refusal.value.sub_code) == (code, sub_code)

    @pytest.mark.parametrize(
        ("side", "sz", "px", "ccy"), [("buy", "1.7", 60_000, "USDT"), ("sell", "1.1", 80_000, "BTC")]
    )
    def test_a_limit_order_beyond_the_balance_is_refused(
        self, floor: Floor, side: str, sz: str, px: int, ccy: str
    ) -> None:
        with pytest.raises(OkxError, match=f"Order failed. Insufficient {ccy} balance in account"):
            floor.place(SPOT, side, sz, px)

    def test_what_open_orders_freeze_cannot_be_used_twice(self, floor: Floor) -> None:
        floor.place(SPOT, "buy", 1, 60_000)
        assert floor.avail("USDT") == 40_000
        with pytest.raises(OkxError):
            floor.place(SPOT, "buy", 1, 60_000)

    def test_a_limit_order_that_crosses_trades_at_the_better_price(self, floor: Floor) -> None:
        ask = touch(floor, SPOT, "buy")
        order = floor.place(SPOT, "buy", "0.5", ask + 100)
        assert (order.state, order.avg_px) == ("filled", ask)
        assert floor.avail("USDT") == floor.cash("USDT") == 100_000 - ask / 2

    def test_the_rest_of_a_limit_order_waits(self) -> None:
        floor = Floor({"USDT": 10**9})
        level = next(floor.exchange.markets.levels(instrument(SPOT), floor.now, "buy"))
        order = floor.place(SPOT, "buy", level.sz + 1, level.px)
        assert values(order.state, order.remaining) == ("partially_filled", 1)
        assert floor.exchange.balance(floor.account, "USDT", floor.now).ord_frozen == level.px

    def test_a_taker_of_more_than_a_thousand_makers_is_cut_off(self) -> None:
        floor = Floor({"BTC": 10**9})
        order = floor.place(SPOT, "sell", 10**8, 67_000)
        assert (order.state, order.cancel_source, len(floor.account.fills_of(order.ord_id))) == (
            "canceled",
            "33",
            1_000,
        )


class TestKinds:
    def test_post_only_rests_unless_it_would_take(self, floor: Floor) -> None:
        ask = touch(floor, SPOT, "buy")
        taking = floor.place(SPOT, "buy", "0.1", ask, ord_type="post_only")
        resting = floor.place(SPOT, "buy", "0.1", ask - Decimal("0.1"), ord_type="post_only")
        assert (taking.state, taking.cancel_source, taking.last_fill) == ("canceled", "31", None)
        assert resting.state == "live"

    def test_fok_fills_whole_or_not_at_all(self, floor: Floor) -> None:
        ask = touch(floor, SWAP, "buy")
        small = floor.place(SWAP, "buy", 1, ask, ord_type="fok")
        big = Floor({"USDT": 10**9}).place(SWAP, "buy", 10**6, ask, ord_type="fok")
        assert (small.state, small.cancel_source) == ("filled", "")
        assert (big.state, big.cancel_source, big.last_fill) == ("canceled", "13", None)

    def test_ioc_fills_what_it_can(self, floor: Floor) -> None:
        ask = touch(floor, SPOT, "buy")
        nothing = floor.place(SPOT, "buy", "0.1", ask - 1, ord_type="ioc")
        rich = Floor({"USDT": 10**9})
        some = rich.place(SPOT, "buy", 1000, ask, ord_type="ioc")
        assert values(nothing.state, nothing.cancel_source, nothing.acc_fill_sz) == ("canceled", "14", 0)
        assert (some.state, some.cancel_source) == ("canceled", "14")
        assert 0 < some.acc_fill_sz < 1000
        assert rich.avail("USDT") == rich.cash("USDT")

    @pytest.mark.parametrize("ord_type", ["market", "optimal_limit_ioc"])
    def test_a_market_order_on_contracts_stays_within_the_band(self, ord_type: str) -> None:
        floor = Floor({"ETH": 10**9})
        order = floor.place("ETH-USD-SWAP", "sell", 1_000, ord_type=ord_type)
        assert (order.state, order.px, order.tgt_ccy) == ("filled", None, "")
        lowest = floor.exchange.price_limits("ETH-USD-SWAP", floor.now)[1]
        assert all(fill.px >= lowest for fill in floor.account.fills_of(order.ord_id))


class TestPrices:
    @pytest.mark.parametrize(
        ("inst_id", "side", "px", "placed"),
        [
            (SPOT, "buy", "60000.19", "60000.1"),
            (SPOT, "sell", "80000.11", "80000.2"),
            (SPOT, "buy", "60000.1", "60000.1"),
            (OPTION, "buy", "0.04006", "0.0401"),
            (OPTION, "buy", "0.04004", "0.0400"),
            (OPTION, "sell", "0.08004", "0.0800"),
        ],
    )
    def test_a_price_off_the_tick_is_rounded(self, floor: Floor, inst_id: str, side: str, px: str, placed: str) -> None:
        sz = "0.01" if inst_id == SPOT else 1
        assert floor.place(inst_id, side, sz, px).px == Decimal(placed)

    def test_a_market_order_has_no_price_even_if_one_is_sent(self, floor: Floor) -> None:
        assert floor.place(SPOT, "buy", 100, 1, ord_type="market").px is None

    def test_the_position_side_of_an_order_is_net(self, floor: Floor) -> None:
        assert floor.place(SWAP, "buy", 1, 60_000, pos_side="").pos_side == "net"

    @pytest.mark.parametrize(("inst_id", "lever"), [(SPOT, ""), (SWAP, "10"), (OPTION, "")])
    def test_the_leverage_is_shown_where_it_applies(self, floor: Floor, inst_id: str, lever: str) -> None:
        px = "0.04" if inst_id == OPTION else 60_000
        assert floor.place(inst_id, "buy", 1, px).lever == lever


class TestSettling:
    def test_a_resting_order_fills_at_its_own_price_once_the_house_traded_there(self, floor: Floor) -> None:
        px = floor.price(SPOT) + 5
        order = floor.place(SPOT, "sell", "0.5", px)
        advance_until(floor, lambda price: price >= px)
        floor.exchange.settle(floor.now)
        done = floor.again(order)
        assert done.last_fill is not None
        assert (done.state, done.avg_px, done.last_fill.exec_type) == ("filled", px, "M")
        assert (done.fill_time, done.u_time) == (floor.now - 1, floor.now - 1)
        assert done.fee == -px / 2 * Decimal("0.0008")
        assert floor.exchange.pending(floor.account) == []

    def test_it_fills_though_the_price_has_come_back_since(self, floor: Floor) -> None:
        low, high = floor.exchange.markets.range(
            instrument(SPOT), floor.now // SLOT_MS + 1, (floor.now + 24 * HOUR) // SLOT_MS
        )
        buy, sell = floor.place(SPOT, "buy", "0.1", low), floor.place(SPOT, "sell", "0.1", high)
        under = floor.place(SPOT, "buy", "0.1", low - Decimal("0.1"))
        floor.clock.advance(24 * 3600)
        floor.exchange.settle(floor.now)
        assert [floor.again(order).state for order in (buy, sell, under)] == ["filled", "filled", "live"]

    def test_nothing_fills_while_the_clock_stands_or_goes_back(self, floor: Floor) -> None:
        order = floor.place(SPOT, "sell", "0.5", floor.price(SPOT))
        for seconds in (0, 4.999, -3600):
            floor.clock.advance(seconds)
            floor.exchange.settle(floor.now)
        assert floor.again(order).state == "live"

    @pytest.mark.parametrize("act", ["place", "cancel", "positions"])
    def test_every_call_with_a_time_settles_first(self, floor: Floor, act: str) -> None:
        order = floor.place(SWAP, "buy", 1, floor.price(SWAP))
        other = floor.place(SPOT, "buy", "0.01", 50_000)
        px = order.px or Decimal(0)
        floor.clock.advance(SLOT_MS / 1000)
        advance_until(floor, lambda price: price <= px, SWAP)
        acts: dict[str, Callable[[], object]] = {
            "place": lambda: floor.place(SPOT, "buy", "0.01", 50_000),
            "cancel": lambda: floor.cancel(other),
            "positions": lambda: floor.exchange.positions(floor.account, floor.now),
        }
        acts[act]()
        assert floor.again(order).state == "filled"

    def test_an_order_that_was_met_can_no_longer_be_cancelled(self, floor: Floor) -> None:
        order = floor.place(SPOT, "sell", "0.5", floor.price(SPOT) + 1)
        advance_until(floor, lambda price: price > (order.px or 0))
        with pytest.raises(OkxError) as refusal:
            floor.cancel(order)
        assert refusal.value.code == "51400"

    def test_an_expiry_ends_what_rests_and_nothing_fills_after_it(self, floor: Floor) -> None:
        expiry = instrument(FUTURE).exp_time or 0
        order = floor.place(FUTURE, "buy", 1, 50_000)
        kept = floor.place(SWAP, "buy", 1, 50_000)
        floor.clock.advance((expiry - floor.now) / 1000)
        floor.exchange.settle(floor.now)
        assert (floor.again(order).state, floor.again(order).cancel_source) == ("canceled", "7")
        assert floor.again(kept).state == "live"
        floor.clock.advance(5)
        floor.exchange.settle(floor.now)
        assert len(floor.exchange.pending(floor.account)) == 1


class TestReduceOnly:
    @pytest.fixture
    def long(self, floor: Floor) -> Floor:
        floor.place(SWAP, "buy", 10)
        return floor

    def test_it_closes_and_never_turns_the_position(self, long: Floor) -> None:
        order = long.place(SWAP, "sell", 15, reduce_only=True)
        assert values(order.state, order.acc_fill_sz, order.cancel_source) == ("canceled", 10, "17")
        assert long.exchange.positions(long.account) == []

    def test_an_exact_one_is_filled(self, long: Floor) -> None:
        assert long.place(SWAP, "sell", 10, reduce_only=True).state == "filled"

    def test_resting_ones_end_with_the_position(self, long: Floor) -> None:
        orders = [long.place(SWAP, "sell", 5, 72_000, reduce_only=True) for _ in range(3)]
        opening = long.place(SWAP, "sell", 5, 72_000)
        long.place(SWAP, "sell", 10)
        assert {(long.again(o).state, long.again(o).cancel_source) for o in orders} == {("canceled", "17")}
        assert long.again(opening).state == "live"

    def test_resting_ones_end_when_the_position_turns(self, long: Floor) -> None:
        order = long.place(SWAP, "sell", 5, 72_000, reduce_only=True)
        long.place(SWAP, "sell", 12)
        assert long.again(order).cancel_source == "17"

    def test_a_resting_one_fills_only_what_is_left_to_reduce(self, long: Floor) -> None:
        px = long.price(SWAP) + 3
        orders: list[Order] = [long.place(SWAP, "sell", 8, px, reduce_only=True) for _ in range(3)]
        advance_until(long, lambda price: price >= px, SWAP)
        long.exchange.settle(long.now)
        after = [long.again(order) for order in orders]
        assert [values(o.state, o.acc_fill_sz) for o in after] == [("filled", 8), ("canceled", 2), ("canceled", 0)]
        assert long.exchange.positions(long.account) == []
        assert long.exchange.pending(long.account) == []

    def test_it_needs_no_margin(self, long: Floor) -> None:
        long.have("USDT", 0)
        order = long.place(SWAP, "sell", 10, 72_000, reduce_only=True)
        assert order.state == "live"
        assert long.exchange.balance(long.account, "USDT", long.now).ord_frozen == 0


class TestAmending:
    def amend(
        self, floor: Floor, order: Order, sz: str | int | None = None, px: str | int | None = None, **more: Any
    ) -> Order:
        return floor.exchange.amend(
            floor.account,
            floor.now,
            inst_id=order.inst_id,
            ord_id=order.ord_id,
            new_sz=None if sz is None else Decimal(sz),
            new_px=None if px is None else Decimal(px),
            **more,
        )

    @pytest.mark.parametrize(
        ("sz", "px", "frozen"), [("0.7", None, 42_000), (None, 50_000, 25_000), (1, 61_000, 61_000)]
    )
    def test_size_and_price_change_and_what_is_frozen_with_them(
        self, floor: Floor, sz: str | int | None, px: int | None, frozen: int
    ) -> None:
        order = floor.place(SPOT, "buy", "0.5", 60_000, cl_ord_id="mine")
        after = self.amend(floor, order, sz, px, req_id="r1")
        assert after == floor.again(order)
        assert (after.ord_id, after.cl_ord_id, after.state) == (order.ord_id, "mine", "live")
        assert values(after.sz, after.px) == (Decimal(sz or "0.5"), px or 60_000)
        assert (after.req_id, after.amend_result) == ("r1", "0")
        assert floor.exchange.balance(floor.account, "USDT", floor.now).ord_frozen == frozen

    @pytest.mark.parametrize(
        ("steps", "first"),
        [
            ([("0.4", None)], "mine"),
            ([("0.5", None)], "mine"),
            ([("0.6", None)], "other"),
            ([(None, "59999.9")], "other"),
            ([(None, "60000.1")], "mine"),
            ([(None, "60000.1"), (None, "60000")], "other"),
        ],
    )
    def test_an_order_keeps_its_turn_only_if_it_gets_smaller(
        self, floor: Floor, steps: list[tuple[str | None, str | None]], first: str
    ) -> None:
        mine = floor.place(SPOT, "buy", "0.5", 60_000)
        other = floor.place(SPOT, "buy", "0.5", 60_000)
        for sz, px in steps:
            self.amend(floor, mine, sz, px)
        floor.exchange.market(SPOT).trade(59_990, "0.1", side="sell")
        assert floor.again({"mine": mine, "other": other}[first]).acc_fill_sz == Decimal("0.1")

    def test_a_new_price_may_trade_at_once(self, floor: Floor) -> None:
        order = floor.place(SPOT, "buy", "0.5", 60_000)
        ask = touch(floor, SPOT, "buy")
        after = self.amend(floor, order, px=str(ask + 10))
        assert (after.state, after.avg_px) == ("filled", ask)
        assert after.last_fill is not None
        assert after.last_fill.exec_type == "T"
        assert floor.exchange.pending(floor.account) == []

    @pytest.mark.parametrize(("sz", "state"), [("0.3", "partially_filled"), ("0.2", "filled"), ("0.1", "filled")])
    def test_the_new_size_counts_what_is_filled(self, floor: Floor, sz: str, state: str) -> None:
        order = floor.place(SPOT, "buy", "0.5", 60_000)
        floor.exchange.fill(order, "0.2")
        after = self.amend(floor, order, sz)
        assert (after.state, after.acc_fill_sz) == (state, Decimal("0.2"))
        held = floor.exchange.balance(floor.account, "USDT", floor.now)
        assert held.ord_frozen == (after.sz - after.acc_fill_sz) * 60_000

    def test_a_rest_below_the_smallest_size_may_be_amended(self, floor: Floor) -> None:
        order = floor.place(SPOT, "buy", "0.00002", 60_000)
        floor.exchange.fill(order, "0.000015")
        assert self.amend(floor, order, px=61_000).px == 61_000

    @pytest.mark.parametrize(
        ("inst_id", "sz", "px", "code"),
        [
            (SPOT, None, None, "51500"),
            (SPOT, "0.000000001", None, "51020"),
            (SPOT, "0.100000001", None, "51121"),
            (SPOT, 2, None, "51502"),
            (SPOT, None, 90_000, "51137"),
            (SWAP, 10_000, None, "51502"),
            (SWAP, None, 90_000, "51006"),
            (SWAP, 10**9, None, "51101"),
        ],
    )
    @pytest.mark.parametrize("cxl_on_fail", [False, True])
    def test_a_refused_amendment_changes_nothing_unless_it_shall_cancel(
        self, floor: Floor, inst_id: str, sz: str | None, px: int | None, code: str, cxl_on_fail: bool
    ) -> None:
        order = floor.place(inst_id, "buy", "0.5", 60_000)
        before = picture(floor.account)
        if cxl_on_fail and code != "51500":
            after = self.amend(floor, order, sz, px, cxl_on_fail=True, req_id="r")
            assert (after.state, after.cancel_source) == ("canceled", "0")
            assert floor.avail("USDT") == 100_000
            return
        with pytest.raises(OkxError) as refusal:
            self.amend(floor, order, sz, px, cxl_on_fail=cxl_on_fail)
        assert refusal.value.code == code
        assert picture(floor.account) == before
        assert floor.again(order) is order

    def test_the_position_cap_counts_what_is_added(self) -> None:
        floor = Floor({"USDT": 10**12})
        order = floor.place(SWAP, "buy", 1, 60_000)
        with pytest.raises(OkxError) as refusal:
            self.amend(floor, order, 9 * 10**7)
        assert refusal.value.code in ("51004", "51105")

    def test_a_post_only_order_must_still_wait(self, floor: Floor) -> None:
        order = floor.place(SPOT, "buy", "0.5", 60_000, ord_type="post_only")
        with pytest.raises(OkxError) as refusal:
            self.amend(floor, order, px=str(touch(floor, SPOT, "buy")))
        assert refusal.value.code == "51511"
        assert self.amend(floor, order, px=61_000).state == "live"

    def test_an_order_that_is_done_or_unknown_cannot_be_amended(self, floor: Floor) -> None:
        order = floor.cancel(floor.place(SPOT, "buy", "0.5", 60_000))
        for unknown in (order, replace(order, ord_id="1")):
            with pytest.raises(OkxError) as refusal:
                self.amend(floor, unknown, 1)
            assert refusal.value.code == "51503"

    def test_a_reduce_only_order_can_be_amended_to_close_the_rest(self, floor: Floor) -> None:
        floor.place(SWAP, "buy", 10)
        order = floor.place(SWAP, "sell", 10, 72_000, reduce_only=True)
        floor.exchange.fill(order, 4)
        assert self.amend(floor, order, px=71_000).state == "partially_filled"
        assert floor.exchange.fill(order).state == "filled"
        assert floor.exchange.positions(floor.account) == []
