from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import Level, Market, Trade
from pytest_okx.exchange.events import Event, InstrumentChanged, MarketMoved, OrderChanged, TradePrinted
from tests.exchange.support import NOON, NOW, Floor, instrument, values

SPOT, SWAP = "BTC-USDT", "BTC-USDT-SWAP"
MINUTE = 60_000
TICK = Decimal("0.1")


@pytest.fixture
def floor() -> Floor:
    return Floor({"USDT": 10**7, "BTC": 100})


@pytest.fixture
def market(floor: Floor) -> Market:
    return floor.exchange.market(SPOT)


def best(market: Market) -> list[Any]:
    """Price and size of the best bid and the best ask, None where there is none."""
    book = market.book(1)
    return [(each[0].px, each[0].sz) if each else None for each in (book.bids, book.asks)]


def printed(market: Market, count: int) -> list[Any]:
    """Price, size and side of the last trades."""
    return [(trade.px, trade.sz, trade.side) for trade in market.trades[:count]]


class TestReading:
    def test_an_untouched_market_is_the_houses(self, floor: Floor, market: Market) -> None:
        house, of = floor.exchange.markets.house, instrument(SPOT)
        assert (market.price, market.last) == (house.price(of, NOW), house.price(of, NOW))
        assert market.trades == house.trades(of, NOW)
        assert market.book(5) == house.book(of, NOW, 5)

    def test_its_repr_tells_price_and_touch(self, market: Market) -> None:
        market.set_book(asks=[(70_001, "0.5")], bids=[])
        assert repr(market) == "<Market BTC-USDT 70001, bid none, ask 70001 x 0.5>"

    def test_an_instrument_that_is_not_listed_has_no_market(self, floor: Floor) -> None:
        with pytest.raises(ValueError, match=r"'NO-USDT' is not listed: see exchange\.instruments"):
            floor.exchange.market("NO-USDT")


class TestMoving:
    @pytest.mark.parametrize("px", [60_000, "80000.5", Decimal(70_000)])
    def test_the_price_goes_there_prints_and_stays(self, floor: Floor, market: Market, px: Any) -> None:
        market.move_to(px)
        price = Decimal(px)
        for _ in range(2):
            assert (market.price, market.last, floor.price(SPOT)) == (price, price, price)
            assert [side and side[0] for side in best(market)] == [price - TICK, price + TICK]
            floor.clock.advance(3600)
        assert market.trades[0].ts == NOW

    def test_who_waits_on_the_way_is_filled_at_its_own_price_the_best_first(self, floor: Floor, market: Market) -> None:
        market.move_to(70_000)
        buys = [floor.place(SPOT, "buy", "0.1", px) for px in (69_000, 69_500, 68_000, 69_000)]
        sell = floor.place(SPOT, "sell", "0.1", 71_000)
        market.move_to(69_000)
        after = [floor.again(order) for order in (*buys, sell)]
        assert [order.state for order in after] == ["filled", "filled", "live", "filled", "live"]
        assert [order.avg_px for order in after] == [69_000, 69_500, None, 69_000, None]
        assert [fill.ord_id for fill in floor.exchange.fills] == [buys[1].ord_id, buys[0].ord_id, buys[3].ord_id]
        assert {fill.exec_type for fill in floor.exchange.fills} == {"M"}
        assert [px for px, _, side in printed(market, 4) if side == "sell"] == [69_000, 69_000, 69_000, 69_500]
        assert [trade.trade_id for trade in market.trades[1:4]] == [f.trade_id for f in floor.exchange.fills][::-1]

    def test_equity_and_positions_follow_at_once(self, floor: Floor) -> None:
        market = floor.exchange.market(SWAP)
        floor.place(SWAP, "buy", 100)
        before = floor.exchange.balances(floor.account, floor.now)
        market.move_to(market.price + 1000)
        after = floor.exchange.balances(floor.account, floor.now)
        gain = {held.ccy: held.upl for held in after}["USDT"] - {held.ccy: held.upl for held in before}["USDT"]
        assert gain == 1000

    def test_a_position_that_is_not_covered_any_more_is_liquidated_at_once(self) -> None:
        floor = Floor({"USDT": 800})
        floor.place(SWAP, "buy", 10)
        floor.exchange.market(SWAP).move_to(60_000)
        assert floor.account.positions == {}

    def test_a_house_order_that_waited_in_a_set_book_is_met_too(self, floor: Floor, market: Market) -> None:
        market.set_book(asks=[(71_000, 1)], bids=[(69_000, 1)])
        order = floor.place(SPOT, "buy", "0.1", 70_500)
        market.move_to(70_400)
        assert values(market.price, floor.again(order).avg_px) == (70_400, 70_500)

    @pytest.mark.parametrize(
        ("px", "error", "text"),
        [
            (70_000.5, TypeError, r"the price is 70000\.5: give a Decimal, an int or a str"),
            (0, ValueError, "the price is 0: give a number above 0"),
            ("-3", ValueError, "the price is '-3': give a number above 0"),
            ("much", ValueError, "the price is 'much'"),
            ("70000.05", ValueError, r"the price is 70000\.05: give a multiple of the tick 0\.1"),
        ],
    )
    def test_a_price_that_cannot_be_moves_nothing(
        self, market: Market, px: Any, error: type[Exception], text: str
    ) -> None:
        before = repr(market)
        with pytest.raises(error, match=text):
            market.move_to(px)
        assert repr(market) == before


