"""Adapters: from whatever signs to one call, `Signer.sign(case)`.

`adapt` chooses by what a thing is and by the names of its parameters. An adapter calls and reads; whether what came
out is right is not judged here.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any, Final
from urllib.parse import parse_qsl

from ..signing import Credentials
from .cases import PLAIN, Case, Output
from .makers import Maker, maker_of, tried
from .outputs import Broken, of_headers, read
from .roles import Arguments, Unusable, name_of, roles_of

__all__ = ["Session", "Signer", "adapt"]

Session = Callable[[Case], Output]

_HOST: Final = "https://www.okx.com"
_API: Final = "/api/v5/"
_METHODS: Final = (
    *("sign", "signature", "sign_request", "get_sign", "get_signature", "generate_signature", "create_signature"),
    *("make_signature", "headers", "get_headers", "auth_headers", "get_auth_headers", "sign_headers", "build_headers"),
)
# What a function raises that got text where it takes bytes, or the other way round.
_WRONG_TYPE: Final = (TypeError, AttributeError)
_TEXT_OR_BYTES: Final = ((), ("body", "message"), ("secret",), ("body", "message", "secret"))


@dataclass(frozen=True, slots=True)
class Signer:
    """Something that signs: what it is called, and how a session with one key begins.

    `python` writes the call for a case as an expression. `stamps`: it makes its timestamps itself.
    """

    name: str
    begin: Callable[[Credentials], Session]
    python: Callable[[Case], str]
    stamps: bool = False

    def sign(self, case: Case) -> Output:
        """What a new session gives for one case."""
        return self.begin(case.credentials)(case)


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
    for name in _METHODS:
        if callable(found := getattr(module, name, None)):
            return adapt(found)
    raise Unusable(f"the module {module.__name__} has no function of the names {', '.join(_METHODS)}: name one")


def _of_function(function: Callable[..., Any]) -> Signer:
    name = name_of(function)
    arguments = roles_of(function, name)
    if arguments.roles <= {"api_key", "secret", "passphrase", "credentials", "timestamp"} and arguments.roles:
        return _of_object(tried(Maker(name, lambda key: _call(function, arguments.of_key(key)), arguments)), "")
    short = name.partition(":")[2]
    pre_hash = _pre_hash_of(function) if "message" in arguments.roles else None
    return _of_call(name, lambda credentials: function, arguments, lambda key: short, pre_hash)


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

        def sign(case: Case) -> Output:
            positional, named = arguments.of(case)
            if pre_hash and joined:
                message = _call(pre_hash, joined.of(case))
                named |= {each: message for each, role in arguments.by_role.items() if role == "message"}
            return read(_caught(lambda: function(*positional, **named)), case)

        return sign

    settled, output = _tried(arguments, session)
    stamps = "timestamp" not in arguments.roles and "message" not in arguments.roles
    if stamps and output is not None and output.headers is None:
        raise Unusable(f"{name} gives a signature alone and takes no timestamp, so nobody knows what it signed")
    return Signer(
        name,
        lambda key: session(settled, key),
        lambda case: f"{holder(case.credentials)}({settled.written(case)})",
        stamps,
    )


def _tried(
    arguments: Arguments, session: Callable[[Arguments, Credentials], Session]
) -> tuple[Arguments, Output | None]:
    """The arguments, as text or bytes, that the function does not choke on; as they are if it always does."""
    for roles in _TEXT_OR_BYTES:
        attempt = arguments.with_bytes(frozenset(roles))
        try:
            return attempt, session(attempt, PLAIN.credentials)(PLAIN)
        except Broken as broken:
            if not isinstance(broken.__cause__, _WRONG_TYPE):
                break
    return arguments, None


def _caught(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Exception as error:  # whatever a signer raises is a finding
        raise Broken(f"it raised {type(error).__name__}: {error}") from error


def _of_object(maker: Maker, method: str) -> Signer:
    """The adapter for what a maker makes: chosen by its classes, then by the names of its methods."""
    sample = maker.make(PLAIN.credentials)
    bases = {(base.__module__.partition(".")[0], base.__name__) for base in type(sample).__mro__}
    if ("requests", "AuthBase") in bases and not method:
        return _of_requests(maker)
    if ("httpx", "Auth") in bases and not method:
        return _of_httpx(maker)
    if ("ccxt", "Exchange") in bases:
        return _of_ccxt(maker)
    for name in (method,) if method else (*_METHODS, "__call__"):
        if callable(getattr(sample, name, None)):
            return _of_method(maker, sample, name)
    raise Unusable(f"{maker.name} has none of the methods {', '.join(_METHODS)}: name one, as in CLASS.METHOD")


def _of_method(maker: Maker, sample: object, name: str) -> Signer:
    bound = getattr(sample, name)
    whole = f"{maker.name}.{name}"
    arguments = roles_of(bound, whole)

    return _of_call(
        whole,
        lambda key: getattr(maker.make(key), name),
        arguments,
        lambda key: f"{maker.python(key)}.{name}",
    )


def _of_requests(maker: Maker) -> Signer:
    from requests import Request

    def begin(credentials: Credentials) -> Session:
        auth = maker.make(credentials)

        def sign(case: Case) -> Output:
            headers = {"Content-Type": "application/json"}
            prepared = Request(case.method, _HOST + case.target, data=case.body or None, headers=headers).prepare()
            signed: Any = _caught(lambda: auth(prepared)) or prepared
            body = signed.body or b""
            content = body if isinstance(body, bytes) else body.encode()
            return of_headers(_as_text(signed.headers), signed.path_url, content, case)

        return sign

    def python(case: Case) -> str:
        body = f", data={case.body!r}" if case.body else ""
        request = f"requests.Request({case.method!r}, {_HOST + case.target!r}{body}).prepare()"
        return f"{maker.python(case.credentials)}({request}).headers"

    return Signer(maker.name, begin, python, stamps=True)


def _as_text(headers: Mapping[str, Any]) -> dict[str, Any]:
    """The headers; requests sends bytes as well as text."""
    return {name: value.decode("latin-1") if isinstance(value, bytes) else value for name, value in headers.items()}


def _of_httpx(maker: Maker) -> Signer:
    from httpx import Request

    def begin(credentials: Credentials) -> Session:
        auth = maker.make(credentials)

        def sign(case: Case) -> Output:
            headers = {"Content-Type": "application/json"}
            request = Request(case.method, _HOST + case.target, content=case.body, headers=headers)
            signed = _caught(lambda: next(auth.sync_auth_flow(request)))
            return of_headers(signed.headers, signed.url.raw_path.decode("latin-1"), signed.content, case)

        return sign

    def python(case: Case) -> str:
        request = f"httpx.Request({case.method!r}, {_HOST + case.target!r}, content={case.body!r})"
        return f"next({maker.python(case.credentials)}.sync_auth_flow({request})).headers"

    return Signer(maker.name, begin, python, stamps=True)


def _of_ccxt(maker: Maker) -> Signer:
    """ccxt builds a whole request with `sign(path, api, method, params)`, and sends it elsewhere."""

    def asked(case: Case) -> tuple[str, str, str, dict[str, Any]]:
        path, _, query = case.target.removeprefix(_API).partition("?")
        params = json.loads(case.body or b"{}") if case.method == "POST" else dict(parse_qsl(query, True))
        return path, "private", case.method, params

    def begin(credentials: Credentials) -> Session:
        exchange = maker.make(credentials)

        def sign(case: Case) -> Output:
            path, api, method, params = asked(case)
            return read(_caught(lambda: exchange.sign(path, [api], method, params)), case)

        return sign

    def python(case: Case) -> str:
        path, api, method, params = asked(case)
        return f"{maker.python(case.credentials)}.sign({path!r}, [{api!r}], {method!r}, {params!r})"

    return Signer(maker.name, begin, python, stamps=True)
