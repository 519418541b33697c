"""Signers in every shape that the contract takes, right ones and some that are wrong in another way than signing."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import requests
import requests.auth

Headers = dict[str, Any]


def sign(timestamp: str, method: str, path: str, body: str, secret: str) -> str:
    message = timestamp + method + path + body
    return base64.b64encode(hmac.new(secret.encode(), message.encode(), hashlib.sha256).digest()).decode()


def in_another_order(secret_key: str, body: str, request_path: str, http_method: str, ts: str, /) -> bytes:
    return sign(ts, http_method, request_path, body, secret_key).encode()


def annotated_bytes(timestamp: str, method: str, path: str, body: bytes, secret: bytes) -> str:
    return sign(timestamp, method, path, body.decode(), secret.decode())


def only_bytes(timestamp, method, path, body, secret):  # type: ignore[no-untyped-def]
    return sign(timestamp, method, path, body.decode(), secret.decode())


def of_message(message: str, key: str) -> bytes:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest())


def of_data(data: str, secret: str) -> bytes:
    return of_message(data, secret)


def with_defaults(timestamp: str, method: str, path: str, body: str = "", *, secret: str, debug: bool = True) -> str:
    assert not debug
    return sign(timestamp, method, path, body, secret)


def with_credentials(timestamp: str, method: str, url: str, data: str, credentials: Any, extra: int = 0) -> str:
    return sign(timestamp, method, url, data, credentials.secret_key)


bound_in_part = partial(sign, timestamp="2026-01-05T12:00:00.000Z")


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def headers(method: str, path: str, body: str, api_key: str, secret_key: str, passphrase: str) -> Headers:
    timestamp = now()
    return {
        "OK-ACCESS-KEY": api_key,
        "OK-ACCESS-SIGN": sign(timestamp, method, path, body, secret_key),
        "OK-ACCESS-TIMESTAMP": timestamp,
        "OK-ACCESS-PASSPHRASE": passphrase,
        "Content-Type": "application/json",
    }


class Plain:
    """Made from a key; its method takes the rest."""

    def __init__(self, api_key: str, secret_key: str, passphrase: str) -> None:
        self.api_key, self.__secret, self.passphrase = api_key, secret_key, passphrase

    def sign(self, timestamp: str, method: str, request_path: str, body: str = "") -> str:
        return sign(timestamp, method, request_path, body, self.__secret)

    @staticmethod
    def alone(timestamp: str, method: str, path: str, body: str, secret: str) -> str:
        return sign(timestamp, method, path, body, secret)


class Slotted:
    __slots__ = ("_key", "_secret", "unset")

    def __init__(self, key: str, secret: str) -> None:
        self._key, self._secret = key, secret

    def __call__(self, timestamp: str, method: str, path: str, body: str) -> str:
        return sign(timestamp, method, path, body, self._secret)


class OddlyNamed(Plain):
    sign = None  # type: ignore[assignment]

    def autograph(self, method: str, path: str, body: str) -> Headers:
        return headers(method, path, body, self.api_key, self._Plain__secret, self.passphrase)  # type: ignore[attr-defined]


def make(api_key: str, secret: str, password: str) -> Plain:
    return Plain(api_key, secret, password)


class Unmakeable(Plain):
    def __init__(self, folder: str) -> None:
        super().__init__("my key", folder, "my passphrase")


unmakeable = Unmakeable("my own secret")
plain = Plain("my key", "my own secret", "my passphrase")
slotted = Slotted("my key", "my own secret")


class ForRequests(requests.auth.AuthBase):
    def __init__(self, key: str, secret: str, passphrase: str) -> None:
        self.key, self.secret, self.passphrase = key, secret, passphrase

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        body: Any = r.body or ""
        text = body.decode() if isinstance(body, bytes) else body
        made = headers(str(r.method), r.path_url, text, self.key, self.secret, self.passphrase)
        r.headers.update(made | {"OK-ACCESS-SIGN": made["OK-ACCESS-SIGN"].encode()})
        return r


class ForHttpx(httpx.Auth):
    requires_request_body = True

    def __init__(self, key: str, secret: str, passphrase: str) -> None:
        self.key, self.secret, self.passphrase = key, secret, passphrase

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        target, body = request.url.raw_path.decode(), request.content.decode()
        request.headers.update(headers(request.method, target, body, self.key, self.secret, self.passphrase))
        yield request


def built(method: str, path: str, body: str, api_key: str, secret: str, passphrase: str) -> dict[str, Any]:
    made = headers(method, path, body, api_key, secret, passphrase)
    return {"url": f"https://www.okx.com{path}", "method": method, "headers": made, "body": body.encode()}


def prepared(method: str, path: str, body: str, api_key: str, secret: str, passphrase: str) -> requests.PreparedRequest:
    request = requests.Request(method, f"https://www.okx.com{path}", data=body.encode() or None).prepare()
    request.headers.update(headers(method, request.path_url, body, api_key, secret, passphrase))
    return request


RIGHT = (
    *("sign", "in_another_order", "annotated_bytes", "only_bytes", "of_message", "of_data", "with_defaults"),
    *("with_credentials", "headers", "Plain", "Plain.sign", "Plain.alone", "Slotted", "OddlyNamed.autograph", "make"),
    *("plain", "plain.sign", "unmakeable", "slotted", "ForRequests", "ForHttpx", "built", "prepared"),
)

# --- wrong ones ----------------------------------------------------------------------------------------------------


def raises(timestamp: str, method: str, path: str, body: str, secret: str) -> str:
    raise LookupError("no luck")


def always_chokes(timestamp: str, method: str, path: str, body: str, secret: str) -> str:
    raise TypeError("whatever it is")


def gives_none(timestamp: str, method: str, path: str, body: str, secret: str) -> None:
    return None


def no_query(timestamp: str, method: str, path: str, body: str, secret: str) -> str:
    return sign(timestamp, method, path.partition("?")[0], body, secret)


def nonsense(timestamp: str, method: str, path: str, body: str, secret: str) -> str:
    return base64.b64encode(hashlib.sha256(b"nonsense" + path.encode()).digest()).decode()


def unknowable(timestamp: str, method: str, path: str, body: str, secret: str) -> str:
    return sign(timestamp[::-1], method, path, body, secret * 3)


def says_none(method: str, path: str, body: str, api_key: str, secret_key: str, passphrase: str) -> Headers:
    return headers(method, path, body, api_key, secret_key, str(None))


def gives_bytes(method: str, path: str, body: str, api_key: str, secret_key: str, passphrase: str) -> Headers:
    return headers(method, path, body, api_key, secret_key, passphrase) | {"OK-ACCESS-PASSPHRASE": passphrase.encode()}


def forgets_one(method: str, path: str, body: str, api_key: str, secret_key: str, passphrase: str) -> Headers:
    made = headers(method, path, body, api_key, secret_key, passphrase)
    del made["OK-ACCESS-PASSPHRASE"]
    return made


def has_anothers(method: str, path: str, body: str, api_key: str, secret_key: str, passphrase: str) -> Headers:
    return headers(method, path, body, api_key, secret_key, "Another1!")


def ends_a_line(method: str, path: str, body: str, api_key: str, secret_key: str, passphrase: str) -> Headers:
    return headers(method, path, body, api_key, secret_key, passphrase) | {"X-Note": "two\nlines"}


def no_sign(method: str, path: str, body: str, api_key: str, secret_key: str, passphrase: str) -> Headers:
    return {"OK-ACCESS-KEY": api_key}


def tells_the_secret(method: str, path: str, body: str, api_key: str, secret_key: str, passphrase: str) -> Headers:
    return headers(method, path, body, api_key, secret_key, passphrase) | {"X-Debug": f"key {secret_key}"}


def tells_the_passphrase(method: str, path: str, body: str, api_key: str, secret_key: str, passphrase: str) -> Headers:
    return headers(method, path, body, api_key, secret_key, passphrase) | {"X-Debug": passphrase}


def _stamped(timestamp: str, path: str, method: str, body: str, keys: tuple[str, str, str]) -> Headers:
    made = headers(method, path, body, *keys)
    return made | {"OK-ACCESS-TIMESTAMP": timestamp, "OK-ACCESS-SIGN": sign(timestamp, method, path, body, keys[1])}


STARTED = now()


def stale(method: str, path: str, body: str, api_key: str, secret_key: str, passphrase: str) -> Headers:
    return _stamped(STARTED, path, method, body, (api_key, secret_key, passphrase))


def in_ms(method: str, path: str, body: str, api_key: str, secret_key: str, passphrase: str) -> Headers:
    stamp = str(int(datetime.now(UTC).timestamp() * 1000))
    return _stamped(stamp, path, method, body, (api_key, secret_key, passphrase))


def in_local_time(method: str, path: str, body: str, api_key: str, secret_key: str, passphrase: str) -> Headers:
    stamp = datetime.now().isoformat(timespec="milliseconds") + "Z"
    return _stamped(stamp, path, method, body, (api_key, secret_key, passphrase))


def at_seconds_cut(method: str, path: str, body: str, api_key: str, secret_key: str, passphrase: str) -> Headers:
    stamp = datetime.now(UTC).replace(tzinfo=None).isoformat()[:-3] + "Z"
    return _stamped(stamp, path, method, body, (api_key, secret_key, passphrase))


class Remembers(Plain):
    def sign(self, timestamp: str, method: str, request_path: str, body: str = "") -> str:
        self.first = getattr(self, "first", timestamp)
        return super().sign(self.first, method, request_path, body)


class SwapsKeyAndPassphrase(Plain):
    def sign(self, timestamp: str, method: str, request_path: str, body: str = "") -> str:
        return sign(timestamp, method, request_path, body, self.passphrase)


class Salts(Plain):
    made = 0

    def sign(self, timestamp: str, method: str, request_path: str, body: str = "") -> str:
        Salts.made += 1
        return super().sign(f"{timestamp}{Salts.made}", method, request_path, body)


WRONG = {
    "raises": "it raised LookupError: no luck",
    "always_chokes": "it raised TypeError: whatever it is",
    "gives_none": "it gave None: a signature is text or bytes",
    "no_query": "query-left-out",
    "nonsense": "secret-ignored: the secret that was given makes no difference",
    "unknowable": "no known mistake explains the signature",
    "says_none": "the header OK-ACCESS-PASSPHRASE is 'None', which says nothing",
    "gives_bytes": "the header OK-ACCESS-PASSPHRASE is a bytes: it must be a str",
    "forgets_one": "there is no header OK-ACCESS-PASSPHRASE",
    "has_anothers": "the header OK-ACCESS-PASSPHRASE is not the one of the key that was given",
    "ends_a_line": "the header X-Note has a blank or a line end in it",
    "no_sign": "it gave the headers ok-access-key, and no OK-ACCESS-SIGN among them",
    "tells_the_secret": "the secret key stands in the header X-Debug",
    "tells_the_passphrase": "the passphrase stands in the header X-Debug",
    "stale": "was made when the clock (moved by freezegun) stood at 2026-01-05T12:00:00.120",
    "in_ms": "is Unix milliseconds; OKX wants ISO 8601",
    "in_local_time": "was made when the clock (in a zone nine hours ahead of UTC) stood at ",
    "at_seconds_cut": "the timestamp '2026-01-05T12:00Z' is not ISO 8601 in UTC",
    "Remembers": "timestamp-earlier",
    "SwapsKeyAndPassphrase": "secret-is-passphrase",
    "Salts": "the same request was signed twice, in two ways",
}

# --- what cannot be used -------------------------------------------------------------------------------------------


def unknown(x: str, y: str) -> str:
    return x + y


def no_path(timestamp: str, body: str, secret: str, method: str) -> str:
    return body


def no_timestamp(method: str, path: str, body: str, secret: str) -> str:
    return sign(now(), method, path, body, secret)


def no_secret(timestamp: str, method: str, path: str, body: str) -> str:
    return sign(timestamp, method, path, body, plain.api_key)


class NoSecret:
    def __init__(self, api_key: str) -> None:
        self.api_key = api_key


class Refuses:
    def __init__(self, secret: str) -> None:
        raise RuntimeError("not today")


class Silent:
    def __init__(self, secret: str) -> None:
        self.secret = secret


class Keyless:
    def sign(self, timestamp: str, method: str, path: str, body: str) -> str:
        return ""


keyless = Keyless()
number = 3

UNUSABLE = {
    "unknown": "nothing is known of its parameters 'x', 'y'",
    "no_path": "takes timestamp, body, secret, method, which is neither path nor message",
    "no_timestamp": "gives a signature alone and takes no timestamp",
    "no_secret": "takes no secret key and its module holds none",
    "NoSecret": "is made from api_key, and none of them is a secret key",
    "Refuses": "cannot be made: RuntimeError: not today",
    "Silent": "has none of the methods sign,",
    "keyless": "has no attribute for a secret key: give its class",
    "number": "has no attribute for a secret key",
    "missing": "of 'missing' nothing is known, but of",
    "base64.b64encode": "cannot be made: TypeError: a bytes-like object is required",
}
