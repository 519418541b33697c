"""What a client believes, held against the exchange: while things go wrong, and once all is well."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.contract.machine_beliefs import check_beliefs, check_settled
from pytest_okx.contract.machine_checks import Misbehaviour
from pytest_okx.contract.machine_stage import SUBSCRIPTIONS, Stage

from .good_client import GoodClient
from .puppets import ORDER, acting, raising, returning, staged

CANCEL = {"instId": ORDER["instId"], "clOrdId": "order0"}
BOOK = {"bids": [["69995", "0.05"], ["69900", "0.3"]], "asks": [["70005", "0.05", "0", "1"]]}


def judged(check: Callable[[Stage], None], stage: Stage) -> str:
    """What is wrong, "" where nothing is."""
    try:
        check(stage)
    except Misbehaviour as error:
        return str(error)
    return ""


def believing(**beliefs: str) -> Stage:
    """A client that believes this of order0, of which a half is filled."""
    known = {"order0": beliefs} if beliefs else {}
    stage = staged(place=acting("order"), cancel=acting("cancel-order"), orders=returning(known), settle=returning())
    stage.place(ORDER)
    stage.fill(Decimal("0.05"))
    return stage


@pytest.mark.parametrize(
    ("beliefs", "wrong"),
    [
        ({}, ""),
        ({"state": "live", "accFillSz": "0"}, ""),
        ({"state": "partially_filled", "accFillSz": "0.05"}, ""),
        ({"state": "live", "accFillSz": ""}, ""),
        ({"state": "live", "accFillSz": "0.1"}, r"the client believes order0 \(state live, accFillSz 0.1\), but .*"),
        ({"state": "filled", "accFillSz": "0.05"}, r"the client believes that order0 \(.*\) has ended, but the ex.*"),
        ({"state": "canceled"}, r"the client believes that order0 \(state canceled\) has ended, but the exchange .*"),
    ],
)
def test_a_belief_may_be_late_and_never_early(beliefs: dict[str, str], wrong: str) -> None:
    with closing(believing(**beliefs)) as stage:
        assert re.fullmatch(wrong, judged(check_beliefs, stage))


@pytest.mark.parametrize(
    ("beliefs", "wrong"),
    [
        ({"state": "partially_filled", "accFillSz": "0.05"}, ""),
        ({"state": "partially_filled", "accFillSz": "0.050", "sz": "0.10", "px": "65000"}, ""),
        (
            {"state": "live", "accFillSz": "0"},
            r"all is well .*, but it believes order0 \(state live, accFillSz 0\): .*",
        ),
        (
            {"state": "partially_filled", "accFillSz": "0.05", "sz": "0.2"},
            r"all is well .* sz 0.2\): the exchange has .*",
        ),
        ({}, r"all is well and the client has settled, but it does not know of order0: the exchange has <Order .*"),
    ],
)
def test_once_all_is_well_a_belief_is_true(beliefs: dict[str, str], wrong: str) -> None:
    with closing(believing(**beliefs)) as stage:
        assert re.fullmatch(wrong, judged(check_settled, stage))


def test_an_order_that_has_ended_may_be_forgotten() -> None:
    with closing(believing()) as stage:
        stage.tell("cancel", CANCEL)
        assert judged(check_settled, stage) == ""


@pytest.mark.parametrize(("state", "wrong"), [("live", r"all is well, but .* still believes .*"), ("refused", "")])
def test_an_order_that_never_was_does_not_wait(state: str, wrong: str) -> None:
    known = {"order0": {"state": state, "accFillSz": "0"}}
    with closing(staged(place=raising(ValueError("no")), orders=returning(known), settle=returning())) as stage:
        stage.place(ORDER)
        assert judged(check_beliefs, stage) == ""
        assert re.fullmatch(wrong, judged(check_settled, stage))


@pytest.mark.parametrize("method", ["orders", "book"])
def test_what_is_believed_takes_no_call(method: str) -> None:
    with closing(staged(**{"settle": returning(), method: raising(ValueError("no"))})) as stage:
        wrong = judged(check_settled, stage)
    assert re.fullmatch(rf"{method}\(.*\) raised ValueError: no: it is what the client holds to be true, .*", wrong)


@pytest.mark.parametrize("believed", [None, ["order0"], {"order0": "live"}])
def test_orders_that_are_no_mapping_are_told_as_such(believed: Any) -> None:
    with closing(staged(orders=returning(believed))) as stage:
        wrong = judged(check_beliefs, stage)
    assert wrong.startswith(f"orders() returned {believed!r}: give a mapping from clOrdId to ")


@pytest.mark.parametrize("believed", ["x", {"bids": []}])
def test_a_book_without_sides_is_told_as_such(believed: Any) -> None:
    with closing(staged(settle=returning(), book=returning(believed))) as stage:
        wrong = judged(check_settled, stage)
    assert wrong.startswith(f"book('BTC-USDT') returned {believed!r}: give a mapping of bids and asks, ")


def test_a_client_that_never_settles_is_not_asked_whether_it_has() -> None:
    with closing(staged(subscribe=returning(), orders=returning({}), book=returning(BOOK))) as stage:
        assert judged(check_settled, stage) == ""


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (None, ""),
        ({}, ""),
        ({"asks": [["70005", "0.06"]]}, r".*, but the asks that it trusts are 0.06 at 70005, those of .*"),
        ({"bids": []}, r".*, but the bids that it trusts are none, those of the exchange 0.05 at 69995, .*"),
        ({"bids": [["x", "0.05"]]}, r".*, but the bids that it trusts are 0.05 at None, those of .*"),
    ],
)
def test_a_book_that_is_trusted_is_that_of_the_exchange(change: dict[str, Any] | None, wrong: str) -> None:
    book = None if change is None else {**BOOK, **change}

    class Reader(GoodClient):
        def book(self, inst_id: str) -> Any:
            return book

    with closing(Stage(Reader)) as stage:
        stage.tell("connect")
        stage.tell("subscribe", list(SUBSCRIPTIONS))
        assert re.fullmatch(wrong, judged(check_settled, stage))


def test_subscriptions_are_there_again() -> None:
    with closing(Stage(GoodClient)) as stage:
        stage.tell("connect")
        stage.tell("subscribe", list(SUBSCRIPTIONS))
        assert judged(check_settled, stage) == ""
        stage.disconnect()
        assert "it is not subscribed to {'channel': 'orders', 'instType': 'SPOT'} any more" in judged(
            check_settled, stage
        )
        list(stage.calm())
        assert judged(check_settled, stage) == ""
