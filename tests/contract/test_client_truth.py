"""What a client says, held against what the exchange has."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.contract.client_truth import equal, unlike_book, unlike_order, unlike_request
from tests.helpers import frozen_server

ORDER = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
SERVER = frozen_server()
SERVER.request("POST", "/api/v5/trade/order", ORDER)
PLACED = SERVER.exchange.orders[0]
BOOK = SERVER.exchange.market("BTC-USDT").book()
SIDES = {side: [[str(level.px), str(level.sz)] for level in getattr(BOOK, side)] for side in ("bids", "asks")}


@pytest.mark.parametrize(
    ("one", "other", "same"), [("1.0", 1, True), ("1e1", "10", True), ("1", "2", False), ("", "0", False)]
)
def test_numbers_are_compared_as_numbers(one: object, other: object, same: bool) -> None:
    assert equal(one, other) is same


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"state": "live", "accFillSz": "0.0"}, ""),
        ({"state": "live", "accFillSz": "0.1"}, "the order is live, with 0 filled"),
        ({"state": "filled", "accFillSz": "0"}, "the order is live, with 0 filled"),
        ({"state": "live"}, "it has no state and accFillSz, which are live and 0"),
        (None, "it has no state and accFillSz, which are live and 0"),
    ],
)
def test_a_wrong_belief_about_an_order_is_told(said: object, wrong: str) -> None:
    assert unlike_order(said, PLACED) == wrong


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        (ORDER, ""),
        ({**ORDER, "sz": "0.010"}, ""),
        ({**ORDER, "sz": "0.1", "side": "sell"}, "side is 'buy', not 'sell', sz is '0.01', not '0.1'"),
    ],
)
def test_an_order_that_differs_is_told_by_its_fields(asked: dict[str, str], wrong: str) -> None:
    assert unlike_request(asked, PLACED) == wrong


def without(side: str, *levels: int) -> dict[str, Any]:
    return {**SIDES, side: [level for place, level in enumerate(SIDES[side]) if place not in levels]}


BEST, SECOND = (f"{level.sz:f} at {level.px:f}" for level in BOOK.bids[:2])


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (None, ""),
        (SIDES, ""),
        ({"bids": []}, "it has no bids and asks"),
        ([], "it has no bids and asks"),
        ({**SIDES, "bids": [["1"]]}, "bids are no levels of price and size"),
        ({**SIDES, "asks": [["x", "y"]]}, "asks are no levels of price and size"),
        ({**SIDES, "asks": 1}, "asks are no levels of price and size"),
        (without("bids", 0), f"bids[0] is {BEST} there, and {SECOND} here"),
        ({**SIDES, "bids": []}, f"bids[0] is {BEST} there, and missing here"),
        (without("asks", *range(19, 400)), "asks[19] is "),
    ],
)
def test_a_wrong_book_is_told_by_its_first_wrong_level(said: object, wrong: str) -> None:
    assert unlike_book(said, BOOK).startswith(wrong)
    assert bool(unlike_book(said, BOOK)) is bool(wrong)
