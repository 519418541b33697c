"""What `serve` says on stderr: its log has a line for each call and each message of a WebSocket, no secret in it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from typing import Any, Final

from ..calls import Call
from ..clock import from_unix_ms
from ..server import OkxServer
from ..session import Message

__all__ = ["FORMATS", "log", "read", "tell"]

FORMATS: Final = ("off", "text", "json")


def read(text: str) -> str:
    """One of the formats."""
    if text not in FORMATS:
        raise argparse.ArgumentTypeError(f"{text!r} is no format of a log: write one of {', '.join(FORMATS)}")
    return text


def log(server: OkxServer, form: str) -> None:
    """Write a line for whatever `server` hears and says from now on, unless `form` is "off"."""
    if form != "off":
        write: Callable[[Call | Message], str] = _as_json if form == "json" else str
        server.calls.listen(lambda made: _write(write(made())))
        server.messages.listen(lambda message: _write(write(server.messages.readable(message))))


def tell(form: str, *texts: str) -> None:
    """Write what else there is to say; among objects of JSON each text is one."""
    _write(*([json.dumps({"kind": "serve", "text": text}) for text in texts] if form == "json" else texts))


def _write(*texts: str) -> None:
    """Lines on stderr. From when it takes none any more, such as a pipe whose reader has gone, they are lost."""
    try:
        print(*texts, sep="\n", file=sys.stderr, flush=True)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stderr.fileno())
        os.close(nowhere)


def _as_json(content: Call | Message) -> str:
    told = _of_message(content) if isinstance(content, Message) else _of_call(content)
    return json.dumps({name: value for name, value in told.items() if value != ""})


def _of_call(call: Call) -> dict[str, Any]:
    return {
        "at": call.at.isoformat(timespec="milliseconds"),
        "kind": "http",
        "method": call.method,
        "target": call.target,
        "status": call.status,
        "code": call.code,
        "verdict": call.verdict,
        "fault": call.fault,
        "why": call.remark,
    }


def _of_message(message: Message) -> dict[str, Any]:
    return {
        "at": from_unix_ms(message.at).isoformat(timespec="milliseconds"),
        "kind": "ws",
        "connId": message.conn_id,
        "url": message.url,
        "from": "server" if message.sent else "client",
        "text": message.text,
        "why": message.why,
    }
