"""Signers as strangers write them, all of them right, in shapes that are not those of the other tests.

What they import, how they are called and what they give differs on purpose.
"""

# mypy: ignore-errors
# Strangers write no types.

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import time
import urllib.request
from base64 import b64encode
from collections import namedtuple
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import httpx
import requests
from multidict import CIMultiDict


def _sig(message: str, secret: str) -> str:
    return b64encode(hmac.new(secret.encode(), message.encode(), sha256).digest()).decode()


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _fields(key: str, passphrase: str, stamp: str, sign: str) -> dict[str, str]:
    return {
        "OK-ACCESS-KEY": key,
        "OK-ACCESS-SIGN": sign,
        "OK-ACCESS-TIMESTAMP": stamp,
        "OK-ACCESS-PASSPHRASE": passphrase,
    }


async def coroutine(timestamp, method, path, body, secret):
    await asyncio.sleep(0)
    return _sig(timestamp + method + path + body, secret)


def keyword_only(*, ts, httpMethod, requestPath, requestBody="", apiSecret):
    return _sig(f"{ts}{httpMethod.upper()}{requestPath}{requestBody}", apiSecret)


def body_none(timestamp, method, request_path, body=None, secret_key=""):
    return _sig(str(timestamp) + str.upper(method) + request_path + (body or ""), secret_key)


def sign_and_time(method, path, body, secret):
    stamp = _stamp()
    return _sig(stamp + method + path + body, secret), stamp


def time_and_sign(method, path, body, secret):
    stamp = datetime.utcfromtimestamp(time.time()).isoformat(timespec="milliseconds") + "Z"
    return stamp, _sig(stamp + method + path + body, secret).encode()


Signed = namedtuple("Signed", "signature timestamp")


def named_tuple(method, path, body, secret):
    stamp = _stamp()
    return Signed(_sig(stamp + method + path + body, secret), stamp)


def small_dict(method, path, body, secret):
    stamp = _stamp()
    return {"sign": _sig(stamp + method + path + body, secret), "timestamp": stamp}


@dataclass
class Auth:
    signature: str
    timestamp: str


def data_class(method, path, body, secret):
    stamp = _stamp()
    return Auth(_sig(stamp + method + path + body, secret), stamp)


def dict_body(timestamp, method, path, body, secret):
    text = json.dumps(body) if body else ""
    return _sig(timestamp + method + path + text, secret)


def dict_body_compact(timestamp: str, method: str, path: str, body: dict[str, Any] | None, secret: str) -> str:
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False) if body else ""
    return _sig(timestamp + method + path + text, secret)


def dict_params(timestamp, method, path, params, secret):
    query = "?" + urlencode(params) if params else ""
    return _sig(timestamp + method + path + (query if method == "GET" else json.dumps(params)), secret)


def params_and_body(timestamp, method, path, params, body, secret):
    query = "?" + urlencode(params) if params else ""
    return _sig(timestamp + method + path + query + (json.dumps(body) if body else ""), secret)


def headers_and_body(method, path, body, api_key, secret_key, passphrase):
    stamp = _stamp()
    return _fields(api_key, passphrase, stamp, _sig(stamp + method + path + body, secret_key)), body


def pairs(method, path, body, key, secret, passphrase):
    stamp = _stamp()
    return list(_fields(key, passphrase, stamp, _sig(stamp + method + path + body, secret)).items())


def multidict(method, path, body, key, secret, passphrase):
    stamp = _stamp()
    return CIMultiDict(_fields(key, passphrase, stamp, _sig(stamp + method + path + body, secret)))


def urllib_request(method, url, data, api_key, api_secret, passphrase):
    stamp = _stamp()
    made = _fields(api_key, passphrase, stamp, _sig(stamp + method + url + data, api_secret))
    return urllib.request.Request("https://www.okx.com" + url, data.encode() or None, made, method=method)


def httpx_request(method, url, data, api_key, api_secret, passphrase):
    stamp = _stamp()
    made = _fields(api_key, passphrase, stamp, _sig(stamp + method + url + data, api_secret))
    return httpx.Request(method, "https://www.okx.com" + url, content=data.encode(), headers=made)


@lru_cache
def cached(timestamp, method, path, body, secret):
    return _sig(timestamp + method + path + body, secret)


class Meta:
    @classmethod
    def generate_signature(cls, timestamp, method, path, body, secret):
        return _sig(timestamp + method + path + body, secret)


