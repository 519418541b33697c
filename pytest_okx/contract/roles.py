"""What the parameters of a signing function mean, by their names, and the arguments that are made after them.

Knows a case; does not know what a signer gives back.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ..signing import Credentials
from .cases import Case
from .keyrings import Keyring
from .names import same_name
from .shapes import SHAPES, Shape, content_of, parameters_of, query_of

__all__ = ["ACCEPTED", "Arguments", "Unusable", "case_of", "name_of", "roles_of"]

_KEYS: Final = frozenset({"secret", "api_key", "passphrase", "credentials"})
_DICT: Final = re.compile(r"\b(?:dict|mapping|list)\b", re.IGNORECASE)
_TEXT: Final = re.compile(r"\b(?:str|bytes)\b(?!,)")

ACCEPTED: Final = (
    "Accepted are: a function of timestamp, method, path, body and secret (found by their names, in any order) that "
    "gives the signature as text or bytes; one that gives the headers as a dict, with api_key and passphrase as "
    "well; a class, made from api_key, secret_key and passphrase, with a method that does either; a class of "
    "requests.auth.AuthBase or httpx.Auth; a function of message and secret; a client of an SDK over requests or "
    "httpx; ccxt.okx; a function or method of api_key, secret, passphrase and timestamp, or of some of them, that "
    "gives the login of a WebSocket: its frame or argument as a dict or JSON, or the signature. Each may be async."
)


class Unusable(Exception):
    """Nothing that the contract can call: a sentence with what was seen and what is accepted."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. {ACCEPTED}")


def name_of(thing: object) -> str:
    """How people and the command line call it, MODULE:NAME."""
    named = thing if hasattr(thing, "__qualname__") else type(thing)
    return f"{named.__module__}:{named.__qualname__.rpartition('<locals>.')[2]}"


def roles_of(function: Callable[..., Any], what: str) -> Arguments:
    """The roles of the parameters of `function`. Raises `Unusable` for one that is needed and not known."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        raise Unusable(f"{what} does not say which parameters it takes") from None
    taken = [each for each in signature.parameters.values() if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    roles = {each.name: _role(each) for each in taken}
    unknown = [each.name for each in taken if not roles[each.name] and each.default is each.empty]
    if unknown:
        raise Unusable(
            f"{what}{signature} cannot be called: nothing is known of its parameter{'s' * (len(unknown) > 1)} "
            + ", ".join(map(repr, unknown))
        )
    by_role = {name: _settled(role, roles) for name, role in roles.items() if role}
    by_position = tuple(each.name for each in taken if each.kind is each.POSITIONAL_ONLY)
    as_bytes = frozenset(each.name for each in taken if _annotation(each) == "bytes")
    bodies = " ".join(_annotation(each) for each in taken if by_role.get(each.name) == "body")
    dicts = "params" in by_role.values() or bool(_DICT.search(bodies) and not _TEXT.search(bodies))
    texts = not dicts and not (_TEXT.search(bodies) and not _DICT.search(bodies))
    return Arguments(by_role, by_position, as_bytes, shape=SHAPES[0] if dicts else None, takes_either=texts)


def _role(parameter: inspect.Parameter) -> str:
    """What a parameter means; a switch that may be left alone is."""
    role = same_name(parameter.name)
    return "" if role == "off" and parameter.default is not parameter.empty else role


def _annotation(parameter: inspect.Parameter) -> str:
    return str(getattr(parameter.annotation, "__name__", parameter.annotation))


def _settled(role: str, roles: Mapping[str, str]) -> str:
    """What "key", and a body that stands alone with a secret, mean here."""
    if role == "key":
        return "api_key" if _KEYS.intersection(roles.values()) else "secret"
    if role == "body" and set(roles.values()) <= {"body", "secret", "key", ""}:
        return "message"
    return role


def case_of(credentials: Credentials) -> Case:
    """A case of which only the key counts."""
    return Case("", "", "", b"", credentials)


@dataclass(frozen=True, slots=True)
class Arguments:
    """Which parameter means what; `by_position` cannot be given by name, `as_bytes` and `as_number` take bytes or a
    number where text is usual.

    `shape` is there where the body is taken as a dict, and says how it is written then; with `takes_either` it may be
    either, a dict or a text.
    """

    by_role: Mapping[str, str]
    by_position: tuple[str, ...] = ()
    as_bytes: frozenset[str] = frozenset()
    as_number: frozenset[str] = frozenset()
    shape: Shape | None = None
    takes_either: bool = False

    @property
    def roles(self) -> frozenset[str]:
        """The roles that are there."""
        return frozenset(self.by_role.values())

    def with_bytes(self, roles: frozenset[str]) -> Arguments:
        """The same, with bytes for the parameters of these roles."""
        named = {name for name, role in self.by_role.items() if role in roles}
        return replace(self, as_bytes=self.as_bytes | named)

    def with_number(self, wanted: str) -> Arguments:
        """The same, with a whole number for the parameters of this role."""
        return replace(self, as_number=frozenset(name for name, role in self.by_role.items() if role == wanted))

    def without(self, unwanted: str) -> Arguments:
        """The same, with nothing for the parameters of this role."""
        return replace(self, by_role={name: role for name, role in self.by_role.items() if role != unwanted})

    def with_shape(self, shape: Shape) -> Arguments:
        """The same, with a dict for the body, which is written in this way."""
        return replace(self, shape=shape)

    def shaped(self, case: Case) -> Case:
        """The case as it is sent, where what is called writes the body, or the query too."""
        return self.shape.of(case, with_query="params" in self.roles) if self.shape else case

    def of(self, case: Case) -> tuple[list[Any], dict[str, Any]]:
        """Positional and named arguments for a case."""
        values = {name: self._value(name, role, case) for name, role in self.by_role.items()}
        positional = [values.pop(name) for name in self.by_position if name in values]
        return positional, values

    def written(self, case: Case) -> str:
        """The arguments for a case as Python has them between parentheses, made-up secrets and all."""
        positional, named = self.of(case)
        return ", ".join([*map(repr, positional), *(f"{name}={each!r}" for name, each in named.items())])

    def of_key(self, credentials: Credentials) -> tuple[list[Any], dict[str, Any]]:
        """Positional and named arguments for something that is made from a key."""
        return self.of(case_of(credentials))

    def _value(self, name: str, role: str, case: Case) -> Any:
        key = case.credentials
        if role in ("credentials", "quiet", "off"):
            return Keyring(key.api_key, key.secret_key, key.passphrase) if role == "credentials" else False
        # What is raw bytes here is text there; a client that has text beyond ASCII has it as UTF-8.
        target = case.target.encode("latin-1").decode("utf-8", "replace")
        body = case.body.decode("utf-8", "replace")
        if role == "params":
            return query_of(case) if "body" in self.roles else parameters_of(case)
        if role == "body" and self.shape:
            return content_of(case)
        values = {
            "timestamp": case.timestamp,
            "method": case.method,
            "target": target.partition("?")[0] if "params" in self.roles else target,
            "body": body,
            "secret": key.secret_key,
            "api_key": key.api_key,
            "passphrase": key.passphrase,
            "message": case.timestamp + case.method + target + body,
        }
        if name in self.as_number:
            return int(values[role])
        return values[role].encode() if name in self.as_bytes else values[role]
