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
    from freezegun.api import FrozenDateTimeFactory

__all__ = ["Clock", "Move", "World", "frozen_world", "from_unix_ms", "real_monotonic", "unix_ms"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MILLISECOND = timedelta(milliseconds=1)
_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_REMEMBERED_MOVES = 100


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
    if freezegun is None or not freezegun.freeze_factories:
        return time.time_ns() // 1000
    factory = freezegun.freeze_factories[-1]
    ticking = isinstance(factory, freezegun.TickingDateTimeFactory)
    shown: datetime = factory() if ticking else factory.time_to_freeze
    return (shown.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND


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
    """Where the base stands: stopped at `frozen_us`, or `offset_us` from the process, drifting since `since_us`."""

    frozen_us: int | None
    offset_us: int
    since_us: int
    drift_ppm: float

    def read(self, process_us: int) -> int:
        if self.frozen_us is not None:
            return self.frozen_us
        drifted = round((process_us - self.since_us) * self.drift_ppm / 1_000_000) if self.drift_ppm else 0
        return process_us + self.offset_us + drifted


class Clock:
    """The exchange's time, owned by the test.

    It starts out following this process. `freeze`, `advance` and `set` move the exchange alone, so a client that
    signs with the process's time is then behind or ahead; `frozen_world` moves both. `skew` is how many seconds the
    exchange is ahead of its base, in whatever state; `drift_ppm` how many microseconds it gains a second while it
    is not frozen. Safe to move from any thread.
    """

    def __init__(self, *, skew: float | timedelta = 0, drift_ppm: float = 0) -> None:
        self._lock = threading.Lock()
        self._skew_us = _micros(skew, "skew")
        self._base = _Base(None, 0, _process_us(), _finite(drift_ppm, "drift_ppm"))
        self._moves: deque[Move] = deque(maxlen=_REMEMBERED_MOVES)

    def now(self) -> datetime:
        """The exchange's time: aware, in UTC."""
        return _EPOCH + timedelta(microseconds=self._now_us())

    def now_ms(self) -> int:
        """The exchange's time in whole Unix milliseconds, as OKX prints it."""
        return self._now_us() // 1000

    def freeze(self, at: datetime | None = None) -> None:
        """Stop the base, at `at` (aware) or where it is; `skew` is still added."""
        if at is not None:
            self._set_base(frozen=True, us=_aware_us(at, "at"), what=f"frozen at {at.isoformat()}")
        else:
            self._set_base(frozen=True, us=self._base.read(_process_us()), what="frozen")

    def resume(self) -> None:
        """Follow this process's clock again: what `freeze`, `advance` and `set` did is undone; skew and drift stay."""
        with self._lock:
            self._base = _Base(None, 0, _process_us(), self._base.drift_ppm)
        self._record("resumed")

    def advance(self, seconds: float | timedelta) -> None:
        """Move the exchange's time by `seconds` (or a timedelta; negative goes back), frozen or not."""
        delta = _micros(seconds, "seconds")
        with self._lock:
            base = self._base
            if base.frozen_us is not None:
                self._base = replace(base, frozen_us=base.frozen_us + delta)
            else:
                self._base = replace(base, offset_us=base.offset_us + delta)
        self._record(f"advanced {delta / 1_000_000:g} s")

    def set(self, at: datetime) -> None:
        """Put the base at `at` (aware): a frozen clock stays frozen there, a running one runs on from there."""
        frozen = self._base.frozen_us is not None
        self._set_base(frozen=frozen, us=_aware_us(at, "at"), what=f"set to {at.isoformat()}")

    @property
    def skew(self) -> float:
        """Seconds that the exchange is ahead of its base; negative when it is behind."""
        return self._skew_us / 1_000_000

    @skew.setter
    def skew(self, seconds: float | timedelta) -> None:
        self._skew_us = _micros(seconds, "skew")
        self._record(f"skew set to {self.skew:g} s")

    @property
    def drift_ppm(self) -> float:
        """Microseconds that the exchange gains (negative: loses) in each second of this process's time."""
        return self._base.drift_ppm

    @drift_ppm.setter
    def drift_ppm(self, ppm: float) -> None:
        process = _process_us()
        with self._lock:
            base = self._base
            # What has drifted so far is kept; the new rate counts from here.
            offset = _Base(None, base.offset_us, base.since_us, base.drift_ppm).read(process) - process
            self._base = _Base(base.frozen_us, offset, process, _finite(ppm, "drift_ppm"))
        self._record(f"drift set to {ppm:g} ppm")

    @property
    def moves(self) -> tuple[Move, ...]:
        """The last hundred commands given to this clock, oldest first."""
        return tuple(self._moves)

    def __repr__(self) -> str:
        state = "follows the process" if self._base.frozen_us is None else "frozen"
        return f"<Clock {self.now().isoformat(timespec='milliseconds')} {state}, skew {self.skew:g} s>"

    def _now_us(self) -> int:
        return self._base.read(_process_us()) + self._skew_us

    def _set_base(self, *, frozen: bool, us: int, what: str) -> None:
        process = _process_us()
        with self._lock:
            drift = self._base.drift_ppm
            self._base = _Base(us, 0, process, drift) if frozen else _Base(None, us - process, process, drift)
        self._record(what)

    def _record(self, what: str) -> None:
        self._moves.append(Move(what, _caller(), self.now()))


def _finite(ppm: float, name: str) -> float:
    return _micros(ppm, name) / 1_000_000


@dataclass(frozen=True, slots=True)
class World:
    """Client and exchange under one freeze; `clock` is the exchange's, for `OkxServer(clock=...)`."""

    clock: Clock
    frozen: FrozenDateTimeFactory

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
