"""The one thing in the process's environment that a running server needs: that no proxy stands before loopback.

Clients that honour HTTP_PROXY would send a local request to the proxy (python-okx and pyted do). While any server of
this process runs, NO_PROXY names loopback; then it is as it was.
"""

from __future__ import annotations

import os
import threading

__all__ = ["without_proxy"]

_NAMES = ("NO_PROXY", "no_proxy")
_LOOPBACK = ("127.0.0.1", "localhost")


class _Bypass:
    """Counts the servers that run; the first one sets the variables, the last one restores them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._servers = 0
        self._before: dict[str, str | None] = {}
        self._ours: dict[str, str] = {}

    def enter(self) -> None:
        """A server starts."""
        with self._lock:
            self._servers += 1
            if self._servers == 1:
                self._before = {name: os.environ.get(name) for name in _NAMES}
                # Most clients prefer the lower-case one: alone, it must not hide what the other says.
                inherited = next((value for value in self._before.values() if value), None)
                self._ours = {name: _with_loopback(value or inherited) for name, value in self._before.items()}
                os.environ.update(self._ours)

    def leave(self) -> None:
        """A server stopped."""
        with self._lock:
            self._servers -= 1
            if self._servers == 0:
                for name, value in self._before.items():
                    self._restore(name, value)

    def _restore(self, name: str, value: str | None) -> None:
        if os.environ.get(name) != self._ours[name]:
            return  # somebody else set it meanwhile: it is theirs now
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


def _with_loopback(value: str | None) -> str:
    hosts = [host for part in (value or "").split(",") if (host := part.strip())]
    if hosts == ["*"]:
        return "*"  # "everything" is only that while it stands alone
    return ",".join([*hosts, *(host for host in _LOOPBACK if host not in hosts)])


without_proxy = _Bypass()
