"""How v3's parameters are read, and what each reader refuses."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.v3 import params
from tests.helpers import frozen_server


def test_what_can_be_read_is_read() -> None:
    entry = {"side": "buy", "size": "0.5", "client_oid": "a1"}
    assert params.choice(entry, "side", ("buy",)) == "buy"
    assert params.amount(entry, "size") == params.price(entry, "size") == Decimal("0.5")
    assert params.client_oid(entry) == "a1"


def test_what_is_absent_is_blank_or_none() -> None:
    assert (params.choice({}, "side", ()), params.price({}, "price"), params.client_oid({})) == ("", None, "")


def test_an_amount_has_to_be_there() -> None:
    with pytest.raises(OkxError, match="400 30023 size cannot be blank"):
        params.amount({}, "size")


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("side", lambda entry, name: params.choice(entry, name, ("buy",))),
        ("price", params.price),
        ("size", params.amount),
        ("client_oid", lambda entry, name: params.client_oid(entry)),
    ],
)
def test_what_cannot_be_read_is_an_invalid_parameter(name: str, read: Callable[..., Any]) -> None:
    with pytest.raises(OkxError, match=f'400 30024 "{name}" is an invalid parameter'):
        read({name: "-1"}, name)


@pytest.mark.parametrize(
    ("inst_id", "found"), [("BTC-USDT", True), ("BTC-USDT-SWAP", False), ("BTC-EUR", False), ("", False)]
)
def test_an_instrument_of_another_type_is_unknown(inst_id: str, found: bool) -> None:
    exchange, entry = frozen_server().exchange, {"instrument_id": inst_id}
    if found:
        assert params.instrument(exchange, entry, "SPOT", "30032").inst_id == inst_id
    else:
        with pytest.raises(OkxError, match="30032"):
            params.instrument(exchange, entry, "SPOT", "30032")
