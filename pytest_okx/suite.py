"""The servers of one test session: which of them the running test used, and what its report shows of them.

It starts and stops servers and puts their words in order. It judges nothing and knows no pytest; it is imported when a
fixture first runs, because a server is heavy.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from textwrap import indent
from typing import Any

from .audit import Finding
from .server import OkxServer

__all__ = ["Suite", "unmet"]

_SHOWN_SERVERS = 3
_SHOWN_LINES = 200


def unmet(server: OkxServer) -> list[str]:
    """The sentences that fail the test which used `server`: none when it is not strict."""
    return server.problems() if server.strict else []


class Suite:
    """Makes the servers of a session, and forgets each when it stops: of a stopped one only the transcript is kept,
    until the next test begins, and where `audits` says so at that moment, the findings of its audit.
    """

    def __init__(self, audits: Callable[[], bool] = lambda: False) -> None:
        self._audits = audits
        self._found: list[tuple[bool, Finding]] = []
        self._running: dict[int, OkxServer] = {}
        self._stopped: deque[str] = deque(maxlen=_SHOWN_SERVERS)
        self._unshown = 0

    def start(self, arguments: dict[str, Any]) -> OkxServer:
        """A new server, started. Raises what `OkxServer` and its `start` raise."""
        server = _SuiteServer(self, arguments)
        server.start()
        self._running[id(server)] = server
        return server

    def begin_test(self) -> None:
        """Another test begins: what stopped before was not its own."""
        self._stopped.clear()
        self._found.clear()
        self._unshown = 0

    def findings(self, *, strict: bool) -> list[Finding]:
        """What the audits of the servers found that stopped during the running test: strict servers, or the others."""
        return [finding for of_strict, finding in self._found if of_strict is strict]

    def report(self) -> str:
        """The transcripts of the running test's servers: those that stopped during it, and those that run."""
        earlier = [f"(and {self._unshown} servers that stopped before these)"] if self._unshown else []
        running = [_told(server) for server in self._running.values()]
        return "\n".join([*earlier, *self._stopped, *running])

    def close(self) -> list[str]:
        """Stop what still runs; its unmet expectations, which nobody else will tell."""
        left = list(self._running.values())
        for server in left:
            server.stop()
        return [sentence for server in left for sentence in unmet(server)]

    def forget(self, server: OkxServer) -> None:
        """`server` has stopped."""
        if self._running.pop(id(server), None) is not None:
            self._unshown += len(self._stopped) == _SHOWN_SERVERS
            self._stopped.append(_told(server))
            if self._audits():
                self._found += ((server.strict, finding) for finding in server.audit())


class _SuiteServer(OkxServer):
    """An `OkxServer` that tells its suite when it stops."""

    def __init__(self, suite: Suite, arguments: dict[str, Any]) -> None:
        super().__init__(**arguments)
        self._suite = suite

    def stop(self) -> None:
        super().stop()
        self._suite.forget(self)


def _told(server: OkxServer) -> str:
    lines = server.transcript().splitlines() or ["no call arrived"]
    hidden = len(lines) - _SHOWN_LINES
    shown = [f"({hidden} earlier lines)", *lines[-_SHOWN_LINES:]] if hidden > 0 else lines
    told = [*shown, *(f"unmet: {sentence}" for sentence in unmet(server))]
    return "\n".join([server.url, indent("\n".join(told), "  ")])
