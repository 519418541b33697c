"""An exchange at a frozen clock, and what it says to a request that a strategy made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pytest_okx.calls import CallLog
from pytest_okx.clock import unix_ms
from pytest_okx.exchange import Instrument, default_instruments, margin_twin
from pytest_okx.exchange.checks import TD_MODES
from pytest_okx.faults import FaultPlan
from pytest_okx.gateway import Gateway
from pytest_okx.messages import Request
from pytest_okx.routing import Settings
from pytest_okx.server import OkxServer
from pytest_okx.strategies import InvalidOrder
from tests.helpers import NOW, frozen_server, signed

__all__ = [
    "ACCOUNTS",
    "KEY",
    "NOW_MS",
    "SERVER",
    "answer",
    "asked",
    "code_of",
    "fresh",
    "is_signed_well",
    "refusals",
    "sent",
    "traded",
]

NOW_MS = unix_ms(NOW)
SERVER = frozen_server()
"""For requests that change nothing."""
KEY = SERVER.credentials
ACCOUNTS = (("1", "net_mode"), ("2", "net_mode"), ("2", "long_short_mode"), ("3", "long_short_mode"), ("4", "net_mode"))
"""Account levels and position modes between which the exchange makes a difference."""
_KNOWN = (
    "BTC-USDT",
    "SOL-USDT",
    "ETH-BTC",
    "BTC-USDT-SWAP",
    "BTC-USD-SWAP",
    "ETH-USD-260327",
    "BTC-USD-260327-70000-C",
)
# A refusal with one of these comes before the signature was looked at, or because of it.
NOT_SIGNED_WELL = {"404", "50115", "50119", *(str(code) for code in (*range(50102, 50108), *range(50111, 50114)))}


def answer(request: Request, server: OkxServer = SERVER) -> Any:
    """The parsed reply to a request, by a gateway without faults."""
    return Gateway(server.exchange, FaultPlan(), CallLog(1), Settings()).handle(request).json()


def code_of(reply: Any) -> str:
    """The code of the reply, of its row where the row was refused."""
    code = str(reply["code"])
    return str(reply["data"][0]["sCode"]) if code == "1" else code


def is_signed_well(request: Request, server: OkxServer = SERVER) -> bool:
    """Whether the exchange finds nothing wrong with the signature and all that comes before it."""
    return code_of(answer(request, server)) not in NOT_SIGNED_WELL


def asked(method: str, target: str, body: bytes = b"", **headers: str) -> Request:
    """A signed request of `KEY` at `NOW_MS`."""
    return signed(method, target, body, credentials=KEY, at=NOW_MS, headers=headers)


def fresh(acct_lv: str = "2", pos_mode: str = "net_mode") -> OkxServer:
    """A server whose account is of that level and keeps positions in that mode."""
    server = frozen_server()
    (account,) = server.exchange.accounts
    server.exchange.set_account_level(account, acct_lv, NOW_MS)
    server.exchange.set_position_mode(account, pos_mode, NOW_MS)
    return server


def traded(acct_lv: str) -> list[Instrument]:
    """An instrument of each kind that an account of that level can trade, pairs on margin included."""
    listed = default_instruments(NOW_MS)
    known = [listed[inst_id] for inst_id in _KNOWN]
    on_margin = [twin for twin in map(margin_twin, known) if twin is not None]
    return [each for each in (*known, *on_margin) if TD_MODES.get((acct_lv, each.inst_type))]


def sent(server: OkxServer, path: str, body: Any) -> str:
    """The code of a POST to `path`, of its row where the row was refused."""
    return code_of(server.request("POST", path, body).json())


def refusals(server: OkxServer, path: str, invalid: Iterable[InvalidOrder]) -> list[str]:
    """Those orders that do not get the code that is promised, or change something: none."""
    account = server.exchange.accounts[0]
    before = account.version
    found = []
    for each in invalid:
        code = sent(server, path, each.order)
        if code != each.code or account.version != before:
            found.append(f"{each} got {code}")
    return found
