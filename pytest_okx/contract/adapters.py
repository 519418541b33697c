"""Adapters: from whatever signs to one call, `Signer.sign(case)`.

`adapt` chooses by what a thing is and by the names of its parameters. An adapter calls and reads; whether what came
out is right is not judged here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import Any, Final

from ..signing import Credentials
from .cases import BARE, PLAIN, SAMPLES, Case, Output
from .keyrings import globals_of, with_globals
from .libraries import SENDERS, built, of_library
from .login_adapters import LOGIN_ROLES, login_names, login_of_call
from .makers import Maker, maker_of, tried
from .outputs import Broken, of_request, read
from .roles import Arguments, Unusable, name_of, roles_of
from .shapes import SHAPES
from .signers import Session, Signer, caught

__all__ = ["adapt"]

_METHODS: Final = (
    *("sign", "signature", "sign_request", "get_sign", "get_signature", "generate_signature", "create_signature"),
    *("make_signature", "headers", "get_headers", "auth_headers", "get_auth_headers", "sign_headers", "build_headers"),
)
# What a function raises that got text where it takes bytes, or the other way round.
_WRONG_TYPE: Final = (TypeError, AttributeError)
_SECRET: Final = frozenset({"secret", "credentials"})
_CHOKED: Final = -1
_TEXT_OR_BYTES: Final = ((), ("body", "message"), ("secret",), ("body", "message", "secret"))


def adapt(target: Any, method: str = "") -> Signer:
    """The adapter for a function, class, object or module; `method` names what to call on an object.

    Raises `Unusable`, with what was seen and what is accepted.
    """
    if isinstance(target, Signer):
        return target
    if isinstance(target, ModuleType):
        return _of_module(target)
    if inspect.ismethod(target) and not isinstance(target.__self__, type):
        return adapt(target.__self__, target.__name__)
    if _is_function(target) and not method:
        return _of_function(target)
    return _of_object(maker_of(target), method)


def _is_function(target: object) -> bool:
    return inspect.isroutine(target) or isinstance(target, partial)


def _of_module(module: ModuleType) -> Signer:
    calls = [adapt(found) for name in _METHODS if callable(found := getattr(module, name, None))][:1]
    logins = [login for name in login_names(module) if (login := _login_of(getattr(module, name)))]
    nothing = f"the module {module.__name__} has no function of the names {', '.join(_METHODS)}: name one"
    return _both(calls, logins, nothing)


def _both(calls: Sequence[Signer], logins: Sequence[Signer], nothing: str) -> Signer:
    """The first signer of calls, or else of logins, with all the others. Raises `Unusable` where there is none."""
    if not calls and not logins:
        raise Unusable(nothing)
    first, *others = (*calls, *logins)
    return replace(first, logins=tuple(others))


def _of_function(function: Callable[..., Any]) -> Signer:
    if login := _login_of(function):
        return login
    name = name_of(function)
    arguments = roles_of(function, name)
    if arguments.roles <= LOGIN_ROLES and arguments.roles:
        return _of_object(tried(Maker(name, lambda key: _call(function, arguments.of_key(key)), arguments)), "")
    if arguments.roles & {"target", "message"} and not _is_keyed(function, arguments):
        raise Unusable(f"{name} takes no secret key and its module holds none, so it would sign with your own")
    pre_hash = _pre_hash_of(function) if "message" in arguments.roles else None
    return _of_call(name, _with_key(function, arguments), arguments, _as_python(function, arguments), pre_hash)


def _login_of(function: Callable[..., Any]) -> Signer | None:
    """The signer of logins that a function is; None where it is another one, or nothing that can be called."""
    name = name_of(function)
    with suppress(Unusable):
        arguments = roles_of(function, name)
        if _is_keyed(function, arguments):
            return login_of_call(name, _with_key(function, arguments), arguments, _as_python(function, arguments))
    return None


def _is_keyed(function: Callable[..., Any], arguments: Arguments) -> bool:
    """Whether it signs with the key that it is given, or with one in its module, which can be another for a while."""
    return bool(arguments.roles & _SECRET or globals_of(function))


def _with_key(function: Callable[..., Any], arguments: Arguments) -> Callable[[Credentials], Callable[..., Any]]:
    """The function for a key, which is put into its module where it takes none."""
    return lambda key: function if arguments.roles & _SECRET else with_globals(function, **_held(function, key))


def _as_python(function: Callable[..., Any], arguments: Arguments) -> Callable[[Credentials], str]:
    short = name_of(function).partition(":")[2]

    def holder(key: Credentials) -> str:
        places = (f"{place}={value!r}" for place, value in _held(function, key).items())
        return short if arguments.roles & _SECRET else f"with_globals({short}, {', '.join(places)})"

    return holder


def _held(function: Callable[..., Any], key: Credentials) -> dict[str, str]:
    return {place: getattr(key, part) for place, part in globals_of(function).items()}


def _call(function: Callable[..., Any], given: tuple[list[Any], dict[str, Any]]) -> Any:
    positional, named = given
    return function(*positional, **named)


def _pre_hash_of(function: Callable[..., Any]) -> Callable[..., Any] | None:
    """The function beside it that joins the message: python-okx has `okx.utils.sign` and `okx.utils.pre_hash`."""
    module = inspect.getmodule(function)
    found = getattr(module, "pre_hash", None) or getattr(module, "prehash", None)
    return found if callable(found) else None


def _of_call(
    name: str,
    begin: Callable[[Credentials], Callable[..., Any]],
    arguments: Arguments,
    holder: Callable[[Credentials], str],
    pre_hash: Callable[..., Any] | None = None,
) -> Signer:
    """The adapter for calls whose parameters are known by name; `holder` writes what is called as Python has it."""
    if not arguments.roles & {"target", "message"}:
        raise Unusable(f"{name} takes {', '.join(arguments.by_role) or 'nothing'}, which is neither path nor message")
    joined = roles_of(pre_hash, name_of(pre_hash)) if pre_hash else None

    def session(arguments: Arguments, credentials: Credentials) -> Session:
        function = begin(credentials)

        def sign(asked: Case) -> Output:
            case = arguments.shaped(asked)
            positional, named = arguments.of(case)
            if pre_hash and joined:
                message = _call(pre_hash, joined.of(case))
                named |= {each: message for each, role in arguments.by_role.items() if role == "message"}
            return read(caught(lambda: function(*positional, **named)), case)

        return sign

    settled, output = _settled(arguments, session)
    stamps = "timestamp" not in arguments.roles and "message" not in arguments.roles
    if stamps and output is not None and output.headers is None and output.is_of(SAMPLES[0]):
        raise Unusable(f"{name} gives a signature alone and takes no timestamp, so nobody knows what it signed")

    def python(case: Case) -> str:
        call = f"{holder(case.credentials)}({settled.written(settled.shaped(case))})"
        return f"asyncio.run({call})" if inspect.iscoroutinefunction(begin(case.credentials)) else call

    return Signer(name, lambda key: session(settled, key), python, stamps)


def _settled(
    arguments: Arguments, session: Callable[[Arguments, Credentials], Session]
) -> tuple[Arguments, Output | None]:
    """Of the ways to hand over text, bytes or dicts the one with which it signs best, the first of equals.

    With it the output for the first sample, None where there is none.
    """
    best: tuple[int, Arguments, Output | None] = (_CHOKED, arguments, None)
    for attempt in _attempts(arguments):
        outputs = [_tried(session, attempt, case) for case in SAMPLES]
        score = _score(outputs, guessed=attempt.shape is not None and attempt.takes_either)
        if score > best[0]:
            best = (score, attempt, outputs[0] if isinstance(outputs[0], Output) else None)
        if score == len(SAMPLES):
            break
    return best[1:]


def _score(outputs: Sequence[Output | Broken], guessed: bool) -> int:
    """How many are right; as if it choked where it did, and where a dict was but a guess that proved wrong."""
    right = [isinstance(each, Output) and each.is_right(PLAIN.credentials.secret_key) for each in outputs]
    if any(isinstance(each, Broken) and isinstance(each.__cause__, _WRONG_TYPE) for each in outputs):
        return _CHOKED
    return sum(right) if all(right[: len(BARE)]) or not guessed else _CHOKED


def _tried(session: Callable[[Arguments, Credentials], Session], arguments: Arguments, case: Case) -> Output | Broken:
    try:
        return session(arguments, case.credentials)(case)
    except Broken as broken:
        return broken


def _attempts(arguments: Arguments) -> Iterator[Arguments]:
    """The ways to hand over the same: as it is annotated, as text or bytes, the body as a dict."""
    if arguments.shape is None:
        yield from (arguments.with_bytes(frozenset(roles)) for roles in _TEXT_OR_BYTES)
    if arguments.shape or arguments.takes_either:
        yield from (arguments.with_shape(shape) for shape in SHAPES)


def _of_object(maker: Maker, method: str) -> Signer:
    """The adapter for what a maker makes: chosen by its classes, then by the names of its methods."""
    sample = maker.make(PLAIN.credentials)
    if not method and (signer := of_library(maker, sample)):
        return signer
    names = (method,) if method else (*_METHODS, "__call__", *SENDERS)
    there = next((name for name in names if callable(getattr(sample, name, None))), "")
    calls = [_of_sender(maker, there) if there in SENDERS else _of_method(maker, sample, there)] if there else []
    others = () if method else login_names(sample)
    logins = [login for name in others if (login := _login_of_method(maker, sample, name))]
    nothing = f"{maker.name} has none of the methods {', '.join(_METHODS)}: name one, as in CLASS.METHOD"
    return _both(calls, logins, nothing)


def _of_method(maker: Maker, sample: object, name: str) -> Signer:
    if login := _login_of_method(maker, sample, name):
        return login
    whole, begin, holder = _method(maker, name)
    return _of_call(whole, begin, roles_of(getattr(sample, name), whole), holder)


def _login_of_method(maker: Maker, sample: object, name: str) -> Signer | None:
    whole, begin, holder = _method(maker, name)
    with suppress(Unusable):
        return login_of_call(whole, begin, roles_of(getattr(sample, name), whole), holder)
    return None


def _method(
    maker: Maker, name: str
) -> tuple[str, Callable[[Credentials], Callable[..., Any]], Callable[[Credentials], str]]:
    """What a method is called, how it is got for a key, and how that is written."""
    return (
        f"{maker.name}.{name}",
        lambda key: getattr(maker.make(key), name),
        lambda key: f"{maker.python(key)}.{name}",
    )


def _of_sender(maker: Maker, name: str) -> Signer:
    """The adapter for a client of an SDK: its request is built and not sent."""
    client = maker_of(maker.make(PLAIN.credentials))  # a client takes long to make: a key is put into a copy of one
    arguments = roles_of(getattr(client.make(PLAIN.credentials), name), f"{maker.name}.{name}")

    def begin(credentials: Credentials) -> Session:
        send = getattr(client.make(credentials), name)

        def sign(case: Case) -> Output:
            return of_request(built(lambda: _call(send, arguments.of(case))), case)

        return sign

    def python(case: Case) -> str:
        return f"built(lambda: {maker.python(case.credentials)}.{name}({arguments.written(case)})).headers"

    return Signer(f"{maker.name}.{name}", begin, python, stamps=True)
