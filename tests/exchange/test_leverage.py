from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.exchange.leverage import DEFAULT_LEVER, Leverage

SWAP, NEAR, FAR = "BTC-USDT-SWAP", "BTC-USDT-261225", "BTC-USDT-270326"


@pytest.mark.parametrize(
    ("setting", "asked", "same"),
    [
        ((SWAP, "cross", "net"), (SWAP, "cross", "long"), True),
        ((SWAP, "cross", "net"), (SWAP, "isolated", "net"), False),
        ((SWAP, "cross", "net"), ("ETH-USDT-SWAP", "cross", "net"), False),
        ((SWAP, "cross", "net"), (NEAR, "cross", "net"), False),
        ((NEAR, "cross", "net"), (FAR, "cross", "net"), True),
        ((NEAR, "cross", "net"), ("BTC-USD-261225", "cross", "net"), False),
        ((NEAR, "cross", "net"), ("BTC-USDT", "cross", "net"), False),
        ((NEAR, "isolated", "net"), (FAR, "isolated", "net"), False),
        ((NEAR, "isolated", "long"), (NEAR, "isolated", "short"), False),
        (("BTC-USDT", "cross", "net"), ("ETH-USDT", "cross", "net"), False),
        (("BTC", "cross", ""), ("BTC", "cross", "net"), True),
    ],
)
def test_leverage_is_set_for_what_is_in_its_scope(
    setting: tuple[str, str, str], asked: tuple[str, str, str], same: bool
) -> None:
    leverage = Leverage()
    leverage.set(*setting, Decimal(3))
    assert leverage.of(*asked) == (3 if same else DEFAULT_LEVER)
