"""Plans of faults: what is planned happens, and then calls go well again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import find, given
from hypothesis.errors import InvalidArgument

from pytest_okx.faults import Drop, FaultPlan, Reject, ResetSequence
from pytest_okx.messages import Reply
from pytest_okx.server import OkxServer
from pytest_okx.strategies import PlannedFault, fault_plans, push_faults
from tests.helpers import frozen_server, signed
from tests.session.support import Stage
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


# Faults of messages

ORDER = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
OPERATION = {"id": "1", "op": "order", "args": [ORDER]}


@given(push_faults())
def test_what_is_planned_for_messages_happens_and_ends(planned: Sequence[PlannedFault]) -> None:
    stage = Stage()
    caller = stage.member()
    caller.subscribe("orders", instType="ANY")
    handles = [each.add_to(stage.faults) for each in planned]
    for _ in range(MOST_CALLS):
        caller.send(OPERATION)
    # There is no book here, so no sequence begins anew.
    wanted = [0 if isinstance(each.fault, ResetSequence) else each.times for each in planned]
    assert [handle.hits for handle in handles] == wanted
    ack, push = caller.ask(OPERATION)
    assert (ack["op"], ack["code"], push["arg"]["channel"]) == ("order", "0", "orders")


@given(push_faults(on="WS /ws/v5/private/orders"))
def test_messages_that_are_not_meant_are_as_they_were(planned: Sequence[PlannedFault]) -> None:
    stage = Stage()
    caller = stage.member()
    caller.subscribe("orders", instType="ANY")
    for each in planned:
        each.add_to(stage.faults)
    for _ in range(10):
        assert sum('"op":"order"' in said for said in caller.send(OPERATION) if isinstance(said, str)) == 1


def test_a_plan_for_messages_shrinks_to_one_that_is_lost() -> None:
    assert find(push_faults(), bool) == (PlannedFault(Drop(), on="WS /ws/v5/*"),)
    assert find(push_faults(), lambda planned: True) == ()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"on": "POST /api/v5/trade/order"}, "on is 'POST /api/v5/trade/order', which names calls: write 'WS "),
        ({"on": "WS orders"}, "no such plan: on is 'WS orders'"),
        ({"max_delay": -1}, "no such plan: seconds is -1"),
        ({"max_faults": 0}, "max_faults is 0: give a whole number from 1 to 20"),
    ],
)
def test_a_plan_for_messages_that_cannot_work_is_told(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=re.escape(sentence)):
        push_faults(**arguments)
