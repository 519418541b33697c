"""The exchange's clock, from afar."""

from __future__ import annotations

from datetime import datetime, timedelta

from .line import Line, time_text

__all__ = ["RemoteClock"]


class RemoteClock:
    """The exchange's clock."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def now(self) -> datetime:
        """The exchange's time, in UTC."""
        return datetime.fromisoformat(self._line.send("GET", "/clock")["now"])

    def now_ms(self) -> int:
        """The same in Unix milliseconds."""
        return int(self._line.send("GET", "/clock")["nowMs"])

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return bool(self._line.send("GET", "/clock")["frozen"])

    def freeze(self, at: datetime | None = None) -> None:
        """Stop it, where it is or at `at` (aware)."""
        self._line.send("POST", "/clock/freeze", {} if at is None else {"at": time_text(at)})

    def resume(self) -> None:
        """Let it follow the process's clock again."""
        self._line.send("POST", "/clock/resume", {})

    def advance(self, seconds: float | timedelta) -> None:
        """Move it by `seconds`, or a timedelta; negative goes back."""
        moved = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
        self._line.send("POST", "/clock/advance", {"seconds": moved})

    def set(self, at: datetime) -> None:
        """Put it at `at` (aware)."""
        self._line.send("POST", "/clock/set", {"at": time_text(at)})

    @property
    def skew(self) -> float:
        """Seconds that the exchange is ahead of its base."""
        return float(self._line.send("GET", "/clock")["skew"])

    @skew.setter
    def skew(self, seconds: float) -> None:
        self._line.send("PATCH", "/clock", {"skew": seconds})

    @property
    def drift_ppm(self) -> float:
        """Microseconds that the exchange gains in each second."""
        return float(self._line.send("GET", "/clock")["driftPpm"])

    @drift_ppm.setter
    def drift_ppm(self, ppm: float) -> None:
        self._line.send("PATCH", "/clock", {"driftPpm": ppm})
