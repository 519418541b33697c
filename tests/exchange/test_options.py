"""Summaries of options: what is derived of which price."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pytest_okx.exchange import Options
from pytest_okx.exchange.greeks import Terms, value
from tests.exchange.support import NOW, Floor, instrument

FLOOR = Floor()
OPTIONS = Options(FLOOR.exchange)
CALL, PUT = (f"BTC-USD-261225-70000-{kind}" for kind in "CP")


@pytest.mark.parametrize("inst_id", [CALL, PUT, "ETH-USD-261225-3000-C"])
def test_the_mark_volatility_gives_the_mark_price_back(inst_id: str) -> None:
    of = instrument(inst_id)
    found = OPTIONS.summary(of, NOW)
    assert of.exp_time is not None
    assert of.strike is not None
    forward = float(found.forward)
    terms = Terms(1 if of.opt_type == "C" else -1, float(of.strike), forward, (of.exp_time - NOW) / 31_536_000_000)
    assert value(terms, found.mark_vol) / forward == pytest.approx(float(FLOOR.price(inst_id)))
    assert found.bid_vol < found.mark_vol < found.ask_vol
    assert found.lever == pytest.approx(1 / float(FLOOR.price(inst_id)))


def test_a_call_rises_with_the_coin_and_a_put_falls() -> None:
    call, put = (OPTIONS.summary(instrument(inst_id), NOW) for inst_id in (CALL, PUT))
    assert 0 < call.dollar.delta < 1
    assert -1 < put.dollar.delta < 0
    assert call.coin.delta == pytest.approx(call.dollar.delta - float(FLOOR.price(CALL)))


def test_the_forward_price_is_that_of_the_future_or_of_the_index() -> None:
    assert OPTIONS.forward(instrument(CALL), NOW) == FLOOR.price("BTC-USD-261225")
    floor = Floor()
    floor.exchange.listing.remove("BTC-USD-261225", NOW)
    assert Options(floor.exchange).forward(instrument(CALL), NOW) == FLOOR.price("BTC-USDT")


def test_an_option_that_settles_in_dollars_is_priced_in_dollars() -> None:
    coined = instrument(CALL)
    priced = replace(coined, inst_id="BTC-USD_UM-261225-70000-C", settle_ccy="USD", ct_type="linear")
    px, forward = FLOOR.price(CALL), OPTIONS.forward(coined, NOW)
    assert OPTIONS.vol(priced, px * forward, NOW) == pytest.approx(OPTIONS.vol(coined, px, NOW))
    dollars = OPTIONS.summary(replace(priced, anchor=coined.anchor * Decimal(70_000)), NOW)
    assert dollars.coin.delta == pytest.approx(dollars.dollar.delta - 1 / dollars.lever)
