"""An order and a fill as a client reads them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pytest_okx.api.order_rows import REASONS, fill_row, order_row
from tests.exchange.support import Floor


@pytest.fixture
def floor() -> Floor:
    return Floor()


def test_every_reason_to_cancel_that_arises_has_a_text(floor: Floor) -> None:
    order = floor.cancel(floor.place("BTC-USDT", "buy", "0.01", 60_000))
    assert order_row(order)["cancelSourceReason"] == REASONS["1"]
    assert order_row(replace(order, cancel_source="99"))["cancelSourceReason"] == ""


@pytest.mark.parametrize(("fee", "expected"), [("-0.5", ("-0.5", "0")), ("0", ("0", "0")), ("0.25", ("0", "0.25"))])
def test_what_is_paid_is_a_fee_and_what_is_received_a_rebate(floor: Floor, fee: str, expected: tuple[str, str]) -> None:
    row = order_row(replace(floor.place("BTC-USDT", "buy", 100), fee=Decimal(fee)))
    assert (row["fee"], row["rebate"]) == expected


@pytest.mark.parametrize("kind", ["BTC-USDT", "BTC-USDT-SWAP", "BTC-USD-SWAP"])
def test_a_fill_agrees_with_its_order(floor: Floor, kind: str) -> None:
    order = floor.place(kind, "buy", 100 if kind == "BTC-USDT" else 1, cl_ord_id="mine", tag="bot")
    (fill,) = floor.account.fills
    own, whole = fill_row(floor.account, fill), order_row(order)
    shared = set(own) & set(whole)
    assert {name: own[name] for name in shared} == {name: whole[name] for name in shared}
    assert (own["clOrdId"], own["tag"], own["execType"]) == ("mine", "bot", "T")


def test_the_rate_of_a_fee_is_told_of_coins_alone(floor: Floor) -> None:
    for kind, sz in (("BTC-USDT", 100), ("BTC-USDT-SWAP", 1)):
        floor.place(kind, "buy", sz)
    rates = [fill_row(floor.account, fill)["feeRate"] for fill in floor.account.fills]
    assert [bool(rate) for rate in rates] == [True, False]


def test_an_order_tells_which_algo_order_made_it(floor: Floor) -> None:
    order = floor.place("BTC-USDT", "buy", 100, algo_id="7", algo_cl_ord_id="stop", source="6", category="twap")
    row = order_row(order)
    assert (row["algoId"], row["algoClOrdId"], row["source"], row["category"]) == ("7", "stop", "6", "twap")
