"""Appointments: when they are due, in which order, and how they are cancelled."""

from __future__ import annotations

from pytest_okx.exchange.timeline import Timeline


def kept(timeline: Timeline, now: int) -> list[int]:
    """Act on what is due at `now`; the times of what acted."""
    acted = []
    for appointment in timeline.due(now):
        appointment.action(appointment.due)
        acted.append(appointment.due)
    return acted


def nothing(due: int) -> None:
    pass


def test_what_is_due_comes_earliest_first_and_once() -> None:
    timeline = Timeline()
    for due in (30, 10, 20, 40):
        timeline.at(due, nothing)
    assert kept(timeline, 30) == [10, 20, 30]
    assert kept(timeline, 30) == []


def test_it_knows_whether_anything_is_due() -> None:
    timeline = Timeline()
    assert not timeline.is_due(10)
    timeline.at(10, nothing)
    assert (timeline.is_due(9), timeline.is_due(10)) == (False, True)


def test_equal_times_keep_the_order_of_planning() -> None:
    timeline, acted = Timeline(), list[str]()
    for name in "abc":
        timeline.at(10, lambda due, name=name: acted.append(name))  # type: ignore[misc]
    kept(timeline, 10)
    assert acted == ["a", "b", "c"]


def test_what_is_cancelled_does_not_happen() -> None:
    timeline = Timeline()
    timeline.at(10, nothing).cancel()
    assert kept(timeline, 10) == []


def test_an_action_may_plan_the_next_one() -> None:
    timeline = Timeline()

    def again(due: int) -> None:
        timeline.at(due + 10, again)

    timeline.at(10, again)
    assert kept(timeline, 35) == [10, 20, 30]