class Tupled(NamedTuple):
    api_key: str
    api_secret: str
    passphrase: str

    def get_headers(self, method, request_path, body=""):
        stamp = _stamp()
        return _fields(
            self.api_key, self.passphrase, stamp, _sig(stamp + method + request_path + body, self.api_secret)
        )


@dataclass(frozen=True, slots=True)
class Frozen:
    key: str
    secret: str
    passphrase: str

    def sign(self, timestamp, method, path, body=""):
        return _sig(timestamp + method + path + body, self.secret)


class FromEnvironment:
    def __init__(self):
        self.api_key, self._secret, self.passphrase = "mine", "my secret", "my phrase"

    def sign(self, timestamp, method, path, body=""):
        return _sig(timestamp + method + path + body, self._secret)


class AsyncClient:
    def __init__(self, api_key, secret_key, passphrase):
        self.api_key, self.secret_key, self.passphrase = api_key, secret_key, passphrase

    async def auth_headers(self, method, path, body=""):
        stamp = _stamp()
        return _fields(self.api_key, self.passphrase, stamp, _sig(stamp + method + path + body, self.secret_key))


class AsyncAuth(httpx.Auth):
    def __init__(self, api_key, secret_key, passphrase):
        self.api_key, self.secret_key, self.passphrase = api_key, secret_key, passphrase

    async def async_auth_flow(self, request):
        body = (await request.aread()).decode()
        stamp, path = _stamp(), request.url.raw_path.decode()
        sign = _sig(stamp + request.method + path + body, self.secret_key)
        request.headers.update(_fields(self.api_key, self.passphrase, stamp, sign))
        yield request


class OverRequests:
    def __init__(self, api_key, secret_key, passphrase, base="https://www.okx.com"):
        self.key, self.secret, self.passphrase, self.base = api_key, secret_key, passphrase, base

    def _request(self, method, path, params=None):
        text = json.dumps(params) if method == "POST" and params else ""
        if method == "GET" and params:
            path += "?" + urlencode(params)
        stamp = _stamp()
        made = _fields(self.key, self.passphrase, stamp, _sig(stamp + method + path + text, self.secret))
        return requests.request(method, self.base + path, data=text, headers=made, timeout=5).json()


class OverAsyncHttpx(OverRequests):
    async def _request(self, method, path, params=None):
        text = json.dumps(params) if method == "POST" and params else ""
        if method == "GET" and params:
            path += "?" + urlencode(params, quote_via=quote)
        stamp = _stamp()
        made = _fields(self.key, self.passphrase, stamp, _sig(stamp + method + path + text, self.secret))
        async with httpx.AsyncClient(base_url=self.base) as client:
            return (await client.request(method, path, content=text, headers=made)).json()


class Silent(OverRequests):
    def _request(self, method, path, params=None):
        return {}


SECRET_KEY = "the module's own"
PASSPHRASE = "the module's own phrase"


def of_globals(timestamp, method, path, body=""):
    return _sig(timestamp + method + path + body, SECRET_KEY)


with_part = partial(
    lambda timestamp, method, path, body, secret, extra: _sig(timestamp + method + path + body, secret), extra=1
)
instance = AsyncClient("a", "b", "c")


def closure():
    def sign(timestamp, method, path, body, secret):
        return _sig(timestamp + method + path + body, secret)

    return sign


closed = closure()


def keyed(creds, ts, method, path, body):
    return _sig(ts + method + path + body, creds["secret"])


def ignores_the_rest(timestamp, method, path, body, secret, *args, **kwargs):
    return _sig(timestamp + method + path + body, secret)


def bytearray_body(timestamp: str, method: str, path: str, body: bytes, secret: bytes) -> bytes:
    mac = hmac.new(secret, digestmod="sha256")
    for part in (timestamp.encode(), method.encode(), path.encode(), body):
        mac.update(part)
    return base64.standard_b64encode(mac.digest())


RIGHT = (
    *("coroutine", "keyword_only", "body_none", "sign_and_time", "time_and_sign", "named_tuple", "small_dict"),
    *("data_class", "dict_body", "dict_body_compact", "dict_params", "params_and_body", "headers_and_body", "pairs"),
    *("multidict", "urllib_request", "httpx_request", "cached", "Meta.generate_signature", "Tupled", "Frozen"),
    *("FromEnvironment", "AsyncClient", "AsyncAuth", "OverRequests", "OverAsyncHttpx", "of_globals", "with_part"),
    *("instance", "closed", "keyed", "ignores_the_rest", "bytearray_body"),
)
