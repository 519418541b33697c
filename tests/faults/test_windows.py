"""From when to when: datetimes, or seconds from now on the exchange's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pytest_okx.clock import Clock, unix_ms
from pytest_okx.faults.windows import Window

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
MS = unix_ms(NOW)


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.freeze(NOW)
    return clock


@pytest.mark.parametrize(
    ("during", "start", "end"),
    [
        ((0, 60), 0, 60_000),
        ([-1.5, 0.001], -1500, 1),
        ((timedelta(minutes=1), 90), 60_000, 90_000),
        ((NOW, NOW + timedelta(seconds=2)), 0, 2000),
        ((-5, NOW + timedelta(seconds=2)), -5000, 2000),
        ((NOW.astimezone(), 1), 0, 1000),
    ],
)
def test_a_window_is_from_its_start_to_just_before_its_end(clock: Clock, during: Any, start: int, end: int) -> None:
    window = Window.of(during, clock)
    assert window == Window(MS + start, MS + end)
    edges = (window.start - 1, window.start, window.end - 1, window.end)
    assert [at in window for at in edges] == [False, True, True, False]


def test_a_window_reads_as_two_times() -> None:
    assert str(Window(MS, MS + 1500)) == "2026-01-05T12:00:00.000Z to 2026-01-05T12:00:01.500Z"


def test_datetimes_need_no_clock() -> None:
    assert Window.of((NOW, NOW + timedelta(1)), None) == Window(MS, MS + 86_400_000)


@pytest.mark.parametrize(
    ("during", "error", "text"),
    [
        (5, TypeError, "during is 5: give (start, end), aware datetimes or seconds from now"),
        ((1, 2, 3), TypeError, "during is (1, 2, 3): give (start, end)"),
        ("12", TypeError, "during is '12': give (start, end)"),
        ((2, 2), ValueError, "during is (2, 2), which ends before it begins: give (start, end)"),
        ((3, 2), ValueError, "during is (3, 2), which ends before it begins"),
        ((0, datetime(2026, 1, 5)), ValueError, "during has the naive datetime datetime.datetime(2026, 1, 5, 0, 0)"),
        ((0, None), TypeError, "during has None: give an aware datetime, or seconds from now"),
        ((True, 2), TypeError, "during has True"),
        ((0, float("inf")), TypeError, "during has inf"),
        (("0", 1), TypeError, "during has '0'"),
    ],
)
def test_what_is_no_window_is_refused(clock: Clock, during: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error) as refused:
        Window.of(during, clock)
    assert text in str(refused.value)


def test_seconds_from_now_need_a_clock() -> None:
    with pytest.raises(ValueError, match="this plan has no clock: give aware datetimes"):
        Window.of((0, 1), None)
