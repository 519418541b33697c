"""Signers that are wrong, each in one way, with the name of the mistake that must be found in what they sign.

A signer is a function of timestamp, method, path, body and secret, as people write them; `right` is none of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

from pytest_okx.signing import Credentials

__all__ = ["OTHER", "OWN", "REQUESTS", "WRONG_SIGNERS", "Sample", "Signer", "WrongSigner", "right"]

Signer = Callable[[str, str, str, str, str], str]


@dataclass(frozen=True, slots=True)
class Sample:
    """A request, before it is signed."""

    method: str
    path: str
    body: str = ""
    timestamp: str = "2026-01-05T12:00:00.123Z"


@dataclass(frozen=True, slots=True)
class WrongSigner:
    """A signer, the mistakes that it makes, and a request on which they show.

    `sign` is asked for a request of `OWN`; `given` is the same one in a shape that takes whatever key it is given.
    """

    name: str
    sign: Signer
    mistakes: tuple[str, ...]
    shown_on: Sample
    given: Callable[..., str]


OWN: Final = Credentials("5c1f7c0e-3b6e-4c58-9b1a-2c6d2f7c1a11", "22582BD0CFF14C41EDBF1AB98506286D", "Pass-word1!")
OTHER: Final = Credentials("6d2a8d1f-4c7f-4d69-8c2b-3d7e3a8d2b22", "0F1E2D3C4B5A69788796A5B4C3D2E1F0", "Other-word2?")

_BALANCE = Sample("GET", "/api/v5/account/balance")
_QUERY = Sample("GET", "/api/v5/trade/orders-pending?instType=SPOT&instId=BTC-USDT&limit=5")
_ENCODED = Sample("GET", "/api/v5/trade/order?instId=BTC-USDT&clOrdId=a%20b%2Cc")
_ORDER = Sample(
    "POST",
    "/api/v5/trade/order",
    '{"instId":"BTC-USDT","tdMode":"cash","side":"buy","ordType":"limit","sz":"0.01","px":"50000","tag":"a/é"}',
)
_PRETTY = Sample("POST", "/api/v5/trade/order", json.dumps(json.loads(_ORDER.body)))
_EMPTY = Sample("POST", "/api/v5/trade/cancel-all-after")
_LONE = Sample("GET", "/api/v5/account/balance?")
_NEWLINE = Sample("POST", "/api/v5/trade/order", _ORDER.body + "\n")
REQUESTS: Final = (_BALANCE, _QUERY, _ENCODED, _ORDER, _PRETTY, _EMPTY, _LONE, _NEWLINE)


def _mac(message: str | bytes, secret: str | bytes, digest: str = "sha256") -> bytes:
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.digest(key, message.encode() if isinstance(message, str) else message, digest)


def _text(message: str | bytes, secret: str | bytes, digest: str = "sha256") -> str:
    return base64.b64encode(_mac(message, secret, digest)).decode()


def right(timestamp: str, method: str, path: str, body: str, secret: str) -> str:
    """What OKX wants."""
    return _text(timestamp + method + path + body, secret)


def _timestamp(change: Callable[[datetime], str]) -> Signer:
    return lambda t, m, p, b, s: right(change(datetime.fromisoformat(t)), m, p, b, s)


def _method(change: Callable[[str], str]) -> Signer:
    return lambda t, m, p, b, s: right(t, change(m), p, b, s)


def _path(change: Callable[[str], str]) -> Signer:
    return lambda t, m, p, b, s: right(t, m, change(p), b, s)


def _query(change: Callable[[str], str]) -> Signer:
    return _path(lambda path: path.partition("?")[0] + "?" + change(path.partition("?")[2]))


def _body(change: Callable[[str], str]) -> Signer:
    return lambda t, m, p, b, s: right(t, m, p, change(b), s)


def _secret(change: Callable[[str], str | bytes]) -> Signer:
    return lambda t, m, p, b, s: _text(t + m + p + b, change(s))


def _whole(make: Callable[[str, str, str, str], str]) -> Signer:
    return lambda t, m, p, b, s: _text(make(t, m, p, b), s)


def _digest(make: Callable[[str, str], bytes]) -> Signer:
    return lambda t, m, p, b, s: base64.b64encode(make(t + m + p + b, s)).decode()


def _encoding(make: Callable[[bytes], str]) -> Signer:
    return lambda t, m, p, b, s: make(_mac(t + m + p + b, s))


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _utf8(text: str) -> str:
    return text.encode().decode("latin-1")


def _again(body: str, **arguments: object) -> str:
    options: dict[str, object] = {"separators": (",", ":"), "ensure_ascii": False}
    return json.dumps(json.loads(body), **{**options, **arguments})  # type: ignore[arg-type]


def _json_of_query(path: str) -> str:
    return json.dumps(dict(parse_qsl(path.partition("?")[2])))


def _without_one_member(body: str) -> str:
    members = json.loads(body)
    del members["tag"]
    return json.dumps(members, separators=(",", ":"))


def _a_quarter(path: str) -> str:
    return "/" + path.removeprefix("/api/v5/")


_Row = tuple[str, Signer, str, Sample]
_ROWS: Final[tuple[_Row, ...]] = (
    # The target
    ("query left out", _path(lambda path: path.partition("?")[0]), "query-left-out", _QUERY),
    ("query decoded", _query(unquote), "query-decoded", _ENCODED),
    ("query with plus", _query(lambda query: query.replace("%20", "+")), "query-encoded", _ENCODED),
    ("query with a bare comma", _query(lambda query: query.replace("%2C", ",")), "query-encoded", _ENCODED),
    ("query in lower-case hex", _query(lambda query: query.replace("%2C", "%2c")), "query-encoded", _ENCODED),
    ("query encoded twice", _query(lambda query: query.replace("%", "%25")), "query-encoded-twice", _ENCODED),
    ("query sorted", _query(lambda query: "&".join(sorted(query.split("&")))), "query-reordered", _QUERY),
    ("query backwards", _query(lambda query: "&".join(query.split("&")[::-1])), "query-reordered", _QUERY),
    ("query rotated", _query(lambda query: "&".join(query.split("&")[1:] + query.split("&")[:1])),
     "query-reordered", _QUERY),
    ("lone question mark", _path(lambda path: path + "?"), "lone-question-mark", _BALANCE),
    ("question mark dropped", _path(lambda path: path.rstrip("?")), "lone-question-mark", _LONE),
    ("no question mark", _path(lambda path: path.replace("?", "")), "question-mark-left-out", _QUERY),
    ("host", _path(lambda path: "www.okx.com" + path), "host-in-path", _QUERY),
    ("host of the EEA", _path(lambda path: "eea.okx.com" + path), "host-in-path", _QUERY),
    ("URL", _path(lambda path: "https://www.okx.com" + path), "scheme-in-path", _QUERY),
    ("URL of http", _path(lambda path: "http://openapi.okx.com" + path), "scheme-in-path", _QUERY),
    ("prefix left out", _path(_a_quarter), "path-prefix-missing", _QUERY),
    ("no api", _path(lambda path: path.removeprefix("/api")), "path-prefix-missing", _QUERY),
    ("prefix twice", _path(lambda path: "/api/v5" + path), "path-prefix-twice", _QUERY),
    ("slash at the end", _path(lambda path: path + "/"), "path-slash", _BALANCE),
    ("no slash", _path(lambda path: path.lstrip("/")), "path-slash", _QUERY),
    ("lower-case target", _path(str.lower), "target-case", _QUERY),
    ("no path", _path(lambda path: ""), "path-left-out", _BALANCE),
    ("last parameter lost", _query(lambda query: query.rpartition("&")[0]), "query-parameter-left-out", _QUERY),
    # The body
    ("body left out", _body(lambda body: ""), "body-left-out", _ORDER),
    ("braces for nothing", _body(lambda body: body or "{}"), "braces-for-empty-body", _EMPTY),
    ("None for nothing", _body(lambda body: body or "None"), "none-for-empty-body", _EMPTY),
    ("null for nothing", _body(lambda body: body or "null"), "none-for-empty-body", _BALANCE),
    ("body with spaces", _body(lambda body: _again(body, separators=None)), "body-separators", _ORDER),
    ("body compact", _body(lambda body: _again(body, ensure_ascii=True)), "body-separators", _PRETTY),
    ("body indented", _body(lambda body: _again(body, indent=2, separators=None)), "body-separators", _ORDER),
    ("body sorted", _body(lambda body: _again(body, sort_keys=True)), "body-key-order", _ORDER),
    ("body escaped", _body(lambda body: _again(body, ensure_ascii=True)), "body-ascii-escapes", _ORDER),
    ("body unescaped", _body(lambda body: _again(body, separators=None)), "body-ascii-escapes", _PRETTY),
    ("body by PHP", _body(lambda body: body.replace("/", "\\/")), "body-slash-escapes", _ORDER),
    ("body with a line break", _body(lambda body: body + "\n"), "trailing-newline", _ORDER),
    ("echo", _body(lambda body: body + "\n"), "trailing-newline", _BALANCE),
    ("body stripped", _body(str.strip), "trailing-newline", _NEWLINE),
    ("body as a dict", _body(lambda body: str(json.loads(body))), "body-python-text", _ORDER),
    ("body dumped twice", _body(json.dumps), "body-encoded-twice", _PRETTY),
    ("body as a form", _body(lambda body: urlencode(json.loads(body))), "body-as-form", _ORDER),
    ("body in a list", _body(lambda body: f"[{body}]"), "body-list", _ORDER),
    ("numbers", _body(lambda body: body.replace('"0.01"', "0.01").replace('"50000"', "50000")), "body-numbers", _ORDER),
    ("a member lost", _body(_without_one_member), "body-members-left-out", _ORDER),
    ("body in mojibake", _body(_utf8), "body-charset", _ORDER),
    ("body hashed", _body(lambda body: hashlib.sha256(body.encode()).hexdigest()), "body-hashed", _ORDER),
    ("query as a body", lambda t, m, p, b, s: right(t, m, p.partition("?")[0], _json_of_query(p), s),
     "body-on-get", _QUERY),
    ("query and body", lambda t, m, p, b, s: right(t, m, p, _json_of_query(p), s), "body-on-get", _QUERY),
    ("body as a query", lambda t, m, p, b, s: right(t, m, p + "?" + urlencode(json.loads(b)), "", s),
     "body-as-query", _ORDER),
    # The method
    ("lower-case method", _method(str.lower), "method-lower-case", _QUERY),
    ("another method", _method(lambda method: "POST"), "another-method", _QUERY),
    ("no method", _method(lambda method: ""), "method-left-out", _QUERY),
    # The timestamp
    ("Unix seconds", _timestamp(lambda at: str(int(at.timestamp()))), "timestamp-seconds", _QUERY),
    ("Unix milliseconds", _timestamp(lambda at: str(round(at.timestamp() * 1000))), "timestamp-format", _QUERY),
    ("no fraction", _timestamp(lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}"), "timestamp-format", _QUERY),
    ("zone offset", _timestamp(lambda at: at.isoformat(timespec="milliseconds")), "timestamp-format", _QUERY),
    ("microseconds", _timestamp(lambda at: f"{at:%Y-%m-%dT%H:%M:%S}.123456Z"), "timestamp-format", _QUERY),
    ("seconds with decimals", _timestamp(lambda at: f"{at.timestamp():.3f}"), "timestamp-format", _QUERY),
    ("kept for a second", _timestamp(lambda at: _iso(at - timedelta(seconds=1))), "timestamp-earlier", _QUERY),
    ("kept for a while", _timestamp(lambda at: _iso(at - timedelta(seconds=47))), "timestamp-earlier", _ORDER),
    ("clock read twice", _timestamp(lambda at: _iso(at - timedelta(milliseconds=17))), "timestamp-earlier", _QUERY),
    ("clock read later", _timestamp(lambda at: _iso(at + timedelta(milliseconds=2))), "timestamp-later", _QUERY),
    ("time of Shanghai", _timestamp(lambda at: _iso(at + timedelta(hours=8))), "timestamp-local", _QUERY),
    ("time of Kathmandu", _timestamp(lambda at: _iso(at + timedelta(hours=5.75))), "timestamp-local", _QUERY),
    ("time of New York", _timestamp(lambda at: _iso(at - timedelta(hours=5))), "timestamp-local", _QUERY),
    ("no timestamp", lambda t, m, p, b, s: right("", m, p, b, s), "timestamp-left-out", _QUERY),
    # The message
    ("method first", _whole(lambda t, m, p, b: m + t + p + b), "order-of-parts", _ORDER),
    ("body before path", _whole(lambda t, m, p, b: t + m + b + p), "order-of-parts", _ORDER),
    ("timestamp last", _whole(lambda t, m, p, b: m + p + b + t), "order-of-parts", _ORDER),
    ("line breaks between", _whole(lambda t, m, p, b: "\n".join([t, m, p, b])), "parts-joined", _ORDER),
    ("bars between", _whole(lambda t, m, p, b: "|".join([t, m, p, b])), "parts-joined", _QUERY),
    ("WebSocket login", lambda t, m, p, b, s: right(str(int(datetime.fromisoformat(t).timestamp())), "GET",
     "/users/self/verify", "", s), "websocket-prehash", _ORDER),
    # The digest
    ("SHA-1", _digest(lambda message, secret: _mac(message, secret, "sha1")), "sha1", _QUERY),
    ("SHA-512", _digest(lambda message, secret: _mac(message, secret, "sha512")), "sha512", _ORDER),
    ("SHA-384", _digest(lambda message, secret: _mac(message, secret, "sha384")), "another-hash", _ORDER),
    ("MD5", _digest(lambda message, secret: _mac(message, secret, "md5")), "another-hash", _ORDER),
    ("no HMAC", _digest(lambda message, secret: hashlib.sha256(message.encode()).digest()), "no-hmac", _QUERY),
    ("secret before", _digest(lambda message, secret: hashlib.sha256((secret + message).encode()).digest()),
     "no-hmac", _QUERY),
    ("arguments swapped", _digest(lambda message, secret: _mac(secret, message)), "hmac-arguments-swapped", _QUERY),
    # The encoding
    ("hex", _encoding(bytes.hex), "hex", _QUERY),
    ("hex in capitals", _encoding(lambda raw: raw.hex().upper()), "hex", _QUERY),
    ("base64 of hex", _encoding(lambda raw: base64.b64encode(raw.hex().encode()).decode()), "base64-of-hex", _QUERY),
    ("base64 twice", _encoding(lambda raw: base64.b64encode(base64.b64encode(raw)).decode()), "base64-twice", _QUERY),
    ("URL-safe base64", _encoding(lambda raw: base64.urlsafe_b64encode(raw).decode()), "base64-url-safe", _LONE),
    ("no padding", _encoding(lambda raw: base64.b64encode(raw).decode().rstrip("=")), "base64-unpadded", _QUERY),
    ("bytes", _encoding(lambda raw: str(base64.b64encode(raw))), "signature-python-text", _QUERY),
    ("quoted", _encoding(lambda raw: json.dumps(base64.b64encode(raw).decode())), "signature-quoted", _QUERY),
    ("percent-encoded", _encoding(lambda raw: quote(base64.b64encode(raw), safe="")),
     "signature-percent-encoded", _QUERY),
    ("lower-case signature", _encoding(lambda raw: base64.b64encode(raw).decode().lower()), "signature-case", _QUERY),
    ("half a signature", _encoding(lambda raw: base64.b64encode(raw).decode()[:20]), "signature-cut", _QUERY),
    ("nan", lambda t, m, p, b, s: "nan", "signature-missing", _QUERY),
    ("the secret itself", lambda t, m, p, b, s: s, "signature-is-credential", _QUERY),
    # The secret
    ("secret with a line break", _secret(lambda secret: secret + "\n"), "secret-white-space", _QUERY),
    ("secret after a space", _secret(lambda secret: " " + secret), "secret-white-space", _ORDER),
    ("secret in quotes", _secret(lambda secret: f'"{secret}"'), "secret-quoted", _QUERY),
    ("lower-case secret", _secret(str.lower), "secret-case", _QUERY),
    ("secret from base64", _secret(base64.b64decode), "secret-from-base64", _QUERY),
    ("secret from hex", _secret(bytes.fromhex), "secret-from-hex", _QUERY),
    ("secret in base64", _secret(lambda secret: base64.b64encode(secret.encode())), "secret-encoded", _QUERY),
    ("empty secret", _secret(lambda secret: ""), "secret-missing", _QUERY),
    ("secret None", _secret(lambda secret: "None"), "secret-missing", _QUERY),
    ("secret cut", _secret(lambda secret: secret[:-1]), "secret-cut", _QUERY),
)  # fmt: skip
_OfKey = Callable[[str, str, str, str, Credentials], str]
_KEY_ROWS: Final[tuple[tuple[str, _OfKey, str, Sample], ...]] = (
    ("passphrase as secret", lambda t, m, p, b, key: right(t, m, p, b, key.passphrase), "secret-is-passphrase", _QUERY),
    ("key as secret", lambda t, m, p, b, key: right(t, m, p, b, key.api_key), "secret-is-key", _QUERY),
    ("secret of another account", lambda t, m, p, b, key: right(t, m, p, b, OTHER.secret_key),
     "another-secret", _ORDER),
    ("key signed too", lambda t, m, p, b, key: right(t + key.api_key, m, p, b, key.secret_key),
     "key-in-message", _QUERY),
    ("secret and passphrase", lambda t, m, p, b, key: right(t, m, p, b, key.secret_key + key.passphrase),
     "secret-joined", _QUERY),
)  # fmt: skip


def _with_own(of_key: _OfKey) -> Signer:
    return lambda t, m, p, b, s: of_key(t, m, p, b, OWN)


def _with_given(of_key: _OfKey) -> Callable[..., str]:
    def sign(timestamp: str, method: str, path: str, body: str, credentials: Credentials) -> str:
        return of_key(timestamp, method, path, body, credentials)

    return sign


def _signers() -> list[WrongSigner]:
    single = [WrongSigner(name, sign, (mistake,), on, sign) for name, sign, mistake, on in _ROWS]
    return single + [
        WrongSigner(name, _with_own(of_key), (mistake,), on, _with_given(of_key))
        for name, of_key, mistake, on in _KEY_ROWS
    ]


WRONG_SIGNERS: Final = {each.name: each for each in _signers()}
