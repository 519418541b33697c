from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.exchange import Trade
from pytest_okx.exchange.spans import Span, volumes
from pytest_okx.exchange.tape import Tape
from tests.exchange.support import NOW, instrument

BTC = instrument("BTC-USDT")
MINUTE = 60_000

# Times with repetitions, within a minute and over several, in ms after NOW.
printed = st.lists(
    st.tuples(st.sampled_from([0, 1, 500, 59_999, 60_000, 60_001, 150_000, 400_000]), st.integers(1, 9)), max_size=12
)
moments = st.integers(-1_000, 420_000)


def trade(number: int, ts: int, px: int) -> Trade:
    return Trade(number, Decimal(px), Decimal(number + 1), "buy", NOW + ts)


def tape_of(given_: list[tuple[int, int]]) -> tuple[Tape, list[Trade]]:
    trades = [trade(number, ts, px) for number, (ts, px) in enumerate(sorted(given_, key=lambda each: each[0]))]
    tape = Tape()
    for each in trades:
        tape.print(each)
    return tape, trades


def naive(trades: list[Trade]) -> Span | None:
    if not trades:
        return None
    prices = [each.px for each in trades]
    sums = [sum(parts) for parts in zip(*(volumes(BTC, each.sz, each.px) for each in trades), strict=True)]
    return Span(trades[0].ts, trades[-1].ts, prices[0], max(prices), min(prices), prices[-1], *map(Decimal, sums))


@given(printed, moments, moments)
def test_a_stretch_is_what_its_trades_amount_to(found: list[tuple[int, int]], one: int, other: int) -> None:
    tape, trades = tape_of(found)
    start, end = NOW + min(one, other), NOW + max(one, other)
    for _ in range(2):
        assert tape.span(BTC, start, end) == naive([each for each in trades if start <= each.ts < end])


@given(printed, moments)
def test_the_newest_come_first_and_none_is_later_than_asked(found: list[tuple[int, int]], now: int) -> None:
    tape, trades = tape_of(found)
    assert list(tape.newest(NOW + now)) == [each for each in reversed(trades) if each.ts <= NOW + now]
    assert bool(tape) is bool(trades)


@given(printed, moments, st.booleans())
def test_after_a_rewind_nothing_is_later_than_now_and_nothing_is_lost(
    found: list[tuple[int, int]], now: int, asked_before: bool
) -> None:
    tape, trades = tape_of(found)
    if asked_before:
        tape.span(BTC, NOW, NOW + 10 * MINUTE)
    tape.rewind(NOW + now)
    tape.print(trade(99, now, 5))
    kept = list(tape.newest(NOW + now))[::-1]
    assert [each.trade_id for each in kept] == [*(each.trade_id for each in trades), 99]
    assert [each.ts for each in kept] == [*(min(each.ts, NOW + now) for each in trades), NOW + now]
    assert tape.span(BTC, NOW - MINUTE, NOW + now + 1) == naive(kept)
