from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.exchange.instruments import margin_twin
from pytest_okx.exchange.positions import Change, ClosedPosition, Position, trade
from pytest_okx.exchange.values import MONEY, notional
from tests.exchange.support import NOW, instrument, values

LINEAR, INVERSE, OPTION = "BTC-USDT-SWAP", "BTC-USD-SWAP", "BTC-USD-261225-70000-C"

sizes = st.integers(-500, 500).filter(bool)
prices = st.integers(1_000, 90_000)
trades = st.lists(st.tuples(sizes, prices), min_size=1, max_size=12)


def flat(inst_id: str, mgn_mode: str = "cross") -> Position:
    return Position(
        pos_id="1", instrument=instrument(inst_id), mgn_mode=mgn_mode, lever=Decimal(10), c_time=NOW, u_time=NOW
    )


def run(inst_id: str, steps: list[tuple[int, int]], mgn_mode: str = "cross") -> list[Change]:
    """Every change from flat through the given trades; the fee of each is -1."""

    def step(change: Change, order: tuple[int, int]) -> Change:
        sz, px = order
        return trade(change.position, Decimal(sz), Decimal(px), fee=Decimal(-1), trade_id=5, now=NOW + 1)

    start = Change(flat(inst_id, mgn_mode), Decimal(0), Decimal(0))
    with localcontext(MONEY):
        return list(accumulate(steps, step, initial=start))[1:]


@pytest.mark.parametrize(
    ("steps", "pos", "avg_px", "pnl"),
    [
        ([(10, 70_000)], 10, 70_000, 0),
        ([(10, 70_000), (30, 74_000)], 40, 73_000, 0),
        ([(10, 70_000), (-4, 71_000)], 6, 70_000, 40),
        ([(10, 70_000), (-10, 69_000)], 0, 70_000, -100),
        ([(-10, 70_000), (4, 69_000)], -6, 70_000, 40),
    ],
)
def test_a_position_grows_and_shrinks(steps: list[tuple[int, int]], pos: int, avg_px: int, pnl: int) -> None:
    after = run(LINEAR, steps)[-1].position
    assert values(after.pos, after.avg_px, after.pnl, after.fee) == (pos, avg_px, pnl, -len(steps))
    assert after.realized_pnl == pnl - len(steps)
    assert (after.u_time, after.trade_id, after.c_time) == (NOW + 1, 5, NOW)
    assert (after.inst_id, after.inst_type, after.ccy) == (LINEAR, "SWAP", "USDT")


@pytest.mark.parametrize(("steps", "pos"), [([(10, 70_000), (-25, 71_000)], -15), ([(-10, 70_000), (25, 69_000)], 15)])
def test_a_position_that_turns_ends_and_begins_anew_under_its_number(steps: list[tuple[int, int]], pos: int) -> None:
    change = run(LINEAR, steps)[-1]
    ended, begun = change.reduced, change.position
    assert ended is not None
    assert values(change.pnl, ended.pos, ended.pnl, ended.fee) == (100, 0, 100, Decimal("-1.4"))
    assert values(begun.pos, begun.avg_px, begun.pnl, begun.fee) == (pos, steps[-1][1], 0, Decimal("-0.6"))
    assert (begun.pos_id, begun.c_time, ended.c_time) == (ended.pos_id, NOW + 1, NOW)


def test_a_history_tells_what_was_closed_at_which_price() -> None:
    changes = run(LINEAR, [(10, 70_000), (-4, 71_000), (-6, 72_000)])
    assert changes[0].reduced is None
    last = changes[-1].reduced
    assert last is not None
    closed = ClosedPosition("2", last, "long")
    assert values(last.max_sz, last.closed_sz, closed.close_avg_px) == (10, 10, 71_600)
    assert abs(closed.pnl_ratio * 700 - (40 + 120 - 3)) < Decimal("1e-9")


def test_an_option_bought_needed_no_margin_and_so_has_no_ratio() -> None:
    last = run(OPTION, [(10, 1), (-10, 2)])[-1].reduced
    assert last is not None
    assert ClosedPosition("2", last, "long").pnl_ratio == 0


@pytest.mark.parametrize(
    ("pos_side", "signed", "pos", "direction", "closing"),
    [
        ("net", 5, 5, "long", "sell"),
        ("net", -5, -5, "short", "buy"),
        ("long", 5, 5, "long", "sell"),
        ("short", -5, 5, "short", "buy"),
    ],
)
def test_a_net_position_shows_its_sign_and_the_others_do_not(
    pos_side: str, signed: int, pos: int, direction: str, closing: str
) -> None:
    position = replace(flat(LINEAR), pos_side=pos_side, signed=Decimal(signed))
    assert values(position.pos, position.direction, position.closing_side) == (pos, direction, closing)
    assert values(position.pos_ccy, position.liab, position.liab_ccy) == ("", 0, "")


