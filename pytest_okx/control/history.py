"""What happened, over HTTP: calls and messages with their verdicts, what an audit finds, and who is connected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from ..audit import Finding
from .operations import Field, Given, operation
from .problems import Problem
from .retelling import details_of, row_of
from .schemas import AUDIT, CALL, CALLS, SESSIONS
from .shapes import NUMERAL, TEXT, Shape, choice
from .world import World

_LIMIT = Shape("a whole number from 1 to 1000", {"type": "string", "pattern": "^([1-9][0-9]{0,2}|1000)$"}, int)

_NUMBER: Final = re.compile("[0-9]{1,15}")
_SWITCHING: Final = 101  # to a WebSocket: that, too, is a call that was accepted


@operation(
    "GET /calls",
    query=(
        Field("since", NUMERAL, 0, "only those with a higher number: the `next` of an earlier answer"),
        Field("limit", _LIMIT, 100, "how many at most, up to 1000"),
        Field("verdict", choice("accepted", "refused"), None),
        Field("route", TEXT, None, "METHOD and path, or the path alone, without a query"),
        Field("code", TEXT, None, "OKX's code"),
    ),
    answers=CALLS,
)
def _list(world: World, given: Given) -> Any:
    """Calls and messages in order, each with its verdict"""
    found, reached = [], given["since"]
    for row in _rows(world, given["since"]):
        reached = row["number"]
        if _wanted(row, given):
            found.append(row)
            if len(found) == given["limit"]:
                break
    return {"calls": found, "next": reached, "dropped": world.journal.dropped}


def _rows(world: World, since: int) -> Iterator[dict[str, Any]]:
    for entry in world.journal.after(since):
        yield row_of(world, entry)


def _wanted(row: dict[str, Any], given: Given) -> bool:
    path = row["target"].partition("?")[0]
    routes = (None, path, f"{row['method']} {path}")
    refused = row["verdict"] != "accepted" and row["status"] != _SWITCHING
    return (
        given["route"] in routes
        and given["code"] in (None, row["code"])
        and given["verdict"] in (None, "refused" if refused else "accepted")
    )


@operation("GET /calls/<number>", answers=CALL)
def _show(world: World, given: Given) -> Any:
    """One call in full: what arrived, the checks in order, why it was refused, and how to make it again"""
    entry = world.journal.entry(int(given["number"])) if _NUMBER.fullmatch(given["number"]) else None
    if entry is None:
        raise Problem(404, f"there is no call {given['number']!r}: GET /_okx/calls lists them")
    return details_of(world, entry)


@operation("GET /audit", answers=AUDIT)
def _audit(world: World, given: Given) -> Any:
    """What the log says about the client's manners, the worst first"""
    numbers = {entry.content.real: entry.number for entry in world.journal.after(0)}
    return {
        "findings": [
            {
                "rule": found.rule,
                "severity": found.severity,
                "sentence": found.sentence,
                "calls": [numbers[real] for real in _moments(found) if real in numbers],
                "why": found.why,
                "source": found.source,
            }
            for found in world.audit()
        ]
    }


def _moments(found: Finding) -> Iterator[float]:
    """When what shows a finding happened: by that it is known again."""
    yield from (call.real for call in found.calls)
    yield from (message.real for message in found.messages)


@operation("GET /sessions", answers=SESSIONS)
def _sessions(world: World, given: Given) -> Any:
    """Who is connected by WebSocket, logged in as whom, and subscribed to what"""
    return {
        "sessions": [
            {
                "connId": each.conn_id,
                "url": each.url,
                "loggedIn": None if each.account is None else each.account.uid,
                "subscriptions": [dict(arg) for arg in each.subscriptions],
            }
            for each in world.hub.sessions
        ]
    }