class TestTrading:
    def test_strangers_fill_who_waits_in_the_order_of_their_turn(self, floor: Floor, market: Market) -> None:
        market.move_to(70_000)
        orders = [floor.place(SPOT, "buy", "0.5", px) for px in (69_000, 69_500, 69_000)]
        market.trade(69_000, "0.7")
        assert [floor.again(order).acc_fill_sz for order in orders] == [Decimal("0.2"), Decimal("0.5"), 0]
        assert printed(market, 2) == [
            (69_000, Decimal("0.2"), "sell"), (69_500, Decimal("0.5"), "sell")
        ]  # fmt: skip
        assert values(market.price, market.last) == (70_000, 69_000)

    def test_what_nobody_wanted_is_printed_all_the_same(self, floor: Floor, market: Market) -> None:
        market.move_to(70_000)
        order = floor.place(SPOT, "sell", "0.5", 70_500)
        market.trade(71_000, 2)
        assert floor.again(order).avg_px == 70_500
        assert values(market.last, market.trades[0].sz, market.trades[1].sz) == (71_000, Decimal("1.5"), Decimal("0.5"))

    @pytest.mark.parametrize(
        ("side", "px", "told"),
        [
            ("", 69_000, "sell"),
            ("", 71_000, "buy"),
            ("", 70_000, "buy"),
            ("buy", 69_000, "buy"),
            ("sell", 71_000, "sell"),
        ],
    )
    def test_a_trade_away_from_the_market_is_a_takers_from_there(
        self, market: Market, side: str, px: int, told: str
    ) -> None:
        market.move_to(70_000)
        market.trade(px, 1, side=side)
        assert market.trades[0].side == told

    @pytest.mark.parametrize(("side", "px", "told"), [("buy", 70_050, "sell"), ("sell", 69_950, "buy")])
    def test_a_trade_where_somebody_waits_is_with_him(
        self, floor: Floor, market: Market, side: str, px: int, told: str
    ) -> None:
        market.set_book(asks=[(70_100, 1)], bids=[(69_900, 1)])
        order = floor.place(SPOT, side, "0.5", px)
        market.trade(px, "0.5")
        assert (floor.again(order).state, market.trades[0].side) == ("filled", told)

    def test_the_house_trades_no_more_once_a_test_did(self, floor: Floor, market: Market) -> None:
        market.trade(69_000, 1)
        price = market.price
        floor.clock.advance(7200)
        assert values(market.last, market.price) == (69_000, price)

    @pytest.mark.parametrize(
        ("given", "text"),
        [
            ({"size": 0}, "the size is 0: give a number above 0"),
            ({"size": "0.000000001"}, r"the size is 0\.000000001: give a multiple of the lot 0\.00000001"),
            ({"side": "long"}, "side is 'long': give 'buy' or 'sell'"),
        ],
    )
    def test_a_trade_that_cannot_be_is_an_error(self, market: Market, given: dict[str, Any], text: str) -> None:
        with pytest.raises(ValueError, match=text):
            market.trade(**({"price": 69_000, "size": 1} | given))

    def test_more_orders_than_one_taker_may_meet_are_all_filled(self) -> None:
        floor = Floor({"USDT": 10**9})
        owners = [floor.account, *(floor.exchange.open_account(balances={"USDT": 10**6}) for _ in range(2))]
        for owner in owners:
            floor.account = owner
            for number in range(400):
                floor.place(SPOT, "buy", "0.00001", 69_000 - number)
        floor.exchange.market(SPOT).trade(60_000, 1)
        assert len(floor.exchange.fills) == 1_200


