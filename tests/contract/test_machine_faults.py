"""The faults of a story: each meets what it is for, for the length of one step."""

from __future__ import annotations

import pytest

from pytest_okx.clock import Clock
from pytest_okx.contract.machine_faults import COMMAND_FAULTS, PUSH_FAULTS, PUSHES, QUESTION_FAULTS, ROUTES, Meeting
from pytest_okx.faults import Fault, FaultPlan, LoseReply, Reject
from pytest_okx.messages import Headers, Request

ORDER = Request("POST", "/api/v5/trade/order", Headers())


def meet(plan: FaultPlan, moment: str, times: int = 1, request: Request = ORDER) -> list[Fault]:
    """The faults that so many calls meet, each a call of its own."""
    calls = [Request(request.method, request.target, Headers()) for _ in range(times)]
    return [fault for call in calls for fault in plan.due(moment, call, Clock().now_ms())]


@pytest.mark.parametrize("fault", [*COMMAND_FAULTS, *QUESTION_FAULTS, *PUSH_FAULTS], ids=repr)
def test_a_fault_can_be_armed_wherever_it_is_to_meet_something(fault: Fault) -> None:
    plan = FaultPlan()
    for routes in (*ROUTES.values(), PUSHES):
        with Meeting(plan, fault, routes) as meeting:
            assert len(plan.armed) == len(routes)
        assert not meeting.happened
    assert plan.armed == ()
    assert plan.unfired() == []


def test_none_is_none() -> None:
    plan = FaultPlan()
    with Meeting(plan, None, PUSHES) as meeting:
        assert plan.armed == ()
    assert (meeting.happened, meeting.overdone) == (False, "")


def test_a_fault_happens_once() -> None:
    plan = FaultPlan()
    with Meeting(plan, LoseReply(), ROUTES["place"]) as meeting:
        assert meet(plan, "after", times=3) == [LoseReply()]
    assert (meeting.happened, meeting.overdone) == (True, "")


@pytest.mark.parametrize(("code", "tries"), [("51008", 1), ("51000", 1), ("50011", 10)])
def test_a_refusal_stays_until_the_client_gives_up(code: str, tries: int) -> None:
    plan, fault = FaultPlan(), Reject(code)
    with Meeting(plan, fault, ROUTES["place"]) as meeting:
        assert meet(plan, "check", times=tries) == [fault] * tries
        assert meeting.overdone == ""
        meet(plan, "check")
        told = f"POST /api/v5/trade/order was made {tries + 1} times, and refused each time by {fault!r}"
        assert meeting.overdone == told
    assert meet(plan, "check") == []


def test_orders_over_the_websocket_are_met_as_messages_and_their_pushes_are_not() -> None:
    assert {"WS /ws/v5/private/order", "WS /ws/v5/private/batch-cancel-orders"} < set(ROUTES["cancel"])
    assert set(PUSHES).isdisjoint(ROUTES["place"])
