"""What a server was asked, and what it refused: the lines that end a command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..calls import Call
from ..server import OkxServer

__all__ = ["summary"]


def summary(server: OkxServer) -> list[str]:
    """How often each route was called, then what was refused, how often, and why it was the first time."""
    calls = list(server.calls)
    refused = [call for call in calls if call.refused]
    return [
        f"{len(calls) + server.calls.dropped} calls, {len(refused) or 'none'} of them refused",
        *_counted(Counter(_route(call) for call in calls if _was_request(call))),
        *(["refused:"] if refused else []),
        *_counted(Counter(_verdict(call) for call in refused)),
        *(f"why, the first time: {call.remark}" for call in refused[:1] if call.remark),
    ]


def _counted(counts: Counter[str]) -> Iterator[str]:
    return (f"{count:6}  {text}" for text, count in counts.most_common())


def _was_request(call: Call) -> bool:
    """Whether it got as far as being one: what a proxy or a parser turns away did not."""
    return call.method != "?"


def _route(call: Call) -> str:
    return f"{call.method} {call.target.partition('?')[0]}"


def _verdict(call: Call) -> str:
    return f"{call.verdict} ({_route(call)})" if _was_request(call) else call.verdict
