"""What a running server needs of the process's environment: no proxy before loopback, and trust in its certificate.

Clients that honour HTTP_PROXY would send a local request to the proxy (python-okx and pyted do), and those that verify
certificates know nothing of an authority that was made a moment ago. While any server of this process runs, NO_PROXY
names loopback; while one speaks TLS, the variables that name trusted certificates name its authority too; while OKX's
host names lead to one, NO_PROXY names them. Then everything is as it was. A child process gets variables of its own.
"""

from __future__ import annotations

import ipaddress
import os
import threading
from collections.abc import Callable, Mapping
from functools import partial

from .hosts import OKX_HOSTS, okx_host

__all__ = ["Variables", "is_loopback", "of_a_child", "okx_without_proxy", "trusting", "without_proxy"]

_NO_PROXY = ("NO_PROXY", "no_proxy")
_LOOPBACK = ("127.0.0.1", "localhost")
# One file with all that is trusted: OpenSSL (httpx, websockets, urllib), requests, curl.
_BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
# What is trusted beside all else: Node, Deno.
_EXTRAS = ("NODE_EXTRA_CA_CERTS", "DENO_CERT")
# The proxy of everything; clients differ in the case, and in whether a WebSocket has a scheme of its own.
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "WS_PROXY", "WSS_PROXY")

Values = Mapping[str, str | None]


def is_loopback(host: str) -> bool:
    """Whether a name or an address is of this machine alone."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Variables:
    """Variables that hold other values while somebody needs them: the first one sets, the last one restores.

    `made` makes their values of those before.
    """

    def __init__(self, names: tuple[str, ...], made: Callable[[Values], Mapping[str, str]]) -> None:
        self._names = names
        self._made = made
        self._lock = threading.Lock()
        self._users = 0
        self._before: dict[str, str | None] = {}
        self._ours: Mapping[str, str] = {}

    def enter(self) -> None:
        """A server starts."""
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._before = {name: os.environ.get(name) for name in self._names}
                self._ours = self._made(self._before)
                os.environ.update(self._ours)

    def leave(self) -> None:
        """A server stopped."""
        with self._lock:
            self._users -= 1
            if self._users == 0:
                for name, value in self._before.items():
                    self._restore(name, value)

    def _restore(self, name: str, value: str | None) -> None:
        if os.environ.get(name) != self._ours[name]:
            return  # somebody else set it meanwhile: it is theirs now
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


def _straight(hosts: tuple[str, ...], before: Values) -> Mapping[str, str]:
    # Most clients prefer the lower-case one: alone, it must not hide what the other says.
    inherited = next((value for value in before.values() if value), None)
    return {name: _with_hosts(hosts, value or inherited) for name, value in before.items()}


def _with_hosts(added: tuple[str, ...], value: str | None) -> str:
    hosts = [host for part in (value or "").split(",") if (host := part.strip())]
    if hosts == ["*"]:
        return "*"  # "everything" is only that while it stands alone
    return ",".join([*hosts, *(host for host in added if host not in hosts)])


without_proxy = Variables(_NO_PROXY, partial(_straight, _LOOPBACK))


def okx_without_proxy() -> Variables:
    """The variables that keep clients from asking a proxy for OKX's host names."""
    return Variables(_NO_PROXY, partial(_straight, OKX_HOSTS))


def of_a_child(proxy: str, bundle: str, extra: str, before: Values) -> dict[str, str]:
    """The variables of a process that is to ask `proxy` for everything but loopback, and to trust the authority.

    What is reached without a proxy by the variables `before` is so still, but for OKX. Node asks the proxies of its
    environment where it is told to, from its version 24 on.
    """
    straight = _straight(_LOOPBACK, {name: _without_okx(before.get(name)) for name in _NO_PROXY})
    proxies = {form: proxy for name in _PROXIES for form in (name, name.lower())}
    return {**proxies, **straight, **_trust(bundle, extra), "NODE_USE_ENV_PROXY": "1"}


def _without_okx(value: str | None) -> str:
    hosts = [part.strip() for part in (value or "").split(",")]
    return ",".join(host for host in hosts if host != "*" and not okx_host(host.lstrip("*.").partition(":")[0]))


def trusting(bundle: str, extra: str) -> Variables:
    """The variables that make clients trust an authority: a file with all that is trusted, and one with it alone."""
    ours = _trust(bundle, extra)
    return Variables((*_BUNDLES, *_EXTRAS), lambda before: ours)


def _trust(bundle: str, extra: str) -> dict[str, str]:
    return {**dict.fromkeys(_BUNDLES, bundle), **dict.fromkeys(_EXTRAS, extra)}
