"""A book of the client without mistakes: it is whole for as long as each update begins where the last one ended."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

__all__ = ["Book"]

Level = list[str]


class Book:
    """The book of one subscription, `arg`."""

    def __init__(self, arg: Mapping[str, str]) -> None:
        self.arg = arg
        self.whole = False
        self.sequence = -1
        self.levels: dict[str, dict[str, Level]] = {}

    def take(self, message: Mapping[str, Any]) -> None:
        """A snapshot, or an update."""
        [row] = message["data"]
        if message["action"] == "snapshot":
            self.levels, self.whole = {"bids": {}, "asks": {}}, True
        elif self.gap(row):
            self.whole = False
        self.sequence = row["seqId"]
        for side, levels in self.levels.items():
            for level in row[side]:
                levels[level[0]] = level
                if Decimal(level[1]) == 0:
                    del levels[level[0]]

    def gap(self, row: Mapping[str, Any]) -> bool:
        """Whether updates are missing before this one."""
        return bool(row["prevSeqId"] != self.sequence)

    def sides(self) -> dict[str, list[Level]]:
        """The levels, the best first."""
        best = {"bids": True, "asks": False}
        return {
            side: sorted(self.levels[side].values(), key=lambda level: Decimal(level[0]), reverse=first)
            for side, first in best.items()
        }
