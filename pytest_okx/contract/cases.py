"""What a signer is asked, and what it gave: `Case` and `Output`, known answers, and cases for Hypothesis.

Knows the reference, `signing.sign`; knows no signer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from hypothesis import strategies as st

from ..messages import iso_time
from ..signing import Credentials, sign
from ..strategies import bodies, credentials, queries, request_paths, timestamps

__all__ = [
    "AWKWARD",
    "AWKWARD_LOGINS",
    "BARE",
    "LOGIN",
    "LOGIN_TARGET",
    "NOW",
    "PLAIN",
    "SAMPLES",
    "Case",
    "Output",
    "Vector",
    "cases",
    "logins",
    "read_vectors",
]

NOW: Final = 1_767_614_400_000  # 2026-01-05T12:00:00Z: no property depends on the day it runs
LOGIN_TARGET: Final = "/users/self/verify"
_FILE: Final = "vectors.tsv"


@dataclass(frozen=True, slots=True)
class Case:
    """One request to sign, with a key that was made up. `target` is raw: its bytes as latin-1 text."""

    timestamp: str
    method: str
    target: str
    body: bytes
    credentials: Credentials

    def __str__(self) -> str:
        parts = [f"{self.method} {self.target}", f"at {self.timestamp}"]
        if self.body:
            parts.append(f"with the body {self.body.decode('utf-8', 'replace')!r}")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Output:
    """What a signer made: the signature, what it belongs to, and the headers where it gave any."""

    signature: str
    timestamp: str
    method: str
    target: str
    body: bytes
    headers: tuple[tuple[str, object], ...] | None = None

    def is_of(self, case: Case) -> bool:
        """Whether it belongs to the very request that was asked for, and not to one with a timestamp of its own."""
        made = self.timestamp, self.method, self.target, self.body
        return made == (case.timestamp, case.method, case.target, case.body)

    def is_right(self, secret_key: str) -> bool:
        """Whether the signature is that of what it belongs to."""
        return self.signature == self.expected(secret_key)

    def expected(self, secret_key: str) -> str:
        """The signature that OKX would find right."""
        return sign(secret_key, self.timestamp, self.method, self.target, self.body)


@dataclass(frozen=True, slots=True)
class Vector:
    """A known answer: a case, its signature, and where that was seen."""

    case: Case
    signature: str
    seen: str


PLAIN: Final = Case(
    iso_time(NOW),
    "GET",
    "/api/v5/account/balance?ccy=BTC",
    b"",
    Credentials("9b1c0d5e-27c3-4c0b-8a51-0d7c1f0e5a11", "22582BD0CFF14C41EDBF1AB98506286D", "Pa1!Pa1!word"),
)
"""A case that any signer can sign: what adapters are tried with."""


_ORDER: Final = (
    '{"instId":"BTC-USDT","tdMode":"cash","side":"buy","ordType":"limit","sz":"0.01","px":"50000","tag":"a/é"}'
)
BARE: Final = (
    replace(PLAIN, target="/api/v5/account/balance"),
    replace(PLAIN, method="POST", target="/api/v5/trade/order", body=_ORDER.encode()),
)
"""One without a query, and one with a body: what a signer that takes dicts signs well, or it takes none."""
SAMPLES: Final = (
    *BARE,
    PLAIN,
    replace(PLAIN, target="/api/v5/trade/order?instId=BTC-USDT&clOrdId=a%20b%2Cc"),
    replace(PLAIN, method="POST", target="/api/v5/trade/cancel-all-after"),
)
"""Cases with which it is found out how a signer takes its arguments."""
AWKWARD: Final = tuple(
    replace(PLAIN, timestamp="2026-01-05T12:00:00.123Z", method=method, target=target, body=body.encode())
    for method, target, body in (
        ("GET", "/api/v5/account/balance", ""),
        ("GET", "/api/v5/account/balance?", ""),
        ("GET", "/api/v5/trade/orders-pending?instType=SPOT&instId=BTC-USDT&limit=5", ""),
        ("GET", "/api/v5/trade/order?instId=BTC-USDT&clOrdId=a%20b%2Cc", ""),
        ("GET", "/api/v5/market/tickers?instId=BTC-USDT,ETH-USDT&after=&after=1%2c", ""),
        ("POST", "/api/v5/trade/cancel-all-after", ""),
        ("POST", "/api/v5/trade/cancel-all-after", "{}"),
        ("POST", "/api/v5/trade/order", _ORDER),
        ("POST", "/api/v5/trade/order", json.dumps(json.loads(_ORDER))),
        ("POST", "/api/v5/trade/order", _ORDER + "\n"),
    )
)
"""Cases on which many a mistake shows by itself; a signer is asked all of them, whatever Hypothesis finds."""

LOGIN: Final = replace(PLAIN, timestamp=str(NOW // 1000), target=LOGIN_TARGET)
"""The login of a WebSocket, with the key of `PLAIN`: it is signed as if it were a call."""
AWKWARD_LOGINS: Final = (
    LOGIN,
    replace(LOGIN, timestamp=str(NOW // 1000 + 86_399)),
    replace(LOGIN, credentials=replace(LOGIN.credentials, secret_key="schlüssel", passphrase="Wort-1!ß")),
)


def read_vectors() -> tuple[Vector, ...]:
    """The known answers of `vectors.tsv`, in its order."""
    lines = (files(__package__) / _FILE).read_text(encoding="utf-8").splitlines()
    return tuple(_vectors(line.split("\t") for line in lines[1:]))


def _vectors(rows: Iterable[list[str]]) -> Iterable[Vector]:
    for secret_key, timestamp, method, target, body, signature, seen in rows:
        key = Credentials(PLAIN.credentials.api_key, secret_key, PLAIN.credentials.passphrase)
        yield Vector(Case(timestamp, method, target, body.encode(), key), signature, seen)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Cases as a client may have them, all ASCII on the request line: most are to sign a query, or a body."""
    pieces = _pieces()
    method = draw(pieces["method"])
    target = draw(pieces[method])
    body = b""
    if method == "GET":
        more = draw(pieces["query"])
        target += more.replace("?", "&", 1) if "?" in target else more
    else:
        body = draw(pieces["body"])
    return Case(draw(pieces["timestamp"]), method, target, body, draw(pieces["credentials"]))


def logins() -> st.SearchStrategy[Case]:
    """Logins with any key, at any second of some years."""
    seconds = st.integers(NOW // 1000, NOW // 1000 + 10**8).map(str)
    return st.builds(lambda stamp, key: replace(LOGIN, timestamp=stamp, credentials=key), seconds, credentials())


@cache
def _pieces() -> dict[str, st.SearchStrategy[Any]]:
    """The strategies that a case is drawn from: made once, for making them takes longer than drawing."""
    methods = ("GET", "POST")
    return {
        "method": st.sampled_from(methods),
        **{method: request_paths(methods=(method,), access=("private",)) for method in methods},
        "query": st.just("") | queries(min_pairs=1, ascii_only=True),
        "body": bodies(empty=True),
        "timestamp": timestamps(now=NOW),
        "credentials": credentials(),
    }
