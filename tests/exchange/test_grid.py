from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.exchange.grid import amount, on_grid
from tests.exchange.support import instrument

BTC = instrument("BTC-USDT")


@pytest.mark.parametrize(
    ("value", "error"),
    [(1.5, TypeError), (True, TypeError), (None, TypeError), ("much", ValueError), ("NaN", ValueError), (0, ValueError),
     (-1, ValueError), ("Infinity", ValueError)],
)  # fmt: skip
def test_an_amount_is_exact_and_above_zero(value: object, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"^the size is"):
        amount("the size", value)


def test_a_number_on_the_grid_is_returned_as_it_is() -> None:
    assert on_grid("the price", "70000.1", BTC.tick_sz, "tick") == Decimal("70000.1")


def test_a_number_off_the_grid_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^the price is 70000\.05: give a multiple of the tick 0\.1$"):
        on_grid("the price", "70000.05", BTC.tick_sz, "tick")
