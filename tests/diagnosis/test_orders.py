"""All other orders of a few things, one move of some, none of many."""

from __future__ import annotations

import pytest

from pytest_okx.diagnosis.orders import other_orders


@pytest.mark.parametrize(("count", "orders"), [(0, 0), (1, 0), (2, 1), (3, 5), (6, 719), (7, 42), (24, 552), (25, 0)])
def test_few_things_have_every_order_and_more_have_fewer(count: int, orders: int) -> None:
    things = list(range(count))
    made = list(other_orders(things))
    assert len(made) == orders
    assert things not in made
    assert all(sorted(each) == things for each in made)
