"""The clock follows the process as the test sees it, moves when it is told to, and says who told it."""

from __future__ import annotations

import asyncio
import inspect
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import time_machine
from freezegun import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx import clock as clock_module
from pytest_okx.clock import Clock, Move, from_unix_ms, frozen_world, real_monotonic, unix_ms, zone_ahead

START = datetime(2020, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC)
LATER = datetime(2021, 6, 7, 8, 9, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
Ask = Callable[[Callable[[], datetime]], datetime]


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at START."""
    clock = Clock()
    clock.freeze(START)
    return clock


def in_plain_thread(question: Callable[[], datetime]) -> datetime:
    answers: list[datetime] = []
    thread = threading.Thread(target=lambda: answers.append(question()))
    thread.start()
    thread.join()
    return answers[0]


def in_pool(question: Callable[[], datetime]) -> datetime:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(question).result()


def in_asyncio_thread(question: Callable[[], datetime]) -> datetime:
    async def ask() -> datetime:
        return await asyncio.to_thread(question)

    return asyncio.run(ask())


def here(question: Callable[[], datetime]) -> datetime:
    return question()


@contextmanager
def nested() -> Iterator[None]:
    with freeze_time(LATER, real_asyncio=True), freeze_time(START, real_asyncio=True):
        yield


WORLDS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "freezegun": lambda: freeze_time(START, real_asyncio=True),
    "freezegun in another zone": lambda: freeze_time(START, tz_offset=-5, real_asyncio=True),
    "freezegun nested": nested,
    "time-machine": lambda: time_machine.travel(START, tick=False),
}


@pytest.mark.parametrize("ask", [here, in_plain_thread, in_pool, in_asyncio_thread])
@pytest.mark.parametrize("world", WORLDS)
def test_it_follows_the_frozen_process_on_whatever_thread(world: str, ask: Ask) -> None:
    clock = Clock()
    with WORLDS[world]():
        assert ask(clock.now) == START


@pytest.mark.parametrize("ask", [here, in_plain_thread, in_pool, in_asyncio_thread])
def test_it_follows_the_real_process(ask: Ask) -> None:
    clock = Clock()
    earliest = time.time_ns() // 1000
    shown = ask(clock.now)
    latest = time.time_ns() // 1000
    assert earliest <= (shown - from_unix_ms(0)) // MICROSECOND <= latest
    assert shown.tzinfo is UTC


def test_it_follows_the_process_again_when_a_freeze_ends() -> None:
    clock = Clock()
    with freeze_time(START):
        assert clock.now() == START
    assert clock.now() > START
    with time_machine.travel(LATER, tick=False):
        assert clock.now() == LATER


def test_it_runs_on_in_a_freeze_that_ticks() -> None:
    clock = Clock()
    with freeze_time(START, tick=True) as frozen:
        first, second = clock.now(), clock.now()
        frozen.move_to(LATER)
        third = clock.now()
    assert START <= first <= second < LATER <= third


def test_it_does_not_step_a_freeze_that_ticks_at_every_look() -> None:
    clock = Clock()
    with freeze_time(START, auto_tick_seconds=10):
        first, second = clock.now(), clock.now()
        time.time()
        third = clock.now()
    assert second == first
    assert third == first + 10 * SECOND


def test_a_freeze_that_ends_meanwhile_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Vanishing(list[object]):
        def __bool__(self) -> bool:
            return True  # it was there a moment ago

    monkeypatch.setattr("freezegun.api.freeze_factories", Vanishing())
    assert Clock().now() > START


def test_it_needs_no_freezegun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "freezegun.api")
    assert Clock().now() > START


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (lambda clock: clock.freeze(), START),
        (lambda clock: clock.freeze(LATER), LATER),
        (lambda clock: clock.set(LATER), LATER),
        (lambda clock: clock.advance(1), START + SECOND),
        (lambda clock: clock.advance(-1.5), START - 1.5 * SECOND),
        (lambda clock: clock.advance(timedelta(days=400)), START + timedelta(days=400)),
        (lambda clock: clock.advance(0.000_001), START + MICROSECOND),
        (lambda clock: clock.advance(29.999), START + timedelta(milliseconds=29_999)),
        (lambda clock: clock.resume(), START),
        (lambda clock: setattr(clock, "skew", 45), START + 45 * SECOND),
        (lambda clock: setattr(clock, "skew", timedelta(minutes=-1)), START - 60 * SECOND),
        (lambda clock: setattr(clock, "drift_ppm", 500), START),
    ],
)
@pytest.mark.parametrize("frozen", [False, True])
def test_a_command_moves_it_alike_while_it_runs_and_while_it_is_frozen(
    command: Callable[[Clock], None], expected: datetime, frozen: bool
) -> None:
    with time_machine.travel(START, tick=False):
        clock = Clock()
        if frozen:
            clock.freeze()
        command(clock)
        assert clock.now() == expected
        assert clock.now_ms() == unix_ms(expected)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (lambda clock: None, START + 7 * SECOND),
        (lambda clock: clock.freeze(), START),
        (lambda clock: clock.freeze(LATER), LATER),
        (lambda clock: clock.set(LATER), LATER + 7 * SECOND),
        (lambda clock: (clock.freeze(LATER), clock.set(START)), START),
        (lambda clock: clock.advance(60), START + 67 * SECOND),
        (lambda clock: (clock.freeze(), clock.advance(60)), START + 60 * SECOND),
        (lambda clock: (clock.freeze(), clock.advance(60), clock.resume()), START + 7 * SECOND),
        (lambda clock: (clock.set(LATER), clock.advance(60), clock.resume()), START + 7 * SECOND),
        (lambda clock: setattr(clock, "skew", -3), START + 4 * SECOND),
    ],
)
def test_only_a_frozen_clock_stays_while_the_process_goes_on(
    command: Callable[[Clock], object], expected: datetime
) -> None:
    with time_machine.travel(START, tick=False) as process:
        clock = Clock()
        command(clock)
        process.shift(7)
        assert clock.now() == expected


def test_resuming_keeps_skew_and_drift() -> None:
    with time_machine.travel(START, tick=False) as process:
        clock = Clock(skew=5, drift_ppm=1_000_000)
        clock.advance(60)
        clock.resume()
        process.shift(10)
        assert (clock.skew, clock.drift_ppm) == (5, 1_000_000)
        assert clock.now() == START + 25 * SECOND


def test_drift_adds_up_over_the_process_s_time_and_stops_while_frozen() -> None:
    with time_machine.travel(START, tick=False) as process:
        clock = Clock(drift_ppm=100)
        process.shift(1_000)
        assert clock.now() == START + 1000.1 * SECOND
        clock.drift_ppm = -1_000
        process.shift(1_000)
        assert clock.now() == START + 1999.1 * SECOND
        clock.freeze()
        clock.drift_ppm = 7
        process.shift(1_000)
        assert clock.now() == START + 1999.1 * SECOND


commands = st.one_of(
    st.just(("freeze",)),
    st.just(("resume",)),
    st.tuples(st.just("freeze"), st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))),
    st.tuples(st.just("set"), st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))),
    st.tuples(st.just("advance"), st.floats(-1e6, 1e6)),
    st.tuples(st.just("drift"), st.floats(-1e4, 1e4)),
    st.tuples(st.just("wait"), st.integers(0, 10_000)),
)


def obey(clock: Clock, command: tuple[Any, ...]) -> None:
    match command:
        case ("freeze" | "set" as name, naive):
            getattr(clock, name)(naive.replace(tzinfo=UTC))
        case ("drift", ppm):
            clock.drift_ppm = ppm
        case ("wait", _):
            pass
        case (name, *arguments):
            getattr(clock, name)(*arguments)


@settings(deadline=None)
@given(
    history=st.lists(commands, max_size=8),
    skew=st.timedeltas(timedelta(days=-30), timedelta(days=30)),
    early=st.booleans(),
)
def test_now_is_base_plus_skew_whatever_the_state(history: list[tuple[Any, ...]], skew: timedelta, early: bool) -> None:
    with time_machine.travel(START, tick=False) as process:
        plain, skewed = Clock(), Clock(skew=skew if early else 0)
        for command in history:
            if command[0] == "wait":
                process.shift(command[1])
            obey(plain, command)
            obey(skewed, command)
        skewed.skew = skew
        assert skewed.now() - plain.now() == skew
        assert skewed.now_ms() == unix_ms(skewed.now())


@settings(deadline=None)
@given(steps=st.lists(st.integers(-(10**12), 10**12)))
def test_microseconds_are_never_lost(steps: list[int]) -> None:
    clock = Clock()
    clock.freeze(START)
    for step in steps:
        clock.advance(step * MICROSECOND)
    assert clock.now() == START + sum(steps) * MICROSECOND


@settings(deadline=None)
@given(ms=st.integers(0, 10_000_000), sign=st.sampled_from([1, -1]))
def test_a_millisecond_given_as_a_float_is_one(ms: int, sign: int) -> None:
    clock = Clock(skew=sign * ms / 1000)
    clock.freeze(from_unix_ms(1_700_000_000_000))
    assert clock.now_ms() == 1_700_000_000_000 + sign * ms


@settings(deadline=None)
@given(ms=st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_unix_milliseconds_and_datetimes_are_each_other_s_inverse(ms: int) -> None:
    assert unix_ms(from_unix_ms(ms)) == ms
    assert from_unix_ms(ms).tzinfo is UTC


def test_unix_milliseconds_are_floored() -> None:
    assert unix_ms(from_unix_ms(5) + timedelta(microseconds=999)) == 5
    assert unix_ms(from_unix_ms(0) - MICROSECOND) == -1


def test_a_zone_is_respected(clock: Clock) -> None:
    clock.set(LATER.astimezone(timezone(timedelta(hours=8))))
    assert clock.now() == LATER
    assert clock.now().tzinfo is UTC


NOT_A_TIME: Any = "2026-01-01"
NUMBER = "give seconds as a number, or a timedelta"
NAIVE = "say which zone it is in"
AWARE = "give an aware datetime"


@pytest.mark.parametrize(
    ("command", "error", "text"),
    [
        (lambda clock: clock.freeze(datetime(2026, 1, 1)), ValueError, NAIVE),
        (lambda clock: clock.set(datetime(2026, 1, 1)), ValueError, NAIVE),
        (lambda clock: frozen_world(datetime(2026, 1, 1)).__enter__(), ValueError, NAIVE),
        (lambda clock: clock.freeze("2026-01-01"), TypeError, AWARE),
        (lambda clock: clock.set(1_700_000_000), TypeError, AWARE),
        (lambda clock: clock.set(None), TypeError, AWARE),
        (lambda clock: frozen_world(NOT_A_TIME).__enter__(), TypeError, AWARE),
        (lambda clock: clock.advance(True), TypeError, f"seconds is True: {NUMBER}"),
        (lambda clock: clock.advance("1"), TypeError, f"seconds is '1': {NUMBER}"),
        (lambda clock: clock.advance(None), TypeError, f"seconds is None: {NUMBER}"),
        (lambda clock: clock.advance(float("nan")), ValueError, "seconds is nan: give a finite"),
        (lambda clock: clock.advance(float("inf")), ValueError, "seconds is inf: give a finite"),
        (lambda clock: setattr(clock, "skew", False), TypeError, f"skew is False: {NUMBER}"),
        (lambda clock: setattr(clock, "skew", float("-inf")), ValueError, "skew is -inf"),
        (lambda clock: setattr(clock, "drift_ppm", True), TypeError, "drift_ppm is True"),
        (lambda clock: setattr(clock, "drift_ppm", float("nan")), ValueError, "drift_ppm is nan"),
        (lambda clock: setattr(clock, "drift_ppm", SECOND), TypeError, "give a number, the micro"),
        (lambda clock: Clock(skew=True), TypeError, "skew is True"),
        (lambda clock: Clock(drift_ppm=float("inf")), ValueError, "drift_ppm is inf"),
        (lambda clock: Clock(skew=1e12), ValueError, "skew 1000000000000 s puts the exchange"),
        (lambda clock: clock.advance(1e12), ValueError, "advanced 1000000000000 s puts the exch"),
        (lambda clock: clock.advance(-1e300), ValueError, "outside the years 1 to 9999: give a nea"),
        (lambda clock: setattr(clock, "skew", -1e12), ValueError, "skew set to -1000000000000 s puts"),
    ],
)
def test_what_cannot_work_is_refused_and_moves_nothing(
    clock: Clock, command: Callable[[Clock], object], error: type[Exception], text: str
) -> None:
    with pytest.raises(error) as refused:
        command(clock)
    assert text in str(refused.value)
    assert clock.now() == START
    assert len(clock.moves) == 1


def test_a_move_says_what_was_done_where_and_what_time_it_is_since(clock: Clock) -> None:
    frame = inspect.currentframe()
    assert frame is not None
    line = frame.f_lineno + 1
    clock.advance(120)
    move = clock.moves[-1]
    assert str(move) == f"advanced 120 s at test_clock.py:{line}"
    assert move == Move("advanced 120 s", f"test_clock.py:{line}", START + 120 * SECOND)
    assert "real" not in repr(move)


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (lambda clock: clock.freeze(), "frozen"),
        (lambda clock: clock.freeze(LATER), "frozen at 2021-06-07T08:09:10+00:00"),
        (lambda clock: clock.resume(), "resumed"),
        (lambda clock: clock.advance(0.25), "advanced 0.25 s"),
        (lambda clock: clock.advance(2_592_000), "advanced 2592000 s"),
        (lambda clock: clock.advance(timedelta(minutes=-2)), "advanced -120 s"),
        (lambda clock: clock.set(LATER), "set to 2021-06-07T08:09:10+00:00"),
        (lambda clock: setattr(clock, "skew", 45), "skew set to 45 s"),
        (lambda clock: setattr(clock, "drift_ppm", -12.5), "drift set to -12.5 ppm"),
    ],
)
def test_every_command_is_remembered(clock: Clock, command: Callable[[Clock], None], what: str) -> None:
    before = real_monotonic()
    command(clock)
    move = clock.moves[-1]
    assert move.what == what
    assert move.where.startswith("test_clock.py:")
    assert before <= move.real <= real_monotonic()


def test_frozen_world_s_frames_are_not_who_moved_the_clock() -> None:
    with frozen_world(START) as world:
        world.clock.advance(1)
    assert world.clock.moves[0].where.startswith("test_clock.py:")


def test_a_caller_is_named_even_if_only_this_package_is_on_the_stack(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(clock_module, "_PACKAGE", "")
    clock.advance(1)
    assert ":" in clock.moves[-1].where


def test_the_last_hundred_moves_are_kept(clock: Clock) -> None:
    for number in range(101):
        clock.advance(number)
    assert len(clock.moves) == 100
    assert clock.moves[0].what == "advanced 1 s"


def test_its_repr_shows_time_state_and_skew(clock: Clock) -> None:
    assert repr(clock) == "<Clock 2020-01-02T03:04:05.678+00:00 frozen, skew 0 s>"
    with time_machine.travel(START, tick=False):
        running = Clock(skew=-2.5)
        assert repr(running) == ("<Clock 2020-01-02T03:04:03.178+00:00 follows the process, skew -2.5 s>")


def slowly() -> int:
    """The process's time for a clock whose threads are to be switched while they ask."""
    return sum(0 for _ in range(300))


@pytest.mark.parametrize("also", [lambda clock: None, Clock.freeze], ids=["running", "freezing"])
def test_moves_of_many_threads_are_never_lost(monkeypatch: pytest.MonkeyPatch, also: Callable[[Clock], None]) -> None:
    threads, rounds = 8, 50
    monkeypatch.setattr(clock_module, "_process_us", slowly)
    barrier = threading.Barrier(threads)
    clock = Clock()

    def work(_: int) -> None:
        barrier.wait()
        for _ in range(rounds):
            clock.advance(1)
            also(clock)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, range(threads)))
    finally:
        sys.setswitchinterval(interval)
    assert clock.now() == from_unix_ms(threads * rounds * 1000)


