"""Trades below a number are found on any tape whose numbers grow, however many print at once."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.exchange import Instrument, Trade
from pytest_okx.exchange.prints import trades_before
from tests.exchange.support import NOW, Floor, instrument

BTC = instrument("BTC-USDT")


class Tape:
    """Trades at given times, numbered in their order."""

    def __init__(self, times: list[int]) -> None:
        self.all = [Trade(number, Decimal(1), Decimal(1), "buy", ts) for number, ts in enumerate(sorted(times), 1)]

    def trades(self, instrument: Instrument, now: int, limit: int) -> list[Trade]:
        return [trade for trade in reversed(self.all) if trade.ts <= now][:limit]


@given(
    st.lists(st.integers(0, 20), max_size=30),
    st.integers(0, 35),
    st.integers(0, 25),
    st.integers(0, 10),
    st.integers(1, 10),
)
def test_what_is_found_is_what_a_scan_would_find(
    times: list[int], trade_id: int, now: int, oldest: int, limit: int
) -> None:
    tape = Tape(times)
    if oldest > now:
        return
    scanned = [trade for trade in reversed(tape.all) if trade.trade_id < trade_id and oldest <= trade.ts <= now][:limit]
    assert trades_before(tape, BTC, trade_id, now, oldest=oldest, limit=limit) == scanned


def test_the_house_is_such_a_tape() -> None:
    markets = Floor().exchange.markets
    newest = markets.trades(BTC, NOW, 10)
    found = trades_before(markets, BTC, newest[2].trade_id, NOW, oldest=0, limit=5)
    assert found == newest[3:8]
