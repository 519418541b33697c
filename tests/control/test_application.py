"""Bodies that are no JSON are refused; without `control` there is no such path."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from pytest_okx.messages import Headers, Request
from tests.helpers import frozen_server

from .support import ask, commanded


@pytest.mark.parametrize("body", [b"{", b"nan", b'{"seconds": NaN}', b'{"seconds": 1e400}', b"[" * 100_000, b"\xff"])
def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    reply = Client(commanded().wsgi).post("/_okx/clock/advance", data=body, content_type="application/json")
    assert reply.status_code == 400
    assert "the body is not JSON" in reply.json["detail"]  # type: ignore[index]


def test_an_empty_body_is_an_empty_object() -> None:
    reply = Client(commanded().wsgi).post("/_okx/clock/freeze", content_type="application/json")
    assert reply.status_code == 200


def test_a_wrong_method_is_told_which_there_are() -> None:
    assert ask(commanded(), "DELETE", "/clock").headers["Allow"] == "GET, HEAD, PATCH"


@pytest.mark.parametrize("path", ["/health", "/clock", "/events"])
def test_whoever_waits_for_it_may_ask_for_the_head_alone(path: str) -> None:
    reply = commanded().handle(Request("HEAD", f"/_okx{path}", Headers([("Host", "localhost")])))
    assert (reply.status, reply.source) == (200, None)


def test_without_its_last_slash_it_is_no_path_of_okx() -> None:
    server = commanded()
    assert server.handle(Request("GET", "/_okx", Headers([("Host", "localhost")]))).status == 404
    assert server.unanswered == []


def test_a_wrong_method_is_told_before_a_wrong_media_type() -> None:
    assert Client(commanded().wsgi).put("/_okx/health").status_code == 405


def test_a_plain_server_takes_no_commands() -> None:
    server = frozen_server()
    assert ask(server, "GET", "/health").status_code == 404
    assert server.calls[0].verdict.startswith("404")


def test_commands_are_no_calls() -> None:
    server = commanded()
    ask(server, "GET", "/health")
    assert list(server.calls) == []
