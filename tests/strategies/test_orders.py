"""Orders as a fresh account sends them: good ones are taken, bad ones get the code that is promised."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from pytest_okx.clock import from_unix_ms
from pytest_okx.exchange import Instrument, default_instruments
from pytest_okx.strategies import instruments, invalid_orders, orders
from tests.strategies.support import ACCOUNTS, NOW_MS, fresh, refusals, sent, traded

ORDER = "/api/v5/trade/order"
LISTED = default_instruments(NOW_MS)


@given(st.data())
def test_a_good_order_is_taken(data: st.DataObject) -> None:
    acct_lv, pos_mode = data.draw(st.sampled_from(ACCOUNTS))
    instrument = data.draw(st.sampled_from(traded(acct_lv)))
    order = data.draw(orders(instrument, acct_lv=acct_lv, pos_mode=pos_mode))
    assert sent(fresh(acct_lv, pos_mode), ORDER, order) == "0"


@settings(max_examples=50)
@given(st.data(), st.integers(NOW_MS, NOW_MS + 10**11))
def test_a_good_order_is_taken_at_any_time(data: st.DataObject, now: int) -> None:
    server = fresh()
    server.clock.set(from_unix_ms(now))
    instrument = data.draw(instruments(now=NOW_MS, inst_types=("SPOT", "MARGIN", "SWAP")))
    assert sent(server, ORDER, data.draw(orders(instrument))) == "0"


@given(st.data())
def test_a_bad_order_gets_its_code(data: st.DataObject) -> None:
    acct_lv, pos_mode = data.draw(st.sampled_from(ACCOUNTS))
    instrument = data.draw(st.sampled_from(traded(acct_lv)))
    invalid = data.draw(invalid_orders(instrument, acct_lv=acct_lv, pos_mode=pos_mode))
    assert refusals(fresh(acct_lv, pos_mode), ORDER, [invalid]) == []


@settings(max_examples=20)
@given(orders(LISTED["BTC-USDT-SWAP"], sides=("sell",), ord_types=("market", "post_only"), td_modes=("isolated",)))
def test_sides_modes_and_types_are_chosen(order: dict[str, Any]) -> None:
    assert (order["side"], order["tdMode"]) == ("sell", "isolated")
    assert order["ordType"] in ("market", "post_only")
    assert ("px" in order) == (order["ordType"] == "post_only")


@settings(max_examples=20)
@given(orders(LISTED["BTC-USDT-SWAP"], attached=False))
def test_what_is_carried_can_be_left_out(order: dict[str, Any]) -> None:
    assert "attachAlgoOrds" not in order


@settings(max_examples=20)
@given(st.data(), st.sampled_from(("MARGIN", "OPTION")))
def test_instruments_are_of_the_types_asked_for(data: st.DataObject, inst_type: str) -> None:
    instrument: Instrument = data.draw(instruments(now=NOW_MS, inst_types=(inst_type,)))
    assert instrument.inst_type == inst_type


@pytest.mark.parametrize(
    "given",
    [
        {"fields": {"tdMode": "cash"}, "of": "BTC-USDT"},
        {"fields": {"tdMode": "cross", "posSide": "long"}, "of": "BTC-USDT-SWAP", "pos_mode": "long_short_mode"},
    ],
    ids=["net", "two-way"],
)
def test_an_order_shrinks_to_a_small_one(given: dict[str, Any]) -> None:
    of = LISTED[given["of"]]
    good = orders(of, pos_mode=given.get("pos_mode", "net_mode"), ord_types=("limit",))
    found = find(good, lambda order: True, settings=settings(max_examples=50))
    plain = {"instId": of.inst_id, "side": "buy", "ordType": "limit", "sz": str(of.min_sz)}
    assert found == {**plain, "px": found["px"], **given["fields"]}
    assert of.anchor / 2 < float(found["px"]) <= of.anchor * 51 / 100  # the shrinker may stop a few ticks short
