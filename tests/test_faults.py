"""Faults are values that say what is wrong with them; a plan hands each out as often as it was told to."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pytest_okx.faults import (
    Delay,
    Disconnect,
    Fault,
    FaultPlan,
    Handle,
    HttpError,
    LoseReply,
    Reject,
)
from pytest_okx.messages import Ending, Headers, Reply, Request

REPLY = Reply(200, b"{}", delay=1.5)
ORDER = "POST /api/v5/trade/order"
# What a careless test passes, hidden from the type checker that would have told it.
WORD: Any = "503"
OBJECT: Any = {"a": 1}


def request(route: str = ORDER, body: bytes = b"") -> Request:
    method, _, target = route.partition(" ")
    return Request(method, target, Headers(), body)


def fires(plan: FaultPlan, route: str = ORDER, moment: str = "after") -> list[Fault]:
    """The faults that happen to one call."""
    return [handle.fault for handle in plan.due(moment, request(route))]


FAULTS: list[tuple[Fault, str, str]] = [
    (Reject("50011"), "Reject('50011')", "check"),
    (
        Reject("51008_1000", param0="BTC", entry=2),
        "Reject('51008_1000', entry=2, param0='BTC')",
        "check",
    ),
    (
        Reject("50113", "own", 200, "row"),
        "Reject('50113', message='own', status=200, level='row')",
        "check",
    ),
    (
        HttpError(),
        "HttpError(status=503, "
        "body='<html><body><h1>503 Service Unavailable</h1></body></html>', "
        "content_type='text/html')",
        "before",
    ),
    (LoseReply(), "LoseReply()", "after"),
    (Disconnect(), "Disconnect(at='after')", "after"),
    (Disconnect(at="connect"), "Disconnect(at='connect')", "connect"),
    (Delay(0.5), "Delay(seconds=0.5)", "after"),
]


@pytest.mark.parametrize(("fault", "text", "moment"), FAULTS, ids=lambda value: str(value)[:30])
def test_a_fault_prints_as_it_is_written_and_knows_its_moment(fault: Fault, text: str, moment: str) -> None:
    assert repr(fault) == text
    assert fault.moment == moment
    assert eval(text) == fault  # the text is the code that makes it


@pytest.mark.parametrize("fault", [row[0] for row in FAULTS], ids=lambda fault: repr(fault)[:30])
def test_equal_faults_are_equal_and_hash_alike(fault: Fault) -> None:
    twins = (copy.deepcopy(fault), pickle.loads(pickle.dumps(fault)))
    assert {fault, *twins} == {fault}
    assert all(twin == fault for twin in twins)


def test_different_faults_differ() -> None:
    assert len({row[0] for row in FAULTS}) == len(FAULTS)
    assert Reject("50011") != Reject("50011", status=200)
    assert Reject("50014", param0="a") != Reject("50014", param0="b")


@pytest.mark.parametrize("fault", [row[0] for row in FAULTS], ids=lambda fault: repr(fault)[:30])
def test_a_fault_cannot_be_changed(fault: Fault) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        fault.code = "1"  # type: ignore[attr-defined]  # that is what is tested


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: Reject("99999"), ValueError, "code '99999' is in none of OKX's lists"),
        (lambda: Reject("60005"), ValueError, "an event or close frame of the WebSocket"),
        (lambda: Reject("50113", typo="x"), ValueError, "takes no parameters, not ['typo']"),
        (
            lambda: Reject("50113", message="own", typo="x"),
            ValueError,
            "takes no parameters, not ['typo']",
        ),
        (
            lambda: Reject("50113", level="order"),
            ValueError,
            "level is 'order': choose 'top' (the envelope) or 'row' (each order's sCode)",
        ),
        (
            lambda: Reject("51008", level="top", entry=0),
            ValueError,
            "entry is 0 at level 'top': only rows have one, leave level out",
        ),
        (
            lambda: Reject("51008", entry=-1),
            ValueError,
            "entry is -1: give a whole number of at least 0",
        ),
        (lambda: Reject("51008", entry=True), ValueError, "entry is True: give a whole number"),
        (lambda: Reject("51008", entry=WORD), ValueError, "entry is '503': give a whole number"),
        (lambda: Reject("50113", status=0), ValueError, "status is 0: give an HTTP status from 2"),
        (lambda: Reject("50113", status=WORD), ValueError, "status is '503': give an HTTP stat"),
        (lambda: HttpError(199), ValueError, "status is 199: give an HTTP status from 200 to 599"),
        (lambda: HttpError(600), ValueError, "status is 600"),
        (lambda: HttpError(True), ValueError, "status is True"),
        (lambda: HttpError(WORD), ValueError, "status is '503'"),
        (
            lambda: HttpError(500, OBJECT),
            TypeError,
            "body is {'a': 1}: give text or bytes, JSON as json.dumps(...)",
        ),
        (
            lambda: Disconnect(at="before"),
            ValueError,
            "at is 'before': a connection is reset 'after' the call or at 'connect'",
        ),
        (lambda: Delay(-0.1), ValueError, "seconds is -0.1: give 0 to 3600 seconds"),
        (lambda: Delay(3601), ValueError, "seconds is 3601: give 0 to 3600 seconds"),
        (lambda: Delay(float("nan")), ValueError, "seconds is nan"),
        (lambda: Delay(WORD), TypeError, "seconds is '503': give a number of seconds"),
        (lambda: Delay(True), TypeError, "seconds is True: give a number of seconds"),
    ],
)
def test_a_fault_that_cannot_happen_is_refused_when_it_is_made(
    make: Callable[[], Fault], error: type[Exception], text: str
) -> None:
    with pytest.raises(error) as refused:
        make()
    assert text in str(refused.value)


@pytest.mark.parametrize(
    ("fault", "reply"),
    [
        (Reject("50011"), REPLY),
        (HttpError(), REPLY),
        (LoseReply(), dataclasses.replace(REPLY, ending=Ending.CLOSE)),
        (Disconnect(), dataclasses.replace(REPLY, ending=Ending.RESET)),
        (Delay(0.25), dataclasses.replace(REPLY, delay=1.75)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_becomes_of_the_reply(fault: Fault, reply: Reply) -> None:
    assert fault.alter(REPLY) == reply


@pytest.mark.parametrize(
    ("fault", "reply"),
    [
        (
            HttpError(502, "é", "text/plain"),
            Reply(502, b"\xc3\xa9", (("Content-Type", "text/plain"),)),
        ),
        (HttpError(200, b"\xff"), Reply(200, b"\xff", (("Content-Type", "text/html"),))),
        (
            HttpError(body=""),
            Reply(503, b"", (("Content-Type", "text/html"),)),
        ),
    ],
    ids=repr,
)
def test_an_http_error_answers_with_its_bytes(fault: HttpError, reply: Reply) -> None:
    assert fault.reply() == reply


def test_a_rejection_is_the_error_of_its_code() -> None:
    error = Reject("51008_1001", status=429, param0="BTC").error()
    assert (error.code, error.sub_code, error.status) == ("51008", "1001", 429)
    assert "BTC" in error.message
    assert Reject("50113", "own").error().message == "own"


@pytest.mark.parametrize(
    ("fault", "rows"),
    [
        (Reject("51008"), True),
        (Reject("51008_1000"), True),
        (Reject("54000"), True),
        (Reject("50036"), True),
        (Reject("50037"), True),
        (Reject("32008"), False),
        (Reject("50113"), False),
        (Reject("50011"), False),
        (Reject("50038"), False),
        (Reject("30006"), False),
        (Reject("51008", level="top"), False),
        (Reject("51008", level="row"), True),
        (Reject("50113", level="row"), True),
        (Reject("51008", entry=0), True),
        (Reject("50113", entry=1), True),
    ],
    ids=repr,
)
def test_codes_of_orders_travel_in_rows_unless_told_otherwise(fault: Reject, rows: bool) -> None:
    assert fault.in_rows("v5") is rows


@pytest.mark.parametrize(("code", "rows"), [("32008", True), ("35001", True), ("30012", False), ("51008", False)])
def test_the_codes_of_orders_are_those_of_the_endpoints_own_generation(code: str, rows: bool) -> None:
    assert Reject(code).in_rows("v3") is rows


@pytest.mark.parametrize(
    ("arguments", "calls"),
    [
        ({}, "x...."),
        ({"times": 1}, "x...."),
        ({"times": 3}, "xxx.."),
        ({"times": None}, "xxxxx"),
        ({"skip": 2}, "..x.."),
        ({"skip": 1, "times": 2}, ".xx.."),
        ({"skip": 3, "times": None}, "...xx"),
        ({"skip": 9}, "....."),
        ({"match": lambda call: call.body == b"2"}, "..x.."),
        ({"match": lambda call: call.body in (b"1", b"3"), "times": None}, ".x.x."),
        ({"match": lambda call: call.body in (b"1", b"3"), "skip": 1}, "...x."),
        ({"match": lambda call: False, "optional": True}, "....."),
    ],
)
def test_a_fault_happens_as_often_as_it_was_told_to(arguments: dict[str, Any], calls: str) -> None:
    plan = FaultPlan()
    handle = plan.add(LoseReply(), **arguments)
    happened = [list(plan.due("after", request(body=b"%d" % number))) for number in range(5)]
    assert "".join("x" if each else "." for each in happened) == calls
    assert handle.hits == calls.count("x")
    spent = handle.times is not None and handle.hits == handle.times
    assert plan.armed == (() if spent else (handle,))
    assert plan.unfired() == ([] if handle.hits or handle.optional else [handle])


def test_a_call_counts_once_however_often_its_checks_ask() -> None:
    plan = FaultPlan()
    handle = plan.add(Reject("50113"), skip=1)
    first, second = request(), request()
    assert [list(plan.due("check", first)) for _ in range(3)] == [[], [], []]
    assert list(plan.due("check", second)) == [handle]


def test_connections_count_one_by_one() -> None:
    plan = FaultPlan([Disconnect(at="connect")])
    plan.add(Disconnect(at="connect"), skip=1, times=2)
    assert [len(list(plan.due("connect", None))) for _ in range(4)] == [1, 1, 1, 0]


def test_a_fault_that_is_not_wanted_is_not_spent() -> None:
    plan = FaultPlan()
    handle = plan.add(Reject("50113"))
    assert list(plan.due("check", request(), lambda each: False)) == []
    assert handle.hits == 0
    assert list(plan.due("check", request(), lambda each: each is handle)) == [handle]


@pytest.mark.parametrize(
    ("on", "route", "applies"),
    [
        (None, ORDER, True),
        (ORDER, ORDER, True),
        (ORDER, "POST /api/v5/trade/order?a=1", True),
        (ORDER, "GET /api/v5/trade/order", False),
        (ORDER, "POST /api/v5/trade/orders", False),
        (ORDER, "POST /api/v5/trade/ORDER", False),
        ("/api/v5/trade/order", ORDER, True),
        ("/api/v5/trade/order", "GET /api/v5/trade/order", True),
        ("POST /api/v5/trade/*", ORDER, True),
        ("POST /api/v5/trade/*", "POST /api/v5/trade/cancel-order", True),
        ("POST /api/v5/trade/*", "POST /api/v5/account/set-leverage", False),
        ("POST /*", ORDER, True),
        ("* /api/v5/trade/order", ORDER, True),
        ("P* /api/v5/trade/order", ORDER, True),
        ("/*", "GET /", True),
        ("/*/order", ORDER, True),
        ("GET /*", ORDER, False),
    ],
)
def test_on_names_the_calls_that_are_meant(on: str | None, route: str, applies: bool) -> None:
    plan = FaultPlan()
    handle = plan.add(LoseReply(), on=on)
    assert handle.applies_to(request(route)) is applies
    assert fires(plan, route) == ([LoseReply()] if applies else [])


@pytest.mark.parametrize("on", ["", "POST", "api/v5", "post /a", "POST  /a", "POST /a b", " /a", "/a?b=1", "GET /a?"])
def test_on_that_can_name_no_call_is_refused(on: str) -> None:
    with pytest.raises(ValueError, match="write 'METHOD /path'") as refused:
        FaultPlan().add(LoseReply(), on=on)
    assert f"on is {on!r}" in str(refused.value)


NUMBER = "give a whole number of at least"


@pytest.mark.parametrize(
    ("fault", "arguments", "error", "text"),
    [
        ("50113", {}, TypeError, "'50113' is no fault: give a value such as Reject('50011')"),
        (LoseReply, {}, TypeError, "LoseReply'> is no fault"),
        (Fault(), {}, TypeError, "Fault() is no fault"),
        (None, {}, TypeError, "None is no fault"),
        (LoseReply(), {"times": 0}, ValueError, f"times is 0: {NUMBER} 1 or None"),
        (LoseReply(), {"times": -1}, ValueError, "times is -1"),
        (LoseReply(), {"times": True}, ValueError, "times is True"),
        (LoseReply(), {"times": 1.0}, ValueError, "times is 1.0"),
        (LoseReply(), {"skip": -1}, ValueError, f"skip is -1: {NUMBER} 0"),
        (LoseReply(), {"skip": None}, ValueError, f"skip is None: {NUMBER} 0"),
        (
            Disconnect(at="connect"),
            {"on": ORDER},
            ValueError,
            f"Disconnect(at='connect') happens before there is a request: it takes neither on={ORDER!r} nor match",
        ),
        (Disconnect(at="connect"), {"match": bool}, ValueError, "nor match"),
    ],
)
def test_what_cannot_be_planned_is_refused_and_not_added(
    fault: Any, arguments: dict[str, Any], error: type[Exception], text: str
) -> None:
    plan = FaultPlan()
    with pytest.raises(error) as refused:
        plan.add(fault, **arguments)
    assert text in str(refused.value)
    assert plan.armed == ()
    assert plan.unfired() == []


def test_faults_happen_in_the_order_in_which_they_were_added_at_their_moment_alone() -> None:
    plan = FaultPlan([Delay(1), HttpError(), LoseReply()])
    assert fires(plan) == [Delay(1), LoseReply()]
    assert fires(plan, moment="before") == [HttpError()]
    assert fires(plan) == []


def test_a_removed_fault_does_not_happen_and_is_not_missed() -> None:
    plan = FaultPlan()
    handle = plan.add(LoseReply(), times=None)
    handle.remove()
    handle.remove()
    assert fires(plan) == []
    assert plan.unfired() == []


def test_a_fault_removed_after_it_happened_keeps_its_hits() -> None:
    plan = FaultPlan()
    handle = plan.add(LoseReply(), times=None)
    fires(plan)
    handle.remove()
    assert fires(plan) == []
    assert handle.hits == 1


def test_a_fault_removed_while_the_plan_is_asked_does_not_happen() -> None:
    plan = FaultPlan([Delay(1)])
    other = plan.add(LoseReply())
    happened = []
    for handle in plan.due("after", request()):
        happened.append(handle.fault)
        other.remove()
    assert happened == [Delay(1)]


def test_the_same_fault_twice_is_two_entries() -> None:
    plan = FaultPlan([LoseReply(), LoseReply()])
    first, second = plan.armed
    first.remove()
    assert plan.armed == (second,)
    assert plan.unfired() == [second]
    assert first != second


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({}, "LoseReply() on any call, 1 time"),
        ({"times": 2, "on": ORDER}, "LoseReply() on POST /api/v5/trade/order, 2 times"),
        ({"times": None, "on": "/*"}, "LoseReply() on /*, until removed"),
    ],
)
def test_a_handle_reads_as_a_sentence(arguments: dict[str, Any], text: str) -> None:
    plan = FaultPlan([Delay(1)])
    handle = plan.add(LoseReply(), **arguments)
    assert str(handle) == text
    assert repr(plan) == f"FaultPlan([Delay(seconds=1) on any call, 1 time, {text}])"
    assert repr(handle).startswith("Handle(fault=LoseReply(), on=")
    assert "_plan" not in repr(handle)


def in_threads(count: int, work: Callable[[int], int]) -> int:
    """The sum of what `count` threads return that start together and are switched often."""
    barrier = threading.Barrier(count)

    def start(number: int) -> int:
        barrier.wait()
        return work(number)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(count) as pool:
            return sum(pool.map(start, range(count)))
    finally:
        sys.setswitchinterval(interval)


@pytest.mark.parametrize(("times", "skip"), [(1, 0), (17, 0), (25, 11)])
def test_many_threads_never_spend_a_fault_more_often_than_told(times: int, skip: int) -> None:
    plan = FaultPlan()
    handle = plan.add(LoseReply(), times=times, skip=skip)
    assert in_threads(8, lambda _: sum(len(fires(plan)) for _ in range(20))) == times
    assert handle.hits == times
    assert plan.armed == ()


def test_many_threads_may_add_and_remove() -> None:
    plan = FaultPlan()

    def work(number: int) -> int:
        handles: list[Handle] = [plan.add(Delay(number)) for _ in range(20)]
        for handle in handles[::2]:
            handle.remove()
        return len(plan.unfired())

    in_threads(8, work)
    assert len(plan.armed) == len(plan.unfired()) == 80
