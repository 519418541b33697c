"""How known clients are pointed at a local server: one row a client.

Each row makes the arguments of that client's constructor. Nothing here imports a client.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .signing import Credentials

__all__ = ["client_config"]

Config = dict[str, Any]


def _python_okx(credentials: Credentials, url: str, ws_url: str) -> Config:
    return {
        "api_key": credentials.api_key,
        "api_secret_key": credentials.secret_key,
        "passphrase": credentials.passphrase,
        "domain": url,
    }


def _ccxt(credentials: Credentials, url: str, ws_url: str) -> Config:
    # Live and test both: set_sandbox_mode(True) puts the test URLs in the place of the live ones.
    urls = {"rest": url, "ws": ws_url}
    return {
        "apiKey": credentials.api_key,
        "secret": credentials.secret_key,
        "password": credentials.passphrase,
        "urls": {"api": urls, "test": dict(urls)},
    }


# What a client must be told of the authority, where the environment is not enough: ccxt takes certifi's, or looks at
# the environment only if it is told to.
_TRUST: dict[str, Callable[[str], Config]] = {
    "ccxt": lambda bundle: {"cafile": bundle, "requests_trust_env": True},
}


def _okx_api(credentials: Credentials, url: str, ws_url: str) -> Config:
    return {
        "apiKey": credentials.api_key,
        "apiSecret": credentials.secret_key,
        "apiPass": credentials.passphrase,
        "baseUrl": url,
        "wsUrl": f"{ws_url}/private",
    }


def _nautilus(credentials: Credentials, url: str, ws_url: str) -> Config:
    return {
        "api_key": credentials.api_key,
        "api_secret": credentials.secret_key,
        "api_passphrase": credentials.passphrase,
        "base_url_http": url,
        "base_url_ws": f"{ws_url}/private",
    }


_CLIENTS: dict[str, Callable[[Credentials, str, str], Config]] = {
    "python-okx": _python_okx,
    "ccxt": _ccxt,
    "okx-api": _okx_api,
    "nautilus": _nautilus,
}


def client_config(client: str, credentials: Credentials, url: str, ws_url: str, bundle: str = "") -> Config:
    """The constructor arguments that point `client` at `url` and `ws_url`; ValueError for one not in the table.

    `bundle` is a file with the certificates to trust, "" where no TLS is spoken.
    """
    try:
        config = _CLIENTS[client](credentials, url, ws_url)
        return config | _TRUST[client](bundle) if bundle and client in _TRUST else config
    except KeyError:
        raise ValueError(
            f"{client!r} is not among the known clients {sorted(_CLIENTS)}: use `url` and `credentials`"
        ) from None
