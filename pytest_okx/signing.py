"""Signatures and timestamps: how a request is signed, and whether a signature or a timestamp is one that OKX takes.

Pure functions over text and bytes. Nothing here knows accounts, codes or what a bad value is answered with.
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from .clock import unix_ms

__all__ = ["TIMESTAMP_FORMATS", "Credentials", "Timestamp", "Verdict", "prehash", "read_timestamp", "sign", "verify"]

TIMESTAMP_FORMATS = ("iso8601", "unix_ms", "unix_s")
# Three digits is the documented form; fewer are sent by clients that trim zeros, and nobody reports a refusal. More
# than three were refused by v3 (okex/V3-Open-API-SDK, issue 35), so they are by v5.
_ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?)(Z|[+-]\d\d:?\d\d)", re.ASCII)
_UNIX_MS = re.compile(r"\d{13}", re.ASCII)
_UNIX_S = re.compile(r"\d{10}(?:\.\d{1,3})?", re.ASCII)
_V3_SECONDS = re.compile(r"\d{1,13}(?:\.\d{3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The three parts of an API key. Only the key itself is ever printed."""

    api_key: str
    secret_key: str = field(repr=False)
    passphrase: str = field(repr=False)


def prehash(timestamp: str, method: str, target: str, body: bytes) -> bytes:
    """timestamp + METHOD + request target + body, nothing between (OKX docs: REST authentication, Signature).

    `target` is the raw one of the request line as latin-1 text: nothing is decoded or put in order, because OKX
    compares with what arrived.
    """
    return (timestamp + method.upper() + target).encode("latin-1") + body


def sign(secret_key: str, timestamp: str, method: str, target: str, body: bytes = b"") -> str:
    """The value of OK-ACCESS-SIGN: base64 of HMAC-SHA256 over the pre-hash, keyed with the secret as UTF-8."""
    message = prehash(timestamp, method, target, body)
    return base64.b64encode(hmac.digest(secret_key.encode(), message, "sha256")).decode()


def verify(signature: str, secret_key: str, timestamp: str, method: str, target: str, body: bytes = b"") -> bool:
    """Whether `signature` is, to the letter, that of the request; compared in constant time."""
    expected = sign(secret_key, timestamp, method, target, body)
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


class Verdict(Enum):
    """What a timestamp is: readable, or refused as unreadable, or refused as one that can never be in the window."""

    READ = "read"
    INVALID = "invalid"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A reading of OK-ACCESS-TIMESTAMP: Unix milliseconds where `verdict` is READ, and a remark for the transcript."""

    verdict: Verdict
    ms: int = 0
    remark: str = ""


def read_timestamp(text: str, formats: tuple[str, ...] = ("iso8601",), *, v3: bool = False) -> Timestamp:
    """Read `text` as OKX's v5 does, in the `formats` that are taken; with `v3` as v3 did: ISO 8601 and seconds too.

    v5 answers "expired" to 13 digits (python-okx, issue 55) and, by its documentation (REST authentication), to a zone
    offset; "invalid" to everything else that is not ISO 8601 in UTC. v3 took seconds with three decimals or none.
    """
    if "unix_ms" in formats and _UNIX_MS.fullmatch(text):
        return Timestamp(Verdict.READ, int(text))
    if "unix_s" in formats and _UNIX_S.fullmatch(text):
        return _seconds(text)
    if match := _ISO.fullmatch(text):
        return _iso(match[1], match[2], v3 or "iso8601" in formats)
    if v3 and _V3_SECONDS.fullmatch(text):
        return _seconds(text)
    if _UNIX_MS.fullmatch(text):
        return Timestamp(Verdict.EXPIRED, remark="Unix milliseconds; OKX wants ISO 8601")
    return Timestamp(Verdict.INVALID, remark="not ISO 8601 in UTC with at most three decimals")


def _seconds(text: str) -> Timestamp:
    whole, _, fraction = text.partition(".")
    return Timestamp(Verdict.READ, int(whole) * 1000 + int(fraction.ljust(3, "0")))


def _iso(local: str, zone: str, accepted: bool) -> Timestamp:
    try:
        ms = unix_ms(datetime.fromisoformat(f"{local}+00:00"))
    except ValueError:
        return Timestamp(Verdict.INVALID, remark="no such date or time")
    if not accepted:
        return Timestamp(Verdict.INVALID, remark="ISO 8601 is not among this server's timestamp_formats")
    if zone != "Z":
        return Timestamp(Verdict.EXPIRED, remark="a zone offset; OKX wants UTC with a Z")
    return Timestamp(Verdict.READ, ms)
