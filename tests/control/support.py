"""A commanded server without a socket, and how it is asked."""

from __future__ import annotations

from typing import Any

from werkzeug.test import Client, TestResponse

from pytest_okx.server import OkxServer

from ..helpers import frozen_server

__all__ = ["ask", "commanded", "done"]


def commanded(**arguments: Any) -> OkxServer:
    """A server that was not started, at a frozen clock, and takes commands."""
    return frozen_server(control=True, **arguments)


def ask(server: OkxServer, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
    """What a command gets; headers in Python's spelling (`Content_Type`) are added to JSON's own."""
    fields = {"Host": "localhost"} | {name.replace("_", "-"): value for name, value in headers.items()}
    given = None if body is None and method in ("GET", "DELETE") else {} if body is None else body
    return Client(server.wsgi, use_cookies=False).open(f"/_okx{path}", method=method, headers=fields, json=given)


def done(server: OkxServer, method: str, path: str, body: Any = None) -> Any:
    """The JSON of a command that is done, None where there is none."""
    reply = ask(server, method, path, body)
    assert reply.status_code in (200, 201, 204), reply.text
    return reply.json if reply.data else None
