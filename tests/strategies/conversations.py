"""A session, without a socket, for each frame that a strategy makes, and what it says to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_okx.clock import unix_ms
from pytest_okx.strategies import Frame
from tests.helpers import NOW
from tests.session.support import Caller, Stage

__all__ = ["NOW_MS", "STAGE", "answers", "caller", "refusals"]

NOW_MS = unix_ms(NOW)
STAGE = Stage()
"""An exchange that nothing here changes; each level has a key."""
_KEYS = {level: STAGE.exchange.issue_key(STAGE.exchange.open_account(level)) for level in ("Lv1", "VIP4", "VIP9")}


def caller(url: str, level: str | None = None) -> Caller:
    """A new client on a URL, which may have a query; it has logged in if an account of that level is asked for."""
    path, mark, query = url.partition("?")
    if level is None:
        return STAGE.connect(path, query=mark + query)
    return STAGE.member(path, _KEYS[level], query=mark + query)


def answers(frame: Frame, level: str | None = None) -> list[Any]:
    """What a session of its own answers to a frame; what it pushes is left out."""
    client = caller(frame.url, level)
    events = [said for said in client.ask(frame.text) if "event" in said]
    client.session.lost()
    return events


def refusals(said: Sequence[Any]) -> list[str]:
    """The codes of what was refused."""
    return [each["code"] for each in said if each["event"] == "error"]
