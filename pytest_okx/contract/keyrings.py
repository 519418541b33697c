"""A made-up key in the places where signers look for one: a mapping or object of any names, or a module's globals.

Knows the names that parts of a key have; calls nothing but what it wraps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from unittest.mock import patch

from ..signing import Credentials
from .names import same_name
from .signers import finished

__all__ = ["PARTS", "Keyring", "globals_of", "with_globals"]

PARTS: Final = {"secret": "secret_key", "api_key": "api_key", "key": "api_key", "passphrase": "passphrase"}
"""The attribute of `Credentials` for each role."""
_USUAL: Final = (
    "api_key",
    "secret_key",
    "passphrase",
    "apiKey",
    "secret",
    "password",
    "key",
    "secretKey",
    "api_secret",
)


class Keyring(dict[str, str]):
    """A key as a dict and as an object; its parts have every name that is known for them."""

    def __init__(self, api_key: str, secret_key: str, passphrase: str) -> None:
        self._key = Credentials(api_key, secret_key, passphrase)
        super().__init__({name: self[name] for name in _USUAL})

    def __missing__(self, name: str) -> str:
        role = same_name(name)
        if role not in PARTS:
            raise KeyError(name)
        return str(getattr(self._key, PARTS[role]))

    def __getattr__(self, name: str) -> str:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __repr__(self) -> str:
        return f"Keyring({self._key.api_key!r}, {self._key.secret_key!r}, {self._key.passphrase!r})"


def globals_of(function: Callable[..., Any]) -> dict[str, str]:
    """The globals beside a function that hold a key, by their names, with the attribute of `Credentials` for each."""
    places = getattr(function, "__globals__", {})
    texts = [name for name, value in places.items() if isinstance(value, (str, bytes)) and not name.startswith("__")]
    found = {name: PARTS[role] for name in texts if (role := same_name(name)) in PARTS}
    return found if "secret_key" in found.values() else {}


def with_globals(function: Callable[..., Any], **places: str) -> Callable[..., Any]:
    """The same function, which finds these values in its module while it runs; then it is as it was before."""

    def called(*positional: Any, **named: Any) -> Any:
        held = function.__globals__
        given = {name: value.encode() if isinstance(held[name], bytes) else value for name, value in places.items()}
        with patch.dict(held, given):
            return finished(function(*positional, **named))

    return called