def test_frozen_world_stops_and_moves_client_and_exchange_together() -> None:
    other = Clock()
    with frozen_world(START) as world:
        assert (datetime.now(UTC), world.clock.now(), other.now()) == (START,) * 3
        world.tick(90)
        assert (datetime.now(UTC), world.clock.now(), other.now()) == (START + 90 * SECOND,) * 3
        world.tick(timedelta(seconds=-0.5))
        assert time.time() == (START + 89.5 * SECOND).timestamp()
    assert datetime.now(UTC) > LATER


def test_frozen_world_keeps_the_exchange_ahead_by_its_skew() -> None:
    with frozen_world(START.astimezone(timezone(timedelta(hours=-7))), skew=6) as world:
        world.tick(1)
        assert world.clock.now() == START + 7 * SECOND
        assert world.clock.skew == 6


@pytest.mark.parametrize(("seconds", "error"), [(True, TypeError), ("1", TypeError), (float("nan"), ValueError)])
def test_frozen_world_ticks_by_finite_numbers_only(seconds: Any, error: type[Exception]) -> None:
    with frozen_world(START) as world, pytest.raises(error, match="seconds is"):
        world.tick(seconds)


def test_an_event_loop_s_timers_fire_in_a_frozen_world() -> None:
    async def timer() -> bool:
        fired = asyncio.Event()
        asyncio.get_running_loop().call_later(0.001, fired.set)
        return await asyncio.wait_for(fired.wait(), 60)

    with frozen_world(START):
        assert asyncio.run(timer())


