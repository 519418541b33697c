"""Logging in: what is asked of the arguments, in order, and with which code each is refused.

The order mirrors that of a REST call (our choice: OKX documents none). A fact may leave a remark for the transcript.
Sources: OKX docs, WebSocket Login; python-okx, issue 64.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ..diagnosis import diagnose, timestamp_of_login
from ..errors import OkxError
from ..exchange import ApiKey, Exchange
from ..hosts import ApiHost
from ..routing import Settings, text
from ..signing import Credentials, verify
from .texts import WsError

__all__ = ["Login", "log_in"]

_METHOD: Final = "GET"
_PATH: Final = "/users/self/verify"
_DAY_MS: Final = 86_400_000
_NUMBER: Final = re.compile(r"\d{1,16}(?:\.\d{1,9})?", re.ASCII)
_OF_DEMO: Final = "a demo key logs in at a host such as wspap.okx.com or where the address ends in ?brokerId=9999"
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


@dataclass(slots=True)
class Login:
    """One attempt: the arguments as text, from where, to which host of OKX's and for which environment.

    `key` is the one that is proved, once it is known.
    """

    given: Mapping[str, str]
    peer: str
    host: ApiHost | None
    demo: bool
    exchange: Exchange
    settings: Settings
    now: int
    key: ApiKey | None = None

    @property
    def known(self) -> ApiKey:
        """The key, once it is known."""
        assert self.key is not None, "the key is known before anything is asked of it"
        return self.key


def log_in(
    args: Any, peer: str, host: ApiHost | None, demo: bool, exchange: Exchange, settings: Settings, now: int
) -> ApiKey:
    """The key that `args` prove. Raises `WsError` with the code of the first check that fails, and why."""
    if not args:
        raise WsError("60013")
    if len(args) > 1:
        raise WsError("60021")
    try:
        given = {name: text(args[0], name) for name in ("apiKey", "passphrase", "timestamp", "sign")}
    except OkxError:
        raise WsError("60013") from None
    login = Login(given, peer, host, demo, exchange, settings, now)
    for check in _CHECKS:
        check(login)
    return login.known


def _given(name: str) -> Callable[[Login], None]:
    def check(login: Login) -> None:
        if not login.given[name]:
            raise WsError("60027", name)

    return check


def _readable(login: Login) -> None:
    if not _NUMBER.fullmatch(login.given["timestamp"]):
        raise WsError("60004", why=_named(login) or "the timestamp is no Unix time: a login takes seconds")


def _in_window(login: Login) -> None:
    window = login.settings.timestamp_window_ms
    ahead = Decimal(login.given["timestamp"]) * 1000 - login.now
    if window is not None and abs(ahead) > window:
        side = "ahead of" if ahead > 0 else "behind"
        off = f"the timestamp is {abs(ahead) / 1000:f} s {side} the exchange's clock"
        moves = login.exchange.clock.moves
        # A clock that was moved explains what is off by hours, and no other unit.
        named = "" if moves and abs(ahead) < _DAY_MS else _named(login)
        why = f"{off} ({moves[-1]})" if moves else off
        raise WsError("60006", why=f"{named}; {why}" if named else why)


def _named(login: Login) -> str:
    """What is wrong with the timestamp, by name, as far as that is known."""
    found = timestamp_of_login(login.given["timestamp"], now=login.now)
    return f"{found.name}: {found.sentence}" if found else ""


def _key_known(login: Login) -> None:
    name = login.given["apiKey"]
    key = login.exchange.key(name)
    if key is None or not key.usable(login.now):
        why = "no such key was issued here" if key is None else "the key was revoked, or has expired"
        raise WsError("60032" if key is not None or _UUID.fullmatch(name) else "60005", why=why)
    if not key.belongs_to(login.host):
        raise WsError("60032", why=f"the key is of the site {key.site!r}, and the socket is another one's")
    login.key = key


def _passphrase(login: Login) -> None:
    own = login.known.credentials
    if not hmac.compare_digest(login.given["passphrase"].encode("utf-8", "replace"), own.passphrase.encode()):
        raise WsError("60024", why=f"it is not the passphrase of the key {own.api_key}")


def _signature(login: Login) -> None:
    signature, stamp, own = login.given["sign"], login.given["timestamp"], login.known.credentials
    if not verify(signature, own.secret_key, stamp, _METHOD, _PATH):
        others = login.exchange.credentials
        raise WsError("60007", why=lambda: _diagnosis(signature, stamp, own, others))


def _diagnosis(signature: str, stamp: str, own: Credentials, others: tuple[Credentials, ...]) -> str:
    """Why the signature is wrong: looked for when a transcript is read, because it takes its time."""
    return str(diagnose(signature, timestamp=stamp, method=_METHOD, target=_PATH, credentials=own, others=others))


def _ip_listed(login: Login) -> None:
    if not login.known.allows_ip(login.peer):
        raise WsError("50110", login.peer, login.known.credentials.api_key)


def _environment(login: Login) -> None:
    if login.known.demo not in (None, login.demo):
        raise WsError("50101", why=_OF_DEMO)


_CHECKS: Final = (
    _given("apiKey"),
    _given("sign"),
    _given("timestamp"),
    _readable,
    _in_window,
    _key_known,
    _given("passphrase"),
    _passphrase,
    _signature,
    _ip_listed,
    _environment,
)
