from __future__ import annotations

from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest

from pytest_okx.exchange.orders import KINDS, STATES, Fill, Order, filled, moved, open_order
from tests.exchange.support import NOW, instrument, request, values


def order(**more: object) -> Order:
    asked = request("BTC-USDT", "buy", 3, 70_000, cl_ord_id="mine", tag="t", **more)
    return open_order(asked, ord_id="1", instrument=instrument("BTC-USDT"), lever="", now=NOW)


def fill(sz: str, px: str, trade_id: int = 7) -> Fill:
    return Fill(
        trade_id=trade_id, px=Decimal(px), sz=Decimal(sz), fee=Decimal("-0.1"), fee_ccy="BTC", ts=NOW + 5,
        exec_type="T", pnl=Decimal(2), inst_id="BTC-USDT", ord_id="1", bill_id="9", side="buy",
    )  # fmt: skip


def test_a_new_order_keeps_its_request_and_has_no_fill() -> None:
    new = order()
    assert values(new.inst_id, new.side, new.sz, new.px) == ("BTC-USDT", "buy", 3, 70_000)
    assert (new.cl_ord_id, new.tag, new.inst_type, new.state) == ("mine", "t", "SPOT", "live")
    assert (new.avg_px, new.fill_px, new.trade_id, new.fill_time) == (None, None, None, None)
    assert values(new.fill_sz, new.acc_fill_sz, new.fee, new.fee_ccy) == (0, 0, 0, "")
    assert values(new.c_time, new.u_time, new.remaining, new.is_open) == (NOW, NOW, 3, True)
    assert new.position_key == ("BTC-USDT", "cash", "net")


def test_fills_add_up_and_the_last_one_shows() -> None:
    half = filled(order(), fill("1", "70000"))
    done = filled(half, fill("2", "69997", trade_id=8))
    assert (half.state, done.state) == ("partially_filled", "filled")
    assert values(half.remaining, done.remaining) == (2, 0)
    assert values(done.avg_px, done.acc_fill_sz, done.fee, done.pnl) == (69_998, 3, Decimal("-0.2"), 4)
    assert values(done.fill_px, done.fill_sz, done.trade_id, done.fill_time) == (69_997, 2, 8, NOW + 5)
    assert (done.fee_ccy, done.u_time, done.is_open) == ("BTC", NOW + 5, False)


def test_an_order_sized_in_quote_is_not_filled_by_chance() -> None:
    assert filled(order(tgt_ccy="quote_ccy"), fill("3", "1")).state == "partially_filled"


@pytest.mark.parametrize("state", sorted(STATES))
def test_every_state_leads_only_where_the_table_says(state: str) -> None:
    at = order() if state == "live" else moved(order(), state, NOW)
    assert at.is_open == bool(STATES[state])
    for target in STATES:
        if target in STATES[state]:
            assert moved(at, target, NOW + 1, cancel_source="1").state == target
        else:
            with pytest.raises(ValueError, match=f"is '{state}' and cannot become '{target}'"):
                moved(at, target, NOW)


def test_a_final_state_says_that_it_leads_nowhere() -> None:
    with pytest.raises(ValueError, match="from there it may go to no state"):
        moved(moved(order(), "canceled", NOW), "live", NOW)


def test_an_order_is_a_value() -> None:
    with pytest.raises(FrozenInstanceError):
        order().state = "filled"  # type: ignore[misc]


def test_what_rests_has_a_price() -> None:
    assert {name for name, kind in KINDS.items() if not kind.leftover} == {"limit", "post_only"}
    assert all(kind.priced for kind in KINDS.values() if not kind.leftover)
