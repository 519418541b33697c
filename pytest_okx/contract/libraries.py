"""Adapters for what hangs on a library: auth classes of requests and httpx, ccxt, and clients of SDKs over either.

A client of an SDK is told to send, and stopped where its library would: the request that it built is what it signed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Final
from unittest.mock import patch
from urllib.parse import parse_qsl

from ..signing import Credentials
from .cases import Case, Output
from .logins import read_login
from .makers import Maker
from .outputs import Broken, of_request, read
from .signers import Session, Signer, caught, finished
from .tasks import LOGINS

__all__ = ["SENDERS", "built", "login_by", "of_library", "signed_by"]

_HOST: Final = "https://www.okx.com"
_API: Final = "/api/v5/"
_JSON: Final = {"Content-Type": "application/json"}
SENDERS: Final = (
    "_request",
    "_send_request",
    "send_request",
    "signed_request",
    "private_request",
    "_call_api",
    "call_api",
)
"""The names of methods that send a request of the caller's choice."""
# Where requests leave a library: module, class, and the method that has the whole request as its first argument.
_DOORS: Final = (("requests", "Session", "send"), ("httpx", "Client", "send"), ("httpx", "AsyncClient", "send"))


def of_library(maker: Maker, sample: object) -> Signer | None:
    """The adapter for an object of a class that is derived from one of a known library; None for any other."""
    bases = {(base.__module__.partition(".")[0], base.__name__) for base in type(sample).__mro__}
    signer = next((adapter(maker) for base, adapter in _ADAPTERS.items() if base in bases), None)
    is_live = _CCXT in bases and hasattr(sample, "authenticate") and hasattr(sample, "watch")
    return replace(signer, logins=(_login_of_ccxt(maker),)) if signer and is_live else signer


def _of_requests(maker: Maker) -> Signer:
    from requests import Request

    def begin(credentials: Credentials) -> Session:
        auth = maker.make(credentials)

        def sign(case: Case) -> Output:
            prepared = Request(case.method, _HOST + case.target, data=case.body or None, headers=_JSON).prepare()
            return of_request(caught(lambda: auth(prepared)) or prepared, case)

        return sign

    def python(case: Case) -> str:
        body = f", data={case.body!r}" if case.body else ""
        request = f"requests.Request({case.method!r}, {_HOST + case.target!r}{body}).prepare()"
        return f"{maker.python(case.credentials)}({request}).headers"

    return Signer(maker.name, begin, python, stamps=True)


def _of_httpx(maker: Maker) -> Signer:
    from httpx import Request

    def begin(credentials: Credentials) -> Session:
        auth = maker.make(credentials)

        def sign(case: Case) -> Output:
            request = Request(case.method, _HOST + case.target, content=case.body, headers=_JSON)
            return of_request(caught(lambda: signed_by(auth, request)), case)

        return sign

    def python(case: Case) -> str:
        request = f"httpx.Request({case.method!r}, {_HOST + case.target!r}, content={case.body!r})"
        return f"signed_by({maker.python(case.credentials)}, {request}).headers"

    return Signer(maker.name, begin, python, stamps=True)


def signed_by(auth: Any, request: Any) -> Any:
    """What an `httpx.Auth` makes of a request, in whichever way it does."""
    from httpx import Auth

    own = type(auth)
    if own.auth_flow is Auth.auth_flow and own.sync_auth_flow is Auth.sync_auth_flow:
        return finished(_first(auth.async_auth_flow(request)))
    return next(auth.sync_auth_flow(request))


async def _first(flow: AsyncGenerator[Any, Any]) -> Any:
    try:
        return await anext(flow)
    finally:
        await flow.aclose()


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
            return read(caught(lambda: exchange.sign(path, [api], method, params)), case)

        return sign

    def python(case: Case) -> str:
        path, api, method, params = asked(case)
        return f"{maker.python(case.credentials)}.sign({path!r}, [{api!r}], {method!r}, {params!r})"

    return Signer(maker.name, begin, python, stamps=True)


def _login_of_ccxt(maker: Maker) -> Signer:
    """ccxt.pro logs in with `authenticate()`, which sends a frame by `watch`."""

    def begin(credentials: Credentials) -> Session:
        return lambda case: read_login(caught(lambda: login_by(maker.make(credentials))), case)

    def python(case: Case) -> str:
        return f"login_by({maker.python(case.credentials)})"

    return Signer(f"{maker.name}.authenticate", begin, python, stamps=True, task=LOGINS)


def login_by(exchange: Any) -> Any:
    """The frame with which an exchange of ccxt.pro logs in; nothing is sent."""
    return finished(_authenticated(exchange))


async def _authenticated(exchange: Any) -> Any:
    def stop(url: str, message_hash: str, message: Any, *more: Any) -> None:
        raise _Built(message)

    exchange.watch = stop
    # Nothing is connected: no certificates are read before, and nothing is waited for afterwards.
    exchange.verify, exchange.timeout_on_exit = False, 0
    try:
        await exchange.authenticate()
    except _Built as login:
        return login.request
    finally:
        await exchange.close()
    raise Broken("it sent no login by watch")


_CCXT: Final = ("ccxt", "Exchange")
_ADAPTERS: Final[dict[tuple[str, str], Callable[[Maker], Signer]]] = {
    ("requests", "AuthBase"): _of_requests,
    ("httpx", "Auth"): _of_httpx,
    _CCXT: _of_ccxt,
}


class _Built(BaseException):
    """A request that was about to be sent; not an Exception, because SDKs catch those."""

    def __init__(self, request: Any) -> None:
        self.request = request


def built(call: Callable[[], Any]) -> Any:
    """The request that a call of an SDK builds, which is not sent. Raises `Broken` where it sends none."""

    def stop(client: object, request: Any, **options: Any) -> None:
        raise _Built(request)

    async def stop_async(client: object, request: Any, **options: Any) -> None:
        raise _Built(request)

    with ExitStack() as doors:
        for module, name, method in _DOORS:
            if module in sys.modules:
                stopped = stop_async if name.startswith("Async") else stop
                doors.enter_context(patch.object(getattr(sys.modules[module], name), method, stopped))
        try:
            caught(call)
        except _Built as request:
            return request.request
    raise Broken("it sent nothing by requests or httpx")
