"""The next part of a split order: its price and size as the market stands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.exchange.algo_orders import AlgoOrder, AlgoRequest, open_algo
from pytest_okx.exchange.slices import Part, Touch, chased_too_far, left_behind, next_part
from tests.exchange.support import NOW, instrument

TOUCH = Touch(bid=Decimal(70000), ask=Decimal("70000.2"))


def algo(ord_type: str, side: str, **more: Any) -> AlgoOrder:
    numbers = {name: Decimal(value) if str(value)[0].isdigit() else value for name, value in more.items()}
    request = AlgoRequest(
        inst_id="BTC-USDT-SWAP", td_mode="cross", side=side, ord_type=ord_type, sz=Decimal(10), **numbers  # type: ignore[arg-type]
    )  # fmt: skip
    px = Decimal(70000)
    return open_algo(
        request, algo_id="1", instrument=instrument("BTC-USDT-SWAP"), lever="", start_px=px, last=px, now=NOW
    )


@pytest.mark.parametrize(
    ("ord_type", "side", "more", "part"),
    [
        ("chase", "buy", {}, ("limit", "70000", 10)),
        ("chase", "sell", {}, ("limit", "70000.2", 10)),
        ("chase", "buy", {"chase_val": "5.05"}, ("limit", "69994.9", 10)),
        ("chase", "sell", {"chase_val": "0.01", "chase_type": "ratio"}, ("limit", "70700.3", 10)),
        ("chase", "buy", {"chase_val": "90000"}, ("limit", "0.1", 10)),
        ("iceberg", "buy", {"sz_limit": 3, "px_limit": 71000, "px_var": "0.001"}, ("limit", "69930", 3)),
        ("iceberg", "sell", {"sz_limit": 30, "px_limit": 69000, "px_spread": 10}, ("limit", "70010.2", 10)),
        ("twap", "buy", {"sz_limit": 3, "px_limit": 71000, "px_spread": 10}, ("ioc", "70010.2", 3)),
        ("twap", "buy", {"sz_limit": 3, "px_limit": 70001, "px_spread": 10}, ("ioc", "70001", 3)),
        ("twap", "sell", {"sz_limit": 3, "px_limit": 69000, "px_var": "0.001"}, ("ioc", "69930", 3)),
        ("twap", "sell", {"sz_limit": 3, "px_limit": 1, "px_spread": 80000}, ("ioc", "1", 3)),
    ],
)
def test_a_part_has_the_price_of_its_type(
    ord_type: str, side: str, more: dict[str, Any], part: tuple[str, str, int]
) -> None:
    assert next_part(algo(ord_type, side, **more), TOUCH) == Part(part[0], Decimal(part[1]), Decimal(part[2]))


@pytest.mark.parametrize("ord_type", ["iceberg", "twap"])
@pytest.mark.parametrize(("side", "px_limit"), [("buy", 69999), ("sell", 70001)])
def test_beyond_the_limit_price_there_is_no_part(ord_type: str, side: str, px_limit: int) -> None:
    paused = algo(ord_type, side, sz_limit=3, px_limit=px_limit, px_spread=10)
    assert next_part(paused, TOUCH) is None
    assert not left_behind(paused, Decimal(1), TOUCH)


@pytest.mark.parametrize(
    ("ord_type", "more", "px", "expected"),
    [
        ("chase", {}, "70000", False),
        ("chase", {}, "69999.9", True),
        ("iceberg", {"sz_limit": 3, "px_limit": 71000, "px_spread": 10}, "69990", False),
        ("iceberg", {"sz_limit": 3, "px_limit": 71000, "px_spread": 10}, "69980", False),
        ("iceberg", {"sz_limit": 3, "px_limit": 71000, "px_spread": 10}, "69979.9", True),
    ],
)
def test_a_part_is_left_behind_when_the_market_goes_away(
    ord_type: str, more: dict[str, Any], px: str, expected: bool
) -> None:
    assert left_behind(algo(ord_type, "buy", **more), Decimal(px), TOUCH) is expected


@pytest.mark.parametrize(
    ("side", "more", "bid", "expected"),
    [
        ("buy", {}, 90000, False),
        ("buy", {"max_chase_val": 100, "max_chase_type": "distance"}, 70100, False),
        ("buy", {"max_chase_val": 100, "max_chase_type": "distance"}, 70101, True),
        ("buy", {"max_chase_val": "0.01", "max_chase_type": "ratio"}, 70700, False),
        ("buy", {"max_chase_val": "0.01", "max_chase_type": "ratio"}, 70701, True),
        ("sell", {"max_chase_val": 100, "max_chase_type": "distance"}, 69898, True),
        ("sell", {"max_chase_val": 100, "max_chase_type": "distance"}, 71000, False),
    ],
)
def test_a_chase_ends_where_it_was_told(side: str, more: dict[str, Any], bid: int, expected: bool) -> None:
    touch = Touch(bid=Decimal(bid), ask=Decimal(bid + 1))
    assert chased_too_far(algo("chase", side, **more), touch) is expected
