"""Bodies that are no JSON are refused; without `control` there is no such path."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from tests.helpers import frozen_server

from .support import ask, commanded


@pytest.mark.parametrize("body", [b"{", b"nan", b'{"seconds": NaN}', b"[" * 100_000, b"\xff"])
def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    reply = Client(commanded().wsgi).post("/_okx/clock/advance", data=body, content_type="application/json")
    assert reply.status_code == 400
    assert "the body is not JSON" in reply.json["detail"]  # type: ignore[index]


def test_an_empty_body_is_an_empty_object() -> None:
    reply = Client(commanded().wsgi).post("/_okx/clock/freeze", content_type="application/json")
    assert reply.status_code == 200


def test_a_wrong_method_is_told_which_there_are() -> None:
    assert ask(commanded(), "DELETE", "/clock").headers["Allow"] == "GET, HEAD, PATCH"


def test_a_plain_server_takes_no_commands() -> None:
    server = frozen_server()
    assert ask(server, "GET", "/health").status_code == 404
    assert server.calls[0].verdict.startswith("404")


def test_commands_are_no_calls() -> None:
    server = commanded()
    ask(server, "GET", "/health")
    assert list(server.calls) == []


@pytest.mark.parametrize("path", ["/", "/health", "/clock", "/events"])
def test_what_can_be_read_has_a_head(path: str) -> None:
    reply = ask(commanded(), "HEAD", path)
    assert (reply.status_code, reply.data) == (200, b"")
