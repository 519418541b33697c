"""A plan hands out each fault to the calls that are meant, as often as it was told to, and misses what never came."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from pytest_okx.clock import Clock, unix_ms
from pytest_okx.faults import (
    Close,
    Delay,
    Disconnect,
    Fault,
    FaultPlan,
    Handle,
    Hold,
    HttpError,
    LoseReply,
    Reject,
)
from pytest_okx.messages import Gate, Headers, Reply, Request

ORDER = "POST /api/v5/trade/order"
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
MS = unix_ms(NOW)
WELL = 0  # a seed that lets the first of two calls go well


def request(route: str = ORDER, body: bytes = b"") -> Request:
    method, _, target = route.partition(" ")
    return Request(method, target, Headers(), body)


def fires(
    plan: FaultPlan, route: str = ORDER, *, moment: str = "after", body: bytes = b"", now: int = MS
) -> list[Fault]:
    """The faults that happen to one call."""
    return list(plan.due(moment, request(route, body), now))


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
        ({"every": 2}, ".x..."),
        ({"every": 2, "times": None}, ".x.x."),
        ({"every": 2, "times": 2, "skip": 1}, "..x.x"),
        ({"every": 3, "times": None, "skip": 1}, "...x."),
        ({"every": 3, "times": None, "match": lambda call: call.body != b"1"}, "...x."),
        ({"every": 9}, "....."),
        ({"during": (1, 3), "times": None}, ".xx.."),
        ({"during": (1, 3)}, ".x..."),
        ({"during": (1, 4), "skip": 1, "times": None}, "..xx."),
        ({"during": (0, 4), "every": 2, "times": None}, ".x.x."),
        ({"during": (NOW + timedelta(seconds=2), 9), "times": None}, "..xxx"),
        ({"during": (-9, 0), "times": None, "optional": True}, "....."),
    ],
)
def test_a_fault_happens_as_often_as_it_was_told_to(arguments: dict[str, Any], calls: str) -> None:
    clock = Clock()
    clock.freeze(NOW)
    plan = FaultPlan(clock=clock)
    handle = plan.add(LoseReply(), **arguments)
    happened = ""
    for number in range(5):  # a call a second
        happened += "x" if fires(plan, body=b"%d" % number, now=MS + 1000 * number) else "."
    assert happened == calls
    assert handle.hits == calls.count("x")
    spent = handle.times is not None and handle.hits == handle.times
    assert plan.armed == (() if spent else (handle,))
    assert plan.unfired() == ([] if handle.hits or handle.optional else [handle])


def test_a_call_counts_once_however_often_its_checks_ask() -> None:
    plan = FaultPlan()
    handle = plan.add(Reject("50113"), skip=1)
    first, second = request(), request()
    assert [list(plan.due("check", first, MS)) for _ in range(3)] == [[], [], []]
    assert list(plan.due("check", second, MS)) == [Reject("50113")]
    assert handle.hits == 1


def test_connections_count_one_by_one() -> None:
    plan = FaultPlan([Disconnect(at="connect")])
    plan.add(Disconnect(at="connect"), skip=1, times=2)
    assert [len(list(plan.due("connect", None, MS))) for _ in range(4)] == [1, 1, 1, 0]


def test_a_fault_that_is_not_wanted_is_not_spent() -> None:
    plan = FaultPlan()
    handle = plan.add(Reject("50113"))
    assert list(plan.due("check", request(), MS, lambda each: False)) == []
    assert handle.hits == 0
    assert list(plan.due("check", request(), MS, lambda each: each is handle)) == [Reject("50113")]


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
    assert handle.applies_to(request(route), MS) is applies
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
        (LoseReply(), {"every": 0}, ValueError, f"every is 0: {NUMBER} 1"),
        (LoseReply(), {"every": None}, ValueError, "every is None"),
        (LoseReply(), {"during": (0, 1)}, ValueError, "this plan has no clock"),
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
    for fault in plan.due("after", request(), MS):
        happened.append(fault)
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
        ({"times": None, "every": 3}, "LoseReply() on any call, until removed, one call in 3"),
        (
            {"during": (NOW, NOW + timedelta(seconds=1))},
            "LoseReply() on any call, 1 time, from 2026-01-05T12:00:00.000Z to 2026-01-05T12:00:01.000Z",
        ),
    ],
)
def test_a_handle_reads_as_a_sentence(arguments: dict[str, Any], text: str) -> None:
    plan = FaultPlan([Delay(1)])
    handle = plan.add(LoseReply(), **arguments)
    assert str(handle) == text
    assert repr(plan) == f"FaultPlan([Delay(seconds=1) on any call, 1 time, {text}])"
    assert repr(handle).startswith("Handle(fault=LoseReply(), on=")
    assert "_plan" not in repr(handle)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            lambda plan: plan.sequence([LoseReply(), None], on="/*"),
            "step 1 of sequence([LoseReply(), None]) on /*",
        ),
        (
            lambda plan: plan.choice([LoseReply(), None], seed=7),
            "choice([LoseReply(), None], seed=7) on any call, until removed",
        ),
        (
            lambda plan: plan.choice([LoseReply()], seed=7, times=2),
            "choice([LoseReply()], seed=7) on any call, 2 times",
        ),
    ],
)
def test_a_handle_of_several_faults_reads_as_a_sentence_too(make: Callable[[FaultPlan], Handle], text: str) -> None:
    assert str(make(FaultPlan())) == text


def moments_of(plan: FaultPlan, call: Request) -> list[Fault]:
    """The faults that happen to one call on its whole way."""
    return [fault for moment in ("before", "check", "after") for fault in plan.due(moment, call, MS)]


def test_a_sequence_happens_one_call_after_another() -> None:
    plan = FaultPlan()
    outcomes = [Reject("50011"), None, LoseReply(), HttpError(), Reject("50113"), LoseReply(), LoseReply()]
    handle = plan.sequence(outcomes, on=ORDER)
    assert handle.fault == Reject("50011")
    assert moments_of(plan, request("GET /")) == []
    happened = [moments_of(plan, request()) for _ in range(8)]
    assert happened == [[] if outcome is None else [outcome] for outcome in outcomes] + [[]]
    assert handle.hits == 6
    assert plan.armed == ()
    assert plan.unfired() == []


def test_a_call_that_does_not_get_to_its_fault_leaves_it_to_the_next_one() -> None:
    plan = FaultPlan()
    plan.sequence([Reject("50011"), LoseReply()])
    first = request()
    assert list(plan.due("before", first, MS)) + list(plan.due("after", first, MS)) == []
    assert [moments_of(plan, request()) for _ in range(3)] == [[Reject("50011")], [LoseReply()], []]


@pytest.mark.parametrize(
    ("calls", "unmet"), [(0, "step 1 of "), (1, "step 2 of "), (2, "step 3 of "), (3, None), (4, None)]
)
def test_every_fault_of_a_sequence_is_missed_and_calls_that_go_well_are_not(calls: int, unmet: str | None) -> None:
    plan = FaultPlan()
    plan.sequence([LoseReply(), None, LoseReply(), None])
    for _ in range(calls):
        fires(plan)
    missed = plan.unfired()
    assert [str(handle).startswith(unmet or "?") for handle in missed] == [True] * bool(unmet)


def test_an_optional_sequence_is_not_missed_and_may_be_taken_back() -> None:
    plan = FaultPlan()
    plan.sequence([LoseReply()], optional=True)
    assert plan.unfired() == []
    half_done = plan.sequence([LoseReply(), LoseReply()])
    fires(plan)
    assert plan.unfired() == [half_done]
    half_done.remove()
    assert plan.unfired() == []


def test_a_sequence_may_be_of_connections() -> None:
    plan = FaultPlan()
    plan.sequence([Close(), None, Disconnect(at="connect")])
    assert fires(plan) == []
    assert [list(plan.due("connect", None, MS)) for _ in range(4)] == [[Close()], [], [Disconnect(at="connect")], []]


def test_a_sequence_of_connections_and_calls_counts_both() -> None:
    plan = FaultPlan()
    plan.sequence([Close(), LoseReply()])
    assert fires(plan) == []
    assert list(plan.due("connect", None, MS)) == [Close()]
    assert list(plan.due("connect", None, MS)) == []
    assert fires(plan) == [LoseReply()]


def test_a_choice_is_the_same_for_the_same_calls() -> None:
    outcomes = [Reject("50011"), None, LoseReply(), HttpError()]

    def run(seed: int) -> list[list[Fault]]:
        plan = FaultPlan()
        handle = plan.choice(outcomes, seed=seed, on=ORDER, times=20)
        happened = [moments_of(plan, request()) for _ in range(21)]
        assert handle.hits == sum(map(len, happened))
        assert (happened.pop(), plan.armed) == ([], ())
        return happened

    assert run(7) == run(7)
    assert run(7) != run(8)
    assert {fault for happened in run(7) for fault in happened} == set(filter(None, outcomes))


def test_a_choice_that_chose_no_fault_is_missed() -> None:
    plan = FaultPlan()
    handle = plan.choice([None, LoseReply()], seed=WELL, times=1)
    assert fires(plan) == []
    assert plan.armed == ()
    assert plan.unfired() == [handle]


def test_a_choice_takes_a_window_and_a_match() -> None:
    plan = FaultPlan()
    window = (NOW, NOW + timedelta(seconds=1))
    plan.choice([LoseReply()], seed=0, match=lambda call: call.body == b"1", during=window, optional=True)
    assert fires(plan, body=b"1", now=MS - 1) == []
    assert fires(plan, body=b"2") == []
    assert fires(plan, body=b"1") == [LoseReply()]


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda plan: plan.sequence([]), ValueError, "sequence of [] has no fault in it"),
        (lambda plan: plan.sequence(LoseReply()), TypeError, "sequence takes a list"),
        (lambda plan: plan.sequence([Close()], on=ORDER), ValueError, "happens before there is a request"),
        (lambda plan: plan.sequence([LoseReply()], on="order"), ValueError, "on is 'order': write"),
        (lambda plan: plan.sequence([LoseReply()], during=(0, 1)), ValueError, "this plan has no clock"),
        (lambda plan: plan.choice([], seed=1), ValueError, "choice of [] has no fault in it"),
        (lambda plan: plan.choice([LoseReply()], seed=True), TypeError, "seed is True: give a whole number"),
        (lambda plan: plan.choice([LoseReply()], seed="x"), TypeError, "seed is 'x': give a whole number"),
        (lambda plan: plan.choice([LoseReply()], seed=1, times=0), ValueError, f"times is 0: {NUMBER} 1 or None"),
    ],
)
def test_a_sequence_or_choice_that_cannot_be_is_refused(
    make: Callable[[Any], Handle], error: type[Exception], text: str
) -> None:
    plan = FaultPlan()
    with pytest.raises(error) as refused:
        make(plan)
    assert text in str(refused.value)
    assert plan.armed == ()


def gates_of(fault: Fault) -> tuple[Gate, ...]:
    return fault.alter(Reply(200, b"")).wire.gates


def test_held_replies_go_when_the_handle_is_released() -> None:
    plan = FaultPlan()
    handle, other = plan.add(Hold(), times=2), plan.add(Hold(), times=None)
    (first, second), (third, _) = fires(plan), fires(plan)
    assert first == second == Hold()
    gone: list[str] = []
    for name, fault in (("first", first), ("second", second), ("third", third)):
        (gate,) = gates_of(fault)
        gate.when_open(partial(gone.append, name))
    handle.release()
    assert gone == ["first", "third"]
    other.remove()
    assert gone == ["first", "third", "second"]


def test_a_sequence_may_hold_too() -> None:
    plan = FaultPlan()
    handle = plan.sequence([LoseReply(), Hold()])
    handle.release()
    fires(plan)
    [held] = fires(plan)
    gone: list[int] = []
    gates_of(held)[0].when_open(lambda: gone.append(1))
    assert gone == [1]


def test_what_holds_nothing_back_cannot_be_released() -> None:
    handle = FaultPlan().add(LoseReply())
    with pytest.raises(
        RuntimeError, match=r"LoseReply\(\) on any call, 1 time holds nothing back: release\(\) is for Hold"
    ):
        handle.release()


def test_a_test_may_wait_until_a_fault_has_happened() -> None:
    plan = FaultPlan()
    handle = plan.add(LoseReply())
    with pytest.raises(TimeoutError, match=r"LoseReply\(\) on any call, 1 time did not happen within 0 s"):
        handle.wait(0)
    thread = threading.Thread(target=fires, args=(plan,))
    thread.start()
    handle.wait()
    thread.join()
    assert handle.hits == 1


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
