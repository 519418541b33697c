"""What everything that signs is turned into: one call for a case, and how a session with one key begins.

Calls and reads; knows no shape of a signer.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from ..signing import Credentials
from .cases import Case, Output
from .outputs import Broken
from .tasks import CALLS, Task

__all__ = ["Session", "Signer", "caught", "finished"]

Session = Callable[[Case], Output]


@dataclass(frozen=True, slots=True)
class Signer:
    """Something that signs: what it is called, and how a session with one key begins.

    `python` writes the call for a case as an expression. `stamps`: it makes its timestamps itself. `task` says whether
    it signs calls or logins; `logins` are further ones, each for one way in which the same thing makes logins.
    """

    name: str
    begin: Callable[[Credentials], Session]
    python: Callable[[Case], str]
    stamps: bool = False
    task: Task = CALLS
    logins: tuple[Signer, ...] = ()

    @property
    def each(self) -> tuple[Signer, ...]:
        """This one, and those of the logins of the same thing."""
        return (self, *self.logins)

    def sign(self, case: Case) -> Output:
        """What a new session gives for one case."""
        return self.begin(case.credentials)(case)


def caught(call: Callable[[], Any]) -> Any:
    """What a call gives, awaited if it has to be. Raises `Broken` for whatever it raises."""
    try:
        return finished(call())
    except Exception as error:  # whatever a signer raises is a finding
        raise Broken(f"it raised {type(error).__name__}: {error}") from error


def finished(given: Any) -> Any:
    """What was given, awaited if it has to be."""
    return asyncio.run(_awaited(given)) if inspect.isawaitable(given) else given


async def _awaited(given: Awaitable[Any]) -> Any:
    return await given
