"""What goes wrong with a request to the control API, as problem details (RFC 9457).

Knows the form alone: which request is wrong is judged elsewhere.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from ..messages import Reply, compact_json

__all__ = ["PROBLEM_TYPE", "Problem"]

PROBLEM_TYPE: Final = "application/problem+json"


class Problem(Exception):
    """A request that is refused: with which status, and a sentence with the value and the next step in it."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = tuple((name.replace("_", "-"), value) for name, value in headers.items())

    @property
    def reply(self) -> Reply:
        """What the client gets."""
        title = HTTPStatus(self.status).phrase
        body = compact_json({"type": "about:blank", "title": title, "status": self.status, "detail": str(self)})
        return Reply(self.status, body.encode("utf-8", "replace"), (("Content-Type", PROBLEM_TYPE), *self.headers))
