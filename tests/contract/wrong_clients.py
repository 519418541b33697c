"""Clients that are wrong in one thing each: the one without mistakes, one method changed.

Each row of `WRONG` is such a client, the check that finds it, and what is said of it.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from pytest_okx import OkxServer
from pytest_okx.contract import MakeClient

from .good_book import Book
from .good_client import GoodClient, Refused, Row, Unclear

__all__ = ["WRONG"]


class OrdersAgain(GoodClient):
    """Takes an order whose answer is lost for an order that is lost."""

    when = ""

    def once(self, method: str, target: str, body: str) -> list[Row]:
        try:
            return super().once(method, target, body)
        except Unclear as unclear:
            if method == "GET" or self.when not in str(unclear):
                raise
            return super().once(method, target, body.replace('"clOrdId": "', '"clOrdId": "again'))


class OrdersAgainWhenLate(OrdersAgain):
    """The same, after its time-out alone."""

    when = "timed out"
    timeout = 0.5


class NamesNothing(GoodClient):
    """Keeps the clOrdId to itself."""

    def send(self, path: str, body: Row) -> None:
        super().send(path, {name: value for name, value in body.items() if name != "clOrdId"})


class Rounds(GoodClient):
    """Has prices as whole numbers."""

    def send(self, path: str, body: Row) -> None:
        super().send(path, {**body, "px": str(int(float(body["px"])))} if "px" in body else body)


class Picky(GoodClient):
    """Trades pairs alone."""

    def send(self, path: str, body: Row) -> None:
        if body["instId"].endswith("-SWAP"):
            raise ValueError("it has no pair")
        super().send(path, body)


class GivesUp(GoodClient):
    """Calls nobody any more, once a call has failed."""

    failed = False

    def once(self, method: str, target: str, body: str) -> list[Row]:
        if self.failed:
            raise Unclear("never again")
        self.failed = True
        rows = super().once(method, target, body)
        self.failed = False
        return rows


class Mistakes(GoodClient):
    """Takes for success what is none."""

    def is_fine(self, error: Exception) -> bool:
        raise NotImplementedError

    def rows(self, status: int, content: bytes) -> list[Row]:
        try:
            return super().rows(status, content)
        except (Refused, Unclear) as error:
            if not self.is_fine(error):
                raise
            return [{"details": [], "state": "live", "accFillSz": "0", "clOrdId": ""}]


class LooksAtNoRows(Mistakes):
    """Reads the status and the envelope, and takes code 1 for a success."""

    def is_fine(self, error: Exception) -> bool:
        return isinstance(error, Refused) and error.code in ("1", "51008")


class HasNoLimits(Mistakes):
    """Never heard of 50011."""

    def is_fine(self, error: Exception) -> bool:
        return "50011" in str(error)


class ReadsGarbage(Mistakes):
    """Takes what it cannot read for nothing."""

    def is_fine(self, error: Exception) -> bool:
        return isinstance(error, Unclear)


class TellsNobody(GoodClient):
    """Keeps it to itself that the connection broke."""

    def command(self, path: str, body: Row, done: Callable[[Row], bool]) -> None:
        try:
            super().command(path, body, done)
        except (Unclear, Refused) as error:
            if isinstance(error, Refused) and error.__context__ is None:
                raise


class Converts(GoodClient):
    """Has every balance in dollars."""

    def balance(self, ccy: str) -> str:
        [row] = self.get("account/balance", ccy=ccy)
        return str(Decimal(row["details"][0]["eqUsd"]) * 2)


class Invents(GoodClient):
    """Knows orders that never were."""

    def query(self, order: Row) -> Row:
        try:
            return super().query(order)
        except Refused:
            return {"state": "canceled", "accFillSz": "0"}


class TriesAgain(GoodClient):
    """Hopes that the second time is lucky."""

    def send(self, path: str, body: Row) -> None:
        try:
            super().send(path, body)
        except Refused:
            super().send(path, body)


class NeverWaits(GoodClient):
    """Goes on at once when it is told to slow down."""

    def once(self, method: str, target: str, body: str) -> list[Row]:
        try:
            return super().once(method, target, body)
        except Refused as refused:
            if refused.code != "50011":
                raise
            return super().once(method, target, body)


class KeepsItsClock(GoodClient):
    """Knows better what time it is."""

    def set_clock(self) -> None:
        """Nothing to correct."""


class AddsUp(GoodClient):
    """Counts what each push says was filled, however often it comes."""

    def __init__(self, server: OkxServer) -> None:
        super().__init__(server)
        self.filled: dict[str, Decimal] = {}

    def take(self, message: Row) -> None:
        super().take(message)
        for row in message["data"] if message["arg"]["channel"] == "orders" else ():
            name = row["clOrdId"]
            self.filled[name] = self.filled.get(name, Decimal(0)) + Decimal(row["fillSz"] or 0)
            self.known[name]["accFillSz"] = str(self.filled[name])


class Nods(GoodClient):
    """Subscribes to nothing."""

    def subscribe(self, args: list[Row]) -> None:
        """As if it did."""


class Speechless(GoodClient):
    """Cannot say what it believes."""

    def orders(self) -> dict[str, Row]:
        raise LookupError("of whom?")

    def book(self, inst_id: str) -> Row:
        raise LookupError(inst_id)


class StaysOut(GoodClient):
    """Connects again, and forgets to log in."""

    def settle(self) -> None:
        self.private.login = None
        super().settle()


class StaysSilent(GoodClient):
    """Connects again, and forgets what it was subscribed to."""

    def settle(self) -> None:
        self.private.args, self.public.args = [], []
        super().settle()


class Trusting(Book):
    """A book without gaps."""

    def gap(self, row: Row) -> bool:
        return False


class TrustsItsBook(GoodClient):
    """Goes on with a book of which an update was lost."""

    def take(self, message: Row) -> None:
        if message["arg"]["channel"] == "books":
            self.books.setdefault(message["arg"]["instId"], Trusting(message["arg"]))
        super().take(message)


class NeverTrusts(GoodClient):
    """Has no book, ever."""

    def book(self, inst_id: str) -> None:
        return None


WRONG: Final[tuple[tuple[MakeClient, str, str], ...]] = (
    (NamesNothing, "orders what it is told to", "the exchange has no order of that clOrdId"),
    (Rounds, "orders what it is told to", "of the order that the exchange has px is "),
    (Picky, "orders what it is told to", "place() raised ValueError: it has no pair, for an order that is valid"),
    (OrdersAgain, "orders once, whatever becomes of the answer", "under LoseReply(), 2 orders stand"),
    (GivesUp, "orders once, whatever becomes of the answer", "after LoseReply(), place() raised Unclear: never again"),
    (OrdersAgainWhenLate, "orders once, though the answer comes late", "under Delay(seconds=1.5), 2 orders stand"),
    (LooksAtNoRows, "raises at code 1 with an sCode", "place() returned None at code 1 with an sCode"),
    (HasNoLimits, "raises at 50011 at HTTP 429", "but the order's size is 0.01, not 0.02"),
    (HasNoLimits, "raises at 50011 at HTTP 200", "cancel() returned None at 50011 at HTTP 200, but the order is"),
    (ReadsGarbage, "raises at HTML at HTTP 503", "but the exchange has no such order"),
    (ReadsGarbage, "raises at HTML at HTTP 200", "balance() returned '0' at HTML at HTTP 200, but the account has"),
    (ReadsGarbage, "raises at an empty body at HTTP 200", "but the order is partially_filled, with 0.004 filled"),
    (ReadsGarbage, "raises at half a JSON text at HTTP 200", "query() returned {'details': [], 'state': 'live'"),
    (TellsNobody, "raises at a connection that is reset", "place() returned None at a connection that is reset"),
    (TellsNobody, "raises at a connection that closes", "amend() returned None at a connection that closes"),
    (Converts, "asks and changes as the exchange has it", "USDT, 99500 of it available"),
    (Invents, "asks and changes as the exchange has it", "for an order that never was"),
    (TriesAgain, "repeats nothing in vain", "one place() ordered 2 times, though 51008 cannot change"),
    (NeverWaits, "waits after 50011", "POST /api/v5/trade/order was made again "),
    (KeepsItsClock, "corrects its clock", "when the exchange's clock had moved by 45 s, no call was accepted"),
    (AddsUp, "believes of its orders what is so", "with 0.01 filled: a push of it met Duplicate(times=2)"),
    (Speechless, "believes of its orders what is so", "orders() raised LookupError: of whom?, and is to give"),
    (
        Nods,
        "logs in and subscribes again after a drop",
        "after connect() and subscribe() nobody is subscribed to orders",
    ),
    (StaysOut, "logs in and subscribes again after a drop", "nobody is logged in"),
    (StaysSilent, "logs in and subscribes again after a drop", "nobody is subscribed to orders and books"),
    (TrustsItsBook, "takes a book with a gap for broken", "there, and "),
    (Speechless, "takes a book with a gap for broken", "book() raised LookupError: BTC-USDT"),
    (NeverTrusts, "takes a book with a gap for broken", "book() is None, although nothing was lost"),
)
