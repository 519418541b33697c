"""Amendments of an order that waits: good ones are made, and the rest gets its code and leaves the order alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from pytest_okx import OkxServer
from pytest_okx.exchange import Order
from pytest_okx.strategies import amendments, invalid_amendments
from pytest_okx.strategies.amendments import _MISTAKES
from tests.strategies.support import fresh, refusals, sent

ORDER, AMEND = "/api/v5/trade/order", "/api/v5/trade/amend-order"
PLACED = {
    "coins bought": {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "sz": "0.01", "px": "40000"},
    "coins sold": {"instId": "ETH-USDT", "tdMode": "cash", "side": "sell", "sz": "0.5", "px": "3000", "clOrdId": "me"},
    "a pair on margin": {
        "instId": "BTC-USDT",
        "tdMode": "cross",
        "side": "sell",
        "sz": "0.01",
        "px": "80000",
        "ccy": "USDT",
    },
    "a swap": {"instId": "BTC-USDT-SWAP", "tdMode": "isolated", "side": "buy", "sz": "3", "px": "60000"},
    "an inverse future": {"instId": "BTC-USD-260327", "tdMode": "cross", "side": "sell", "sz": "2", "px": "80000"},
    "an option": {"instId": "BTC-USD-260327-70000-C", "tdMode": "cross", "side": "buy", "sz": "2", "px": "0.04"},
}


def placed(name: str, *, taken: str = "") -> tuple[OkxServer, Order]:
    """A server with the order that waits, of which `taken` is filled, and that order."""
    server = fresh()
    assert sent(server, ORDER, {"ordType": "limit", **PLACED[name]}) == "0"
    order = server.exchange.orders[-1]
    return server, server.exchange.fill(order, taken) if taken else order


@pytest.mark.parametrize("name", PLACED)
def test_a_good_amendment_is_made_and_the_order_still_waits(name: str) -> None:
    @settings(max_examples=15, phases=[Phase.generate])
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        server, order = placed(name)
        asked = data.draw(amendments(order))
        assert sent(server, AMEND, asked) == "0"
        after = server.exchange.orders[-1]
        assert (after.is_open, after.amend_result) == (True, "0")
        assert [str(after.sz), str(after.px)] == [asked.get("newSz", str(order.sz)), asked.get("newPx", str(order.px))]

    holds()


@settings(max_examples=15)
@given(st.data())
def test_what_is_filled_counts(data: st.DataObject) -> None:
    server, order = placed("a swap", taken="1")
    assert sent(server, AMEND, data.draw(amendments(order))) == "0"
    assert server.exchange.orders[-1].remaining > 0


@pytest.mark.parametrize("name", PLACED)
def test_every_mistake_gets_its_code(name: str) -> None:
    server, order = placed(name)

    @settings(max_examples=3, phases=[Phase.generate])
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        entry = {**data.draw(amendments(order)), "cxlOnFail": None}
        made = [each.made_in(order, entry) for each in _MISTAKES if each.applies(order)]
        assert refusals(server, AMEND, made) == []

    holds()


@settings(max_examples=25)
@given(st.data())
def test_mistakes_are_drawn(data: st.DataObject) -> None:
    server, order = placed("coins sold")
    assert refusals(server, AMEND, [data.draw(invalid_amendments(order))]) == []


def test_it_shrinks_to_a_small_one() -> None:
    _, order = placed("a swap")
    small = find(amendments(order), lambda asked: True, settings=settings(max_examples=50))
    assert small == {"instId": "BTC-USDT-SWAP", "ordId": order.ord_id, "newSz": "0.01"}


def test_only_what_waits_can_be_amended() -> None:
    wrong: list[Any] = [None, placed("a swap", taken="3")[1]]
    for order in wrong:
        with pytest.raises(InvalidArgument, match=r"give one that waits at a price, such as exchange\.orders"):
            amendments(order)
