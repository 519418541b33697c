"""WebSocket conversations as an audit sees them: put together from the log of messages, with what can be told of one.

Facts alone, as in `record`: what was subscribed to, who had logged in, how it ended, which orders it carried.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

from ..calls import Call
from ..clock import from_unix_ms
from ..messages import Headers, compact_json

__all__ = ["Message", "Talk", "name_of", "parsed", "talks_of"]

_ENDS: Final = frozenset({"ended", "goodbye"})
# The operations that act once more each time they are asked for, and the calls that do the same.
_PLACES: Final = {"order": "/api/v5/trade/order", "batch-orders": "/api/v5/trade/batch-orders"}
_OK: Final = 200


class Message(Protocol):
    """An entry of the log: at what time of the exchange (ms) and of the process, with whom, and which way it went.

    `kind` is "message"; "early" for a client's that came before the answer that was due had left, "damaged" for one
    that a fault kept or spoilt; "ping" for a frame of the protocol, which libraries send; "goodbye" or "ended" for the
    end, which has no text of the client's.
    """

    @property
    def at(self) -> int: ...
    @property
    def real(self) -> float: ...
    @property
    def conn_id(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def sent(self) -> bool: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True)
class Talk:
    """One conversation: the last part of its `url`, its messages in order, and the end, None while it goes on."""

    url: str
    messages: Sequence[Message]
    end: Message | None

    @property
    def began(self) -> float:
        """When it said its first thing, in the time of the process."""
        return next((each.real for each in (*self.messages, self.end) if each is not None), 0.0)

    @property
    def dropped(self) -> bool:
        """Whether it has ended without a goodbye of the client's."""
        return self.end is not None and self.end.kind == "ended"

    @property
    def said_goodbye(self) -> bool:
        """Whether the client ended it."""
        return self.end is not None and self.end.kind == "goodbye"

    @cached_property
    def asked(self) -> list[tuple[Message, dict[str, Any]]]:
        """What the client sent, and what it says: an `op` for all but pings and nonsense."""
        return [(each, parsed(each)) for each in self.messages if not each.sent and each.kind != "ping"]

    @cached_property
    def told(self) -> list[tuple[Message, dict[str, Any]]]:
        """What the client was told, and what it says."""
        return [(each, parsed(each)) for each in self.messages if each.sent]

    @cached_property
    def key(self) -> str:
        """The key that has logged in, "" for none."""
        if not any(content.get("event") == "login" for _, content in self.told):
            return ""
        logins = [content for _, content in self.asked if content.get("op") == "login"]
        return next((str(arg.get("apiKey", "")) for login in logins for arg in _args(login)), "")

    @cached_property
    def subscribed(self) -> frozenset[str]:
        """The names of what it is subscribed to in the end."""
        found: set[str] = set()
        for _, content in self.told:
            if content.get("event") == "subscribe":
                found.add(name_of(content.get("arg")))
            elif content.get("event") == "unsubscribe":
                found.discard(name_of(content.get("arg")))
        return frozenset(found)

    @cached_property
    def spoken_of(self) -> frozenset[str]:
        """The names of all that was subscribed to or left, whatever it is subscribed to in the end."""
        acks = ("subscribe", "unsubscribe")
        return frozenset(name_of(content.get("arg")) for _, content in self.told if content.get("event") in acks)

    @property
    def chatted(self) -> bool:
        """Whether the client went on after it had set the conversation up: with a ping, an order or nonsense."""
        return any(content.get("op") not in ("login", "subscribe") for _, content in self.asked)

    @cached_property
    def orders(self) -> list[Call]:
        """Its order operations as the calls that do the same, each with the answer that the client got."""
        return [_call(self, message, content) for message, content in self.asked if content.get("op") in _PLACES]


def talks_of(messages: Iterable[Message]) -> list[Talk]:
    """The conversations, in the order of their first messages."""
    found: dict[str, list[Message]] = {}
    for each in messages:
        found.setdefault(each.conn_id, []).append(each)
    return [_talk(said) for said in found.values()]


def _talk(said: list[Message]) -> Talk:
    end = said[-1] if said[-1].kind in _ENDS else None
    return Talk(said[0].url, said[:-1] if end else said, end)


def parsed(message: Message) -> dict[str, Any]:
    """The object that a message is, an empty one for what is none."""
    try:
        content = json.loads(message.text)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def name_of(arg: object) -> str:
    """A subscription's name: its channel and parameters, in whatever order the client wrote them."""
    return json.dumps(arg, sort_keys=True)


def _args(content: dict[str, Any]) -> list[dict[str, Any]]:
    args = content.get("args")
    return [each for each in args if isinstance(each, dict)] if isinstance(args, list) else []


def _call(talk: Talk, message: Message, content: dict[str, Any]) -> Call:
    op, args = content["op"], _args(content)
    body = args if op == "batch-orders" else args[0] if args else {}
    answer = next((found for found in talk.told if found[1].get("id") == content.get("id")), None)
    code = "" if answer is None else _code(answer[1])
    return Call(
        method="POST",
        target=_PLACES[op],
        headers=Headers([("OK-ACCESS-KEY", talk.key)]),
        body=compact_json(body).encode(),
        status=_OK,
        code=code,
        verdict=f"WebSocket {'accepted' if code == '0' else code or 'never answered'}",
        fault="",
        at=from_unix_ms(message.at),
        delivery="damaged" if answer is None or answer[0].kind == "damaged" else "whole",
        real=message.real,
    )


def _code(answer: dict[str, Any]) -> str:
    """The answer's own code, or that of the first row that failed."""
    rows = [str(row.get("sCode", "0")) for row in answer.get("data") or () if isinstance(row, dict)]
    failed = next((code for code in rows if code != "0"), "")
    return failed or str(answer.get("code", ""))
