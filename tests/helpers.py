"""What tests share: an exchange at a frozen clock, requests as a correct client signs them, and where Node looks."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pytest_okx.calls import CallLog
from pytest_okx.clock import Clock
from pytest_okx.faults import FaultPlan
from pytest_okx.gateway import Gateway
from pytest_okx.messages import Headers, Reply, Request, compact_json, iso_time
from pytest_okx.routing import ENDPOINTS, Settings
from pytest_okx.server import OkxServer
from pytest_okx.signing import Credentials, sign

__all__ = ["NOW", "SIMULATED", "data", "frozen_server", "node_modules", "send", "signed"]

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
SIMULATED = [each for methods in ENDPOINTS.values() for each in methods.values() if each.handler is not None]
"""The endpoints that a function answers."""


def frozen_server(**arguments: Any) -> OkxServer:
    """A server that was not started, at `NOW`: ask it with its `request`, or with `send`."""
    clock = Clock()
    clock.freeze(NOW)
    return OkxServer(clock=clock, **arguments)


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


def send(
    server: OkxServer,
    method: str,
    target: str,
    body: Any = None,
    *,
    credentials: Credentials | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """The reply to a signed request of `credentials`, by default the server's own, with further `headers`."""
    key = credentials or server.credentials
    request = signed(method, target, body, credentials=key, at=server.clock.now_ms(), headers=headers)
    return Gateway(server.exchange, FaultPlan(), CallLog(1), Settings()).handle(request)


def data(server: OkxServer, target: str, method: str = "GET", body: Any = None) -> list[Any]:
    """The `data` of a call of v5 that is accepted."""
    reply = server.request(method, target, body)
    parsed = reply.json()
    assert (reply.status, parsed["code"]) == (200, "0"), parsed
    rows: list[Any] = parsed["data"]
    return rows


@cache
def node_modules(package: str) -> Path:
    """The folder in which Node finds a package; without it the test is skipped."""
    places = [place for place in os.environ.get("NODE_PATH", "").split(os.pathsep) if place]
    if npm := shutil.which("npm"):
        places.append(
            subprocess.run([npm, "root", "--global"], capture_output=True, text=True, check=False).stdout.strip()
        )
    found = next((Path(place) for place in places if Path(place, package).is_dir()), None)
    if found is None:
        pytest.skip(f"there is no {package} for Node here (npm install --global {package})")
    return found
