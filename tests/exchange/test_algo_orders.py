"""Algo orders as values: their table of states, and what they say of themselves."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pytest_okx.exchange.algo_orders import ALGO_KINDS, ALGO_STATES, AlgoOrder, AlgoRequest, algo_moved, open_algo
from tests.exchange.support import NOW, instrument


def live() -> AlgoOrder:
    request = AlgoRequest(inst_id="BTC-USDT-SWAP", td_mode="cross", side="sell", ord_type="oco", sz=Decimal(2))
    return open_algo(
        request,
        algo_id="7",
        instrument=instrument("BTC-USDT-SWAP"),
        lever="10",
        start_px=Decimal(70000),
        last=Decimal(70000),
        now=NOW,
    )


def test_every_state_leads_to_states_of_the_table() -> None:
    assert {onward for states in ALGO_STATES.values() for onward in states} <= set(ALGO_STATES)


@pytest.mark.parametrize("state", sorted(ALGO_STATES["live"]))
def test_a_live_one_goes_where_the_table_leads(state: str) -> None:
    after = algo_moved(live(), state, NOW + 1, fail_code="51008")
    assert (after.state, after.u_time, after.fail_code) == (state, NOW + 1, "51008")


@pytest.mark.parametrize("state", [state for state, onward in ALGO_STATES.items() if not onward])
def test_an_end_is_an_end(state: str) -> None:
    begun = algo_moved(live(), "partially_effective", NOW) if state == "partially_failed" else live()
    ended = algo_moved(begun, state, NOW)
    assert not ended.is_pending
    with pytest.raises(ValueError, match=rf"algo order 7 is '{state}' and cannot become 'live': .* no state"):
        algo_moved(ended, "live", NOW)


def test_its_repr_fits_in_a_diff() -> None:
    assert repr(live()) == "<AlgoOrder 7 BTC-USDT-SWAP oco sell 2, live>"


def test_each_type_says_what_its_orders_come_from() -> None:
    assert {name: kind.source for name, kind in ALGO_KINDS.items()} == {
        "conditional": "7",
        "oco": "7",
        "trigger": "6",
        "move_order_stop": "25",
        "iceberg": "13",
        "twap": "13",
        "chase": "34",
    }


@pytest.mark.parametrize(
    ("side", "ratio", "spread", "expected"),
    [
        ("sell", "0.01", None, "69300"),
        ("buy", "0.01", None, "70700"),
        ("sell", None, "100.05", "69899.9"),
        ("buy", None, "100.05", "70100.1"),
        ("sell", None, "80000", "0"),
    ],
)
def test_a_trailing_stop_triggers_on_the_tick_beyond_its_callback(
    side: str, ratio: str | None, spread: str | None, expected: str
) -> None:
    trailing = replace(
        live(),
        side=side,
        ord_type="move_order_stop",
        callback_ratio=None if ratio is None else Decimal(ratio),
        callback_spread=None if spread is None else Decimal(spread),
    )
    assert trailing.move_trigger_px is None
    assert replace(trailing, extreme=Decimal(70000)).move_trigger_px == Decimal(expected)
