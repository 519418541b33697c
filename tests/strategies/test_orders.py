"""Orders as a fresh account sends them: good ones are taken, bad ones get the code that is promised."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from pytest_okx.clock import from_unix_ms
from pytest_okx.exchange import Instrument
from pytest_okx.exchange.instruments import default_instruments
from pytest_okx.server import OkxServer
from pytest_okx.strategies import instruments, invalid_orders, orders
from pytest_okx.strategies import mistakes as table
from tests.helpers import frozen_server
from tests.strategies.support import NOW_MS, code_of

ORDER = "/api/v5/trade/order"
LISTED = default_instruments(NOW_MS)


def place(server: OkxServer, order: dict[str, Any]) -> str:
    return code_of(server.request("POST", ORDER, order).json())


@given(st.data())
def test_a_good_order_is_taken(data: st.DataObject) -> None:
    order = data.draw(orders(data.draw(instruments(now=NOW_MS))))
    assert place(frozen_server(), order) == "0"


@given(st.data(), st.integers(NOW_MS, NOW_MS + 10**11))
def test_a_good_order_is_taken_at_any_time(data: st.DataObject, now: int) -> None:
    server = frozen_server()
    server.clock.set(from_unix_ms(now))
    instrument = data.draw(instruments(now=NOW_MS, inst_types=("SPOT", "SWAP")))
    assert place(server, data.draw(orders(instrument))) == "0"


@given(st.data())
def test_a_bad_order_gets_its_code(data: st.DataObject) -> None:
    invalid = data.draw(invalid_orders(data.draw(instruments(now=NOW_MS))))
    assert place(frozen_server(), invalid.order) == invalid.code, invalid.why


@pytest.mark.parametrize("inst_id", ["BTC-USDT", "SOL-USDT", "ETH-BTC", "BTC-USDT-SWAP", "BTC-USD-260327-70000-C"])
def test_every_mistake_gets_its_code_with_every_kind_of_instrument(inst_id: str) -> None:
    instrument = LISTED[inst_id]
    good = find(orders(instrument, ord_types=("limit",)), lambda order: True)
    for mistake in table.MISTAKES:
        if mistake.applies(instrument):
            assert place(frozen_server(), mistake.made_in(instrument, good).order) == mistake.code, mistake


@given(orders(LISTED["BTC-USDT-SWAP"], sides=("sell",), ord_types=("market", "post_only")))
def test_sides_and_types_are_chosen(order: dict[str, Any]) -> None:
    assert order["side"] == "sell"
    assert order["ordType"] in ("market", "post_only")
    assert ("px" in order) == (order["ordType"] == "post_only")


@given(instruments(now=NOW_MS, inst_types=("OPTION",)))
def test_instruments_are_of_the_types_asked_for(instrument: Instrument) -> None:
    assert instrument.inst_type == "OPTION"


def test_an_order_shrinks_to_a_small_one() -> None:
    found = find(orders(LISTED["BTC-USDT"], ord_types=("limit",)), lambda order: True)
    assert found == {
        "instId": "BTC-USDT",
        "tdMode": "cash",
        "side": "buy",
        "ordType": "limit",
        "sz": "0.00001",
        "px": "35000.1",
    }
