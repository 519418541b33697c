from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import Order
from pytest_okx.exchange.noise import SLOT_MS
from tests.exchange.support import HOUR, Floor, instrument, values

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