@pytest.mark.parametrize(
    ("signed", "pos", "pos_ccy", "liab", "liab_ccy"),
    [(2, 2, "BTC", -140_000, "USDT"), (-2, 140_000, "USDT", -2, "BTC")],
)
def test_a_pair_on_margin_shows_what_is_owned_and_what_is_owed(
    signed: int, pos: int, pos_ccy: str, liab: int, liab_ccy: str
) -> None:
    twin = margin_twin(instrument("BTC-USDT"), "USDT")
    assert twin is not None
    position = replace(flat(LINEAR), instrument=twin, signed=Decimal(signed), avg_px=Decimal(70_000))
    assert values(position.pos, position.pos_ccy, position.liab, position.liab_ccy) == (pos, pos_ccy, liab, liab_ccy)


def test_an_inverse_position_is_weighted_by_coins() -> None:
    after = run(INVERSE, [(10, 50_000), (10, 75_000)])[-1].position
    assert after.avg_px == 60_000


@given(trades, st.sampled_from([LINEAR, INVERSE]), st.sampled_from(["cross", "isolated"]))
def test_no_money_appears_between_the_first_trade_and_the_last(
    steps: list[tuple[int, int]], inst_id: str, mgn_mode: str
) -> None:
    """Cash moved plus margin kept plus open profit is what the trades themselves were worth."""
    changes = run(inst_id, steps, mgn_mode)
    mark, last = Decimal(40_000), changes[-1].position
    held = sum(change.cash for change in changes) + last.margin + last.upl(mark)
    i = instrument(inst_id)
    worth = sum((Decimal(sz) * (mark - px) for sz, px in steps), Decimal(0)) * (i.ct_val or 0)
    if inst_id == INVERSE:
        gains = (notional(i, Decimal(sz), Decimal(px)) - notional(i, Decimal(sz), mark) for sz, px in steps)
        worth = sum(gains, Decimal(0))
    assert abs(held - worth) < Decimal("1e-9")


@given(trades)
def test_isolated_margin_is_what_the_entry_needed_and_none_when_flat(steps: list[tuple[int, int]]) -> None:
    last = run(LINEAR, steps, "isolated")[-1].position
    assert abs(last.margin - last.notional(last.avg_px) / 10) < Decimal("1e-9")
    assert (last.margin == 0) == (last.pos == 0)


@given(trades)
def test_the_average_moves_only_when_the_position_grows(steps: list[tuple[int, int]]) -> None:
    before = flat(LINEAR)
    for change in run(LINEAR, steps):
        after = change.position
        if abs(after.pos) < abs(before.pos) and after.pos * before.pos > 0:
            assert after.avg_px == before.avg_px
        before = after


@pytest.mark.parametrize("mgn_mode", ["cross", "isolated"])
def test_premiums_move_cash_and_a_written_option_keeps_margin(mgn_mode: str) -> None:
    with localcontext(MONEY):
        bought = trade(flat(OPTION, mgn_mode), Decimal(10), Decimal("0.05"), fee=Decimal(0), trade_id=1, now=NOW)
        sold = trade(bought.position, Decimal(-30), Decimal("0.06"), fee=Decimal(0), trade_id=2, now=NOW)
    kept = Decimal("0.03") if mgn_mode == "isolated" else 0
    assert values(bought.cash, bought.pnl, bought.position.margin) == (Decimal("-0.005"), 0, 0)
    assert (sold.cash, sold.pnl, sold.position.margin) == (Decimal("0.018") - kept, Decimal("0.001"), kept)
    assert (bought.position.imr(Decimal("0.04")), bought.position.opt_val(Decimal("0.04"))) == (
        Decimal("0.004"),
        Decimal("0.004"),
    )
    assert (sold.position.imr(Decimal("0.04")), sold.position.equity(Decimal("0.04"))) == (
        Decimal("0.03"),
        Decimal("-0.008"),
    )


def test_a_swap_is_worth_its_profit_and_needs_a_tenth_of_its_value() -> None:
    position = run(LINEAR, [(10, 70_000)])[0].position
    mark = Decimal(71_000)
    assert values(position.upl(mark), position.equity(mark), position.opt_val(mark)) == (100, 100, 0)
    assert values(position.notional(mark), position.imr(mark)) == (7_100, 710)
