"""The plan: which call gets which fault, when, and how often.

It is told the call and the time, counts, and hands faults out; what they do is in the faults. Nothing here is left to
chance: of the same calls the same ones are hit.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Final

from ..clock import Clock
from ..messages import Gate, Request
from .kinds import Fault, check_count
from .scripts import Choice, Script, Steps, check_fault, outcomes_of
from .windows import During, Window
from .wire import Hold

__all__ = ["FaultPlan", "Handle"]

# No "?": a pattern is held against the path, so one with a query would never apply.
_ON: Final = re.compile(r"(?:([A-Z*]+) )?(/[^\s?]*)")

Match = Callable[[Request], bool]


@dataclass(eq=False)
class Handle:
    """What a plan holds: what happens, to whom and how often.

    `fault` is what happens next, None where a call goes well; `hits` counts the faults that happened so far; `number`
    is its own among those of the plan.
    """

    fault: Fault | None = field(init=False)
    on: str | None
    times: int | None
    skip: int
    every: int
    match: Match | None
    window: Window | None
    optional: bool
    _script: Script = field(repr=False)
    _plan: FaultPlan = field(repr=False)
    number: int
    hits: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        parts = _ON.fullmatch("/*" if self.on is None else self.on)
        if parts is None:
            raise ValueError(
                f"on is {self.on!r}: write 'METHOD /path', '/path', or a pattern such as 'POST /api/v5/trade/*'"
            )
        self._method, self._path = parts[1] or "*", parts[2]
        self._occasions = 0
        self._seen = 0
        self._counted: Request | None = None
        self._gate = Gate()
        self._happened = threading.Event()
        self._turn_to(0)

    def remove(self) -> None:
        """Take it out of its plan, and let go what it holds; doing so twice is harmless."""
        self._plan.forget(self)
        self._gate.open()

    def release(self) -> None:
        """Let go the replies that `Hold` keeps back, and those that it would yet; from any thread.

        Raises RuntimeError where there is nothing to hold them back.
        """
        if not any(isinstance(fault, Hold) for fault in self._script.faults):
            raise RuntimeError(f"{self} holds nothing back: release() is for Hold()")
        self._gate.open()

    def wait(self, timeout: float = 10) -> None:
        """Return once it has happened to a call, which another thread makes.

        Raises TimeoutError after `timeout` seconds of real time.
        """
        if not self._happened.wait(timeout):
            raise TimeoutError(f"{self} did not happen within {timeout} s: no call got that far")

    def applies_to(self, request: Request | None, now: int) -> bool:
        """Whether it is meant for this call (None: for a connection) at this time of the exchange."""
        if self.window is not None and now not in self.window:
            return False
        if request is None:
            return True
        named = fnmatchcase(request.method, self._method) and fnmatchcase(request.path, self._path)
        return named and (self.match is None or self.match(request))

    def take(self, request: Request | None) -> Fault | None:
        """Count one call; the fault that acts on it, if one does. However often it is asked, a call is one."""
        if request is not None and request is self._counted:
            return None
        self._counted = request
        self._seen += 1
        if self._seen <= self.skip or (self._seen - self.skip) % self.every:
            return None
        fault = self.fault
        self._turn_to(self._occasions + 1)
        if fault is None:
            return None
        self.hits += 1
        self._happened.set()
        return replace(fault, gate=self._gate) if isinstance(fault, Hold) else fault

    def _turn_to(self, occasion: int) -> None:
        self._occasions = occasion
        if occasion == self.times:
            self._plan.disarm(self)
        else:
            self.fault, self.moment = self._script.outcome(occasion), self._script.moment(occasion)

    @property
    def exhausted(self) -> bool:
        """Whether nothing more comes of it."""
        return self not in self._plan.armed

    @property
    def unmet(self) -> bool:
        """Whether something that was asked for has not happened."""
        return not self.optional and self._script.unmet(self._occasions, self.hits)

    def __str__(self) -> str:
        parts = [f"{self._script.text(self._occasions)} on {self.on or 'any call'}"]
        if not isinstance(self._script, Steps):
            times = f"{self.times} time{'s' if self.times != 1 else ''}"
            parts.append("until removed" if self.times is None else times)
        if self.every > 1:
            parts.append(f"one call in {self.every}")
        if self.window is not None:
            parts.append(f"from {self.window}")
        return ", ".join(parts)


class FaultPlan:
    """The faults of one server, in the order in which they were added. Safe to change from any thread.

    `clock` is what "seconds from now" are counted on.
    """

    def __init__(self, faults: Iterable[Fault] = (), *, clock: Clock | None = None) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._armed: tuple[Handle, ...] = ()
        self._added: list[Handle] = []
        self._numbers = 0
        for fault in faults:
            self.add(fault)

    def add(
        self,
        fault: Fault,
        *,
        on: str | None = None,
        times: int | None = 1,
        skip: int = 0,
        every: int = 1,
        match: Match | None = None,
        during: During | None = None,
        optional: bool = False,
    ) -> Handle:
        """Let `fault` happen to the next `times` calls (None: until removed) of `on`, after `skip` of them.

        `on` is "METHOD /path", "/path" or a pattern with `*`; None is any call. `match` looks at the request.
        `every=3` hits the third of three calls, and so on. `during=(start, end)`, aware datetimes or seconds from now,
        counts only the calls between them on the exchange's clock. A fault that never happens fails the test, unless
        `optional`. Raises TypeError or ValueError for what cannot work.
        """
        check_fault(fault)
        check_count("every", every, 1)
        check_count("skip", skip, 0)
        return self._arm(Script((fault,)), on, times, match, during, optional, skip, every)

    def sequence(
        self,
        outcomes: Iterable[Fault | None],
        *,
        on: str | None = None,
        match: Match | None = None,
        during: During | None = None,
        optional: bool = False,
    ) -> Handle:
        """Let one outcome after another happen, a call each; None is a call that goes well.

        A call that does not get as far as its fault leaves it to the next one. Faults that are left at the end fail the
        test, unless `optional`. The other arguments are those of `add`.
        """
        script = Steps(outcomes_of(outcomes, "sequence"))
        return self._arm(script, on, len(script.outcomes), match, during, optional)

    def choice(
        self,
        outcomes: Iterable[Fault | None],
        *,
        seed: int,
        on: str | None = None,
        times: int | None = None,
        match: Match | None = None,
        during: During | None = None,
        optional: bool = False,
    ) -> Handle:
        """Let one of the outcomes happen to each of the next `times` calls (None: until removed) of `on`.

        Which one depends on the `seed` and on how many calls came before: the same calls always get the same. None is
        a call that goes well; an outcome that is listed twice comes twice as often. The other arguments are those of
        `add`.
        """
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise TypeError(f"seed is {seed!r}: give a whole number")
        return self._arm(Choice(outcomes_of(outcomes, "choice"), seed), on, times, match, during, optional)

    def _arm(
        self,
        script: Script,
        on: str | None,
        times: int | None,
        match: Match | None,
        during: During | None,
        optional: bool,
        skip: int = 0,
        every: int = 1,
    ) -> Handle:
        if times is not None:
            check_count("times", times, 1, " or None")
        for fault in script.faults:
            if fault.moment == "connect" and (on is not None or match is not None):
                raise ValueError(f"{fault!r} happens before there is a request: it takes neither on={on!r} nor match")
        window = None if during is None else Window.of(during, self._clock)
        with self._lock:
            self._numbers += 1
            handle = Handle(on, times, skip, every, match, window, optional, script, self, self._numbers)
            self._armed = (*self._armed, handle)
            self._added.append(handle)
        return handle

    def disarm(self, handle: Handle) -> None:
        """Let nothing more come of `handle`."""
        with self._lock:
            self._armed = tuple(each for each in self._armed if each is not handle)

    def forget(self, handle: Handle) -> None:
        """Let nothing more come of `handle`, and do not miss it."""
        with self._lock:
            self.disarm(handle)
            self._added = [each for each in self._added if each is not handle]

    @property
    def armed(self) -> tuple[Handle, ...]:
        """What may still happen."""
        return self._armed

    @property
    def added(self) -> tuple[Handle, ...]:
        """What was added and not taken back, whether or not more may come of it."""
        return tuple(self._added)

    def unfired(self) -> list[Handle]:
        """What was asked for and never happened, unless it is optional or was taken back."""
        with self._lock:
            return [handle for handle in self._added if handle.unmet]

    def due(
        self, moment: str, request: Request | None, now: int, wanted: Callable[[Handle], bool] = lambda handle: True
    ) -> Iterator[Fault]:
        """The faults that act on this call (None: this connection) at this moment, each spent as it is handed out.

        `now` is the exchange's time in Unix milliseconds; a handle that is not `wanted` spends nothing.
        """
        for handle in self._armed:
            if handle.moment != moment or not handle.applies_to(request, now):
                continue
            with self._lock:
                ready = handle in self._armed and handle.moment == moment and wanted(handle)
                fault = handle.take(request) if ready else None
            if fault is not None:
                yield fault

    def __repr__(self) -> str:
        return f"FaultPlan([{', '.join(map(str, self._armed))}])"
