"""Golden pairs: a request, and the reply of this fake at `helpers.NOW` with seed 0, one file each.

A file says in `seen` where the shape of its reply was seen. `given` are the calls before it; `accounts` is what is
there before any call: deposits, sub-accounts with balances, whether the key is bound to an address. Run
`python -m tests.golden` to write the replies again after a change that is meant, and read the difference.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pytest_okx.exchange.accounts import PERMISSIONS
from pytest_okx.messages import Reply
from pytest_okx.routing import find
from pytest_okx.server import OkxServer

from .helpers import frozen_server

__all__ = ["FOLDER", "Pair", "pairs"]

Seen = TypeVar("Seen")

FOLDER = Path(__file__).parent.parent / "fixtures" / "golden"


@dataclass(frozen=True, slots=True)
class Pair:
    """One file: its name and what is in it."""

    name: str
    content: dict[str, Any]

    @property
    def route(self) -> str:
        """METHOD and path of the request."""
        request = self.content["request"]
        methods, _ = find(request["target"].partition("?")[0])
        return methods[request["method"]].route

    def server(self) -> OkxServer:
        """A new server, not started, with the accounts that the file asks for."""
        server, wanted = frozen_server(), self.content.get("accounts", {})
        exchange, (master,) = server.exchange, server.exchange.accounts
        for ccy, amount in wanted.get("deposits", {}).items():
            master.deposit(ccy, amount)
        for name, balances in wanted.get("subs", {}).items():
            exchange.open_sub_account(master, name, balances=balances)
        if wanted.get("bound"):
            exchange.change_key(server.credentials, permissions=PERMISSIONS, ip_whitelist=("127.0.0.1",))
        return server

    def replay(self) -> Reply:
        """What a new exchange replies, after the calls that are given."""
        return self.replay_through(self.server().request)

    def replay_through(self, ask: Callable[[str, str, Any], Seen]) -> Seen:
        """What `ask(method, target, body)` says to the request, after the calls that are given."""
        for request in self.content.get("given", []):
            _ask(ask, request)
        return _ask(ask, self.content["request"])


def pairs() -> list[Pair]:
    """Every pair, by name."""
    return [Pair(path.stem, json.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.json"))]


def _ask(ask: Callable[[str, str, Any], Seen], request: dict[str, Any]) -> Seen:
    return ask(request["method"], request["target"], request.get("body"))


def _record() -> None:
    for pair in pairs():
        reply = pair.replay()
        content = pair.content | {"reply": {"status": reply.status, "body": reply.json()}}
        text = json.dumps(content, indent=1, ensure_ascii=False)
        (FOLDER / f"{pair.name}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    _record()
