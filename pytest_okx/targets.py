"""What a request line asks for: a path of this server, or, where it is a proxy, of a host that it answers for.

Pure functions over text. It must not know sockets, nor which hosts those are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

__all__ = ["Answers", "Refused", "origin_form"]

Answers = Callable[[str], object]
"""Whether a proxy answers for a host: something true, or something false."""

_ABSOLUTE: Final = re.compile(r"https?://([^/?]+)(.*)", re.IGNORECASE)
_AUTHORITY: Final = re.compile(r"[^/?]+:\d+")


class Refused(Exception):
    """Bytes that do not become a request: the `status` to answer, and the `reason`, a sentence."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason


def origin_form(method: str, target: str, answers: Answers | None) -> str:
    """The target byte for byte; of a proxy's `http://host/path`, what follows the host; of a CONNECT, host and port.

    Without `answers` this is no proxy, and every host is this server. Raises `Refused` for what leads elsewhere.
    """
    if method == "CONNECT":
        return _tunnel(target, answers)
    if target[0] == "/" or (target == "*" and method == "OPTIONS"):
        return target
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute is None:
        raise Refused(400, f"the target {target[:40]!r} does not begin with /: send /path?query")
    _check_host(absolute[1], answers)
    rest = absolute[2]
    return rest if rest.startswith("/") else f"/{rest}"


def _tunnel(target: str, answers: Answers | None) -> str:
    if answers is None:
        raise Refused(405, "CONNECT is for proxies, which this is not: mend the proxy settings")
    if not _AUTHORITY.fullmatch(target):
        raise Refused(400, f"CONNECT asks for {target[:40]!r}: send host:port")
    _check_host(target, answers)
    return target


def _check_host(host: str, answers: Answers | None) -> None:
    if answers is not None and not answers(host):
        raise Refused(
            403,
            f"{host[:80]} is no host of OKX's API, and this proxy leads to the fake exchange alone: "
            "name it in NO_PROXY, if it is meant to be reached",
        )
