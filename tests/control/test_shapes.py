"""A value is held against its schema, and what it should be is told."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.control.shapes import (
    ANY,
    COUNT,
    FLAG,
    INSTANT,
    LEVELS,
    MONEY,
    NUMBER,
    NUMERAL,
    OBJECT,
    POSITIVE,
    PRICE,
    SECONDS,
    SIGNED,
    TEXT,
    TEXTS,
    Shape,
    choice,
    nullable,
)


@pytest.mark.parametrize(
    ("shape", "value", "made"),
    [
        (TEXT, "a", "a"),
        (TEXTS, ["a"], ["a"]),
        (FLAG, False, False),
        (COUNT, 0, 0),
        (POSITIVE, 1, 1),
        (NUMBER, 0.5, 0.5),
        (NUMERAL, "007", 7),
        (SECONDS, -5, -5),
        (INSTANT, "2026-01-01T01:00:00.5+01:00", datetime(2026, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)),
        (PRICE, "0.50", Decimal("0.5")),
        (PRICE, 5, Decimal(5)),
        (PRICE, 5.0, Decimal(5)),
        (nullable(POSITIVE), 2.0, 2),
        (SIGNED, "-0.1", Decimal("-0.1")),
        (MONEY, {"BTC": "1", "USDT": 2}, {"BTC": Decimal(1), "USDT": Decimal(2)}),
        (LEVELS, [["1", 2]], [(Decimal(1), Decimal(2))]),
        (OBJECT, {"a": [1]}, {"a": [1]}),
        (ANY, None, None),
        (choice("a", "b"), "b", "b"),
        (nullable(PRICE), None, None),
        (nullable(PRICE), "1", Decimal(1)),
        (nullable(TEXT), "1", "1"),
    ],
)
def test_what_fits_is_read(shape: Shape, value: Any, made: Any) -> None:
    assert shape.read("it", value) == made


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (TEXT, None),
        (TEXT, "x" * 1001),
        (TEXTS, ["a", 1]),
        (TEXTS, ["a"] * 101),
        (FLAG, 1),
        (COUNT, -1),
        (COUNT, True),
        (COUNT, 2**54),
        (POSITIVE, 0),
        (NUMBER, "1"),
        (NUMBER, float("inf")),
        (NUMERAL, "-1"),
        (NUMERAL, "1\n"),
        (SECONDS, 1e12),
        (INSTANT, "yesterday"),
        (INSTANT, "2026-13-01T00:00:00Z"),
        (INSTANT, "2026-01-01T00:00:00"),
        (PRICE, "-1"),
        (PRICE, -1),
        (PRICE, "1e5"),
        (PRICE, "NaN"),
        (PRICE, 0.5),
        (PRICE, 2**54),
        (COUNT, 0.5),
        (PRICE, "٣"),
        (MONEY, {"BTC": "x"}),
        (MONEY, []),
        (LEVELS, [["1"]]),
        (LEVELS, [["1", "2", "3"]]),
        (LEVELS, ["12"]),
        (OBJECT, []),
        (choice("a"), "b"),
        (nullable(choice("a")), "b"),
    ],
)
def test_what_does_not_fit_is_told_with_what_to_give(shape: Shape, value: Any) -> None:
    with pytest.raises(ValueError, match=r"^it is .*: give ") as refused:
        shape.read("it", value)
    assert str(refused.value).endswith(shape.wanted)
    assert len(str(refused.value)) < 400


def test_null_is_one_of_the_values_of_a_choice_that_may_be_null() -> None:
    assert nullable(choice("a")).read("it", None) is None
