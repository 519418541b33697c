"""What connections share: what goes wrong is told, and time is looked at as long as a conversation waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pytest_okx.messages import Reply
from pytest_okx.wiring import Wiring, guarded, poll


class Loop:
    """What is planned, and when."""

    def __init__(self) -> None:
        self.planned: list[float] = []

    def call_later(self, seconds: float, *action: Any) -> None:
        self.planned.append(seconds)


def wiring(polled: Callable[[], None] | None = None) -> tuple[Wiring, list[BaseException]]:
    """The wiring of a server that answers nothing, and what it was told that went wrong."""
    told: list[BaseException] = []

    def on_error(error: BaseException) -> Reply:
        told.append(error)
        return Reply(500, b"")

    def never(*given: object) -> Reply:
        raise AssertionError(given)

    return Wiring(never, never, on_error, None, polled, None, 1, 1), told


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt()])
def test_what_goes_wrong_is_told_and_goes_no_further(error: BaseException) -> None:
    made, told = wiring()

    def action() -> None:
        raise error

    guarded(made, action)
    assert told == [error]


@pytest.mark.parametrize(("talking", "looks"), [(True, 1), (False, 0)])
def test_time_is_looked_at_while_somebody_talks(talking: bool, looks: int) -> None:
    seen: list[None] = []
    made, _ = wiring(lambda: seen.append(None))
    made.talking = {object()} if talking else set()  # type: ignore[arg-type]
    loop: Any = Loop()
    poll(made, loop)
    assert (len(seen), len(loop.planned), made.polls) == (looks, looks, talking)


def test_nobody_looks_where_there_is_nothing_to_ask() -> None:
    made, _ = wiring()
    made.talking = {object()}  # type: ignore[arg-type]
    loop: Any = Loop()
    poll(made, loop)
    assert (loop.planned, made.polls) == ([], False)
