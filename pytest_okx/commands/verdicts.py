"""What makes a command end with another status than 0: the contract test of programs in other languages."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ..server import OkxServer
from ..session import Message

__all__ = ["FAILED", "KINDS", "read", "status"]

FAILED: Final = 3
"""The exit status of a run that failed on what it was told to fail on."""


def _refused(server: OkxServer) -> Iterator[str]:
    """Calls and messages that OKX would have refused; not those that a fault did."""
    for call in server.calls:
        if call.refused and not call.fault:
            yield f"{call.method} {call.target.partition('?')[0]} -> {call.verdict}"
    for message in server.messages:
        if message.sent and not str(message.why).startswith("a fault:"):
            yield from _refusal(message)


def _refusal(message: Message) -> Iterator[str]:
    content: Any = json.loads(message.text) if message.text.startswith("{") else {}
    is_answer = content.get("event") == "error" or "op" in content
    if is_answer and content.get("code", "0") != "0":
        rows = [row for row in content.get("data") or () if isinstance(row, dict) and row.get("sCode", "0") != "0"]
        told = [f"{row['sCode']} {row.get('sMsg', '')}" for row in rows] or [
            f"{content['code']} {content.get('msg', '')}"
        ]
        yield f"WS /{message.url} {content.get('op') or 'error'} -> {told[0].strip()}"


def _unknown(server: OkxServer) -> Iterator[str]:
    """Calls to paths that OKX does not have, or that are not simulated."""
    return (f"{route} has no answer here" for route in server.unanswered)


def _unfired(server: OkxServer) -> Iterator[str]:
    """Faults that were asked for and never happened."""
    return (f"{handle} never fired" for handle in server.faults.unfired())


def _audit(server: OkxServer) -> Iterator[str]:
    """Bad manners."""
    return (str(finding) for finding in server.audit())


KINDS: Final[Mapping[str, Callable[[OkxServer], Iterator[str]]]] = {
    "refused": _refused,
    "unknown": _unknown,
    "unfired": _unfired,
    "audit": _audit,
}


def read(text: str) -> frozenset[str]:
    """The kinds that a text names, with commas between them."""
    kinds = frozenset(each.strip() for each in text.split(","))
    if not kinds <= KINDS.keys():
        raise argparse.ArgumentTypeError(f"{text!r} names what there is not: write some of {', '.join(KINDS)}")
    return kinds


def status(server: OkxServer, kinds: frozenset[str], tell: Callable[[str], object]) -> int:
    """0, or `FAILED` where one of `kinds` is there; then `tell` gets a line for each."""
    found = [(kind, sentence) for kind, find in KINDS.items() if kind in kinds for sentence in find(server)]
    for kind, sentence in found:
        tell(f"{kind}: {sentence}")
    return FAILED if found else 0
