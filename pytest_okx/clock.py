"""The exchange's clock: the only module that asks what time it is.

Rule: everything else in the package is told the time. A `Clock` holds where the exchange stands in time; it knows
nothing of requests, windows or exchanges.

    now = base + skew

The base follows this process's clock *as the test sees it* (freezegun or time-machine included), until the test
freezes, advances or sets it. Arithmetic is in whole microseconds, so that an edge of 30,000 ms is an edge.
"""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory, StepTickTimeFactory, TickingDateTimeFactory

__all__ = ["Clock", "Move", "World", "from_unix_ms", "frozen_world", "real_monotonic", "unix_ms", "zone_ahead"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MILLISECOND = timedelta(milliseconds=1)
_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_REMEMBERED_MOVES = 100
_ZONE_AHEAD = "AHEAD-9"  # POSIX counts westwards, and asks no table of zones for this one


def _unfrozen(name: str) -> Callable[[], float]:
    # Imported inside a freeze, `time.monotonic` would be freezegun's; it keeps the real one under another name.
    freezegun = sys.modules.get("freezegun.api")
    real: Callable[[], float] = getattr(freezegun, f"real_{name}", None) or getattr(time, name)
    return real


# In a tuple, because freezegun replaces every time function that it finds as an attribute of a module.
_REAL_MONOTONIC = (_unfrozen("monotonic"),)


def real_monotonic() -> float:
    """Seconds of a monotonic clock that no freeze stops: for event loops, whose timers must go on under one."""
    return _REAL_MONOTONIC[0]()


def unix_ms(at: datetime) -> int:
    """Whole Unix milliseconds of an aware datetime, as OKX prints times."""
    return (at - _EPOCH) // _MILLISECOND


def from_unix_ms(ms: int) -> datetime:
    """The aware datetime, in UTC, of Unix milliseconds."""
    return _EPOCH + ms * _MILLISECOND


def _process_us() -> int:
    """This process's time in microseconds, as freezegun or time-machine show it, whatever the thread.

    freezegun decides by the depth of the caller's stack whether to show frozen time, so a server's thread may see
    real time through `time.time()`. Its innermost freeze is asked instead, without stepping an `auto_tick`.
    """
    freezegun: Any = sys.modules.get("freezegun.api")
    # A slice, because the test's thread may end its freeze between a look at the list and an index into it.
    for factory in freezegun.freeze_factories[-1:] if freezegun else ():
        ticking = isinstance(factory, freezegun.TickingDateTimeFactory)
        shown: datetime = factory() if ticking else factory.time_to_freeze
        return (shown.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
    return time.time_ns() // 1000


def _micros(seconds: float | timedelta, name: str) -> int:
    if isinstance(seconds, timedelta):
        return seconds // _MICROSECOND
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError(f"{name} is {seconds!r}: give seconds as a number, or a timedelta")
    if not math.isfinite(seconds):
        raise ValueError(f"{name} is {seconds!r}: give a finite number of seconds")
    return round(seconds * 1_000_000)


def _aware_us(at: datetime, name: str) -> int:
    if not isinstance(at, datetime):
        raise TypeError(f"{name} is {at!r}: give an aware datetime, for example datetime(2026, 1, 1, tzinfo=UTC)")
    if at.utcoffset() is None:
        raise ValueError(f"{name} is the naive datetime {at!r}: say which zone it is in, for example with tzinfo=UTC")
    return (at - _EPOCH) // _MICROSECOND


def _datetime(us: int, what: str) -> datetime:
    try:
        return _EPOCH + us * _MICROSECOND
    except OverflowError:
        raise ValueError(f"{what} puts the exchange outside the years 1 to 9999: give a nearer time") from None


def _text(us: int) -> str:
    """Seconds without an exponent: `advance(2_592_000)` should not read "2.592e+06"."""
    return f"{us / 1_000_000:.6f}".rstrip("0").rstrip(".")


def _caller() -> str:
    """`file.py:line` of the nearest frame outside this package: who moved the clock."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"


@dataclass(frozen=True, slots=True)
class Move:
    """One command to a clock: what it did, who gave it (`file.py:line`), and the exchange's time after it.

    `real` is when it happened on `real_monotonic`, which tells the order of things whatever the clock does.
    """

    what: str
    where: str
    at: datetime
    real: float = field(repr=False, compare=False, default_factory=real_monotonic)

    def __str__(self) -> str:
        return f"{self.what} at {self.where}"


@dataclass(frozen=True, slots=True)
class _Base:
    """Where the base stands: stopped at `frozen_us`, or `offset_us` from the process, drifting since `since_us`.

    `drift` is in millionths of a ppm: whole numbers, like every other part of a time here.
    """

    frozen_us: int | None
    offset_us: int
    since_us: int
    drift: int

    def read(self, process_us: int) -> int:
        if self.frozen_us is not None:
            return self.frozen_us
        return process_us + self.offset_us + (process_us - self.since_us) * self.drift // 10**12


class Clock:
    """The exchange's time, owned by the test.

    It starts out following this process. `freeze`, `advance` and `set` move the exchange alone, so a client that
    signs with the process's time is then behind or ahead; `frozen_world` moves both. `skew` is how many seconds the
    exchange is ahead of its base, in whatever state; `drift_ppm` how many microseconds it gains a second while it
    is not frozen. Safe to move from any thread. A command that cannot work (a naive datetime, a number that is not
    finite, a time outside the years 1 to 9999) raises TypeError or ValueError and moves nothing.
    """

    def __init__(self, *, skew: float | timedelta = 0, drift_ppm: float = 0) -> None:
        self._lock = threading.Lock()
        self._skew_us = _micros(skew, "skew")
        self._base = _Base(None, 0, _process_us(), _ppm(drift_ppm))
        self._moves: deque[Move] = deque(maxlen=_REMEMBERED_MOVES)
        self._listeners: tuple[Callable[[], None], ...] = ()
        _datetime(self._now_us(), f"skew {_text(self._skew_us)} s")

    def now(self) -> datetime:
        """The exchange's time: aware, in UTC."""
        return _EPOCH + self._now_us() * _MICROSECOND

    def now_ms(self) -> int:
        """The exchange's time in whole Unix milliseconds, as OKX prints it."""
        return self._now_us() // 1000

    def freeze(self, at: datetime | None = None) -> None:
        """Stop the base, at `at` (aware) or where it is; `skew` is still added."""
        if at is None:
            self._move("frozen", lambda base, process: _Base(base.read(process), 0, process, base.drift))
        else:
            us = _aware_us(at, "at")
            self._move(f"frozen at {at.isoformat()}", lambda base, process: _Base(us, 0, process, base.drift))

    def resume(self) -> None:
        """Follow this process's clock again: what `freeze`, `advance` and `set` did is undone; skew and drift stay."""
        self._move("resumed", lambda base, process: _Base(None, 0, process, base.drift))

    def advance(self, seconds: float | timedelta) -> None:
        """Move the exchange's time by `seconds` (or a timedelta; negative goes back), frozen or not."""
        delta = _micros(seconds, "seconds")

        def advanced(base: _Base, process: int) -> _Base:
            if base.frozen_us is not None:
                return replace(base, frozen_us=base.frozen_us + delta)
            return replace(base, offset_us=base.offset_us + delta)

        self._move(f"advanced {_text(delta)} s", advanced)

    def set(self, at: datetime) -> None:
        """Put the base at `at` (aware): a frozen clock stays frozen there, a running one runs on from there."""
        us = _aware_us(at, "at")

        def put(base: _Base, process: int) -> _Base:
            if base.frozen_us is not None:
                return _Base(us, 0, process, base.drift)
            return _Base(None, us - process, process, base.drift)

        self._move(f"set to {at.isoformat()}", put)

    @property
    def skew(self) -> float:
        """Seconds that the exchange is ahead of its base; negative when it is behind. Takes a timedelta too."""
        return self._skew_us / 1_000_000

    @skew.setter
    def skew(self, seconds: float | timedelta) -> None:
        skew_us = _micros(seconds, "skew")
        self._move(f"skew set to {_text(skew_us)} s", lambda base, process: base, skew_us)

    @property
    def drift_ppm(self) -> float:
        """Microseconds that the exchange gains (negative: loses) in each second of this process's time."""
        return self._base.drift / 1_000_000

    @drift_ppm.setter
    def drift_ppm(self, ppm: float) -> None:
        drift = _ppm(ppm)

        def drifting(base: _Base, process: int) -> _Base:
            # What has drifted so far is kept; the new rate counts from here.
            so_far = 0 if base.frozen_us is not None else base.read(process) - process
            return _Base(base.frozen_us, so_far, process, drift)

        self._move(f"drift set to {_text(drift)} ppm", drifting)

    @property
    def frozen(self) -> bool:
        """Whether the base stands still."""
        return self._base.frozen_us is not None

    @property
    def position(self) -> object:
        """Where its base stands and how it is skewed, for `put_back`."""
        return self._base, self._skew_us

    def put_back(self, position: Any) -> None:
        """Stand again where a `position` was: frozen as then, or as far from this process's clock as then."""
        base, skew_us = position
        self._move("put back", lambda *_: base, skew_us)

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each command to this clock, on the thread that gave it; returns what ends that."""

        def end() -> None:
            with self._lock:
                self._listeners = tuple(each for each in self._listeners if each is not listener)

        with self._lock:
            self._listeners = (*self._listeners, listener)
        return end

    @property
    def moves(self) -> tuple[Move, ...]:
        """The last hundred commands given to this clock, oldest first."""
        return tuple(self._moves)

    def __repr__(self) -> str:
        state = "follows the process" if self._base.frozen_us is None else "frozen"
        skew = _text(self._skew_us)
        return f"<Clock {self.now().isoformat(timespec='milliseconds')} {state}, skew {skew} s>"

    def _now_us(self) -> int:
        return self._base.read(_process_us()) + self._skew_us

    def _move(self, what: str, change: Callable[[_Base, int], _Base], skew_us: int | None = None) -> None:
        """Read, change and record in one go, so that a move of another thread is neither lost nor misreported."""
        with self._lock:
            process = _process_us()
            base = change(self._base, process)
            skew = self._skew_us if skew_us is None else skew_us
            move = Move(what, _caller(), _datetime(base.read(process) + skew, what))
            self._base, self._skew_us = base, skew
            self._moves.append(move)
        for listener in self._listeners:
            listener()


def _ppm(ppm: float | timedelta) -> int:
    if isinstance(ppm, timedelta):
        raise TypeError(f"drift_ppm is {ppm!r}: give a number, the microseconds gained in each second")
    return _micros(ppm, "drift_ppm")


@dataclass(frozen=True, slots=True)
class World:
    """Client and exchange under one freeze; `clock` is the exchange's, for `OkxServer(clock=...)`."""

    clock: Clock
    frozen: FrozenDateTimeFactory | StepTickTimeFactory | TickingDateTimeFactory

    def tick(self, seconds: float | timedelta) -> None:
        """Move the process's frozen time, and with it every clock that follows it."""
        self.frozen.tick(timedelta(microseconds=_micros(seconds, "seconds")))


@contextmanager
def frozen_world(at: datetime, *, skew: float | timedelta = 0) -> Iterator[World]:
    """Freeze this process at `at` (aware) with freezegun, the exchange's clock `skew` seconds ahead of it.

    Every `Clock` that follows the process freezes too. Event loops keep their real timers.
    """
    _aware_us(at, "at")
    from freezegun import freeze_time

    with freeze_time(at, real_asyncio=True) as frozen:
        yield World(Clock(skew=skew), frozen)


@contextmanager
def zone_ahead() -> Iterator[None]:
    """Let the zone of this process be nine hours ahead of UTC; without effect where it cannot be changed (Windows)."""
    if not hasattr(time, "tzset"):
        yield
        return
    before = os.environ.get("TZ")
    os.environ["TZ"] = _ZONE_AHEAD
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()
