"""Makers: how an object with a given key comes to be, from its class, or from an object that is there already.

An object's own key is never used: a copy of it gets a key that was made up, in the attributes whose names say so.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..signing import Credentials
from .cases import PLAIN
from .keyrings import PARTS
from .names import same_name
from .roles import Arguments, Unusable, case_of, name_of, roles_of

__all__ = ["Maker", "maker_of", "tried"]

_CONFIG: Final = {"apiKey": "api_key", "secret": "secret_key", "password": "passphrase"}


@dataclass(frozen=True, slots=True)
class Maker:
    """How to make an object with a key: its name, what makes it, and the arguments that it is made from."""

    name: str
    make: Callable[[Credentials], Any]
    arguments: Arguments | None = None
    config: bool = False

    def python(self, credentials: Credentials) -> str:
        """The expression that makes it."""
        short = self.name.partition(":")[2]
        if self.config:
            return f"{short}({_config(credentials)!r})"
        if self.arguments is None:
            return f"{short}(...)"
        return f"{short}({self.arguments.written(case_of(credentials))})"


def maker_of(target: Any) -> Maker:
    """The maker for a class or an object. Raises `Unusable` where the key has no place in it."""
    name = name_of(target)
    if not isinstance(target, type):
        return _of_object(target, name)
    if "config" in inspect.signature(target).parameters:
        return tried(Maker(name, lambda key: target(_config(key)), config=True))
    arguments = roles_of(target, name)
    if arguments.by_role and not arguments.roles & {"secret", "credentials"}:
        raise Unusable(f"{name} is made from {', '.join(arguments.by_role)}, and none of them is a secret key")
    if not arguments.by_role:
        return _of_keyless(target, name)

    def make(credentials: Credentials) -> Any:
        positional, named = arguments.of_key(credentials)
        return target(*positional, **named)

    return tried(Maker(name, make, arguments))


def _of_keyless(target: type, name: str) -> Maker:
    """The maker for a class that finds a key by itself: what it makes gets another one."""
    made = tried(Maker(name, lambda key: target())).make(PLAIN.credentials)
    return _of_object(made, name) if _places(made) else Maker(name, lambda key: target())


def tried(maker: Maker) -> Maker:
    """The same, once it has made something: a class that refuses every key is of no use."""
    try:
        maker.make(PLAIN.credentials)
    except Exception as error:
        raise Unusable(f"{maker.name} cannot be made: {type(error).__name__}: {error}") from error
    return maker


def _config(credentials: Credentials) -> dict[str, str]:
    return {name: getattr(credentials, part) for name, part in _CONFIG.items()}


def _of_object(target: object, name: str) -> Maker:
    places = _places(target)
    if "secret_key" not in places.values():
        raise Unusable(f"{name}, a {type(target).__name__}, has no attribute for a secret key: give its class")

    def make(credentials: Credentials) -> object:
        made = copy.copy(target)
        for each, part in places.items():
            object.__setattr__(made, each, getattr(credentials, part))
        return made

    try:
        arguments = roles_of(type(target), name)
    except Unusable:
        arguments = None  # how its class makes one is only for show
    return Maker(name, make, arguments)


def _places(target: object) -> dict[str, str]:
    """The attributes that hold a key, with that of `Credentials` for each."""
    return {each: PARTS[role] for each in _attributes(target) if (role := same_name(each)) in PARTS}


def _attributes(target: object) -> Mapping[str, Any]:
    slots = [each for base in type(target).__mro__ for each in getattr(base, "__slots__", ())]
    return {**getattr(target, "__dict__", {}), **{each: None for each in slots if hasattr(target, each)}}