class TestFilling:
    def test_an_order_is_filled_bit_by_bit_at_its_own_price(self, floor: Floor, market: Market) -> None:
        order = floor.place(SPOT, "buy", "0.5", 60_000)
        part = floor.exchange.fill(order, "0.2")
        assert values(part.state, part.acc_fill_sz) == ("partially_filled", Decimal("0.2"))
        done = floor.exchange.fill(order)
        assert values(done.state, done.avg_px) == ("filled", 60_000)
        assert printed(market, 2) == [
            (60_000, Decimal("0.3"), "sell"), (60_000, Decimal("0.2"), "sell")
        ]  # fmt: skip

    def test_it_need_not_be_its_turn(self, floor: Floor) -> None:
        first, second = (floor.place(SPOT, "buy", "0.5", px) for px in (61_000, 60_000))
        floor.exchange.fill(second)
        assert (floor.again(first).state, floor.again(second).state) == ("live", "filled")

    def test_only_what_waits_and_no_more_can_be_filled(self, floor: Floor) -> None:
        order = floor.place(SPOT, "buy", "0.5", 60_000)
        with pytest.raises(ValueError, match=rf"the size is 0\.6: no more than 0\.5 of order {order.ord_id} can trade"):
            floor.exchange.fill(order, "0.6")
        with pytest.raises(ValueError, match="order '1' of 'BTC-USDT' is unknown: place it first"):
            floor.exchange.fill(replace(order, ord_id="1"))
        with pytest.raises(ValueError, match="is 'canceled': fill one that waits"):
            floor.exchange.fill(floor.cancel(order))


