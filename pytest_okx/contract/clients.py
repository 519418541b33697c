"""The client under test: whatever `make_client(server)` gives, its methods found by name and called in one way.

A method that is absent is a capability that the client does not have. Judges nothing.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import Any, Final

from ..server import OkxServer
from .roles import name_of

__all__ = ["METHODS", "Attempt", "Client", "MakeClient", "UnusableClient"]

MakeClient = Callable[[OkxServer], Any]
"""What a user writes: from a server (its `url`, `credentials`, `client_config`) to a client, or to its coroutine."""

METHODS: Final = MappingProxyType(
    {
        "place": ("order",),
        "amend": ("change",),
        "cancel": ("order",),
        "query": ("order",),
        "balance": ("ccy",),
        "connect": (),
        "subscribe": ("args",),
        "orders": (),
        "book": ("instId",),
        "settle": (),
        "close": (),
    }
)
"""Every method that a client may have, with its arguments."""

_SHOWN_LETTERS: Final = 100


class UnusableClient(Exception):
    """Nothing that can be tested: a sentence with what was seen and what to write."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one call of a method: the value that it returned, or the error that it raised."""

    value: Any = None
    error: Exception | None = None

    def __str__(self) -> str:
        said = f"returned {self.value!r}"
        if self.error is not None:
            said = f"raised {type(self.error).__name__}: {self.error}"
        return said if len(said) <= _SHOWN_LETTERS else f"{said[:_SHOWN_LETTERS]}..."


class Client:
    """A client under test, made for one server; use it as a context manager.

    Its coroutines run on one event loop, kept until it is closed. Raises `UnusableClient` where it cannot be made, for
    a method that cannot be called as `METHODS` has it, and where there is none.
    """

    def __init__(self, make: MakeClient, server: OkxServer) -> None:
        self._runner = asyncio.Runner()
        try:
            self._made = self._finished(make(server))
            _check(self._made, name_of(make))
        except UnusableClient:
            self._runner.close()
            raise
        except Exception as error:
            self._runner.close()
            raise UnusableClient(f"{name_of(make)} raised {type(error).__name__}: {error}") from error

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self.has("close"):
                self.call("close")
        finally:
            self._runner.close()

    def has(self, *names: str) -> bool:
        """Whether it has all these methods."""
        return all(callable(getattr(self._made, name, None)) for name in names)

    @property
    def timeout(self) -> float | None:
        """After how many seconds it gives up on an answer, where it says so."""
        told = getattr(self._made, "timeout", None)
        return float(told) if isinstance(told, (int, float)) else None

    def call(self, name: str, *arguments: Any) -> Any:
        """What a method gives, awaited if it has to be; raises whatever it raises."""
        return self._finished(getattr(self._made, name)(*arguments))

    def attempt(self, name: str, *arguments: Any) -> Attempt:
        """What became of a call, an error caught."""
        try:
            return Attempt(self.call(name, *arguments))
        except Exception as error:  # whatever a client raises for a refusal
            return Attempt(error=error)

    def settle(self) -> None:
        """Let it do what it does from time to time, if it has anything of the kind."""
        if self.has("settle"):
            self.call("settle")

    def pause(self, seconds: float) -> None:
        """Let real time pass, in which its tasks and threads may go on."""
        self._runner.run(asyncio.sleep(seconds))

    def _finished(self, given: Any) -> Any:
        return self._runner.run(_awaited(given)) if inspect.isawaitable(given) else given


async def _awaited(given: Awaitable[Any]) -> Any:
    return await given


def _check(made: Any, name: str) -> None:
    found = [each for each in METHODS if callable(getattr(made, each, None))]
    if not found:
        raise UnusableClient(f"{name} gave {made!r}, which has none of the methods {_written()}: write at least place")
    for each in found:
        try:
            inspect.signature(getattr(made, each)).bind(*METHODS[each])
        except TypeError:
            raise UnusableClient(
                f"{name} gave a client whose {each}{inspect.signature(getattr(made, each))} cannot be called: "
                f"write {each}({', '.join(METHODS[each])})"
            ) from None
        except ValueError:  # written in C: it does not say what it takes
            continue


def _written() -> str:
    return ", ".join(f"{name}({', '.join(arguments)})" for name, arguments in METHODS.items())
