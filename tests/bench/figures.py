"""Measuring so that figures travel: medians of rounds in which ours and a peer take turns, told as a ratio.

A noisy machine disturbs both alike. Nothing here knows what is measured.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

from pytest_okx.clock import real_monotonic

__all__ = ["Work", "fastest_us", "line", "median_us", "take_turns"]

Work = Callable[[], object]


def median_us(work: Work, count: int) -> float:
    """The median time of `count` runs of `work`, each timed by itself, in microseconds."""
    times = []
    for _ in range(count):
        start = real_monotonic()
        work()
        times.append(real_monotonic() - start)
    return statistics.median(times) * 1e6


def fastest_us(work: Work, count: int = 200, repeats: int = 25) -> float:
    """The time of one run of `work` in the best of `repeats` batches, in microseconds: what the code itself costs."""
    best = float("inf")
    for _ in range(repeats):
        start = real_monotonic()
        for _ in range(count):
            work()
        best = min(best, real_monotonic() - start)
    return best / count * 1e6


def take_turns(ours: Callable[[], float], peer: Callable[[], float], rounds: int) -> tuple[float, float, float]:
    """Medians of what both measure, and the median of the ratios ours to peer of the same round."""
    pairs = [(ours(), peer()) for _ in range(rounds)]
    mine, theirs = zip(*pairs, strict=True)
    return statistics.median(mine), statistics.median(theirs), statistics.median(one / two for one, two in pairs)


def line(name: str, *facts: str) -> None:
    """Print one figure."""
    print(f"{name:44} {'   '.join(facts)}", flush=True)
