from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.exchange import Candle, Trade
from pytest_okx.exchange.replay import steps
from tests.exchange.support import NOW, instrument

BTC = instrument("BTC-USDT")
MINUTE = 60_000
TRADE = Trade(1, Decimal("100.5"), Decimal(2), "sell", NOW)
WIRE_TRADE = {"instId": "BTC-USDT", "px": "100.5", "sz": "2", "side": "sell", "ts": str(NOW), "tradeId": "1"}
RISING = [str(NOW), "100", "120", "90", "110", "8", "0", "0", "1"]
FALLING = [str(NOW), "110", "120", "90", "100", "8", "0", "0", "1"]


def candle(row: list[str]) -> Candle:
    opened, high, low, closed, vol = (Decimal(each) for each in row[1:6])
    return Candle(int(row[0]), opened, high, low, closed, vol, Decimal(0), Decimal(0), True)


def told(rows: list[Any], bar: str | None = None) -> list[tuple[int, str, str, str]]:
    return [(step.ts - NOW, str(step.px), f"{step.sz:f}", step.side) for step in steps(BTC, rows, bar)]


@pytest.mark.parametrize("row", [TRADE, WIRE_TRADE], ids=["value", "wire"])
def test_a_trade_is_one_step(row: Any) -> None:
    assert told([row]) == [(0, "100.5", "2", "sell")]


@pytest.mark.parametrize(
    ("row", "way"), [(RISING, ["100", "90", "120", "110"]), (FALLING, ["110", "120", "90", "100"])]
)
def test_a_candle_goes_to_its_far_end_first(row: list[str], way: list[str]) -> None:
    expected = [(ms, px, "2.00000000", "") for ms, px in zip((0, 20_000, 40_000, 59_999), way, strict=True)]
    assert told([row]) == told([candle(row)]) == told([tuple(row)]) == expected


@pytest.mark.parametrize(
    ("prices", "vol", "way"),
    [
        (("100", "100", "100", "100"), "7", [(0, "100", "7")]),
        (("100", "110", "100", "110"), "7", [(0, "100", "3.5"), (40_000, "110", "3.5")]),
        (("100", "110", "90", "110"), "10e-8", [(0, "100", "3e-8"), (20_000, "90", "3e-8"), (40_000, "110", "4e-8")]),
    ],
)  # fmt: skip
def test_a_candle_stops_only_where_the_price_changes_and_its_volume_is_kept(
    prices: tuple[str, ...], vol: str, way: list[tuple[int, str, str]]
) -> None:
    found = steps(BTC, [(NOW, *prices, vol)], None)
    assert [(step.ts - NOW, step.px, step.sz) for step in found] == [
        (ts, Decimal(px), Decimal(sz)) for ts, px, sz in way
    ]
    assert sum(step.sz for step in found) == Decimal(vol)


@pytest.mark.parametrize(("bar", "close"), [(None, 5 * MINUTE - 1), ("1H", 60 * MINUTE - 1), ("1m", MINUTE - 1)])
def test_the_length_of_a_candle_is_told_or_the_distance_to_the_next(bar: str | None, close: int) -> None:
    rows = [[str(NOW + minutes * MINUTE), *RISING[1:]] for minutes in (15, 0, 5)]
    times = [ts for ts, *_ in told(rows, bar)]
    assert close in times
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("row", "error", "text"),
    [
        ("1795176000000", TypeError, "'1795176000000' is neither a Trade nor a Candle, nor a row"),
        ([NOW, 1, 2], TypeError, "is neither a Trade nor a Candle"),
        ({"px": "1", "sz": "1"}, ValueError, "lacks ts, side: give trades as 'Get trades' does"),
        (WIRE_TRADE | {"side": "long"}, ValueError, "is 'long': give 'buy' or 'sell', the taker's"),
        (WIRE_TRADE | {"px": "100.55"}, ValueError, r"is 100\.55: give a multiple of the tick 0\.1"),
        (WIRE_TRADE | {"sz": 0.5}, TypeError, r"is 0\.5: give a Decimal, an int or a str"),
        ([NOW, "100", "99", "90", "95", "1"], ValueError, "is no candle: its low is 90 and its high 99"),
        ([NOW, "100", "110", "90", "95", "0"], ValueError, "the volume of .* is '0': give a number above 0"),
        (
            [NOW, "100", "110", "90", "95", "0.00000003"],
            ValueError,
            r"has the volume 0\.00000003: its 4 prices need a lot each, 0\.00000004 together",
        ),
    ],
)
def test_a_row_that_cannot_be_played_is_an_error(row: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        steps(BTC, [row], None)


def test_an_unknown_bar_is_an_error() -> None:
    with pytest.raises(ValueError, match="bar is '1h': give one of 1s, 1m, 3m"):
        steps(BTC, [RISING], "1h")
