"""Requests as a correct client signs them, for tests that need no socket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_okx.messages import Headers, Request, compact_json, iso_time
from pytest_okx.signing import Credentials, sign

__all__ = ["signed"]


def signed(
    method: str,
    target: str,
    body: Any = None,
    *,
    credentials: Credentials,
    at: int,
    headers: Mapping[str, str] | None = None,
    peer: str = "127.0.0.1",
) -> Request:
    """A request signed at `at` (Unix ms); `body` is bytes as they are, or what becomes JSON.

    `headers` are added after signing and replace those of the same name; names in any case.
    """
    content = body if isinstance(body, bytes) else b"" if body is None else compact_json(body).encode()
    timestamp = iso_time(at)
    fields = {
        "ok-access-key": credentials.api_key,
        "ok-access-sign": sign(credentials.secret_key, timestamp, method, target, content),
        "ok-access-timestamp": timestamp,
        "ok-access-passphrase": credentials.passphrase,
        "content-type": "application/json",
    }
    fields |= {name.lower(): value for name, value in (headers or {}).items()}
    return Request(method, target, Headers(fields.items()), content, peer)
