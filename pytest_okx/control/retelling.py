"""Calls and messages as JSON: a row of the list, and one in full with its checks, its diagnosis and its `curl`.

What is told was decided elsewhere; no secret is in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from ..calls import Call, Step
from ..clock import unix_ms
from ..diagnosis import Diagnosis
from ..messages import Reply, iso_time
from ..session import Message
from .curl import curl_of
from .journal import Entry
from .world import World

__all__ = ["details_of", "row_of"]

_ACCEPTED: Final = "accepted"
_WORDS: Final[Mapping[str, str]] = {"ping": "ping", "pong": "pong"}


def row_of(world: World, entry: Entry) -> dict[str, Any]:
    """One line of the list."""
    return _row(world, entry.number, entry.content)


def _row(world: World, number: int, content: Call | Message) -> dict[str, Any]:
    told = _message(content) if isinstance(content, Message) else _call(world, content)
    return {"number": number, **told}


def _call(world: World, call: Call) -> dict[str, Any]:
    key = world.exchange.key(call.headers.text("OK-ACCESS-KEY"))
    return {
        "kind": "http",
        "at": iso_time(unix_ms(call.at)),
        "method": call.method,
        "target": call.target,
        "status": call.status,
        "code": call.code,
        "verdict": call.verdict,
        "fault": call.fault or None,
        "uid": None if key is None else key.account.uid,
    }


def _message(message: Message) -> dict[str, Any]:
    name, code, refusal = _told(message.text) if message.sent else _asked(message.text)
    return {
        "kind": "ws",
        "at": iso_time(message.at),
        "method": name,
        "target": f"/ws/v5/{message.url}",
        "status": None,
        "code": code,
        "verdict": refusal or _ACCEPTED,
        "fault": None,
        "uid": None,
        "connId": message.conn_id,
        "sent": message.sent,
    }


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}


def _asked(text: str) -> tuple[str, str, str]:
    """What a client asks for; whether it is refused is in the answer."""
    return str(_object(text).get("op", _WORDS.get(text, "message"))), "", ""


def _told(text: str) -> tuple[str, str, str]:
    """What a client is told: its name, OKX's code, and the refusal in words, "" where it is none."""
    message = _object(text)
    default = "push" if "arg" in message else _WORDS.get(text, "message")
    name, code = message.get("event", message.get("op", default)), str(message.get("code", ""))
    rows = message.get("data")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and row.get("sCode", "0") != "0":
            return str(name), str(row["sCode"]), f"row {row['sCode']} {row.get('sMsg', '')}"
    return str(name), code, f"{code} {message.get('msg', '')}" if code not in ("", "0") else ""


def details_of(world: World, entry: Entry) -> dict[str, Any]:
    """One call or message in full."""
    content = entry.content
    row = _row(world, entry.number, content)
    if isinstance(content, Message):
        nothing: dict[str, Any] = {"headers": [], "reply": None, "checks": [], "diagnosis": None, "curl": None}
        return {**row, **nothing, "body": content.text, "remark": content.why or None}
    found = None if content.details is None else content.details()
    return {
        **row,
        "headers": [list(field) for field in content.headers.raw],
        "body": content.body.decode("utf-8", "replace"),
        "reply": None if found is None else _reply(found.reply, content.delivery),
        "checks": [] if found is None else [_step(step, content) for step in found.steps],
        "remark": content.remark or None,
        "diagnosis": None if found is None or found.diagnosis is None else _diagnosis(found.diagnosis),
        "curl": curl_of(world, content),
    }


def _reply(reply: Reply, delivery: str) -> dict[str, Any]:
    return {
        "status": reply.status,
        "headers": [list(field) for field in reply.headers],
        "body": reply.body.decode("utf-8", "replace"),
        "delivery": delivery,
    }


def _step(step: Step, call: Call) -> dict[str, Any]:
    row: dict[str, Any] = {"name": step.name, "outcome": step.outcome, "codes": list(step.codes)}
    if step.outcome == "failed":
        row["detail"] = call.verdict
    return row


def _diagnosis(found: Diagnosis) -> dict[str, Any]:
    return {
        "sentence": found.evidence,
        "name": " + ".join(found.mistakes) or None,
        "server": found.expected,
        "client": found.signed or None,
        "differsAt": found.first_difference,
    }
