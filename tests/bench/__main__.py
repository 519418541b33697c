"""Figures on demand: `python -m tests.bench [NAME ...] [--profile] [--requests N] [--seed N]`, all of them by default.

Speed is told as a ratio to a peer in the same run, robustness as counts. Nothing is judged by a time.
"""

from __future__ import annotations

import argparse
import logging
from collections import Counter
from collections.abc import Callable

from . import frames, fuzz, history, inside, matching, pushing, rude, speed
from .figures import line

REQUESTS, CYCLES = 200_000, 10_000


def _figures(requests: int, seed: int) -> dict[str, Callable[[], None]]:
    return {
        "throughput": speed.throughput,
        "latency": speed.latency,
        "gateway": inside.gateway,
        "wsgi": inside.wsgi,
        "start": inside.start_and_stop,
        "import": inside.imports,
        "suite": inside.suite,
        "memory": inside.memory,
        "matching": matching.matching,
        "waiting": matching.waiting,
        "orders": matching.memory_of_orders,
        "pages": history.pages,
        "pairs": history.pairs,
        "pushes": pushing.pushes,
        "connections": pushing.connections,
        "idle": pushing.idle,
        "beside": pushing.beside_pushes,
        "rude": rude.beside_others,
        "cycles": lambda: rude.cycles(CYCLES),
        "fuzz": lambda: _fuzz("fuzz", fuzz.run(requests, seed)),
        "frames": lambda: _fuzz("fuzz of frames", frames.run(requests, seed)),
    }


def _fuzz(name: str, found: Counter[str]) -> None:
    line(name, *(f"{count} {what}" for what, count in found.items()))


def main() -> None:
    """Print the figures asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which figures: {', '.join(_figures(0, 0))}")
    parser.add_argument("--profile", action="store_true", help="where the time of a call goes")
    parser.add_argument(
        "--requests",
        type=int,
        default=REQUESTS,
        help="how many requests to have answered, or frames to send, in a fuzz",
    )
    parser.add_argument("--seed", type=int, default=1, help="the seed of a fuzz")
    given = parser.parse_args()
    figures = _figures(given.requests, given.seed)
    if unknown := set(given.names) - set(figures):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; choose from {', '.join(figures)}")
    for peer in ("werkzeug", "websockets"):  # at their best: they would log every call and every end
        logging.getLogger(peer).setLevel(logging.CRITICAL)
    for name in given.names or ([] if given.profile else figures):
        figures[name]()
    if given.profile:
        inside.profile()


if __name__ == "__main__":
    main()
