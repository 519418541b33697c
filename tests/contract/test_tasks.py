"""What signers are asked for: an exchange takes what is signed well, in time, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.contract.cases import LOGIN, NOW, PLAIN, Case, Output
from pytest_okx.contract.tasks import CALLS, LOGINS, Moment, Task
from pytest_okx.exchange import Exchange
from tests.session.support import Stage

TASKS = pytest.mark.parametrize("task", [CALLS, LOGINS], ids=["calls", "logins"])


@pytest.fixture
def exchange() -> Exchange:
    stage = Stage()
    stage.exchange.issue_key(stage.account, credentials=PLAIN.credentials)
    return stage.exchange


def signed(case: Case) -> Output:
    output = Output("", case.timestamp, case.method, case.target, case.body)
    return replace(output, signature=output.expected(case.credentials.secret_key))


@TASKS
def test_an_exchange_takes_what_is_signed_well_and_in_time(task: Task, exchange: Exchange) -> None:
    output = signed(task.plain)
    assert task.answer(exchange, output) == "0"
    assert task.answer(exchange, replace(output, signature="x")) in ("50113", "60007")
    exchange.clock.advance(31)
    assert task.answer(exchange, output) == task.expired


@TASKS
def test_its_own_case_has_a_timestamp_of_its_kind(task: Task) -> None:
    at = Moment(NOW, 4999, "of the tower")
    assert task.time_problem(task.plain.timestamp, at) == ""
    other = LOGIN.timestamp if task is CALLS else PLAIN.timestamp
    assert task.time_problem(other, at)
    assert "was made when the clock (of the tower) stood at 2026-01-05T12:00:05.000" in task.time_problem(
        task.plain.timestamp, replace(at, now=NOW + 5000)
    )


@given(st.data())
def test_its_cases_are_of_its_kind(data: st.DataObject) -> None:
    for task in (CALLS, LOGINS):
        case = data.draw(task.cases())
        assert task.fits(case, True)
    assert not LOGINS.fits(PLAIN, True)
    assert [CALLS.fits(LOGIN, stamps) for stamps in (True, False)] == [False, True]
