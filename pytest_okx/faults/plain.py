"""Faults as plain values, for JSON: the name of the kind and its arguments, both ways. No text is ever evaluated.

A kind's arguments are the fields of its dataclass, so a new fault is known here as soon as it is exported.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, Final

from . import kinds, messages, wire
from .kinds import Fault, Reject

__all__ = ["KINDS", "Argument", "arguments_of", "fault_of", "plain"]


def _kinds() -> Iterable[type[Fault]]:
    for module in (kinds, wire, messages):
        for name in module.__all__:
            value = getattr(module, name)
            if isinstance(value, type) and issubclass(value, Fault) and value is not Fault:
                yield value


KINDS: Final[Mapping[str, type[Fault]]] = {kind.__name__: kind for kind in _kinds()}
"""Every fault by its name."""

_BYTES: Final = "base64"
# What may be written for each annotation; bytes are {"base64": "..."}.
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "str": (str,),
    "bytes": (dict,),
    "int": (int,),
    "float": (int, float),
    "None": (type(None),),
    "object": (dict,),
}


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a kind: its type in Python's words, and its default, where it need not be given."""

    name: str
    type: str
    required: bool
    default: Any = None

    def check(self, value: Any) -> None:
        """Raise TypeError, a sentence, for a value of another type."""
        allowed = tuple(each for name in self.type.split(" | ") for each in _TYPES[name])
        if not isinstance(value, allowed) or isinstance(value, bool):
            raise TypeError(f"{self.name} is {value!r}: give {self.type.replace(' | ', ' or ')}")


def arguments_of(kind: type[Fault]) -> tuple[Argument, ...]:
    """The arguments of a kind, in order."""
    if kind is Reject:
        # Its own __init__ takes what fills the placeholders of its text as further names: here they are one object.
        optional = (("message", "str"), ("status", "int"), ("level", "str"), ("entry", "int"))
        more = (Argument(name, f"{of} | None", required=False) for name, of in optional)
        return Argument("code", "str", required=True), *more, Argument("params", "object", required=False, default={})
    return tuple(_argument(each) for each in fields(kind) if each.compare)


def _argument(of: Field[Any]) -> Argument:
    required = of.default is MISSING
    return Argument(of.name, str(of.type), required, None if required else of.default)


def plain(fault: Fault) -> dict[str, Any]:
    """The fault as its kind and those arguments that are not the defaults."""
    given = {each.name: getattr(fault, each.name) for each in arguments_of(type(fault))}
    if isinstance(fault, Reject):
        given["params"] = dict(fault.params)
    defaults = {each.name: each.default for each in arguments_of(type(fault)) if not each.required}
    changed = {name: value for name, value in given.items() if name not in defaults or value != defaults[name]}
    return {"kind": type(fault).__name__, "arguments": {name: _written(value) for name, value in changed.items()}}


def fault_of(kind: str, arguments: Mapping[str, Any]) -> Fault:
    """The fault of that kind; raises TypeError or ValueError, a sentence, for what is none."""
    found = KINDS.get(kind)
    if found is None:
        raise ValueError(f"kind is {kind!r}: give one of {', '.join(KINDS)}")
    known = {each.name: each for each in arguments_of(found)}
    if unknown := [name for name in arguments if name not in known]:
        raise TypeError(f"{kind} has no argument {unknown[0]!r}: it takes {', '.join(known) or 'none'}")
    if missing := [each.name for each in known.values() if each.required and each.name not in arguments]:
        raise TypeError(f"{kind} needs the argument {missing[0]!r}")
    for name, value in arguments.items():
        known[name].check(value)
    read = {name: _read(known[name], value) for name, value in arguments.items()}
    return found(**read.pop("params", {}), **read)


def _written(value: Any) -> Any:
    return {_BYTES: b64encode(value).decode()} if isinstance(value, bytes) else value


def _read(argument: Argument, value: Any) -> Any:
    if argument.type == "object" or not isinstance(value, dict):
        return value
    try:
        return b64decode(value[_BYTES], validate=True)
    except (KeyError, TypeError, ValueError):
        raise ValueError(f'{argument.name} is {value!r}: write bytes as {{"base64": "..."}}') from None
