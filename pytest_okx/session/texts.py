"""What a session says: events, acks and refusals as JSON text, members in the order in which OKX sends them.

Nothing here knows why something is said.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from ..errors import OkxError, catalogue

__all__ = ["WsError", "event", "refusal"]

# An ack echoes what was sent, in which numbers with a fraction were read as `Decimal`: they come back as text.
_encode: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False, default=str).encode


class WsError(Exception):
    """A refusal in OKX's words: `code` and `message`, of the list of the WebSocket or else of REST's.

    `why` is what the transcript says and the client is not told; it is made when somebody reads it.
    """

    def __init__(self, code: str, *params: object, why: Callable[[], str] | str = "", **named: object) -> None:
        rows = catalogue("ws").get(code)
        self.code = str(code)
        self.message = rows[0].text(params, named) if rows else OkxError(code, *params).message
        self.why = why
        super().__init__(f"{self.code} {self.message}")


def event(name: str, conn_id: str, request_id: str = "", **members: Any) -> str:
    """An event; `request_id` is echoed where the client gave one."""
    return _encode(_echoed(request_id) | {"event": name, **members, "connId": conn_id})


def refusal(error: WsError, conn_id: str, request_id: str = "") -> str:
    """The event that says what was wrong."""
    return event("error", conn_id, request_id, msg=error.message, code=error.code)


def _echoed(request_id: str) -> dict[str, Any]:
    return {"id": request_id} if request_id else {}
