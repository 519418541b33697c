"""Adapters for what makes logins of the WebSocket: functions and methods of a key, and perhaps of a timestamp.

What makes a login is known by what it gives: a thing is asked only if its parameters can have no other purpose. Calls
and reads; whether what came out is right is not judged here.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import ModuleType
from typing import Any, Final

from ..signing import Credentials
from .cases import LOGIN, Case, Output
from .logins import is_login, read_login
from .outputs import Broken
from .roles import Arguments
from .signers import Session, Signer, caught
from .tasks import LOGINS

__all__ = ["LOGIN_ROLES", "login_names", "login_of_call"]

LOGIN_ROLES: Final = frozenset({"api_key", "secret", "passphrase", "credentials", "timestamp", "quiet", "off"})
"""What a function takes that can only make a login, or an object with a key."""
# Names that say that something is made: what is called `login` or `ws_login` may send it, too.
_NAME: Final = re.compile(
    r"_*(?:get|build|make|create|init|generate)?(?:ws|websocket)?(?:login|auth)"
    r"(?:args?|params?|frame|message|msg|payload|sign|signature)|_*sign(?:ws|websocket)?login|_*(?:ws|websocket)sign"
    r"(?:ature)?|_*sign(?:ws|websocket)"
)
_Begin = Callable[[Credentials], Callable[..., Any]]


def login_names(holder: Any) -> Iterator[str]:
    """The names in a module or an object by which logins are made, to judge by the names."""
    own = getattr(holder, "__name__", "")
    for name in dir(holder):
        if _NAME.fullmatch(name.replace("_", "").lower()):
            found = getattr(holder, name)
            if inspect.isroutine(found) and (not isinstance(holder, ModuleType) or found.__module__ == own):
                yield name


def login_of_call(
    name: str, begin: _Begin, arguments: Arguments, holder: Callable[[Credentials], str]
) -> Signer | None:
    """The signer of logins that calls are whose parameters are known by name; None where they make no login.

    `holder` writes what is called as Python has it.
    """
    if not arguments.roles <= LOGIN_ROLES:
        return None
    ways = [(way, _first(begin, way)) for way in _ways(arguments)]
    right = [way for way, output in ways if output is not None and output.is_right(LOGIN.credentials.secret_key)]
    settled = [*right, *(way for way, output in ways if output is not None)][:1]
    if not settled:
        return None

    def python(case: Case) -> str:
        return f"{holder(case.credentials)}({settled[0].written(case)})"

    return Signer(name, lambda key: _session(begin, settled[0], key), python, _stamps(settled[0]), LOGINS)


def _ways(arguments: Arguments) -> tuple[Arguments, ...]:
    """The timestamp as text, as a number, or left to what is called, which may have a default for it."""
    return arguments, arguments.with_number("timestamp"), arguments.without("timestamp")


def _stamps(arguments: Arguments) -> bool:
    return "timestamp" not in arguments.roles


def _given(begin: _Begin, arguments: Arguments, case: Case) -> Any:
    positional, named = arguments.of(case)
    return caught(lambda: begin(case.credentials)(*positional, **named))


def _session(begin: _Begin, arguments: Arguments, credentials: Credentials) -> Session:
    function = begin(credentials)
    return lambda case: read_login(_given(lambda key: function, arguments, case), case)


def _first(begin: _Begin, arguments: Arguments) -> Output | None:
    """What is given for a first login; None where it is none, or where nobody knows what was signed."""
    with suppress(Broken):
        given = _given(begin, arguments, LOGIN)
        if is_login(given):
            return _read(given, _stamps(arguments))
    return None


def _read(given: Any, stamps: bool) -> Output | None:
    try:
        output = read_login(given, LOGIN)
    except Broken:
        # It is meant to be one: what it lacks is for the contract to say.
        return Output("", "", LOGIN.method, LOGIN.target, LOGIN.body, ())
    alone = output.headers is None and output.timestamp == LOGIN.timestamp
    return None if stamps and alone else output
