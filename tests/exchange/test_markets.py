from __future__ import annotations

from decimal import Decimal
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.errors import OkxError
from pytest_okx.exchange import House, Level, Markets, Order, Trade
from pytest_okx.exchange.accounts import Account
from pytest_okx.exchange.instruments import margin_twin
from pytest_okx.exchange.orders import open_order
from tests.exchange.support import DAY, HOUR, INSTRUMENTS, NOW, SLOT, instrument, request, values

HOUSE = House(0)
BTC = instrument("BTC-USDT")
MINUTE = 60_000
ACCOUNT = Account("1", "Lv1", {})


@pytest.fixture
def markets() -> Markets:
    return Markets(House(0))


def wait(markets: Markets, number: int, side: str, px: Decimal | int, sz: int = 1) -> Order:
    asked = request("BTC-USDT", side, sz, px)
    order = open_order(asked, ord_id=str(number), instrument=BTC, lever="", now=NOW)
    ACCOUNT.orders[order.ord_id] = order
    markets.venue("BTC-USDT").add(ACCOUNT, order)
    return order


def printed(markets: Markets, px: Decimal | int, sz: int, ts: int) -> Trade:
    venue = markets.venue("BTC-USDT")
    trade = Trade(venue.next_number(ts), Decimal(px), Decimal(sz), "buy", ts)
    venue.print(trade)
    return trade


