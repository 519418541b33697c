"""One lock for everything that changes an exchange, and the exact arithmetic of its ledger.

Knows nothing of what it guards.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import localcontext
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from .values import MONEY

__all__ = ["Guarded", "atomic"]

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Guarded(Protocol):
    """An object whose methods run under `lock`: the exchange's, which all parts of one exchange share."""

    @property
    def lock(self) -> threading.RLock:
        """The lock of the exchange."""
        ...


_G = TypeVar("_G", bound=Guarded)


def atomic(method: Callable[Concatenate[_G, _P], _R]) -> Callable[Concatenate[_G, _P], _R]:
    """Run a method under the exchange's lock and with the ledger's exact arithmetic; it may call another one."""

    @wraps(method)
    def locked(self: _G, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        with self.lock, localcontext(MONEY):
            return method(self, *args, **kwargs)

    return locked
