"""Signers as strangers write them, each with a mistake, in shapes that differ.

What they import, how they are called and what they give differs on purpose.
"""

# mypy: ignore-errors
# Strangers write no types.

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from urllib.parse import parse_qsl, unquote, urlencode

import httpx

from tests.contract.strangers import _fields, _sig, _stamp

KEPT = _stamp()


def hexdigest(timestamp, method, path, body, secret):
    return hmac.new(secret.encode(), (timestamp + method + path + body).encode(), sha256).hexdigest()


def base64_of_hexdigest(timestamp, method, path, body, secret):
    return b64encode(hexdigest(timestamp, method, path, body, secret).encode()).decode()


def encodebytes(timestamp, method, path, body, secret):
    return base64.encodebytes(base64.b64decode(_sig(timestamp + method + path + body, secret))).decode()


def text_of_bytes(timestamp, method, path, body, secret):
    return str(_sig(timestamp + method + path + body, secret).encode())


def secret_unhexed(timestamp, method, path, body, secret):
    return b64encode(hmac.new(bytes.fromhex(secret), (timestamp + method + path + body).encode(), sha256).digest())


def secret_decoded(timestamp, method, path, body, secret):
    return b64encode(hmac.new(base64.b64decode(secret), (timestamp + method + path + body).encode(), sha256).digest())


def method_as_given(timestamp, method, path, body, secret):
    return _sig(timestamp + method.lower() + path + body, secret)


def path_of_url(timestamp, method, url, body, secret):
    return _sig(timestamp + method + url.split("?")[0] + body, secret)


def always_a_mark(timestamp, method, path, body, secret):
    return _sig(timestamp + method + (path if "?" in path else path + "?") + body, secret)


def unquoted(timestamp, method, path, body, secret):
    return _sig(timestamp + method + unquote(path) + body, secret)


def sorted_query(timestamp, method, path, body, secret):
    base, _, query = path.partition("?")
    return _sig(timestamp + method + base + ("?" + "&".join(sorted(query.split("&"))) if query else "") + body, secret)


def encoded_again(timestamp, method, path, body, secret):
    base, _, query = path.partition("?")
    return _sig(timestamp + method + base + ("?" + urlencode(parse_qsl(query, True)) if query else "") + body, secret)


def full_url(timestamp, method, path, body, secret):
    return _sig(timestamp + method + "https://www.okx.com" + path + body, secret)


def body_dumped(timestamp, method, path, body, secret):
    return _sig(timestamp + method + path + (json.dumps(json.loads(body)) if body else ""), secret)


def body_sorted(timestamp, method, path, body, secret):
    text = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False) if body else ""
    return _sig(timestamp + method + path + text, secret)


def body_only_if_get(timestamp, method, path, body, secret):
    return _sig(timestamp + method + path + (body if method == "GET" else ""), secret)


def body_of_dict(timestamp, method, path, body: dict, secret):
    return _sig(timestamp + method + path + str(body or ""), secret)


def null_body(timestamp, method, path, body, secret):
    return _sig(timestamp + method + path + (body or "null"), secret)


def body_without_spaces(timestamp, method, path, body, secret):
    return _sig(timestamp + method + path + body.replace(" ", ""), secret)


def body_in_ascii(timestamp, method, path, body, secret):
    return _sig(timestamp + method + path + body.encode("ascii", "ignore").decode(), secret)


def seconds(timestamp, method, path, body, secret):
    return _sig(str(int(datetime.fromisoformat(timestamp).timestamp())) + method + path + body, secret)


def no_millis(timestamp, method, path, body, secret):
    return _sig(timestamp[:19] + "Z" + method + path + body, secret)


def method_first(timestamp, method, path, body, secret):
    return _sig(method + timestamp + path + body, secret)


def with_line_ends(timestamp, method, path, body, secret):
    return _sig("\n".join((timestamp, method, path, body)), secret)


def sha1(timestamp, method, path, body, secret):
    return b64encode(hmac.new(secret.encode(), (timestamp + method + path + body).encode(), hashlib.sha1).digest())


def sha512(timestamp, method, path, body, secret):
    return b64encode(hmac.new(secret.encode(), (timestamp + method + path + body).encode(), hashlib.sha512).digest())


def no_hmac(timestamp, method, path, body, secret):
    return b64encode(sha256((timestamp + method + path + body + secret).encode()).digest())


def swapped(timestamp, method, path, body, secret):
    return b64encode(hmac.new((timestamp + method + path + body).encode(), secret.encode(), sha256).digest())


def stripped_prefix(timestamp, method, path, body, secret):
    return _sig(timestamp + method + path.replace("/api/v5", "") + body, secret)


def secret_with_line_end(timestamp, method, path, body, secret):
    return _sig(timestamp + method + path + body, secret + "\n")


def lower_case_all(timestamp, method, path, body, secret):
    return _sig(timestamp + method.lower() + path.split("?")[0] + body, secret)


@cache
def _first_stamp() -> str:
    return KEPT


def _made(stamp, method, path, body, key, secret, passphrase):
    return _fields(key, passphrase, stamp, _sig(stamp + method + path + body, secret))


def kept(method, path, body, key, secret, passphrase):
    return _made(_first_stamp(), method, path, body, key, secret, passphrase)


def local_time(method, path, body, key, secret, passphrase):
    stamp = (datetime.now(UTC) + timedelta(hours=8)).isoformat(timespec="milliseconds")[:-6] + "Z"
    return _made(stamp, method, path, body, key, secret, passphrase)