@given(st.sampled_from(sorted(INSTRUMENTS)), st.integers(NOW - 40 * DAY, NOW + 40 * DAY), st.booleans())
@settings(max_examples=40, deadline=None)
def test_where_nobody_trades_it_is_the_house(inst_id: str, now: int, venue: bool) -> None:
    markets, i = Markets(HOUSE), instrument(inst_id)
    if venue:
        markets.venue(inst_id)
    assert markets.price(i, now) == HOUSE.price(i, now)
    assert markets.book(i, now, 5) == HOUSE.book(i, now, 5)
    assert markets.trades(i, now, 5) == HOUSE.trades(i, now, 5)
    assert markets.last(i, now) == HOUSE.trades(i, now, 1)[0]
    assert markets.ticker(i, now) == HOUSE.ticker(i, now)
    assert markets.range(i, now // SLOT - 9, now // SLOT) == HOUSE.range(i, now // SLOT - 9, now // SLOT)
    for bar in ("1s", "1H"):
        assert markets.candles(i, bar, now, limit=9) == HOUSE.candles(i, bar, now, limit=9)
    for side in ("buy", "sell"):
        assert markets.touch(i, now, side) == HOUSE.touch(i, now, side)
        assert list(islice(markets.levels(i, now, side), 3)) == list(islice(HOUSE.levels(i, now, side), 3))


def test_users_orders_are_added_to_the_levels_of_the_house(markets: Markets) -> None:
    best, second = islice(HOUSE.levels(BTC, NOW, "buy"), 2)
    for number, px in enumerate([second.px, best.px - Decimal("0.1"), second.px]):
        wait(markets, number, "sell", px, 3)
    levels = list(islice(markets.levels(BTC, NOW, "buy"), 3))
    assert levels == [
        Level(best.px - Decimal("0.1"), Decimal(3), 1),
        best,
        Level(second.px, second.sz + 6, second.orders + 2),
    ]
    offers = list(islice(markets.offers(BTC, NOW, "buy"), 5))
    assert [offer.maker.order.ord_id if offer.maker else "house" for offer in offers] == [
        "1",
        "house",
        "0",
        "2",
        "house",
    ]


@pytest.mark.parametrize(("side", "ahead"), [("buy", 1), ("sell", -1)])
def test_the_house_offers_nothing_that_a_waiting_order_would_have_taken(
    markets: Markets, side: str, ahead: int
) -> None:
    px = HOUSE.price(BTC, NOW) + ahead
    order = wait(markets, 1, side, px)
    assert markets.touch(BTC, NOW, side) == px + ahead * BTC.tick_sz
    other = {"buy": "sell", "sell": "buy"}[side]
    assert next(markets.levels(BTC, NOW, other)).px == px
    markets.venue("BTC-USDT").remove(order)
    assert markets.touch(BTC, NOW, side) == HOUSE.touch(BTC, NOW, side)


def test_a_pinned_market_stays(markets: Markets) -> None:
    markets.venue("BTC-USDT").pin(Decimal(60_000), NOW)
    now, later = (markets.book(BTC, NOW + ms, 3) for ms in (0, 30 * SLOT))
    assert (now.asks, now.bids) == (later.asks, later.bids)
    assert (now.asks[0].px, now.bids[0].px) == (Decimal("60000.1"), Decimal("59999.9"))
    assert not markets.wanders(BTC)
    assert markets.wanders(instrument("ETH-USDT"))


def test_a_pinned_market_without_trades_repeats_its_last_price(markets: Markets) -> None:
    markets.venue("BTC-USDT").pin(Decimal(60_000), NOW)
    last = HOUSE.price(BTC, NOW)
    assert {trade.ts for trade in markets.trades(BTC, NOW + DAY, 3)} == {NOW, NOW - SLOT, NOW - 2 * SLOT}
    (candle,) = markets.candles(BTC, "1m", NOW + HOUR, limit=1)
    assert {candle.open, candle.high, candle.low, candle.close} == {last}
    assert values(candle.vol, candle.vol_ccy, candle.confirm) == (0, 0, False)
    ticker = markets.ticker(BTC, NOW + 2 * DAY)
    assert {ticker.last, ticker.open24h, ticker.high24h, ticker.low24h, ticker.sod_utc0, ticker.sod_utc8} == {last}
    assert ticker.vol24h == ticker.vol_ccy24h == 0
    assert markets.range(BTC, (NOW + HOUR) // SLOT, (NOW + DAY) // SLOT) == (last, last)


def test_a_side_without_offers_has_no_price(markets: Markets) -> None:
    venue = markets.venue("BTC-USDT")
    venue.pin(Decimal(60_000), NOW)
    venue.show([], [Level(Decimal(59_000), Decimal(2), 1)])
    ticker = markets.ticker(BTC, NOW)
    assert values(ticker.ask_px, ticker.ask_sz, ticker.bid_px, ticker.bid_sz) == (None, 0, 59_000, 2)
    assert values(markets.touch(BTC, NOW, "buy"), markets.touch(BTC, NOW, "sell")) == (60_000, 59_000)
    venue.show([], [])
    assert markets.ticker(BTC, NOW).bid_px is None
    assert markets.book(BTC, NOW).bids == ()


def test_an_instrument_and_its_twin_on_margin_have_one_market(markets: Markets) -> None:
    twin = margin_twin(BTC, "USDT")
    assert twin is not None
    markets.venue("BTC-USDT").pin(Decimal(60_000), NOW)
    printed(markets, 61_000, 1, NOW)
    assert markets.price(twin, NOW) == 60_000
    assert markets.ticker(twin, NOW) == markets.ticker(BTC, NOW)
    assert markets.book(twin, NOW, 3) == markets.book(BTC, NOW, 3)


def test_of_the_same_moment_the_house_traded_first(markets: Markets) -> None:
    ours = printed(markets, 61_000, 1, NOW)
    assert [trade.trade_id for trade in markets.trades(BTC, NOW, 2)] == [ours.trade_id, NOW // SLOT * 1_000_000]
    assert markets.last(BTC, NOW) is ours
    assert markets.last(BTC, NOW + SLOT).ts == NOW + SLOT


moves = st.lists(
    st.tuples(st.sampled_from([0, 1, 4_999, 5_000, 61_000, 200_000]), st.integers(-50, 50), st.integers(1, 9)),
    max_size=8,
)


@given(moves, st.none() | st.integers(0, 8), st.sampled_from(["1s", "1m", "3m", "1H"]))
@settings(max_examples=40, deadline=None)
def test_candles_are_made_of_the_trades_in_them(
    found: list[tuple[int, int, int]], pinned: int | None, bar: str
) -> None:
    markets, now = Markets(HOUSE), NOW
    for number, (ms, offset, sz) in enumerate(found):
        now += ms
        if number == pinned:
            markets.venue("BTC-USDT").pin(Decimal(70_000), now)
        printed(markets, 70_000 + offset, sz, now)
    trades = markets.trades(BTC, now, 2_000)
    assert all(newer.ts >= older.ts and newer.trade_id > older.trade_id for newer, older in pairwise(trades))
    for candle in markets.candles(BTC, bar, now, limit=2):
        end = candle.ts + {"1s": 1_000, "1m": MINUTE, "3m": 3 * MINUTE, "1H": HOUR}[bar]
        inside = [trade for trade in reversed(trades) if candle.ts <= trade.ts < end]
        prices = [trade.px for trade in inside] or [next(trade.px for trade in trades if trade.ts < candle.ts)]
        assert (candle.open, candle.close) == (prices[0], prices[-1])
        assert (candle.high, candle.low) == (max(prices), min(prices))
        assert candle.vol == sum(trade.sz for trade in inside)


@given(moves)
@settings(max_examples=20, deadline=None)
def test_a_ticker_sums_up_the_trades_of_a_day(found: list[tuple[int, int, int]]) -> None:
    markets, now = Markets(HOUSE), NOW
    markets.venue("BTC-USDT").pin(Decimal(70_000), now - HOUR)
    for ms, offset, sz in found:
        now += ms
        printed(markets, 70_000 + offset, sz, now)
    ticker = markets.ticker(BTC, now)
    start = (now // SLOT + 1) * SLOT - DAY
    trades = [trade for trade in markets.trades(BTC, now, 18_000) if trade.ts >= start]
    prices = [trade.px for trade in trades]
    assert (ticker.last, ticker.last_sz, ticker.open24h) == (prices[0], trades[0].sz, prices[-1])
    assert (ticker.high24h, ticker.low24h) == (max(prices), min(prices))
    assert ticker.vol24h == sum(trade.sz for trade in trades)


def test_a_clock_that_goes_back_takes_the_market_along(markets: Markets) -> None:
    markets.venue("BTC-USDT").pin(Decimal(60_000), NOW)
    ours = printed(markets, 60_000, 1, NOW)
    markets.rewind(NOW - DAY)
    assert markets.price(BTC, NOW - DAY) == 60_000
    assert markets.last(BTC, NOW - DAY).trade_id == ours.trade_id


def test_candles_of_an_unknown_bar_are_refused(markets: Markets) -> None:
    markets.venue("BTC-USDT")
    with pytest.raises(OkxError):
        markets.candles(BTC, "1h", NOW)
