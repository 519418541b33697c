"""What the parameters of a signing function mean, by their names: one table, and the arguments made after it.

Knows names and a case; does not know what a signer gives back.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ..signing import Credentials
from .cases import Case

__all__ = ["ACCEPTED", "NAMES", "Arguments", "Unusable", "case_of", "name_of", "roles_of", "same_name"]

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "timestamp": ("t", "timestamp", "ts", "time", "now", "timestamp_iso", "iso_timestamp", "timestamp_str"),
    "method": ("m", "method", "http_method", "verb", "request_method"),
    "target": (
        *("p", "path", "request_path", "target", "url", "uri", "endpoint", "request_target", "path_url", "full_path"),
        *("request_uri", "resource", "route", "path_with_query", "url_path", "path_and_query"),
    ),
    "body": (
        *("b", "body", "data", "content", "payload", "raw_body", "body_str", "request_body", "json_body", "post_data"),
        *("body_text", "body_bytes", "json_str", "body_json"),
    ),
    "secret": (
        *("s", "secret", "secret_key", "api_secret", "api_secret_key", "private_key", "signing_key"),
        *("secret_access_key", "secret_bytes", "client_secret"),
    ),
    "key": ("key",),
    "api_key": ("api_key", "access_key", "key_id", "api_key_id", "ok_access_key"),
    "passphrase": ("passphrase", "password", "api_passphrase", "pass_phrase", "phrase", "api_password"),
    "credentials": ("credentials", "creds"),
    "quiet": ("debug", "verbose"),
    "message": ("message", "msg", "prehash", "pre_hash", "text", "string_to_sign", "to_sign"),
}
"""The meanings, and the names that have them: case and underscores do not count."""

_KEYS: Final = frozenset({"secret", "api_key", "passphrase", "credentials"})
_BY_NAME: Final = {name.replace("_", ""): role for role, names in NAMES.items() for name in names}

ACCEPTED: Final = (
    "Accepted are: a function of timestamp, method, path, body and secret (found by their names, in any order) that "
    "gives the signature as text or bytes; one that gives the headers as a dict, with api_key and passphrase as "
    "well; a class, made from api_key, secret_key and passphrase, with a method that does either; a class of "
    "requests.auth.AuthBase or httpx.Auth; a function of message and secret; ccxt.okx."
)


class Unusable(Exception):
    """Nothing that the contract can call: a sentence with what was seen and what is accepted."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. {ACCEPTED}")


def same_name(name: str) -> str:
    """The role that a parameter or attribute of this name has, "" where it is not known."""
    return _BY_NAME.get(name.rpartition("__")[2].replace("_", "").lower(), "")


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
    if inspect.iscoroutinefunction(function):
        raise Unusable(f"{what} is a coroutine function, which would have to be awaited: give a plain one")
    taken = [each for each in signature.parameters.values() if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    roles = {each.name: same_name(each.name) for each in taken}
    unknown = [each.name for each in taken if not roles[each.name] and each.default is each.empty]
    if unknown:
        raise Unusable(
            f"{what}{signature} cannot be called: nothing is known of its parameter{'s' * (len(unknown) > 1)} "
            + ", ".join(map(repr, unknown))
        )
    by_role = {name: _settled(role, roles) for name, role in roles.items() if role}
    by_position = tuple(each.name for each in taken if each.kind is each.POSITIONAL_ONLY)
    return Arguments(by_role, by_position, frozenset(each.name for each in taken if _annotation(each) == "bytes"))


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
    """Which parameter means what; `by_position` cannot be given by name, `as_bytes` take bytes where text is usual."""

    by_role: Mapping[str, str]
    by_position: tuple[str, ...] = ()
    as_bytes: frozenset[str] = frozenset()

    @property
    def roles(self) -> frozenset[str]:
        """The roles that are there."""
        return frozenset(self.by_role.values())

    def with_bytes(self, roles: frozenset[str]) -> Arguments:
        """The same, with bytes for the parameters of these roles."""
        named = {name for name, role in self.by_role.items() if role in roles}
        return replace(self, as_bytes=self.as_bytes | named)

    def of(self, case: Case) -> tuple[list[Any], dict[str, Any]]:
        """Positional and named arguments for a case."""
        values = {name: self._value(name, role, case) for name, role in self.by_role.items()}
        positional = [values.pop(name) for name in self.by_position if name in values]
        return positional, values

    def written(self, case: Case) -> str:
        """The arguments for a case as Python has them between parentheses, made-up secrets and all."""
        positional, named = self.of(case)
        return ", ".join([*map(_written, positional), *(f"{name}={_written(each)}" for name, each in named.items())])

    def of_key(self, credentials: Credentials) -> tuple[list[Any], dict[str, Any]]:
        """Positional and named arguments for something that is made from a key."""
        return self.of(case_of(credentials))

    def _value(self, name: str, role: str, case: Case) -> Any:
        if role in ("credentials", "quiet"):
            return case.credentials if role == "credentials" else False
        # What is raw bytes here is text there; a client that has text beyond ASCII has it as UTF-8.
        target = case.target.encode("latin-1").decode("utf-8", "replace")
        body = case.body.decode("utf-8", "replace")
        values = {
            "timestamp": case.timestamp,
            "method": case.method,
            "target": target,
            "body": body,
            "secret": case.credentials.secret_key,
            "api_key": case.credentials.api_key,
            "passphrase": case.credentials.passphrase,
            "message": case.timestamp + case.method + target + body,
        }
        return values[role].encode() if name in self.as_bytes else values[role]


def _written(value: object) -> str:
    if isinstance(value, Credentials):  # its repr hides what is needed here
        return f"Credentials({value.api_key!r}, {value.secret_key!r}, {value.passphrase!r})"
    return repr(value)