class TestBooks:
    def test_takers_use_the_levels_up(self, floor: Floor, market: Market) -> None:
        market.set_book(asks=[(70_020, 2), (70_010, 1)], bids=[(69_990, 3)])
        assert market.price == 70_000
        assert best(market) == [(69_990, 3), (70_010, 1)]
        order = floor.place(SPOT, "buy", "1.5", tgt_ccy="base_ccy", ord_type="market")
        assert order.fill_value == 70_010 + 35_010
        assert best(market) == [(69_990, 3), (70_020, Decimal("1.5"))]
        rest = floor.place(SPOT, "buy", 2, 70_020)
        assert values(rest.state, rest.acc_fill_sz) == ("partially_filled", Decimal("1.5"))
        assert best(market) == [(70_020, Decimal("0.5")), None]
        nothing = floor.place(SPOT, "buy", 100)
        assert values(nothing.state, nothing.cancel_source, nothing.acc_fill_sz) == ("canceled", "14", 0)

    def test_strangers_trades_use_them_up_as_well(self, market: Market) -> None:
        market.set_book(asks=[(70_010, 1), (70_020, 2)], bids=[])
        market.trade(70_020, 2, side="buy")
        assert best(market) == [None, (70_020, 1)]
        assert printed(market, 2) == [(70_020, 1, "buy"), (70_010, 1, "buy")]

    def test_orders_that_the_new_book_crosses_trade_with_it(self, floor: Floor, market: Market) -> None:
        market.move_to(70_000)
        buys = [floor.place(SPOT, "buy", 1, px) for px in (69_500, 69_600)]
        sell = floor.place(SPOT, "sell", 1, 70_500)
        market.set_book(asks=[(69_400, "1.5"), (69_700, 1)], bids=[(69_300, 1)])
        after = [floor.again(order) for order in (*buys, sell)]
        assert [order.acc_fill_sz for order in after] == [Decimal("0.5"), 1, 0]
        assert values(after[0].avg_px, after[1].avg_px) == (69_500, 69_600)
        assert best(market) == [(69_500, Decimal("0.5")), (69_700, 1)]

    @pytest.mark.parametrize(
        ("asks", "bids", "price"),
        [
            ([(70_000, 1)], [(69_999, 1)], "69999.5"),
            ([("70000.1", 1)], [(70_000, 1)], "70000"),
            ([(71_000, 1), (70_500, 1)], [], "70500"),
            ([], [(69_000, 1), (69_200, 1)], "69200"),
            ([], [], "70007"),
        ],
    )
    def test_the_price_goes_to_the_middle(
        self, market: Market, asks: list[tuple[Any, int]], bids: list[tuple[Any, int]], price: str
    ) -> None:
        market.move_to(70_007)
        market.set_book(asks=asks, bids=bids)
        assert market.price == Decimal(price)

    def test_the_house_quotes_again_after_a_move(self, market: Market) -> None:
        market.set_book(asks=[], bids=[])
        market.move_to(70_000)
        assert len(market.book().asks) == 400

    @pytest.mark.parametrize(
        ("asks", "bids", "text"),
        [
            ([(70_000, 1)], [(70_000, 1)], "the best ask is 70000 and the best bid 70000: give asks above the bids"),
            ([(70_000, 1), ("70000.0", 2)], [], "two asks are at 70000: add their sizes"),
            ([], [("69999.95", 1)], r"the price of the bid is 69999\.95: give a multiple of the tick"),
            ([(70_000, "0.000000001")], [], r"the size at 70000 is 0\.000000001: give a multiple of the lot"),
        ],
    )
    def test_a_book_that_cannot_be_is_not_shown(self, market: Market, asks: Any, bids: Any, text: str) -> None:
        before = repr(market)
        with pytest.raises(ValueError, match=text):
            market.set_book(asks, bids)
        assert repr(market) == before


class TestReplaying:
    def test_candles_come_as_the_clock_passes(self, floor: Floor, market: Market) -> None:
        rows = [
            [str(NOW + MINUTE), "70000", "70500", "69000", "70100", "8"],
            [str(NOW + 2 * MINUTE), "70100", "70200", "70050", "70150", "4"],
        ]
        market.replay(rows)
        seen = []
        for seconds in (60, 20, 20, 19, 61):
            floor.clock.advance(seconds)
            seen.append(market.price)
        assert seen == [70_000, 69_000, 70_500, 70_500, 70_150]
        newest, older = floor.exchange.markets.candles(instrument(SPOT), "1m", floor.now, limit=3)[1:]
        for candle, row in ((older, rows[0]), (newest, rows[1])):
            assert [candle.open, candle.high, candle.low, candle.close, candle.vol] == [Decimal(n) for n in row[1:6]]

    def test_orders_fill_as_the_replay_reaches_them_and_at_that_time(self, floor: Floor, market: Market) -> None:
        market.move_to(70_000)
        order = floor.place(SPOT, "buy", 1, 69_200)
        market.replay([(NOW + MINUTE, 70_000, 70_500, 69_000, 70_100, 8)])
        floor.clock.advance(3600)
        floor.exchange.settle(floor.now)
        done = floor.again(order)
        assert values(done.state, done.avg_px, done.fill_time) == ("filled", 69_200, NOW + MINUTE + 20_000)

    def test_trades_fill_no_more_than_their_size_and_take_the_price_along(self, floor: Floor, market: Market) -> None:
        market.move_to(70_000)
        order = floor.place(SPOT, "buy", 1, 69_200)
        trades = [Trade(1, Decimal(69_100), Decimal("0.4"), "sell", NOW + ms) for ms in (10, 20)]
        market.replay(trades)
        floor.clock.advance(1)
        assert market.price == 69_100
        assert floor.again(order).acc_fill_sz == Decimal("0.8")
        bid, ask = best(market)
        assert bid == (69_200, Decimal("0.2"))
        assert ask[0] > 69_200

    def test_what_is_past_happens_now(self, floor: Floor, market: Market) -> None:
        market.replay([{"px": "69000", "sz": "1", "side": "sell", "ts": str(NOW - MINUTE)}])
        assert values(market.price, market.trades[0].ts) == (69_000, NOW)

    def test_a_market_that_is_closed_by_then_is_left_alone(self, floor: Floor) -> None:
        market, other = floor.exchange.market(SPOT), floor.exchange.market("ETH-USDT")
        for each in (market, other):
            each.replay([(NOW + MINUTE, 70_000, 70_000, 70_000, 70_000, 8)])
        market.suspend()
        other.delist()
        price = market.price
        floor.clock.advance(3600)
        assert market.price == price


