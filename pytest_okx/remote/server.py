"""`RemoteServer`: a server in another process, in the words of `OkxServer`.

It sends what it is told and returns what it hears, at once; it decides nothing and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..signing import Credentials
from .calls import RemoteCalls
from .clock import RemoteClock
from .faults import RemoteFaults
from .line import Amount, Line, money, part, time_text
from .market import RemoteMarket

__all__ = ["RemoteAccount", "RemoteExchange", "RemoteFinding", "RemoteServer", "RemoteSession"]


@dataclass(frozen=True, slots=True)
class RemoteFinding:
    """One bad manner of a client; `calls` are the numbers of those that show it."""

    rule: str
    severity: str
    sentence: str
    calls: tuple[int, ...]
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class RemoteSession:
    """A client on a WebSocket; `logged_in` is its account's number, None before."""

    conn_id: str
    url: str
    logged_in: str | None
    subscriptions: tuple[Mapping[str, Any], ...]


class RemoteAccount:
    """One user of the exchange."""

    def __init__(self, line: Line, row: Mapping[str, Any]) -> None:
        self.uid: str = row["uid"]
        self.level: str = row["level"]
        self._line = line

    def view(self) -> dict[str, Any]:
        """Balances, positions, live orders and the last fills, as JSON says them."""
        found: dict[str, Any] = self._line.send("GET", f"/accounts/{self.uid}")
        return found

    @property
    def cash(self) -> dict[str, Decimal]:
        """What it has, by currency."""
        return {row["ccy"]: Decimal(row["cash"]) for row in self.view()["balances"]}

    def deposit(self, ccy: str, amount: Amount) -> None:
        """Let a deposit arrive in the funding account."""
        self._line.send("POST", f"/accounts/{self.uid}/deposit", {"ccy": ccy, "amount": money(amount)})

    def __repr__(self) -> str:
        return f"<RemoteAccount {self.uid} {self.level}>"


class RemoteExchange:
    """The exchange of the server."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def accounts(self) -> tuple[RemoteAccount, ...]:
        """The accounts in the order in which they were opened."""
        return tuple(RemoteAccount(self._line, row) for row in self._line.send("GET", "/accounts")["accounts"])

    @property
    def instruments(self) -> tuple[str, ...]:
        """The names of what is listed."""
        return tuple(row["instId"] for row in self._line.send("GET", "/markets")["markets"])

    def market(self, inst_id: str) -> RemoteMarket:
        """The market of an instrument, to read and to move."""
        return RemoteMarket(self._line, inst_id)


class RemoteServer:
    """The server at `url`; `token` is what it asks for when it listens beyond loopback.

    A command that is refused raises `RemoteError`, a ValueError.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        self._line = Line(url, token)
        self.url = url.rstrip("/")
        self.clock = RemoteClock(self._line)
        self.faults = RemoteFaults(self._line)
        self.calls = RemoteCalls(self._line)
        self.exchange = RemoteExchange(self._line)

    @property
    def ws_url(self) -> str:
        """Its WebSocket address; add `/public`, `/private` or `/business`."""
        return str(self._line.send("GET", "/health")["wsUrl"])

    def open_account(self, level: str = "Lv1", **balances: Amount) -> RemoteAccount:
        """A further account at fee level `level`, with balances by currency: `open_account(USDT=1000)`."""
        amounts = {ccy: money(amount) for ccy, amount in balances.items()}
        return RemoteAccount(self._line, self._line.send("POST", "/accounts", {"level": level, "balances": amounts}))

    def issue_key(
        self,
        account: RemoteAccount,
        *,
        permissions: Iterable[str] = ("read", "trade"),
        ip_whitelist: Iterable[str] = (),
        demo: bool | None = None,
        expires_at: datetime | None = None,
        site: str | None = None,
    ) -> Credentials:
        """A new key for `account`: what it may do, from which addresses, for demo or live, until when, which site."""
        wanted = {
            "permissions": list(permissions),
            "ipWhitelist": list(ip_whitelist),
            "demo": demo,
            "expiresAt": time_text(expires_at),
            "site": site,
        }
        made = self._line.send("POST", f"/accounts/{account.uid}/keys", wanted)
        return Credentials(made["apiKey"], made["secretKey"], made["passphrase"])

    def revoke(self, credentials: Credentials) -> None:
        """From now on the key does not exist."""
        self._line.send("DELETE", f"/keys/{part(credentials.api_key)}")

    def stub(self, route: str, *, data: Any) -> None:
        """Let `data` answer a route ("GET /api/v5/..."), after all checks."""
        self._line.send("POST", "/stubs", {"route": route, "data": data})

    @property
    def stubs(self) -> dict[str, Any]:
        """What answers routes in place of the server, by route."""
        return {row["route"]: row["data"] for row in self._line.send("GET", "/stubs")["stubs"]}

    def clear_stubs(self) -> None:
        """Take all canned answers back."""
        self._line.send("DELETE", "/stubs")

    def audit(self) -> tuple[RemoteFinding, ...]:
        """What the log says about the client's manners, the worst first."""
        rows = self._line.send("GET", "/audit")["findings"]
        return tuple(RemoteFinding(**{**row, "calls": tuple(row["calls"])}) for row in rows)

    @property
    def sessions(self) -> tuple[RemoteSession, ...]:
        """Who is connected by WebSocket."""
        return tuple(
            RemoteSession(row["connId"], row["url"], row["loggedIn"], tuple(row["subscriptions"]))
            for row in self._line.send("GET", "/sessions")["sessions"]
        )

    def snapshot(self) -> str:
        """Keep the whole state; returns its name, for `restore`."""
        return str(self._line.send("POST", "/snapshot", {})["id"])

    def restore(self, snapshot: str) -> None:
        """Put a state back that was kept. The log and the connections stay."""
        self._line.send("POST", "/restore", {"id": snapshot})

    def reset(self) -> None:
        """Be again as the server was started."""
        self._line.send("POST", "/reset", {})
