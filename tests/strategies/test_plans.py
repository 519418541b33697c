"""Plans of faults: what is planned happens, and then calls go well again."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import find, given

from pytest_okx.faults import FaultPlan, Reject
from pytest_okx.messages import Reply
from pytest_okx.server import OkxServer
from pytest_okx.strategies import PlannedFault, fault_plans
from tests.helpers import frozen_server, signed
from tests.strategies.support import NOW_MS

BALANCE = "/api/v5/account/balance"
MOST_CALLS = 40


def ask(server: OkxServer) -> Reply:
    return server._gateway.handle(signed("GET", BALANCE, credentials=server.credentials, at=NOW_MS))


@given(fault_plans())
def test_what_is_planned_happens_and_ends(planned: Sequence[PlannedFault]) -> None:
    server = frozen_server()
    handles = [each.add_to(server.faults) for each in planned]
    for _ in range(MOST_CALLS):
        ask(server)
    assert [handle.hits for handle in handles] == [each.times for each in planned]
    assert ask(server).json()["code"] == "0"
    assert server.problems() == []


@given(fault_plans(socket=False))
def test_without_a_socket_nothing_needs_one(planned: Sequence[PlannedFault]) -> None:
    server = frozen_server()
    for each in planned:
        each.add_to(server.faults)
    assert not any(ask(server).needs_socket for _ in range(MOST_CALLS))


@given(fault_plans(on="POST /api/v5/trade/*"))
def test_calls_that_are_not_meant_go_well(planned: Sequence[PlannedFault]) -> None:
    server = frozen_server()
    for each in planned:
        each.add_to(server.faults)
    assert ask(server).json()["code"] == "0"


def test_a_plan_shrinks_to_one_rejection() -> None:
    found = find(fault_plans(), lambda planned: any(isinstance(each.fault, Reject) for each in planned))
    assert found == (PlannedFault(Reject("50001")),)
    assert find(fault_plans(), lambda planned: True) == ()
    handle = found[0].add_to(FaultPlan())
    assert handle.optional
