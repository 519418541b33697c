from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.exchange.amounts import Amount, amount_of


@pytest.mark.parametrize("amount", [Decimal("1.5"), "1.5"])
def test_an_amount_is_exact(amount: Amount) -> None:
    assert amount_of("USDT", amount) == Decimal("1.5")


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "one"])
def test_what_is_no_amount_is_named(amount: str) -> None:
    with pytest.raises(ValueError, match=f"the balance of USDT is '{amount}': give a finite amount, 0 or more"):
        amount_of("USDT", amount)


@pytest.mark.parametrize("amount", [1.5, True])
def test_a_float_is_no_amount(amount: float) -> None:
    with pytest.raises(TypeError, match="give a Decimal, an int or a str"):
        amount_of("USDT", amount)  # type: ignore[arg-type]


def test_a_currency_is_in_capitals() -> None:
    with pytest.raises(ValueError, match="unknown currency 'usdt': write it in capitals"):
        amount_of("usdt", 1)
