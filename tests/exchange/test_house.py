from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.errors import OkxError
from pytest_okx.exchange import House
from tests.exchange.support import DAY, HOUR, INSTRUMENTS, NOW, SLOT, instrument

HOUSE = House(0)
BTC = instrument("BTC-USDT")
CROSS = instrument("ETH-BTC")

inst_ids = st.sampled_from(sorted(INSTRUMENTS))
times = st.integers(NOW - 400 * DAY, NOW + 400 * DAY)
CALL, PUT = "BTC-USD-261225-70000-C", "BTC-USD-261225-70000-P"


@given(inst_ids, times)
def test_the_price_is_a_pure_function_of_seed_instrument_and_time(inst_id: str, now: int) -> None:
    assert HOUSE.price(instrument(inst_id), now) == House(0).price(instrument(inst_id), now)


@given(inst_ids, times)
def test_the_price_is_positive_on_the_tick_and_near_the_anchor(inst_id: str, now: int) -> None:
    i = instrument(inst_id)
    price = HOUSE.price(i, now)
    band = Decimal("0.2") if i.opt_type else Decimal("0.05")
    assert price > 0
    assert price % i.tick_sz == 0
    assert abs(price / i.anchor - 1) <= band


def test_another_seed_is_another_market() -> None:
    assert HOUSE.price(BTC, NOW) != House(1).price(BTC, NOW)


@given(times)
def test_spot_swap_and_futures_of_one_coin_move_together(now: int) -> None:
    spot = HOUSE.price(BTC, now) / BTC.anchor
    for inst_id in ("BTC-USDT-SWAP", "BTC-USD-SWAP", "BTC-USDC", "BTC-USD-270326"):
        i = instrument(inst_id)
        assert abs(HOUSE.price(i, now) / i.anchor - spot) < Decimal("0.00001")


@given(times)
def test_a_cross_pair_is_the_quotient_of_its_coins(now: int) -> None:
    eth = HOUSE.price(instrument("ETH-USDT"), now) / instrument("ETH-USDT").anchor
    btc = HOUSE.price(BTC, now) / BTC.anchor
    assert abs(HOUSE.price(CROSS, now) / CROSS.anchor - eth / btc) < Decimal("0.001")


@given(times, times)
def test_calls_gain_and_puts_lose_when_the_coin_rises(one: int, other: int) -> None:
    low, high = sorted((one, other), key=lambda now: HOUSE.price(BTC, now))
    assert HOUSE.price(instrument(CALL), low) <= HOUSE.price(instrument(CALL), high)
    assert HOUSE.price(instrument(PUT), low) >= HOUSE.price(instrument(PUT), high)


def test_the_market_moves_every_five_seconds() -> None:
    assert len({HOUSE.price(BTC, NOW + ms) for ms in range(0, SLOT, 500)}) == 1
    assert len({HOUSE.price(BTC, NOW + ms) for ms in range(0, HOUR, SLOT)}) > 20


@given(inst_ids, times)
@settings(max_examples=30)
def test_a_book_is_sorted_around_the_price_and_on_the_grids(inst_id: str, now: int) -> None:
    i = instrument(inst_id)
    book = HOUSE.book(i, now, 50)
    asks, bids = [level.px for level in book.asks], [level.px for level in book.bids]
    assert (len(asks), len(bids)) == (50, 50)
    assert asks == sorted(set(asks))
    assert bids == sorted(set(bids), reverse=True)
    assert bids[0] < HOUSE.price(i, now) < asks[0]
    for level in book.asks + book.bids:
        assert level.px > 0
        assert level.px % i.tick_sz == 0
        assert level.sz > 0
        assert level.sz % i.lot_sz == 0
        assert level.orders >= 1


def test_a_book_has_no_bid_at_zero_or_below() -> None:
    cheap = instrument("BTC-USD-261225-80000-C")
    book = HOUSE.book(cheap, NOW)
    assert len(book.asks) == 400
    assert len(book.bids) < 400
    assert book.bids[-1].px == cheap.tick_sz


def test_a_book_tells_its_time_and_when_the_house_moved() -> None:
    first, later = HOUSE.book(BTC, NOW + 1, 1), HOUSE.book(BTC, NOW + SLOT, 1)
    assert first.ts == NOW + 1
    assert later.seq_id > first.seq_id


@pytest.mark.parametrize(("inst_id", "least"), [("BTC-USDT", 2), ("BTC-USDT-SWAP", 5000)])
def test_a_retail_order_fills_at_the_touch(inst_id: str, least: int) -> None:
    for now in range(NOW, NOW + 20 * SLOT, SLOT):
        for side in ("buy", "sell"):
            level = next(HOUSE.levels(instrument(inst_id), now, side))
            assert level.sz >= least
            assert level.px == HOUSE.touch(instrument(inst_id), now, side)


def test_trades_are_newest_first_and_none_is_in_the_future() -> None:
    trades = HOUSE.trades(BTC, NOW + 4_999, 200)
    assert len(trades) == 200
    assert trades[0].ts == NOW
    assert all(a.ts - b.ts == SLOT and a.trade_id > b.trade_id for a, b in pairwise(trades))
    assert {trade.side for trade in trades} == {"buy", "sell"}
    assert {trade.sz for trade in trades} == {Decimal("0.04")}
    assert trades[0].px == HOUSE.price(BTC, NOW)


@given(inst_ids, st.sampled_from(["1m", "3m", "15m", "1H", "4H"]), times)
@settings(max_examples=40, deadline=None)
def test_a_candle_is_made_of_the_trades_in_it(inst_id: str, bar: str, now: int) -> None:
    i = instrument(inst_id)
    (candle,) = HOUSE.candles(i, bar, now, limit=1)
    count = (now - candle.ts) // SLOT + 1
    trades = HOUSE.trades(i, now, count)
    prices = [trade.px for trade in trades]
    assert (candle.open, candle.close) == (prices[-1], prices[0])
    assert (candle.high, candle.low) == (max(prices), min(prices))
    assert candle.vol == sum(trade.sz for trade in trades)
    assert trades[-1].ts == candle.ts
    assert not candle.confirm


