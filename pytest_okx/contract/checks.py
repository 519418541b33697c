"""The contract itself: what every signer has to fulfil, one function a check, in the order in which they are made.

A check gives the first finding, or None. Hypothesis looks for the smallest request that shows it. How a finding is
told is in `findings`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial
from typing import Any, Final

from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from ..clock import Clock, from_unix_ms, frozen_world, zone_ahead
from ..exchange import Exchange
from .cases import NOW, PLAIN, Case, Output, cases, read_vectors
from .exploring import explored
from .findings import Failure, Finding
from .outputs import Broken
from .signers import Session, Signer
from .tasks import Moment, Task

__all__ = ["CHECKS", "Check", "run_check"]

Explore = Callable[[st.SearchStrategy[Any], Callable[[Any], Failure | None]], list[Failure]]

_DIFFERENT: Final = "the signature is not the one that OKX expects"
_KNOWN_TIMESTAMPS: Final = tuple(dict.fromkeys((PLAIN.timestamp, *(each.case.timestamp for each in read_vectors()))))
_TO_WARM_UP: Final = 20
# Not a whole second, nor a whole millisecond: what writes too many decimals, or drops them, is to show it.
_START: Final = from_unix_ms(NOW) + timedelta(microseconds=120_456)
# Decimals that are signed and not sent can be found out if there are few.
_AT_A_MILLISECOND: Final = from_unix_ms(NOW + 120)
# At once, when the last timestamp is stale, and at a whole second, of which isoformat() writes no fraction.
_PAUSES: Final = (timedelta(0), timedelta(seconds=31), timedelta(microseconds=1_000_000 - 120_456))
_NEAR_MS: Final = 1000
# The clock of the machine goes on meanwhile, on a busy one for long; zones differ by hours.
_NEAR_BY_ZONE_MS: Final = 3_600_000
_WINDOW_SKEWS: Final = ((0, True), (29, True), (-29, True), (31, False), (-31, False))
_DRIFT_PPM: Final = 10_000
# At this drift the exchange is 30 s ahead after 3000 s: a signer with a fresh timestamp is refused from then on.
_DRIFTS: Final = ((2_900, True), (200, False))


@dataclass(frozen=True, slots=True)
class Check:
    """One promise of a signer, and how it is tried; `share` is its part of the examples that Hypothesis makes."""

    name: str
    run: Callable[[Signer, Explore], Iterable[Failure]]
    share: float = 0.25


def run_check(
    check: Check, signer: Signer, profile: settings | None = None, *, examples: int | None = None
) -> Finding | None:
    """What a check finds, None where all is well.

    `profile` is what Hypothesis runs with (None: the profile that is loaded), its database included; `examples` stands
    for its `max_examples`.
    """
    asked = settings(profile)
    most = max(1, int((examples or asked.max_examples) * check.share))
    # `explain` takes as long as all others, and what it says is about lines, not about signatures.
    phases = [phase for phase in asked.phases if phase is not Phase.explain]
    asked = settings(asked, max_examples=most, report_multiple_bugs=False, phases=phases)
    explore = partial(explored, profile=asked, key=f"{signer.name} {check.name}")
    _warm_up()
    failures = list(check.run(signer, explore))
    return Finding.of(signer, failures) if failures else None


@cache
def _warm_up() -> None:
    """Let Hypothesis read modules and tables, which it does once: on a busy machine it takes long enough to count as
    slow generation, and a signer is not to fail for that.
    """
    with suppress(NoSuchExample):
        find(cases(), lambda case: False, settings=settings(max_examples=_TO_WARM_UP, derandomize=True, database=None))


def _attempt(session: Session, case: Case) -> Output | Failure:
    try:
        return session(case)
    except Broken as broken:
        return Failure(case, str(broken))


def _disagreement(session: Session, case: Case, known: str = "") -> Failure | None:
    """How what a session gives for a case differs from the `known` signature of that case, else from the reference."""
    output = _attempt(session, case)
    if isinstance(output, Failure):
        return output
    expected = known if known and output.is_of(case) else output.expected(case.credentials.secret_key)
    if output.signature == expected:
        return None
    return Failure(case, _DIFFERENT, output, expected, _KNOWN_TIMESTAMPS)


def _golden(signer: Signer, explore: Explore) -> Iterable[Failure]:
    with frozen_world(_AT_A_MILLISECOND) if signer.stamps else nullcontext():
        return list(_of_vectors(signer))


def _of_vectors(signer: Signer) -> Iterator[Failure]:
    for vector in reversed(read_vectors()):
        case = vector.case
        if not signer.task.fits(case, signer.stamps):
            continue
        if failure := _disagreement(signer.begin(case.credentials), case, vector.signature):
            yield failure


def _agrees(signer: Signer, explore: Explore) -> Iterable[Failure]:
    def judge(case: Case) -> Failure | None:
        return _disagreement(signer.begin(case.credentials), case)

    yield from (failure for case in reversed(signer.task.awkward) if (failure := judge(case)))
    yield from explore(signer.task.cases(), judge)


def _deterministic(signer: Signer, explore: Explore) -> Iterable[Failure]:
    def judge(case: Case) -> Failure | None:
        first, second = (_attempt(signer.begin(case.credentials), case) for _ in range(2))
        if isinstance(first, Failure) or isinstance(second, Failure):
            return None  # told by another check
        if (first.timestamp, first.target, first.body) != (second.timestamp, second.target, second.body):
            return None
        same = first.signature == second.signature
        return None if same else Failure(case, "the same request was signed twice, in two ways")

    return explore(signer.task.cases(), judge)


def _stateless(signer: Signer, explore: Explore) -> Iterable[Failure]:
    def judge(drawn: tuple[Case, Case]) -> Failure | None:
        first, other = drawn
        second = replace(other, credentials=first.credentials)
        if any(_disagreement(signer.begin(case.credentials), case) for case in (first, second)):
            return None  # told by another check
        session = signer.begin(first.credentials)
        mixed = [replace(first, timestamp=second.timestamp)]
        mixed += [replace(first, body=second.body)] if first.method == second.method else []
        for case in (first, second, first, *mixed):
            if failure := _disagreement(session, case):
                before = (*failure.earlier, first.timestamp, second.timestamp)
                return replace(failure, problem=f"{failure.problem}, after another request was signed", earlier=before)
        return None

    return explore(st.tuples(signer.task.cases(), signer.task.cases()), judge)


def _headers(signer: Signer, explore: Explore) -> Iterable[Failure]:
    return _of_outputs(signer, explore, signer.task.problems)


def _no_leaks(signer: Signer, explore: Explore) -> Iterable[Failure]:
    return _of_outputs(signer, explore, signer.task.leaks)


def _of_outputs(signer: Signer, explore: Explore, problems: Callable[[Output, Case], list[str]]) -> Iterable[Failure]:
    def judge(case: Case) -> Failure | None:
        output = _attempt(signer.begin(case.credentials), case)
        if isinstance(output, Failure):
            return None  # told by another check
        found = problems(output, case)
        return Failure(case, "; ".join(found)) if found else None

    return explore(signer.task.cases(), judge)


def _fresh(signer: Signer, explore: Explore) -> Iterable[Failure]:
    """Whether it makes a timestamp of the very moment, whatever the zone of the process."""
    return list(_made_anew(signer))[:1] if signer.stamps else ()


def _made_anew(signer: Signer) -> Iterator[Failure]:
    plain = signer.task.plain
    session = signer.begin(plain.credentials)
    with frozen_world(_START) as world:
        for pause in _PAUSES:
            world.tick(pause)
            yield from _out_of_time(session, signer.task, world.clock, _NEAR_MS, "moved by freezegun")
    session = signer.begin(plain.credentials)
    with zone_ahead():
        yield from _out_of_time(session, signer.task, Clock(), _NEAR_BY_ZONE_MS, "in a zone nine hours ahead of UTC")


def _out_of_time(session: Session, task: Task, clock: Clock, near_ms: int, how: str) -> Iterator[Failure]:
    output = _attempt(session, task.plain)
    if isinstance(output, Failure):
        return  # told by another check
    if problem := task.time_problem(output.timestamp, Moment(clock.now_ms(), near_ms, how)):
        yield Failure(task.plain, problem)


def _window(signer: Signer, explore: Explore) -> Iterable[Failure]:
    """Whether an exchange takes it inside the window, and on both sides refuses it outside, skewed and drifting."""
    return list(_met_by_clocks(signer))[:1] if signer.stamps else ()


def _met_by_clocks(signer: Signer) -> Iterator[Failure]:
    session = signer.begin(signer.task.plain.credentials)
    with frozen_world(_START) as world:
        exchange = Exchange(world.clock)
        exchange.issue_key(exchange.open_account(), credentials=signer.task.plain.credentials)
        for skew, taken in _WINDOW_SKEWS:
            world.clock.skew = skew
            yield from _refused(session, signer.task, exchange, taken, f"{skew} s ahead")
        world.clock.skew = 0
        world.clock.drift_ppm = _DRIFT_PPM
        for seconds, taken in _DRIFTS:
            world.tick(seconds)
            yield from _refused(session, signer.task, exchange, taken, f"drifting by {_DRIFT_PPM} ppm")


def _refused(session: Session, task: Task, exchange: Exchange, taken: bool, how: str) -> Iterator[Failure]:
    output = _attempt(session, task.plain)
    if isinstance(output, Failure):
        return  # told by another check
    code, expected = task.answer(exchange, output), "0" if taken else task.expired
    if code != expected:
        yield Failure(task.plain, f"an exchange whose clock is {how} answered {code} instead of {expected}")


CHECKS: Final = (
    Check("knows the answers that are known", _golden),
    Check("agrees with OKX for every request", _agrees, share=1),
    Check("signs the same request in the same way", _deterministic),
    Check("keeps nothing between calls", _stateless),
    Check("gives headers that can be sent", _headers),
    Check("keeps secrets where they belong", _no_leaks),
    Check("makes a fresh timestamp for each call", _fresh),
    Check("is taken inside the window alone", _window),
)
"""Every check, in order."""
