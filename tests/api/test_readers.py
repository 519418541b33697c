"""How single fields of an order are read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.api.readers import CURRENCY, TAG, Reader, flag, one_of, or_else, order_px, shaped
from pytest_okx.errors import OkxError


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (one_of("a", "b"), "b", "b"),
        (one_of("a", "b"), None, ""),
        (or_else("a", "a", "b"), "", "a"),
        (or_else("a", "a", "b"), "b", "b"),
        (flag, True, True),
        (flag, "false", False),
        (flag, "", False),
        (shaped(TAG), "mine", "mine"),
        (shaped(CURRENCY), "", ""),
        (order_px, "-1", None),
        (order_px, -1, None),
        (order_px, "70000.5", Decimal("70000.5")),
    ],
)
def test_a_field_is_read(read: Reader, value: Any, expected: object) -> None:
    assert read({"name": value}, "name") == expected


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (one_of("a"), "c"),
        (or_else("a", "a"), "c"),
        (flag, "yes"),
        (shaped(TAG), "a b"),
        (shaped(CURRENCY), "usdt"),
        (order_px, "-2"),
        (order_px, "0"),
        (order_px, ""),
        (order_px, None),
        (order_px, ["1"]),
    ],
)
def test_what_cannot_be_read_is_named(read: Reader, value: Any) -> None:
    with pytest.raises(OkxError, match="51000 Parameter name error"):
        read({"name": value}, "name")
