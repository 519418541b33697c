"""Clients with one mistake each: the client without mistakes, but for one method. What `OkxMachine` has to find."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final

from pytest_okx import OkxServer

from .good_client import GoodClient, OverSocket, Refused, Unclear

__all__ = ["BAD_CLIENTS", "TakesOneForSuccess"]

Row = Mapping[str, Any]


class OrdersAgain(GoodClient):
    """Where a reply was lost, it orders once more, under another name."""

    def send(self, path: str, body: Row) -> None:
        try:
            super().send(path, body)
        except Unclear:
            super().send(path, {**body, "clOrdId": f"{body['clOrdId']}again"})


class OrdersAgainUnderItsName(GoodClient):
    """Where a reply was lost, it orders once more, and relies on the exchange to see that."""

    def send(self, path: str, body: Row) -> None:
        try:
            super().send(path, body)
        except Unclear:
            super().send(path, body)


class TriesInVain(GoodClient):
    """Where the balance does not suffice, it tries again."""

    def send(self, path: str, body: Row) -> None:
        try:
            super().send(path, body)
        except Refused as refused:
            if refused.code != "51008":
                raise
            super().send(path, body)


class GoesOnAndOn(GoodClient):
    """Where it asks too often, it asks until it is heard."""

    def send(self, path: str, body: Row) -> None:
        for _ in range(100):
            try:
                return super().send(path, body)
            except Refused as refused:
                if refused.code != "50011":
                    raise
        raise Refused("50011", "for ever")


class KeepsItsTimestamp(GoodClient):
    """It takes the time once."""

    kept = 0

    def now_ms(self) -> int:
        self.kept = self.kept or super().now_ms()
        return self.kept


class BelievesItsAmendments(GoodClient):
    """What became of an amendment it does not look at."""

    def amend(self, change: Row) -> None:
        with suppress(Refused):
            super().amend(change)


class WritesDownItsAmendments(GoodClient):
    """An amendment is in its books before the exchange has answered, and stays there."""

    def __init__(self, server: OkxServer) -> None:
        super().__init__(server)
        self.sizes: dict[str, str] = {}

    def amend(self, change: Row) -> None:
        if "newSz" in change:
            self.sizes[change["clOrdId"]] = change["newSz"]
        super().amend(change)

    def orders(self) -> Mapping[str, Row]:
        sizes = self.sizes
        return {name: {**row, "sz": sizes[name]} if name in sizes else row for name, row in super().orders().items()}


class TakesOneForSuccess(GoodClient):
    """The code 1 is no failure to it."""

    def rows(self, status: int, content: bytes) -> list[Row]:
        with suppress(ValueError, LookupError, TypeError):
            reply = json.loads(content)
            if reply["code"] == "1":
                return list(reply["data"])
        return super().rows(status, content)


class LogsInOnce(GoodClient):
    """After a drop it connects and subscribes, and does not log in; the refusal it does not read."""

    def connect(self) -> None:
        super().connect()
        self.private.login = None

    def settle(self) -> None:
        with suppress(ValueError):
            super().settle()


class SubscribesOnce(GoodClient):
    """After a drop it connects and logs in, and waits for pushes."""

    def connect(self) -> None:
        super().connect()
        for socket in (self.private, self.public):
            socket.resume = lambda: None  # type: ignore[method-assign]


class TrustsItsBook(GoodClient):
    """It applies whatever comes to the book that it has."""

    def take(self, message: Row) -> None:
        super().take(message)
        for book in self.books.values():
            book.whole = True


class SendsAgain(OverSocket):
    """Where the ack of an order does not come, it sends the order again."""

    def send(self, path: str, body: Row) -> None:
        try:
            super().send(path, body)
        except Unclear:
            super().send(path, {**body, "clOrdId": f"{body['clOrdId']}again"})


class AddsUpItsFills(GoodClient):
    """What was filled is the sum of what was pushed."""

    def take(self, message: Row) -> None:
        if message["arg"]["channel"] == "orders":
            rows = [self.added(row) for row in message["data"]]
            message = {**message, "data": rows}
        super().take(message)

    def added(self, row: Row) -> Row:
        before = Decimal(self.known.get(row["clOrdId"], {}).get("accFillSz", 0))
        return {**row, "accFillSz": str(before + Decimal(row["fillSz"] or 0))}


_AGAIN: Final = r"that nobody commanded: .*again'|was made again under another name"
_NOT_DONE: Final = r"returned None, but the exchange has "
_NOT_SUBSCRIBED: Final = r"it is not subscribed to .* any more|settle\(\) raised "
BAD_CLIENTS: Final[Mapping[type[GoodClient], str]] = {
    OrdersAgain: _AGAIN,
    OrdersAgainUnderItsName: r"was commanded once, and the exchange has 2 orders",
    TriesInVain: r"refused each time by Reject\('51008'|was refused with 51008 and made again",
    GoesOnAndOn: r"refused each time by Reject\('50011'|went on after",
    KeepsItsTimestamp: rf"50102|{_NOT_SUBSCRIBED}",
    BelievesItsAmendments: rf"amend\(.*\) {_NOT_DONE}",
    WritesDownItsAmendments: r"it believes order\d+ \(state \w+, accFillSz \S+, sz \S+\): the exchange has",
    TakesOneForSuccess: rf"\w+\(.*\) {_NOT_DONE}",
    LogsInOnce: _NOT_SUBSCRIBED,
    SubscribesOnce: _NOT_SUBSCRIBED,
    TrustsItsBook: r"the (bids|asks) that it trusts are",
    SendsAgain: _AGAIN,
    AddsUpItsFills: r"believes order\d+ \(state \w+, accFillSz ",
}
"""Each with what is said of it."""