def with_offset(method, path, body, key, secret, passphrase):
    return _made(datetime.now(UTC).isoformat(timespec="milliseconds"), method, path, body, key, secret, passphrase)


def micros(method, path, body, key, secret, passphrase):
    return _made(datetime.now(UTC).isoformat()[:-6] + "Z", method, path, body, key, secret, passphrase)


def unix_ms(method, path, body, key, secret, passphrase):
    return _made(str(int(time.time() * 1000)), method, path, body, key, secret, passphrase)


def float_stamp(method, path, body, key, secret, passphrase):
    return _made(str(time.time()), method, path, body, key, secret, passphrase)


def two_clocks(method, path, body, key, secret, passphrase):
    signed = _made(_stamp(), method, path, body, key, secret, passphrase)
    later = datetime.fromisoformat(signed["OK-ACCESS-TIMESTAMP"]) + timedelta(milliseconds=3)
    return signed | {"OK-ACCESS-TIMESTAMP": later.isoformat(timespec="milliseconds").replace("+00:00", "Z")}


def int_stamp(method, path, body, key, secret, passphrase):
    return _made(_stamp(), method, path, body, key, secret, passphrase) | {"OK-ACCESS-TIMESTAMP": 1767614400}


def nan_passphrase(method, path, body, key, secret, passphrase):
    return _made(_stamp(), method, path, body, key, secret, "nan")


def float_nan(method, path, body, key, secret, passphrase):
    return _made(_stamp(), method, path, body, key, secret, float("nan"))


def underscores(method, path, body, key, secret, passphrase):
    return {
        name.replace("-", "_"): value
        for name, value in _made(_stamp(), method, path, body, key, secret, passphrase).items()
    }


def encoded_passphrase(method, path, body, key, secret, passphrase):
    return _made(_stamp(), method, path, body, key, secret, b64encode(passphrase.encode()).decode())


def secret_in_query(method, path, body, key, secret, passphrase):
    made = _made(_stamp(), method, path, body, key, secret, passphrase)
    return {"url": f"https://www.okx.com{path}{'&' if '?' in path else '?'}sk={secret}", "headers": made, "body": body}


class Sticky:
    def __init__(self, api_key, secret, passphrase):
        self.secret, self.cache = secret, {}

    def sign(self, timestamp, method, path, body=""):
        return self.cache.setdefault((method, path), _sig(timestamp + method + path + body, self.secret))


class OverHttpx:
    def __init__(self, api_key, secret_key, passphrase):
        self.key, self.secret, self.passphrase = api_key, secret_key, passphrase

    def send_request(self, method, path, params=None):
        stamp, sent = _stamp(), {}
        if method == "GET":
            sent["params"] = params
        else:
            sent["json"] = params
        text = json.dumps(params) if method == "POST" else ""
        sent["headers"] = _fields(self.key, self.passphrase, stamp, _sig(stamp + method + path + text, self.secret))
        return httpx.request(method, "https://www.okx.com" + path, **sent)


async def coroutine_wrong(timestamp, method, path, body, secret):
    return _sig(timestamp + method + path.split("?")[0] + body, secret)


def keyed_wrong(creds, ts, method, path, body):
    return _sig(ts + method + path + body, creds["passphrase"])


def only_one_secret(timestamp, method, path, body, secret):
    if secret.endswith("0"):
        raise LookupError
    return _sig(path + timestamp[::-1], secret)


WRONG = {
    "hexdigest": "hex", "base64_of_hexdigest": "base64-of-hex", "encodebytes": "signature-white-space",
    "text_of_bytes": "signature-python-text", "secret_unhexed": "secret-from-hex",
    "secret_decoded": "secret-from-base64", "method_as_given": "method-lower-case", "path_of_url": "query-left-out",
    "always_a_mark": "lone-question-mark", "unquoted": "query-decoded", "sorted_query": "query-reordered",
    "encoded_again": "query-encoded", "full_url": "scheme-in-path", "body_dumped": "body-separators",
    "body_sorted": "body-key-order", "body_only_if_get": "body-left-out", "body_of_dict": "body-python-text",
    "null_body": "none-for-empty-body", "body_without_spaces": "body-separators", "body_in_ascii": "body-charset",
    "seconds": "timestamp-seconds", "no_millis": "timestamp-format", "method_first": "order-of-parts",
    "with_line_ends": "parts-joined", "sha1": "sha1", "sha512": "sha512", "no_hmac": "no-hmac",
    "swapped": "hmac-arguments-swapped", "stripped_prefix": "path-prefix-missing",
    "secret_with_line_end": "secret-white-space", "lower_case_all": "query-left-out + method-lower-case",
    "kept": "was made when the clock", "local_time": "was made when the clock", "with_offset": "a zone offset",
    "micros": "at most three decimals", "unix_ms": "Unix milliseconds", "float_stamp": "not ISO 8601",
    "two_clocks": "timestamp-earlier", "int_stamp": "the header OK-ACCESS-TIMESTAMP is a int",
    "nan_passphrase": "'nan', which says nothing", "float_nan": "the header OK-ACCESS-PASSPHRASE is a float",
    "underscores": "no OK-ACCESS-SIGN among them", "encoded_passphrase": "is not the one of the key",
    "secret_in_query": "the secret key stands in the target", "Sticky": "after another request was signed",
    "OverHttpx": "query-left-out", "coroutine_wrong": "query-left-out", "keyed_wrong": "secret-is-passphrase",
}  # fmt: skip
