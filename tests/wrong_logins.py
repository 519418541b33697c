"""Functions that sign the login of a WebSocket wrongly, each in one way, with the name of the mistake.

Each is asked for the signature that goes with a timestamp in Unix seconds.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

__all__ = ["PATH", "WRONG_LOGINS", "right"]

PATH: Final = "/users/self/verify"
Signed = Callable[[str, str], str]


def _mac(message: str, secret: str) -> bytes:
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).digest()


def _text(message: str, secret: str) -> str:
    return base64.b64encode(_mac(message, secret)).decode()


def right(timestamp: str, secret: str) -> str:
    """What OKX wants."""
    return _text(f"{timestamp}GET{PATH}", secret)


def _of(message: Callable[[str], str]) -> Signed:
    return lambda timestamp, secret: _text(message(timestamp), secret)


def _iso(timestamp: str, timespec: str = "milliseconds", ms: int = 0) -> str:
    at = datetime.fromtimestamp(int(timestamp) + ms / 1000, UTC)
    return at.isoformat(timespec=timespec).replace("+00:00", "Z")


WRONG_LOGINS: Final[dict[str, tuple[Signed, str]]] = {
    "milliseconds": (_of(lambda t: f"{t}000GET{PATH}"), "timestamp-format"),
    "milliseconds of which seconds are sent": (_of(lambda t: f"{t}123GET{PATH}"), "timestamp-format"),
    "decimals that are not sent": (_of(lambda t: f"{t}.123GET{PATH}"), "timestamp-format"),
    "a float that is not sent": (_of(lambda t: f"{t}.12GET{PATH}"), "timestamp-format"),
    "ISO 8601": (_of(lambda t: f"{_iso(t)}GET{PATH}"), "timestamp-format"),
    "ISO 8601 of which seconds are sent": (_of(lambda t: f"{_iso(t, ms=123)}GET{PATH}"), "timestamp-format"),
    "ISO 8601 without decimals": (_of(lambda t: f"{_iso(t, 'seconds')}GET{PATH}"), "timestamp-format"),
    "a second earlier": (_of(lambda t: f"{int(t) - 1}GET{PATH}"), "timestamp-earlier"),
    "a second later": (_of(lambda t: f"{int(t) + 1}GET{PATH}"), "timestamp-later"),
    "local time": (_of(lambda t: f"{int(t) + 8 * 3600}GET{PATH}"), "timestamp-local"),
    "no timestamp": (_of(lambda t: f"GET{PATH}"), "timestamp-left-out"),
    "lower case": (_of(lambda t: f"{t}get{PATH}"), "method-lower-case"),
    "POST": (_of(lambda t: f"{t}POST{PATH}"), "another-method"),
    "no method": (_of(lambda t: f"{t}{PATH}"), "method-left-out"),
    "the path of the URL": (_of(lambda t: f"{t}GET/ws/v5/private"), "login-path"),
    "the whole URL": (_of(lambda t: f"{t}GETwss://ws.okx.com:8443/ws/v5/private"), "login-path"),
    "a path of REST": (_of(lambda t: f"{t}GET/api/v5/users/self/verify"), "login-path"),
    "a misspelt path": (_of(lambda t: f"{t}GET/user/self/verify"), "login-path"),
    "a slash too many": (_of(lambda t: f"{t}GET{PATH}/"), "path-slash"),
    "no path": (_of(lambda t: f"{t}GET"), "path-left-out"),
    "a body": (_of(lambda t: f"{t}GET{PATH}{{}}"), "braces-for-empty-body"),
    "another order": (_of(lambda t: f"GET{PATH}{t}"), "order-of-parts"),
    "line ends between": (_of(lambda t: f"{t}\nGET\n{PATH}"), "parts-joined"),
    "hex": (lambda t, secret: _mac(f"{t}GET{PATH}", secret).hex(), "hex"),
    "base64 of hex": (lambda t, secret: base64.b64encode(_mac(f"{t}GET{PATH}", secret).hex().encode()).decode(),
                      "base64-of-hex"),
    "bytes as text": (lambda t, secret: str(base64.b64encode(_mac(f"{t}GET{PATH}", secret))), "signature-python-text"),
    "SHA-512": (lambda t, secret: base64.b64encode(hmac.digest(secret.encode(), f"{t}GET{PATH}".encode(), "sha512"))
                .decode(), "sha512"),
}  # fmt: skip
"""Each wrong one by what it does, with the mistake that must be named."""
