"""Rules about WebSockets: how a client keeps one alive, sets it up, comes back after it was lost, and reads its books.

Whether a client saw a message is not known; so a rule waits until the client went on without doing what was due.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from ..calls import Call
from ..feeds import CHANNELS
from .record import Record, path_of, waited_ms
from .rules import Evidence, Severity, rule
from .talks import Message, Talk, name_of

__all__ = [
    "gap_ignored",
    "no_login_after_reconnect",
    "no_subscription_after_reconnect",
    "private_before_login",
    "reconnect_storm",
    "silent_socket",
    "wrong_url",
]

_SILENT: Final = "close 4004 "
_NEEDS_LOGIN: Final = "60011"
_WRONG_URL: Final = "60028"
_SETTLED_MS: Final = 10_000
_STORM: Final = 4
_STORM_MS: Final = 1_000
_SEQUENCED: Final = frozenset({"books", "books-l2-tbt", "books50-l2-tbt"})
_DOCS: Final = "OKX docs, WebSocket"


@rule(
    "silent-socket",
    Severity.MAJOR,
    why="OKX closes a WebSocket on which nothing was said for 30 s: what happens until the client is back is missed",
    source=f"{_DOCS}, Connect: send ping when no message comes",
)
def silent_socket(record: Record) -> Iterator[Evidence]:
    """A WebSocket that was closed (4004), since for 30 s neither side said anything, not even `ping`."""
    for talk in record.talks:
        if closed := [message for message, _ in talk.told if message.text.startswith(_SILENT)]:
            yield f"nothing was said on /{talk.url} for 30 s", [*talk.messages[-2:-1], *closed]


@rule(
    "private-before-login",
    Severity.MAJOR,
    why="on a slower line the login is not there yet, the subscription is refused (60011), and nobody asks again",
    source=f"{_DOCS}, Login",
)
def private_before_login(record: Record) -> Iterator[Evidence]:
    """A private channel or an operation asked for before the login was acknowledged."""
    for talk in record.talks:
        early = list(_early(talk))
        if early:
            yield f"{len(early)} messages on /{talk.url} did not wait for the login", early


def _early(talk: Talk) -> Iterator[Message]:
    for message, content in talk.told:
        if content.get("code") == _NEEDS_LOGIN:
            yield message
    before = ""
    for message, content in talk.asked:
        if message.kind == "early" and before == "login" and _is_private(content):
            yield message
        else:
            before = str(content.get("op", ""))


def _is_private(content: dict[str, Any]) -> bool:
    if content.get("op") != "subscribe":
        return content.get("op") not in (None, "login", "unsubscribe")
    channels = (CHANNELS.get(str(arg.get("channel"))) for arg in content.get("args") or () if isinstance(arg, dict))
    return any(channel is not None and channel.login for channel in channels)


@rule(
    "wrong-url",
    Severity.MINOR,
    why="the subscription is refused (60018), the operation too (60028): the client waits for what never comes",
    source=f"{_DOCS}, Connect: public, private and business",
)
def wrong_url(record: Record) -> Iterator[Evidence]:
    """A channel or an operation asked for on a URL that does not have it."""
    for talk in record.talks:
        for message, content in talk.asked:
            args = content.get("args") if content.get("op") == "subscribe" else None
            for arg in args if isinstance(args, list) else ():
                channel = CHANNELS.get(str(arg.get("channel"))) if isinstance(arg, dict) else None
                if channel is not None and channel.url != talk.url:
                    yield (
                        f"{channel.name} is on /{channel.url}, and was asked for on /{talk.url}",
                        [message],
                    )
        if refused := [message for message, content in talk.told if content.get("code") == _WRONG_URL]:
            yield f"orders are for /private, and were sent on /{talk.url}", refused


def _returns(record: Record) -> Iterator[tuple[Talk, list[Talk]]]:
    """Each conversation that was lost, with those that its client began on the same URL afterwards."""
    for lost in record.talks:
        if lost.end is not None and lost.dropped:
            since = lost.end.real
            later = [each for each in record.talks if each.url == lost.url and each.began > since]
            if later:
                yield lost, later


def _parting(lost: Talk, later: list[Talk]) -> list[Message]:
    """The end of a conversation, and how the next one began."""
    return [*lost.messages[-1:], *later[0].messages[:2]]


def _is_settled(record: Record, talk: Talk) -> bool:
    """Whether the client had done all it wanted to set a conversation up."""
    first, last = (talk.messages[0], talk.end or record.messages[-1]) if talk.messages else (None, None)
    if talk.chatted or first is None or last is None:
        return talk.chatted
    return max(last.at - first.at, (last.real - first.real) * 1000) >= _SETTLED_MS


@rule(
    "no-login-after-reconnect",
    Severity.CRITICAL,
    why="without a login no fill is heard of any more, and no order can be sent: the bot flies blind",
    source=f"{_DOCS}, Login: for each connection",
)
def no_login_after_reconnect(record: Record) -> Iterator[Evidence]:
    """A WebSocket that had logged in was lost, and on the next ones nobody logged in."""
    for lost, later in _returns(record):
        tried = any(content.get("op") == "login" for talk in later for _, content in talk.asked)
        if lost.key and lost.url == "private" and not tried and any(talk.messages for talk in later):
            yield f"/{lost.url} was lost, and its client came back without a login", _parting(lost, later)


@rule(
    "no-subscription-after-reconnect",
    Severity.CRITICAL,
    why="a new WebSocket knows nothing of the old one: what it was subscribed to is not pushed any more",
    source=f"{_DOCS}, Connect",
)
def no_subscription_after_reconnect(record: Record) -> Iterator[Evidence]:
    """A WebSocket was lost, its client came back and went on, and neither subscribed to the same again nor left it."""
    for lost, later in _returns(record):
        others = [talk for talk in record.talks if talk.url == lost.url and talk is not lost and not talk.dropped]
        have = frozenset[str]().union(*(talk.spoken_of for talk in (*later, *others)))
        missing = sorted(lost.subscribed - have)
        if missing and any(_is_settled(record, talk) for talk in later):
            yield f"/{lost.url} was lost, and its client came back without {', '.join(missing)}", _parting(lost, later)


@rule(
    "reconnect-storm",
    Severity.MAJOR,
    why="OKX takes three connections a second from an address: whoever tries again at once keeps himself out",
    source=f"{_DOCS}, Connect: 3 requests a second",
)
def reconnect_storm(record: Record) -> Iterator[Evidence]:
    """Four attempts to connect to one URL within a second, each after the one before had failed or was lost."""
    attempts: dict[str, list[Call]] = {}
    for call in record.calls:
        if path_of(call).startswith("/ws/"):
            attempts.setdefault(path_of(call), []).append(call)
    for path, calls in attempts.items():
        for start in range(len(calls) - _STORM + 1):
            row = calls[start : start + _STORM]
            if waited_ms(row[0], row[-1]) < _STORM_MS and _failures(record, row) >= _STORM - 1:
                yield f"{path} was connected to {_STORM} times within a second, though it failed each time", row
                return


def _failures(record: Record, row: list[Call]) -> int:
    url, first, last = path_of(row[0]).rpartition("/")[2], row[0].real, row[-1].real
    lost = sum(
        talk.end is not None and talk.dropped and talk.url == url and first < talk.end.real < last
        for talk in record.talks
    )
    return lost + sum(not call.verdict.startswith("101") or call.delivery != "whole" for call in row[:-1])


@dataclass(slots=True)
class _Book:
    """What a client has of a book: where its sequence stands, and what has broken it."""

    last: int | None = None
    gap: Message | None = None
    passed: bool = False
    shown: list[Message] = field(default_factory=list)


@rule(
    "gap-ignored",
    Severity.CRITICAL,
    why="an update is missing: from here on the book that the client trades on is another than OKX's",
    source=f"{_DOCS}, Order book channel: prevSeqId",
)
def gap_ignored(record: Record) -> Iterator[Evidence]:
    """An update of a book with a `prevSeqId` that the client had not got, after which it went on as before."""
    for talk in record.talks:
        if talk.said_goodbye:
            continue
        for name, book in _books(talk).items():
            if book.shown:
                yield f"the book {name} had a gap, and its client went on", book.shown


def _books(talk: Talk) -> dict[str, _Book]:
    books: dict[str, _Book] = {}
    asked, told = dict(map(_by_identity, talk.asked)), dict(map(_by_identity, talk.told))
    for message in talk.messages:
        if id(message) in asked:
            _answer(books, asked[id(message)])
        elif message.kind == "message":
            _follow(books, message, told[id(message)])
    return books


def _by_identity(pair: tuple[Message, dict[str, Any]]) -> tuple[int, dict[str, Any]]:
    return id(pair[0]), pair[1]


def _answer(books: dict[str, _Book], content: dict[str, Any]) -> None:
    """The client said something: that mends the books that it is about, and the others it has passed over."""
    if content.get("op") in ("subscribe", "unsubscribe"):
        for arg in content.get("args") or ():
            books.pop(name_of(arg), None)
    else:
        for book in books.values():
            book.passed = book.gap is not None


def _follow(books: dict[str, _Book], message: Message, content: dict[str, Any]) -> None:
    arg, rows = content.get("arg"), content.get("data")
    if not isinstance(arg, dict) or arg.get("channel") not in _SEQUENCED or not rows:
        return
    book = books.setdefault(name_of(arg), _Book())
    row = rows[0]
    if content.get("action") == "snapshot":
        books[name_of(arg)] = book = _Book()
    elif book.last is not None and row["prevSeqId"] != book.last and book.gap is None:
        book.gap = message
    elif book.gap is not None and book.passed and not book.shown:
        book.shown = [book.gap, message]
    book.last = row["seqId"]
