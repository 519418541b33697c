"""A client without mistakes, as small as such a one can be: what `ClientContract` and `OkxMachine` are tried on.

It signs with its own clock, corrected by the exchange's; it sends nothing twice, and where it does not know what
became of an order, it asks. Wrong clients are made from it by changing one method.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from pytest_okx import OkxServer
from pytest_okx.messages import iso_time
from pytest_okx.signing import sign

from .good_book import Book
from .good_socket import Lost, Socket

__all__ = ["GoodClient", "OverSocket", "Refused", "Unclear"]

Row = Mapping[str, Any]
Done = TypeVar("Done")

# Answers that do not say whether the exchange acted.
_UNSURE: Final = frozenset({"50001", "50004", "50013", "50026", "51149"})
_EXPIRED: Final = ("50102", "60006")
_UNKNOWN_ORDER: Final = "51603"
_STATES: Final = ("live", "partially_filled", "filled", "canceled")
_TIME: Final = "/api/v5/public/time"
_PUBLIC: Final = frozenset({"books", "tickers", "trades"})


class Refused(Exception):
    """The exchange said no; `code` is why."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.code = code


class Unclear(Exception):
    """Nobody knows what became of a call."""


class GoodClient:
    """Orders over REST, beliefs from the WebSocket; everything that is periodic happens in `settle`."""

    timeout = 10.0

    def __init__(self, server: OkxServer) -> None:
        self.key = server.credentials
        self.http = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=self.timeout)
        self.offset_ms = 0
        self.known: dict[str, dict[str, str]] = {}
        self.ordered: dict[str, str] = {}  # the instrument of each order that there may be
        self.books: dict[str, Book] = {}
        self.private = Socket(f"{server.ws_url}/private", self.login, self.take)
        self.public = Socket(f"{server.ws_url}/public", None, self.take)

    # Orders

    def place(self, order: Row) -> None:
        name = order["clOrdId"]
        self.ordered[name] = order["instId"]
        try:
            self.command("order", order, lambda row: True)
        except Refused:
            if name not in self.known:
                del self.ordered[name]
            raise
        self.note({"clOrdId": name, "state": "live", "accFillSz": "0"})

    def amend(self, change: Row) -> None:
        wanted = {name: change[new] for name, new in (("sz", "newSz"), ("px", "newPx")) if new in change}
        self.command(
            "amend-order", change, lambda row: all(Decimal(row[name]) == Decimal(wanted[name]) for name in wanted)
        )

    def cancel(self, order: Row) -> None:
        self.command("cancel-order", order, lambda row: row["state"] == "canceled")

    def query(self, order: Row) -> Row:
        [row] = self.get("trade/order", instId=order["instId"], clOrdId=order["clOrdId"])
        self.note(row)
        return row

    def balance(self, ccy: str) -> str:
        [row] = self.get("account/balance", ccy=ccy)
        return next((each["cashBal"] for each in row["details"]), "0")

    def command(self, path: str, body: Row, done: Callable[[Row], bool]) -> None:
        """Have something done, once; where the answer does not tell whether it was, look."""
        try:
            self.send(path, body)
        except Unclear as unclear:
            try:
                row = self.query(body)
            except Refused as refused:
                if refused.code == _UNKNOWN_ORDER:
                    raise
                raise unclear from refused
            if not done(row):
                raise

    def send(self, path: str, body: Row) -> None:
        if not self.call("POST", f"/api/v5/trade/{path}", json.dumps(dict(body))):
            raise Unclear("success without a row")

    # The WebSocket

    def connect(self) -> None:
        for socket in (self.public, self.private):
            self.in_time(socket.open)

    def subscribe(self, args: list[Row]) -> None:
        for arg in args:
            (self.public if arg["channel"] in _PUBLIC else self.private).subscribe([arg])

    def orders(self) -> Mapping[str, Row]:
        return self.known

    def book(self, inst_id: str) -> Row | None:
        book = self.books.get(inst_id)
        return book.sides() if book is not None and book.whole else None

    def take(self, message: Row) -> None:
        """A push."""
        arg = message["arg"]
        if arg["channel"] == "orders":
            for row in message["data"]:
                self.note(row)
        elif arg["channel"] == "books":
            self.books.setdefault(arg["instId"], Book(arg)).take(message)

    def note(self, row: Row) -> None:
        """What is known of an order; news may come twice, or late."""
        before = self.known.get(row["clOrdId"], {"state": "live", "accFillSz": "0"})
        state = max(before["state"], row["state"], key=_STATES.index)
        filled = max(before["accFillSz"], row["accFillSz"], key=Decimal)
        self.known[row["clOrdId"]] = {"state": state, "accFillSz": filled}

    def login(self) -> Row:
        seconds = str(self.now_ms() // 1000)
        arg = {"apiKey": self.key.api_key, "passphrase": self.key.passphrase, "timestamp": seconds}
        return {"op": "login", "args": [{**arg, "sign": self.signed(seconds, "GET", "/users/self/verify", "")}]}

    # From time to time

    def settle(self) -> None:
        self.set_clock()
        for socket in (self.public, self.private):
            if socket.wanted:
                self.in_time(socket.renew)
        for book in self.books.values():
            if not book.whole:
                self.public.again(book.arg)
        for name in [name for name in self.ordered if self.known.get(name, {}).get("state") not in _STATES[2:]]:
            self.look_for(name)

    def look_for(self, name: str) -> None:
        """Find out how an order stands, or that there is none."""
        try:
            self.query({"instId": self.ordered[name], "clOrdId": name})
        except Refused as refused:
            if refused.code != _UNKNOWN_ORDER:
                raise
            del self.ordered[name]

    def close(self) -> None:
        self.http.close()
        for socket in (self.public, self.private):
            socket.close()

    # REST

    def get(self, path: str, **params: str) -> list[Row]:
        return self.call("GET", f"/api/v5/{path}?{urlencode(params)}")

    def call(self, method: str, target: str, body: str = "") -> list[Row]:
        return self.in_time(lambda: self.once(method, target, body))

    def in_time(self, act: Callable[[], Done]) -> Done:
        """Do it; where the exchange found the timestamp old, and so did nothing, correct the clock and do it again."""
        try:
            return act()
        except (Refused, ValueError) as refused:
            if not str(refused).startswith(_EXPIRED):
                raise
            self.set_clock()
            return act()

    def once(self, method: str, target: str, body: str) -> list[Row]:
        try:
            headers = {} if target == _TIME else self.headers(method, target, body)
            self.http.request(method, target, body or None, headers)
            reply = self.http.getresponse()
            status, content = reply.status, reply.read()
        except (OSError, http.client.HTTPException) as error:
            self.http.close()
            raise Unclear(f"{type(error).__name__}: {error}") from error
        return self.rows(status, content)

    def rows(self, status: int, content: bytes) -> list[Row]:
        """The rows of an answer that says yes."""
        try:
            reply = json.loads(content)
            rows = reply.get("data", []) if reply["code"] != "0" else reply["data"]
            said = [(reply["code"], reply["msg"]), *((row.get("sCode", "0"), row.get("sMsg", "")) for row in rows)]
            code, text = next((each for each in said[::-1] if each[0] != "0"), ("0", ""))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise Unclear(f"{status} {content[:80]!r}") from error
        if code in _UNSURE:
            raise Unclear(f"{code} {text}")
        if code != "0" or status != http.HTTPStatus.OK:
            raise Refused(code, text)
        return list(rows)

    def headers(self, method: str, target: str, body: str) -> dict[str, str]:
        timestamp = iso_time(self.now_ms())
        return {
            "OK-ACCESS-KEY": self.key.api_key,
            "OK-ACCESS-SIGN": self.signed(timestamp, method, target, body),
            "OK-ACCESS-TIMESTAMP": timestamp,
            "OK-ACCESS-PASSPHRASE": self.key.passphrase,
            "Content-Type": "application/json",
        }

    def signed(self, timestamp: str, method: str, target: str, body: str) -> str:
        return sign(self.key.secret_key, timestamp, method, target, body.encode())

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000 + self.offset_ms

    def set_clock(self) -> None:
        [row] = self.once("GET", _TIME, "")
        self.offset_ms = int(row["ts"]) - time.time_ns() // 1_000_000


class OverSocket(GoodClient):
    """The same, with its orders over the WebSocket."""

    sent = 0

    def send(self, path: str, body: Row) -> None:
        self.sent += 1
        try:
            answer = self.private.ask({"id": str(self.sent), "op": path, "args": [dict(body)]})
        except Lost as lost:
            raise Unclear(str(lost)) from lost
        self.rows(http.HTTPStatus.OK, json.dumps(answer).encode())
