"""What a server was at one moment, and how it becomes that again.

Every object that can change is remembered with what it held, and gets back just that: it stays the same object. So
whoever holds an account, a market or the handle of a fault holds it still, and what was planned for later needs no
copy. Found by following references, from a few roots, through containers and through the classes of the exchange, the
limits and the faults; what is not of those (locks, connections, listeners) is not state and is left alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import Enum
from functools import partial
from types import FunctionType, MethodType
from typing import Any, Final

__all__ = ["Memory"]

_PACKAGE: Final = __name__.partition(".")[0]
_STATE: Final = tuple(f"{_PACKAGE}.{name}" for name in ("exchange", "limits", "faults"))
# Who listens is no state: connections come and go.
_WIRING: Final = f"{_PACKAGE}.exchange.events"


class Memory:
    """What `roots`, and all state that they lead to, hold now."""

    def __init__(self, *roots: object) -> None:
        self._held: list[tuple[Any, Any]] = []
        seen: dict[int, object] = {}
        waiting = list(roots)
        while waiting:
            each = waiting.pop()
            if id(each) not in seen and not isinstance(each, _VALUES):
                seen[id(each)] = each
                waiting += self._note(each)

    def _note(self, each: Any) -> Iterable[object]:
        """Keep what an object holds, if that can change, and return it."""
        if isinstance(each, (dict, list, set, deque)):
            held = each.copy()
            self._held.append((each, held))
            return (*held.keys(), *held.values()) if isinstance(held, dict) else held
        if _is_state(type(each)):
            attributes = dict(_attributes(each))
            if not _is_frozen(type(each)):
                self._held.append((each, attributes))
            return attributes.values()
        return _parts(each)

    def restore(self) -> None:
        """Give every object back what it held."""
        for each, held in self._held:
            if isinstance(each, (dict, set)):
                each.clear()
                each.update(held)
            elif isinstance(each, (list, deque)):
                each.clear()
                each.extend(held)
            else:
                _give_back(each, held)


_VALUES: Final = (str, bytes, int, float, Decimal, type(None), type, Enum)


def _is_state(kind: type) -> bool:
    return kind.__module__.startswith(_STATE) and kind.__module__ != _WIRING


def _is_frozen(kind: type) -> bool:
    """Whether its instances are values: frozen dataclasses."""
    parameters = getattr(kind, "__dataclass_params__", None)
    return parameters is not None and bool(parameters.frozen)


def _attributes(each: object) -> Iterator[tuple[str, Any]]:
    yield from getattr(each, "__dict__", {}).items()
    for kind in type(each).__mro__:
        for name in getattr(kind, "__slots__", ()):
            if name != "__dict__" and hasattr(each, name):
                yield name, getattr(each, name)


def _give_back(each: Any, attributes: dict[str, Any]) -> None:
    for name in [name for name, _ in _attributes(each) if name not in attributes]:
        delattr(each, name)
    for name, value in attributes.items():
        setattr(each, name, value)


def _parts(each: Any) -> Iterable[object]:
    """What an object leads to that cannot change itself: values of a tuple, what a function that waits will use."""
    if isinstance(each, (tuple, frozenset)):
        return each
    if isinstance(each, MethodType):
        return (each.__self__,)
    if isinstance(each, partial):
        return (each.func, *each.args, *each.keywords.values())
    if isinstance(each, FunctionType):
        return [cell.cell_contents for cell in each.__closure__ or ()]
    return ()
