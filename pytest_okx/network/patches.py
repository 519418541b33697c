"""Functions in the place of others, for a while.

It must not know what they are for.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any, Final

__all__ = ["Function", "Patches"]

Function = Callable[..., Any]

_ABSENT: Final = object()


class Patches:
    """What was replaced, and how it was before."""

    def __init__(self) -> None:
        self._made: list[tuple[Any, str, object, Function]] = []

    def replace(self, owner: Any, name: str, made: Callable[[Function], Function]) -> None:
        """Let `made(original)` stand in the place of the function `name` of `owner`."""
        # The methods of socket.socket are inherited from a C class: absent here before, absent here afterwards.
        before, original = vars(owner).get(name, _ABSENT), getattr(owner, name)
        ours = wraps(original)(made(original))
        setattr(owner, name, ours)
        self._made.append((owner, name, before, ours))

    def replace_in(self, module: str, owner: str, name: str, made: Callable[[Function], Function]) -> None:
        """The same for a class `owner` of a module, where that is installed."""
        try:
            with warnings.catch_warnings(action="ignore"):  # they are not for who did not import it
                found = import_module(module)
        except ImportError:
            return
        self.replace(getattr(found, owner), name, made)

    def restore(self) -> None:
        """Put everything back as it was; what somebody else replaced meanwhile stays theirs."""
        while self._made:
            owner, name, before, ours = self._made.pop()
            if vars(owner).get(name) is not ours:
                continue
            if before is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, before)
