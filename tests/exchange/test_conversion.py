"""Coins and contracts become each other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.errors import OkxError
from pytest_okx.exchange.conversion import to_coins, to_contracts
from tests.exchange.support import instrument

LINEAR, INVERSE, OPTION = "BTC-USDT-SWAP", "BTC-USD-SWAP", "BTC-USD-261225-70000-C"
PX = Decimal(50_000)


@given(st.sampled_from([LINEAR, INVERSE, OPTION]), st.integers(1, 10**6), st.booleans())
def test_contracts_become_coins_and_the_same_contracts_again(inst_id: str, lots: int, opening: bool) -> None:
    of = instrument(inst_id)
    sz = lots * of.lot_sz
    coins = to_coins(of, sz, PX, in_quote=False)
    assert to_contracts(of, coins, PX, in_quote=False, opening=opening) == sz


@given(st.integers(1, 10**9))
def test_opening_rounds_down_and_closing_to_the_nearest(units: int) -> None:
    of, coins = instrument(LINEAR), Decimal(units) / 10**6
    down, nearest = (to_contracts(of, coins, None, in_quote=False, opening=opening) for opening in (True, False))
    exact = coins * 100
    assert down <= exact < down + of.lot_sz
    assert abs(nearest - exact) <= of.lot_sz / 2
    assert down % of.lot_sz == nearest % of.lot_sz == 0


def test_the_quote_currency_is_the_price_times_the_coins() -> None:
    of = instrument(LINEAR)
    assert to_coins(of, Decimal(3), PX, in_quote=True) == 3 * PX / 100
    assert to_contracts(of, 3 * PX / 100, PX, in_quote=True, opening=True) == 3


@pytest.mark.parametrize(("inst_id", "in_quote"), [(INVERSE, False), (LINEAR, True)])
def test_a_price_is_asked_for_where_there_is_no_way_without(inst_id: str, in_quote: bool) -> None:
    with pytest.raises(OkxError, match="Parameter px cant be empty"):
        to_coins(instrument(inst_id), Decimal(1), None, in_quote=in_quote)
