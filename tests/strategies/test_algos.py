"""Algo orders as a fresh account sends them: good ones wait or work, bad ones get the code that is promised."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from pytest_okx.exchange import default_instruments
from pytest_okx.strategies import algo_orders, invalid_algo_orders
from pytest_okx.strategies.algo_mistakes import ALGO_MISTAKES
from pytest_okx.strategies.cases import case_of
from tests.strategies.support import ACCOUNTS, NOW_MS, fresh, refusals, sent, traded

ORDER_ALGO = "/api/v5/trade/order-algo"
LISTED = default_instruments(NOW_MS)
AT_WORK = {"live", "pause", "partially_effective", "effective"}


@given(st.data())
def test_a_good_algo_order_is_taken_and_does_not_fail(data: st.DataObject) -> None:
    acct_lv, pos_mode = data.draw(st.sampled_from(ACCOUNTS))
    instrument = data.draw(st.sampled_from(traded(acct_lv)))
    server = fresh(acct_lv, pos_mode)
    order = data.draw(algo_orders(instrument, acct_lv=acct_lv, pos_mode=pos_mode))
    assert sent(server, ORDER_ALGO, order) == "0"
    (algo,) = server.exchange.algo_orders
    assert algo.state in AT_WORK, algo.fail_code


@given(st.data())
def test_a_bad_algo_order_gets_its_code(data: st.DataObject) -> None:
    acct_lv, pos_mode = data.draw(st.sampled_from(ACCOUNTS))
    instrument = data.draw(st.sampled_from(traded(acct_lv)))
    invalid = data.draw(invalid_algo_orders(instrument, acct_lv=acct_lv, pos_mode=pos_mode))
    assert refusals(fresh(acct_lv, pos_mode), ORDER_ALGO, [invalid]) == []


@pytest.mark.parametrize(("acct_lv", "pos_mode"), ACCOUNTS)
def test_every_mistake_gets_its_code_with_every_kind_of_instrument(acct_lv: str, pos_mode: str) -> None:
    server = fresh(acct_lv, pos_mode)

    @settings(max_examples=2, phases=[Phase.generate])
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        for instrument in traded(acct_lv):
            case = case_of(instrument, acct_lv=acct_lv, pos_mode=pos_mode)
            good = {
                kind: data.draw(algo_orders(instrument, acct_lv=acct_lv, pos_mode=pos_mode, ord_types=(kind,)))
                for kind in dict.fromkeys(each.of for each in ALGO_MISTAKES)
            }
            made = [each.made_in(case, good[each.of]) for each in ALGO_MISTAKES if each.applies(case)]
            assert refusals(server, ORDER_ALGO, made) == []

    holds()


def test_every_mistake_can_be_made_by_some_account() -> None:
    cases = [
        case_of(instrument, acct_lv=acct_lv, pos_mode=pos_mode)
        for acct_lv, pos_mode in ACCOUNTS
        for instrument in traded(acct_lv)
    ]
    assert [each for each in ALGO_MISTAKES if not any(map(each.applies, cases))] == []


@settings(max_examples=20)
@given(algo_orders(LISTED["BTC-USDT"], sides=("sell",), ord_types=("oco", "chase")))
def test_of_the_types_those_are_used_that_the_instrument_has(order: dict[str, Any]) -> None:
    assert (order["side"], order["ordType"]) == ("sell", "oco")
    assert order["slTriggerPx"] != order["tpTriggerPx"]


def test_an_algo_order_shrinks_to_a_small_one() -> None:
    tiny = settings(max_examples=50)
    found = find(algo_orders(LISTED["BTC-USDT-SWAP"], ord_types=("chase",)), lambda order: True, settings=tiny)
    plain = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "buy", "ordType": "chase", "sz": "0.01"}
    assert found == plain
