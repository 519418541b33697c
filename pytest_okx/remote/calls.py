"""The log, from afar: what arrived, what it got, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, overload

from .line import Line

__all__ = ["RemoteCall", "RemoteCalls"]


_MOST_CALLS: Final = 1000


@dataclass(frozen=True)
class RemoteCall:
    """One call, or one message of a WebSocket: what arrived, what it got, and why."""

    number: int
    kind: str
    at: datetime
    method: str
    target: str
    status: int | None
    code: str
    verdict: str
    fault: str | None
    uid: str | None
    _line: Line = field(repr=False, compare=False)

    def details(self) -> dict[str, Any]:
        """It in full: headers, body, checks, diagnosis, reply, and the `curl` that makes it again."""
        found: dict[str, Any] = self._line.send("GET", f"/calls/{self.number}")
        return found


class RemoteCalls(Sequence[RemoteCall]):
    """The log, as it is when it is looked at."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def _all(self, **filters: str) -> list[RemoteCall]:
        found: list[RemoteCall] = []
        since = 0
        while rows := (answer := self._page(since, filters))["calls"]:
            since = answer["next"]
            found += [_call(self._line, row) for row in rows]
        return found

    def _page(self, since: int, filters: Mapping[str, str]) -> Any:
        return self._line.send("GET", "/calls", query={"since": since, "limit": _MOST_CALLS, **filters})

    def where(self, **filters: str) -> list[RemoteCall]:
        """Those of a `verdict` ("accepted", "refused"), a `route` ("GET /api/v5/...") or a `code`."""
        return self._all(**filters)

    @overload
    def __getitem__(self, index: int) -> RemoteCall: ...
    @overload
    def __getitem__(self, index: slice) -> list[RemoteCall]: ...
    def __getitem__(self, index: int | slice) -> RemoteCall | list[RemoteCall]:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[RemoteCall]:
        return iter(self._all())


def _call(line: Line, row: Mapping[str, Any]) -> RemoteCall:
    names = ("number", "kind", "method", "target", "status", "code", "verdict", "fault", "uid")
    return RemoteCall(at=datetime.fromisoformat(row["at"]), _line=line, **{name: row[name] for name in names})