class TestTerms:
    def test_a_suspended_market_stands_still(self, floor: Floor, market: Market) -> None:
        order = floor.place(SPOT, "sell", "0.1", market.price + 1)
        market.suspend()
        price = market.price
        floor.clock.advance(24 * 3600)
        assert (market.price, market.last) == (price, price)
        assert floor.again(order).state == "live"
        with pytest.raises(OkxError, match="51022"):
            floor.place(SPOT, "buy", "0.1", 60_000)
        for act in (lambda: market.move_to(1), lambda: market.trade(1, 1), lambda: floor.exchange.fill(order)):
            with pytest.raises(ValueError, match=r"'BTC-USDT' is in state 'suspend': resume\(\) it first"):
                act()
        market.resume()
        floor.exchange.fill(order)
        assert floor.again(order).state == "filled"

    def test_a_delisted_instrument_is_unknown_and_what_waited_there_is_cancelled(
        self, floor: Floor, market: Market
    ) -> None:
        order = floor.place(SPOT, "buy", "0.1", 60_000)
        market.delist()
        assert SPOT not in floor.exchange.instruments
        assert values(floor.account.orders[order.ord_id].state, floor.account.orders[order.ord_id].cancel_source) == (
            "canceled", "7"
        )  # fmt: skip
        with pytest.raises(OkxError, match="51001"):
            floor.place(SPOT, "buy", "0.1", 60_000)
        with pytest.raises(ValueError, match="'BTC-USDT' is not listed"):
            market.move_to(1)

    def test_it_may_be_delisted_later(self, floor: Floor, market: Market) -> None:
        order = floor.place(SPOT, "buy", "0.1", 60_000)
        market.delist(NOON + timedelta(hours=1))
        assert floor.exchange.instrument(SPOT).exp_time == NOW + 60 * MINUTE
        floor.clock.advance(3599)
        assert floor.again(order).state == "live"
        floor.clock.advance(1)
        floor.exchange.settle(floor.now)
        assert SPOT not in floor.exchange.instruments
        assert floor.account.orders[order.ord_id].cancel_source == "7"

    def test_what_is_gone_by_then_is_not_delisted_twice(self, floor: Floor, market: Market) -> None:
        market.delist(NOON + timedelta(hours=1))
        market.delist()
        floor.clock.advance(3600)
        floor.exchange.settle(floor.now)
        assert SPOT not in floor.exchange.instruments

    def test_a_naive_time_is_an_error(self, market: Market) -> None:
        with pytest.raises(ValueError, match="which is naive: add a time zone"):
            market.delist(datetime(2026, 12, 1))

    def test_the_terms_change_for_what_comes(self, floor: Floor, market: Market) -> None:
        old = floor.place(SPOT, "buy", "0.1", "60000.1")
        after = market.change(tick_sz="0.5", lot_sz="0.0001", min_sz="0.01")
        assert floor.exchange.instrument(SPOT) is after
        assert floor.place(SPOT, "buy", "0.1", "60000.3").px == 60_000
        for sz, code in (("0.00995", "51020"), ("0.01005", "51121")):
            with pytest.raises(OkxError, match=code):
                floor.place(SPOT, "buy", sz, 60_000)
        assert floor.cancel(old).px == Decimal("60000.1")
        assert all(level.px % Decimal("0.5") == 0 for level in market.book(5).asks)

    def test_a_price_that_was_moved_comes_onto_the_new_tick(self, market: Market) -> None:
        market.move_to("70000.7")
        market.change(tick_sz="0.5")
        assert market.price == Decimal("70000.5")

    @pytest.mark.parametrize(
        ("given", "error", "text"),
        [
            ({"state": "asleep"}, ValueError, "state is 'asleep': give one of live, suspend"),
            ({"tick_sz": 0.5}, TypeError, r"tick_sz is 0\.5: give a Decimal"),
            ({"min_sz": 0}, ValueError, "min_sz is 0: give a number above 0"),
            ({"lot_sz": "0.03"}, ValueError, r"give one that divides 0\.04"),
        ],
    )
    def test_terms_that_cannot_be_are_not_changed(
        self, floor: Floor, market: Market, given: dict[str, Any], error: type[Exception], text: str
    ) -> None:
        with pytest.raises(error, match=text):
            market.change(**given)
        assert floor.exchange.instrument(SPOT) == instrument(SPOT)

    def test_a_swap_funds_at_the_rate_that_it_is_given(self, floor: Floor, market: Market) -> None:
        swap, of = floor.exchange.market(SWAP), instrument(SWAP)
        house = floor.exchange.funding.rate(of, NOW)
        swap.set_funding_rate(Decimal("0.0042"))
        assert floor.exchange.funding.rate(of, NOW) == Decimal("0.0042")
        swap.set_funding_rate(None)
        assert floor.exchange.funding.rate(of, NOW) == house
        with pytest.raises(ValueError, match="'BTC-USDT' is of type SPOT: only a SWAP has a funding rate"):
            market.set_funding_rate(Decimal(0))

    def test_a_new_instrument_trades_like_the_others(self, floor: Floor) -> None:
        new = replace(instrument(SPOT), inst_id="NEW-USDT", base_ccy="NEW", inst_id_code=777, anchor=Decimal(5))
        market = floor.exchange.add_instrument(new)
        assert 4 < market.price < 6
        assert floor.place("NEW-USDT", "buy", 100).state == "filled"
        assert floor.cash("NEW") > 15