def test_the_extremes_of_days_are_those_of_their_trades() -> None:
    now = NOW + 3 * DAY
    for i in (BTC, CROSS, instrument(CALL), instrument(PUT)):
        prices = [HOUSE.price(i, ts) for ts in range(NOW, now + 1, SLOT)]
        first, last = NOW // SLOT, now // SLOT
        for _ in range(2):
            assert HOUSE.range(i, first, last) == (min(prices), max(prices))


def test_a_second_without_a_trade_repeats_the_price_before_it() -> None:
    candles = HOUSE.candles(BTC, "1s", NOW + SLOT - 1, limit=6)
    quiet, (traded, before) = candles[:4], candles[4:]
    assert (traded.ts, traded.vol) == (NOW, Decimal("0.04"))
    assert {(c.open, c.high, c.low, c.close, c.vol, c.vol_ccy, c.vol_ccy_quote) for c in quiet} == {
        (traded.close,) * 4 + (Decimal(0),) * 3
    }
    assert before.close == HOUSE.price(BTC, NOW - 1)


def test_the_seconds_of_a_minute_add_up_to_it() -> None:
    minute = HOUSE.candles(BTC, "1m", NOW + 60_000, limit=2)[1]
    seconds = HOUSE.candles(BTC, "1s", NOW + 60_000, limit=60, after=NOW + 60_000)
    assert (seconds[-1].open, seconds[0].close) == (minute.open, minute.close)
    assert (max(s.high for s in seconds), min(s.low for s in seconds)) == (minute.high, minute.low)
    assert sum(s.vol for s in seconds) == minute.vol


def test_candles_are_newest_first_and_only_the_last_one_is_open() -> None:
    candles = HOUSE.candles(BTC, "1m", NOW + 1, limit=5)
    assert [candle.ts for candle in candles] == [NOW - n * 60_000 for n in range(5)]
    assert [candle.confirm for candle in candles] == [False, True, True, True, True]


def test_a_candle_is_confirmed_at_the_moment_when_the_next_opens() -> None:
    bar = HOUSE.candles(BTC, "1m", NOW - 1, limit=1)[0]
    assert not bar.confirm
    assert HOUSE.candles(BTC, "1m", NOW, limit=2)[1] == replace(bar, confirm=True)


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        (None, None, [0, 1, 2]),
        (NOW - 60_000, None, [2, 3, 4]),
        (NOW - 59_999, None, [1, 2, 3]),
        (None, NOW - 2 * 60_000, [0, 1]),
        (NOW, NOW - 3 * 60_000, [1, 2]),
        (NOW + DAY, None, [0, 1, 2]),
    ],
)
def test_candles_page_by_their_opening_time(after: int | None, before: int | None, expected: list[int]) -> None:
    found = HOUSE.candles(BTC, "1m", NOW, limit=3, after=after, before=before)
    assert [(NOW - candle.ts) // 60_000 for candle in found] == expected


def test_candles_of_an_unknown_bar_are_refused() -> None:
    with pytest.raises(OkxError):
        HOUSE.candles(BTC, "1h", NOW)


@pytest.mark.parametrize(
    ("inst_id", "unit"),
    [("BTC-USDT", "quote"), ("BTC-USDT-SWAP", "base"), ("BTC-USD-SWAP", "dollars")],
)
def test_volumes_are_counted_in_the_units_of_the_instrument(inst_id: str, unit: str) -> None:
    candle = HOUSE.candles(instrument(inst_id), "1m", NOW, limit=2)[1]
    face = instrument(inst_id).ct_val or 1
    middle = (candle.open + candle.close) / 2
    cent = Decimal("1E-8")
    expected = {
        "quote": (candle.vol * middle, candle.vol * middle),
        "base": (candle.vol * face, candle.vol * face * middle),
        "dollars": ((candle.vol * face / middle).quantize(cent), candle.vol * face),
    }
    assert (candle.vol_ccy, candle.vol_ccy_quote) == expected[unit]


@given(inst_ids, times)
@settings(max_examples=30)
def test_a_ticker_agrees_with_book_trades_and_candles(inst_id: str, now: int) -> None:
    i = instrument(inst_id)
    ticker, book = HOUSE.ticker(i, now), HOUSE.book(i, now, 1)
    trade = HOUSE.trades(i, now, 1)[0]
    assert (ticker.last, ticker.last_sz) == (trade.px, trade.sz)
    assert (ticker.ask_px, ticker.ask_sz) == (book.asks[0].px, book.asks[0].sz)
    assert (ticker.bid_px, ticker.bid_sz) == (book.bids[0].px, book.bids[0].sz)
    assert ticker.low24h <= ticker.last <= ticker.high24h
    assert ticker.vol24h == 17_280 * trade.sz
    assert ticker.sod_utc0 == HOUSE.candles(i, "1Dutc", now, limit=1)[0].open
    assert ticker.sod_utc8 == HOUSE.candles(i, "1D", now, limit=1)[0].open
    assert ticker.ts == now


def test_an_instrument_of_the_same_name_but_another_anchor_gets_its_own_market() -> None:
    house = House(0)
    dear = replace(BTC, anchor=BTC.anchor * 2)
    assert house.price(dear, NOW) > house.price(BTC, NOW) * Decimal("1.9")
    assert next(islice(house.levels(dear, NOW, "buy"), 1)).px > house.price(BTC, NOW)
