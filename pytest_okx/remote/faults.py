"""Faults, from afar: added, watched and taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..faults import Fault
from ..faults.plain import fault_of, plain
from .line import Line, RemoteError

__all__ = ["RemoteFaults", "RemoteHandle"]


class RemoteHandle:
    """A fault that was added."""

    def __init__(self, line: Line, number: str) -> None:
        self._line = line
        self._number = number

    def _row(self) -> Mapping[str, Any]:
        rows: list[dict[str, Any]] = self._line.send("GET", "/faults")["faults"]
        for row in rows:
            if row["id"] == self._number:
                return row
        raise RemoteError(404, f"the fault {self._number!r} was removed")

    @property
    def fault(self) -> Fault | None:
        """What happens next."""
        row = self._row()
        return None if row["kind"] is None else fault_of(row["kind"], row["arguments"])

    @property
    def hits(self) -> int:
        """How often it happened."""
        return int(self._row()["hits"])

    @property
    def exhausted(self) -> bool:
        """Whether nothing more comes of it."""
        return bool(self._row()["exhausted"])

    def release(self) -> None:
        """Let go the replies that `Hold` keeps back."""
        self._line.send("POST", f"/faults/{self._number}/release", {})

    def remove(self) -> None:
        """Take it back."""
        self._line.send("DELETE", f"/faults/{self._number}")

    def __str__(self) -> str:
        return str(self._row()["text"])


class RemoteFaults:
    """The faults of the server."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def add(
        self, fault: Fault, *, on: str | None = None, times: int | None = 1, skip: int = 0, optional: bool = False
    ) -> RemoteHandle:
        """Let `fault` happen to the next `times` calls (None: until removed) of `on`, after `skip` of them."""
        where = {"on": on, "times": times, "skip": skip, "optional": optional}
        return RemoteHandle(self._line, self._line.send("POST", "/faults", {**plain(fault), **where})["id"])

    def clear(self) -> None:
        """Take all faults back."""
        self._line.send("DELETE", "/faults")

    def __iter__(self) -> Iterator[RemoteHandle]:
        return iter([RemoteHandle(self._line, row["id"]) for row in self._line.send("GET", "/faults")["faults"]])
