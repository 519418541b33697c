"""How commands get to a server: JSON over HTTP, each on a connection of its own. Knows no command."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from http.client import HTTPConnection, HTTPSConnection
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

__all__ = ["Amount", "Line", "RemoteError", "money", "part", "time_text"]

_PREFIX: Final = "/_okx"
_SECONDS: Final = 30

Amount = Decimal | int | str


class RemoteError(ValueError):
    """The server refused a command: why, as a sentence, and with which HTTP `status`."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Line:
    """Sends commands to one server."""

    def __init__(self, url: str, token: str | None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"{url!r} is no address of a server: give its URL, such as 'http://127.0.0.1:8080'")
        self._host = parts.netloc
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, query: Mapping[str, Any] | None = None
    ) -> Any:
        """The answer to a command; raises `RemoteError` for one that is refused."""
        connection = self._kind(self._host, timeout=_SECONDS)
        target = f"{_PREFIX}{path}?{urlencode(query)}" if query else _PREFIX + path
        try:
            connection.request(method, target, None if body is None else json.dumps(body), self._headers)
            reply = connection.getresponse()
            answer = _json(reply.read())
        finally:
            connection.close()
        if reply.status >= 400:
            detail = answer.get("detail") if isinstance(answer, dict) else None
            raise RemoteError(
                reply.status, detail or f"{method} {target} got {reply.status}: is it `pytest-okx serve`?"
            )
        return answer


def _json(body: bytes) -> Any:
    try:
        return json.loads(body or b"null")
    except ValueError:
        return None


def part(text: str) -> str:
    """A text as one part of a path."""
    return quote(text, "")


def money(value: Amount) -> str:
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, str)):
        raise TypeError(f"{value!r} is no exact amount: give a Decimal, an int or a str")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def time_text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
