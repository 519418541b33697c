"""What is said of each step of a client that does one thing, and tells another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from http.client import HTTPConnection
from typing import Any

import pytest

from pytest_okx import OkxServer
from pytest_okx.contract.clients import Attempt
from pytest_okx.contract.machine_checks import Misbehaviour, amount, check_exchange, check_step
from pytest_okx.contract.machine_stage import Stage, Step
from pytest_okx.faults import LoseReply

from .good_client import GoodClient, Refused, Unclear
from .puppets import ORDER, Method, acting, raising, returning, staged

NO = ValueError("no")
NAMED = {"instId": ORDER["instId"], "clOrdId": ORDER["clOrdId"]}
LARGER = {**NAMED, "newSz": "0.2"}
PLACES = acting("order")
THERE = {"state": "live", "accFillSz": "0"}


def judged(stage: Stage, step: Step) -> str:
    """What is wrong with a step, "" where nothing is."""
    try:
        check_exchange(stage)
        check_step(stage, step)
    except Misbehaviour as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (PLACES, ""),
        (raising(NO), ""),
        (returning("yes"), r"place\(.*\) returned 'yes', but the exchange has no such order: it made no call"),
        (acting("order", NO), r"place\(.*\) raised ValueError: no, but the exchange has done it: <Order .*"),
        (acting("order", sz="1"), r"place\(.*\) .*, but the exchange has another order than the one commanded: <.*"),
        (acting("order", side="sell", px="75000"), r".* has another order than the one commanded: <Order .*"),
        (
            acting("order", clOrdId="mine"),
            r"the exchange has an order that nobody commanded: <Order .*, clOrdId 'mine'",
        ),
        (acting("order", clOrdId=""), r"the exchange has an order that nobody commanded: <Order .*, clOrdId ''"),
        (acting("order", times=2, ordType="ioc"), r"order0 was commanded once, and the exchange has 2 orders of .*"),
    ],
)
def test_an_order_is_what_was_commanded(place: Callable[[OkxServer], Method], wrong: str) -> None:
    with closing(staged(place=place)) as stage:
        assert re.fullmatch(wrong, judged(stage, stage.place(ORDER)))


@pytest.mark.parametrize(
    ("method", "argument", "made", "wrong"),
    [
        ("amend", LARGER, acting("amend-order"), ""),
        ("amend", {**NAMED, "newPx": "64000"}, acting("amend-order"), ""),
        ("amend", LARGER, raising(NO), ""),
        ("amend", LARGER, returning(), r"amend\(.*\) returned None, but the exchange has <Order .*>: it made no call"),
        (
            "amend",
            {**LARGER, "clOrdId": "other"},
            returning(),
            r"amend\(.*\) .*, but the exchange has no such order: .*",
        ),
        ("amend", LARGER, acting("amend-order", NO), r"amend\(.*\) raised .*, but the exchange has done it: <.*"),
        ("cancel", NAMED, acting("cancel-order"), ""),
        ("cancel", NAMED, returning(), r"cancel\(.*\) returned None, but the order still waits: <Order .*"),
        ("query", NAMED, returning(THERE), ""),
        ("query", NAMED, returning({**THERE, "accFillSz": "0.1"}), r"query\(.*\) .*, but the exchange has <Order .*"),
        ("query", NAMED, returning({**THERE, "accFillSz": None}), r"query\(.*\) .*, but the exchange has <Order .*"),
        ("query", NAMED, returning({**THERE, "state": "filled"}), r"query\(.*\) .*, but the exchange has <Order .*"),
        ("query", NAMED, returning({"state": "live"}), r".*: give a mapping with at least state and accFillSz"),
        ("query", NAMED, returning(), r".*: give a mapping with at least state and accFillSz"),
        (
            "query",
            NAMED,
            raising(NO),
            r"query\(.*\) raised ValueError: no, although nothing was wrong: it made no call",
        ),
        ("query", {**NAMED, "clOrdId": "other"}, raising(NO), ""),
        ("query", {**NAMED, "clOrdId": "other"}, returning(THERE), r".*, but the exchange has no such order, which .*"),
        ("balance", "BTC", returning("1"), ""),
        ("balance", "USDT", returning(Decimal(93_500)), ""),
        ("balance", "BTC", returning({}), r"balance\('BTC'\) returned {}, but the exchange has <Balance 1 BTC, .*"),
        ("balance", "BTC", raising(NO), r"balance\('BTC'\) raised ValueError: no, although nothing was wrong: .*"),
        ("settle", None, raising(NO), r"settle\(\) raised ValueError: no, although nothing was wrong: .*"),
        ("settle", None, returning(), ""),
    ],
)
def test_what_is_said_of_an_order_is_so(
    method: str, argument: Any, made: Callable[[OkxServer], Method], wrong: str
) -> None:
    with closing(staged(place=PLACES, **{method: made})) as stage:
        assert judged(stage, stage.place(ORDER)) == ""
        assert re.fullmatch(wrong, judged(stage, stage.tell(method, argument)))


def test_an_order_that_is_amended_to_what_is_filled_has_ended() -> None:
    with closing(staged(place=PLACES, amend=acting("amend-order"))) as stage:
        stage.place(ORDER)
        stage.fill(Decimal("0.05"))
        assert judged(stage, stage.tell("amend", {**NAMED, "newSz": "0.01"})) == ""


def test_where_something_is_wrong_a_client_may_raise() -> None:
    with closing(staged(place=acting("order", NO), balance=raising(NO))) as stage:
        stage.pass_time(1)
        assert judged(stage, stage.place(ORDER)) == ""
        assert judged(stage, stage.tell("balance", "BTC")) == ""


def test_money_that_no_bill_tells_of_is_a_defect_of_the_exchange() -> None:
    with closing(staged(place=PLACES)) as stage:
        stage.account.cash["BTC"] += 1
        with pytest.raises(Misbehaviour, match=r"the bills add up to .*: a defect of the fake"):
            check_exchange(stage)


@contextmanager
def asking(*targets: str) -> Iterator[Stage]:
    """A client whose `settle` asks all this, unsigned."""

    def made(server: OkxServer) -> Method:
        def settle() -> None:
            connection = HTTPConnection(server.url.removeprefix("http://"))
            with closing(connection):
                for target in targets:
                    connection.request("GET", target)
                    connection.getresponse().read()

        return settle

    with closing(staged(settle=made)) as stage:
        yield stage


@pytest.mark.parametrize(
    ("targets", "wrong"),
    [
        (["/api/v5/public/time"] * 10, ""),
        (["/api/v5/public/time"] * 20, ""),
        (["/api/v5/public/time"] * 21, r"settle went on after 429 50011 .*: 11 calls met it"),
        (
            ["/api/v5/account/balance"],
            r"GET /api/v5/account/balance was refused for the client's own fault: 401 50103.*",
        ),
    ],
)
def test_calls_have_manners(targets: list[str], wrong: str) -> None:
    with asking(*targets) as stage:
        assert re.fullmatch(wrong, judged(stage, stage.settle()))


def test_a_clock_is_corrected_sooner_or_later() -> None:
    with closing(staged(place=PLACES)) as stage:
        step = stage.place(ORDER)
        stage.expired = 2
        assert judged(stage, step) == ""
        stage.expired = 3
        assert judged(stage, step).startswith("3 steps ended with 50102 since the exchange's clock moved: ")


def test_what_is_refused_for_good_is_not_asked_for_again() -> None:
    step = Step("place", ORDER, Attempt(error=NO), (), None, None, False, "POST /x was made 2 times, and refused")
    with closing(staged(place=PLACES)) as stage:
        assert judged(stage, step).startswith("POST /x was made 2 times, and refused; the same call gets the same")


@pytest.mark.parametrize(("value", "expected"), [("1.50", Decimal("1.5")), (2, Decimal(2)), ("", None), (None, None)])
def test_an_amount_is_read_as_clients_have_it(value: Any, expected: Decimal | None) -> None:
    assert amount(value) == expected


def test_whoever_did_not_hear_a_refusal_may_ask_again() -> None:
    class AsksAgain(GoodClient):
        def send(self, path: str, body: Any) -> None:
            try:
                super().send(path, body)
            except Unclear:
                super().send(path, body)

    with closing(Stage(AsksAgain)) as stage:
        step = stage.place({**ORDER, "sz": "5"}, LoseReply())
        assert [call.code for call in step.calls][:2] == ["51008", "51008"]
        assert judged(stage, step) == ""


def test_whoever_heard_a_refusal_may_not() -> None:
    class TriesAgain(GoodClient):
        def send(self, path: str, body: Any) -> None:
            try:
                super().send(path, body)
            except Refused:
                super().send(path, body)

    with closing(Stage(TriesAgain)) as stage:
        wrong = judged(stage, stage.place({**ORDER, "sz": "5"}))
    assert wrong.startswith("place: POST /api/v5/trade/order was refused with 51008 and made again once; ")
