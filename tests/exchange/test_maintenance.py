"""Maintenance: declared, told of as time passes, called off."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pytest_okx.exchange.events import Event, MaintenanceChanged
from pytest_okx.exchange.maintenance import STATES, Maintenance
from tests.exchange.support import HOUR, NOON, NOW, Floor

HOURS = timedelta(hours=1)


def _states(floor: Floor, now: int) -> dict[str, int]:
    maintenances = floor.exchange.maintenances
    return {state: len(maintenances.announced(now, state)) for state in STATES if maintenances.announced(now, state)}


def test_a_maintenance_passes_through_its_states() -> None:
    floor = Floor()
    floor.exchange.maintenances.declare(NOON + HOURS, NOON + 3 * HOURS, title="Upgrade", pre_open=NOON + 2 * HOURS)
    seen = [_states(floor, NOW + hour * HOUR) for hour in range(4)]
    assert seen == [{"scheduled": 1}, {"ongoing": 1}, {"pre_open": 1}, {"completed": 1}]


def test_without_pre_open_it_goes_on_until_it_ends() -> None:
    floor = Floor()
    made = floor.exchange.declare_maintenance(NOON, NOON + HOURS, title="Upgrade", system="classic")
    assert [made.state(NOW + ms) for ms in (-1, 0, HOUR - 1, HOUR)] == [
        "scheduled",
        "ongoing",
        "ongoing",
        "completed",
    ]
    assert (made.title, made.system, made.service, made.kind) == ("Upgrade", "classic", "5", "1")


def test_the_newest_comes_first() -> None:
    floor = Floor()
    first, second = (
        floor.exchange.declare_maintenance(NOON + hours * HOURS, NOON + (hours + 1) * HOURS, title=str(hours))
        for hours in (2, 5)
    )
    assert floor.exchange.maintenances.announced(NOW) == (second, first)


def test_what_is_called_off_is_canceled_for_good() -> None:
    floor = Floor()
    made = floor.exchange.declare_maintenance(NOON + HOURS, NOON + 2 * HOURS, title="Upgrade")
    gone = floor.exchange.maintenances.cancel(made)
    assert gone.canceled
    assert [_states(floor, NOW + hour * HOUR) for hour in (0, 1, 2)] == [{"canceled": 1}] * 3
    with pytest.raises(ValueError, match=r"is not declared here: cancel what declare_maintenance\(\) returned"):
        floor.exchange.maintenances.cancel(made)


def test_listeners_hear_of_every_state() -> None:
    floor = Floor()
    heard: list[Event] = []
    floor.exchange.events.listen(heard.append)
    made = floor.exchange.declare_maintenance(NOON + HOURS, NOON + 2 * HOURS, title="Upgrade")
    floor.exchange.settle(NOW + 3 * HOUR)
    assert heard == [MaintenanceChanged(NOW + hour * HOUR, made) for hour in (0, 1, 2)]


def test_nothing_is_told_of_what_was_called_off_but_that() -> None:
    floor = Floor()
    made = floor.exchange.declare_maintenance(NOON + HOURS, NOON + 2 * HOURS, title="Upgrade")
    heard: list[Event] = []
    floor.exchange.events.listen(heard.append)
    gone = floor.exchange.maintenances.cancel(made)
    floor.exchange.settle(NOW + 3 * HOUR)
    assert heard == [MaintenanceChanged(NOW, gone)]


@pytest.mark.parametrize(
    ("begin", "end", "error", "message"),
    [
        (datetime(2026, 1, 1), NOON, ValueError, "is naive: add a time zone, such as tzinfo=UTC"),
        (NOON, "tomorrow", TypeError, "end is 'tomorrow': give an aware datetime"),
        (NOON, NOON, ValueError, "give later ones later"),
        (NOON, NOON - HOURS, ValueError, "give later ones later"),
    ],
)
def test_times_that_make_no_sense_are_refused_and_change_nothing(
    begin: datetime, end: datetime, error: type[Exception], message: str
) -> None:
    floor = Floor()
    with pytest.raises(error, match=message):
        floor.exchange.declare_maintenance(begin, end, title="Upgrade")
    assert _states(floor, NOW) == {}


def test_pre_open_lies_in_between() -> None:
    with pytest.raises(ValueError, match="give later ones later"):
        Floor().exchange.maintenances.declare(NOON, NOON + HOURS, title="x", pre_open=NOON + 2 * HOURS)


def test_a_maintenance_is_a_value() -> None:
    made = Maintenance("x", 1, 3, 2, "unified", "5", "1", "", "")
    assert made == Maintenance("x", 1, 3, 2, "unified", "5", "1", "", "")
    assert made.turns == (1, 2, 3)


def test_the_latest_change_is_kept_the_end_too() -> None:
    assert Floor().exchange.maintenances.latest is None
    floor = Floor()
    made = floor.exchange.declare_maintenance(NOON + HOURS, NOON + 2 * HOURS, title="Upgrade")
    seen = []
    for _ in range(3):
        latest = floor.exchange.maintenances.latest
        assert latest is not None
        seen.append((latest.at, latest.maintenance.state(latest.at)))
        floor.clock.advance(HOURS)
        floor.exchange.settle(floor.now)
    assert seen == [(NOW, "scheduled"), (NOW + HOUR, "ongoing"), (NOW + 2 * HOUR, "completed")]
    assert made.title == "Upgrade"
