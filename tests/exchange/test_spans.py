from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.exchange.spans import Span, volumes
from tests.exchange.support import instrument, values


def span(first: int, last: int, prices: tuple[int, int, int, int], vol: int = 1) -> Span:
    opened, high, low, closed = (Decimal(px) for px in prices)
    return Span(first, last, opened, high, low, closed, Decimal(vol), Decimal(vol * 10), Decimal(vol * 100))


MORNING = span(0, 10, (100, 120, 90, 110))


@pytest.mark.parametrize(
    ("other", "joined"),
    [
        (span(11, 20, (5, 130, 4, 6), 2), (0, 20, 100, 130, 4, 6, 3)),
        (span(0, 10, (5, 130, 4, 6), 2), (0, 10, 100, 130, 4, 6, 3)),
        (span(-9, 5, (95, 95, 95, 95), 2), (-9, 10, 95, 120, 90, 110, 3)),
        (None, (0, 10, 100, 120, 90, 110, 1)),
    ],
    ids=["later", "of the same moments", "earlier", "nothing"],
)
def test_stretches_join_in_the_order_of_time(other: Span | None, joined: tuple[int, ...]) -> None:
    both = MORNING.joined(other)
    assert values(both.first, both.last, both.open, both.high, both.low, both.close, both.vol) == joined
    assert (both.vol_ccy, both.vol_ccy_quote) == (both.vol * 10, both.vol * 100)


@pytest.mark.parametrize(
    ("inst_id", "expected"),
    [
        ("BTC-USDT", (2, 100_000, 100_000)),
        ("BTC-USDT-SWAP", (2, "0.02", 1_000)),
        ("BTC-USD-SWAP", (2, "0.004", 200)),
    ],
)
def test_volumes_are_told_in_the_units_of_the_instrument(inst_id: str, expected: tuple[int | str, ...]) -> None:
    assert volumes(instrument(inst_id), Decimal(2), Decimal(50_000)) == tuple(Decimal(each) for each in expected)
