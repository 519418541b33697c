"""What an order carries, as a value."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.exchange.attached import AttachedAlgo, Leg


@pytest.mark.parametrize(
    ("attached", "trails"),
    [
        (AttachedAlgo(tp=Leg(trigger_px=Decimal(1))), False),
        (AttachedAlgo(callback_ratio=Decimal("0.01")), True),
        (AttachedAlgo(callback_spread=Decimal(10)), True),
    ],
)
def test_a_callback_makes_it_a_trailing_stop(attached: AttachedAlgo, trails: bool) -> None:
    assert attached.trails is trails
