"""Orders that close: what is meant to reduce a position does nothing else, and the rest gets its code."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from pytest_okx import OkxServer
from pytest_okx.exchange import Position
from pytest_okx.strategies import closing_orders, invalid_closing_orders
from pytest_okx.strategies.closing import _MISTAKES
from tests.strategies.support import fresh, refusals, sent

ORDER = "/api/v5/trade/order"
OPENED = {
    "a net long": ("2", "net_mode", {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "buy", "sz": "3"}),
    "an inverse short": ("2", "net_mode", {"instId": "BTC-USD-SWAP", "tdMode": "isolated", "side": "sell", "sz": "2"}),
    "a long": (
        "2",
        "long_short_mode",
        {"instId": "ETH-USDT-SWAP", "tdMode": "cross", "side": "buy", "posSide": "long", "sz": "5"},
    ),
    "a short": (
        "3",
        "long_short_mode",
        {"instId": "BTC-USDT-260327", "tdMode": "isolated", "side": "sell", "posSide": "short", "sz": "1"},
    ),
    "a pair on margin": (
        "2",
        "net_mode",
        {"instId": "ETH-USDT", "tdMode": "cross", "side": "sell", "sz": "0.5", "ccy": "USDT"},
    ),
    "a pair bought on margin": (
        "2",
        "net_mode",
        {"instId": "BTC-USDT", "tdMode": "isolated", "side": "buy", "sz": "5000", "ccy": "BTC"},
    ),
    "an option": (
        "1",
        "net_mode",
        {
            "instId": "BTC-USD-260327-70000-C",
            "tdMode": "cash",
            "side": "buy",
            "ordType": "ioc",
            "px": "0.08",
            "sz": "4",
        },
    ),
}


def opened(name: str) -> tuple[OkxServer, Position]:
    """A server whose account holds the position, and that position."""
    acct_lv, pos_mode, order = OPENED[name]
    server = fresh(acct_lv, pos_mode)
    assert sent(server, ORDER, {"ordType": "market", **order}) == "0"
    (position,) = server.exchange.positions(server.exchange.accounts[0])
    return server, position


@pytest.mark.parametrize("name", OPENED)
def test_a_closing_order_is_taken_and_never_enlarges(name: str) -> None:
    @settings(max_examples=15, phases=[Phase.generate])
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        server, position = opened(name)
        assert sent(server, ORDER, data.draw(closing_orders(position))) == "0"
        left = server.exchange.accounts[0].positions.get(position.key)
        assert left is None or 0 < left.signed / position.signed <= 1

    holds()


@pytest.mark.parametrize("name", OPENED)
def test_every_mistake_gets_its_code(name: str) -> None:
    server, position = opened(name)

    @settings(max_examples=3, phases=[Phase.generate])
    @given(closing_orders(position, ord_types=("limit",)))
    def holds(entry: dict[str, Any]) -> None:
        made = [each.made_in(position, entry) for each in _MISTAKES if each.applies(position)]
        assert refusals(server, ORDER, made) == []

    holds()


def test_mistakes_are_drawn() -> None:
    server, position = opened("a net long")

    @settings(max_examples=25)
    @given(invalid_closing_orders(position))
    def holds(mistake: Any) -> None:
        assert refusals(server, ORDER, [mistake]) == []

    holds()


def test_it_shrinks_to_a_small_one() -> None:
    _, position = opened("a long")
    small = find(
        closing_orders(position, ord_types=("market",)), lambda order: True, settings=settings(max_examples=50)
    )
    way = {"instId": "ETH-USDT-SWAP", "tdMode": "cross", "side": "sell", "posSide": "long"}
    assert small == {**way, "ordType": "market", "sz": "0.01"}


def test_what_is_closed_cannot_be_closed() -> None:
    with pytest.raises(InvalidArgument, match=r"position is None: give an open one, such as exchange\.positions"):
        closing_orders(None)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match=r"has no orders of ord_types=\('market',\): widen them"):
        closing_orders(opened("an option")[1], ord_types=("market",))
