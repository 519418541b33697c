"""An exchange at a frozen clock, and what it says to a request that a strategy made."""

from __future__ import annotations

from typing import Any

from pytest_okx.calls import CallLog
from pytest_okx.clock import unix_ms
from pytest_okx.faults import FaultPlan
from pytest_okx.gateway import Gateway
from pytest_okx.messages import Request
from pytest_okx.routing import Settings
from pytest_okx.server import OkxServer
from tests.helpers import NOW, frozen_server, signed

__all__ = ["KEY", "NOW_MS", "SERVER", "answer", "asked", "code_of", "is_signed_well"]

NOW_MS = unix_ms(NOW)
SERVER = frozen_server()
"""For requests that change nothing."""
KEY = SERVER.credentials
# A refusal with one of these comes before the signature was looked at, or because of it.
NOT_SIGNED_WELL = {"404", "50115", "50119", *(str(code) for code in (*range(50102, 50108), *range(50111, 50114)))}


def answer(request: Request, server: OkxServer = SERVER) -> Any:
    """The parsed reply to a request, by a gateway without faults."""
    return Gateway(server.exchange, FaultPlan(), CallLog(1), Settings()).handle(request).json()


def code_of(reply: Any) -> str:
    """The code of the reply, of its row where the row was refused."""
    code = str(reply["code"])
    return str(reply["data"][0]["sCode"]) if code == "1" else code


def is_signed_well(request: Request) -> bool:
    """Whether the exchange finds nothing wrong with the signature and all that comes before it."""
    return code_of(answer(request)) not in NOT_SIGNED_WELL


def asked(method: str, target: str, body: bytes = b"", **headers: str) -> Request:
    """A signed request of `KEY` at `NOW_MS`."""
    return signed(method, target, body, credentials=KEY, at=NOW_MS, headers=headers)