class TestEvents:
    @pytest.fixture
    def events(self, floor: Floor) -> list[Event]:
        told: list[Event] = []
        floor.exchange.events.listen(told.append)
        return told

    @pytest.mark.parametrize(
        ("act", "told"),
        [
            (lambda market: market.move_to(60_000), [OrderChanged, TradePrinted, TradePrinted, MarketMoved]),
            (lambda market: market.trade(60_000, 1), [OrderChanged, TradePrinted, TradePrinted, MarketMoved]),
            (lambda market: market.set_book([], [(59_000, 1)]), [MarketMoved]),
            (lambda market: market.suspend(), [InstrumentChanged]),
            (lambda market: market.delist(), [OrderChanged, InstrumentChanged]),
        ],
        ids=["move_to", "trade", "set_book", "suspend", "delist"],
    )
    def test_each_act_is_told(
        self,
        floor: Floor,
        market: Market,
        events: list[Event],
        act: Callable[[Market], None],
        told: list[type[Event]],
    ) -> None:
        floor.place(SPOT, "buy", "0.1", 61_000)
        events.clear()
        act(market)
        mine = (OrderChanged, TradePrinted, MarketMoved, InstrumentChanged)
        assert [type(event) for event in events if isinstance(event, mine)] == told
        assert {event.at for event in events} == {NOW}

    def test_listeners_hear_how_far_users_and_tests_drove_the_price(self, floor: Floor, market: Market) -> None:
        heard: list[Any] = []
        market.move_to(70_000)
        floor.exchange._desk.on_range.append(lambda of, low, high, now: heard.append((low, high)))
        market.move_to(70_500)
        market.trade(69_000, 1)
        market.set_book([(70_000, 1)], [(69_000, 1)])
        floor.place(SPOT, "buy", 100)
        assert heard == [(70_000, 70_500), (69_000, 70_500), (69_500, 70_500), (70_000, 70_000)]


def test_a_level_is_of_one_order(market: Market) -> None:
    market.set_book([(70_000, 1)], [])
    assert market.book().asks == (Level(Decimal(70_000), Decimal(1), 1),)