def runs_on() -> bool:
    start = real_monotonic()
    return any(real_monotonic() > start for _ in range(1_000_000))


@pytest.mark.parametrize("world", WORLDS)
def test_the_real_monotonic_clock_runs_on_under_a_freeze(world: str) -> None:
    with WORLDS[world]():
        assert runs_on()


IMPORTED_INSIDE_A_FREEZE = """
from datetime import datetime, UTC
from freezegun import freeze_time
with freeze_time("2020-01-01", real_asyncio=False):
    from pytest_okx.clock import Clock, real_monotonic
    start = real_monotonic()
    print(any(real_monotonic() > start for _ in range(1_000_000)))
    clock = Clock()
    print(clock.now().isoformat())
    clock.advance(1)
    print(clock.moves[-1])
print(clock.now() > datetime(2021, 1, 1, tzinfo=UTC))
"""


@pytest.mark.parametrize("frozen", [True, False])
def test_a_clock_is_put_back_where_it_stood(frozen: bool) -> None:
    clock = Clock(skew=2, drift_ppm=5)
    if frozen:
        clock.freeze(datetime(2026, 1, 1, tzinfo=UTC))
    position, before, heard = clock.position, clock.now(), []
    clock.listen(lambda: heard.append(clock.frozen))
    clock.skew = 100
    clock.advance(1_000_000)
    clock.put_back(position)
    assert (clock.frozen, clock.skew, clock.drift_ppm) == (frozen, 2, 5)
    assert clock.now() == before or not frozen
    assert clock.now() - before < timedelta(seconds=1_000)
    assert heard == [frozen] * 3
    assert clock.moves[-1].what == "put back"


def test_the_module_may_be_imported_for_the_first_time_inside_a_freeze() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED_INSIDE_A_FREEZE],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "True",
        "2020-01-01T00:00:00+00:00",
        "advanced 1 s at <string>:10",
        "True",
    ]


@pytest.mark.parametrize("before", [None, "UTC0"])
def test_the_zone_of_the_process_is_ahead_for_a_while(monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    monkeypatch.delenv("TZ", raising=False)
    if before:
        monkeypatch.setenv("TZ", before)
    shown = time.localtime(0).tm_hour
    with zone_ahead():
        assert time.localtime(0).tm_hour == 9
    assert (os.environ.get("TZ"), time.localtime(0).tm_hour) == (before, shown)


def test_where_the_zone_cannot_be_changed_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "tzset")
    shown = time.localtime(0)
    with zone_ahead():
        assert time.localtime(0) == shown
