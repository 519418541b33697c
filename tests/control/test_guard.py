"""Other sites' pages get nothing, nor does anybody without the token where the server listens beyond loopback."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from pytest_okx.server import OkxServer

from .support import ask, commanded


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080", "[::1]:80", "LOCALHOST", "127.9.9.9"])
def test_names_of_loopback_are_answered(host: str) -> None:
    assert ask(commanded(), "GET", "/health", Host=host).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "a@localhost", " ", "1.1.1.1"]
)
def test_a_foreign_host_is_refused(host: str) -> None:
    reply = ask(commanded(), "GET", "/health", Host=host)
    assert reply.status_code == 421
    assert "is no name of this server" in reply.text


def test_its_own_page_may_ask() -> None:
    assert ask(commanded(), "POST", "/clock/resume", Origin="http://localhost").status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://localhost", "http://localhost:81", ""])
def test_a_foreign_origin_is_refused(origin: str) -> None:
    reply = ask(commanded(), "GET", "/health", Origin=origin)
    assert reply.status_code == 403
    assert "only the server's own page" in reply.text


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_no_form_can_send_a_command(kind: str) -> None:
    reply = Client(commanded().wsgi).post("/_okx/reset", data=b"{}", content_type=kind)
    assert reply.status_code == 415


def test_the_media_type_may_have_parameters() -> None:
    reply = Client(commanded().wsgi).post("/_okx/reset", data=b"{}", content_type="application/json; charset=utf-8")
    assert reply.status_code == 204


def beyond(host: str = "0.0.0.0", control: bool | str = True) -> OkxServer:
    with pytest.warns(UserWarning, match="not on loopback"):
        return OkxServer(host=host, control=control)


@pytest.mark.parametrize("path", ["/health", "/openapi.json", "/events"])
@pytest.mark.parametrize("shown", [None, "Bearer", "Bearer wrong", "Basic {}", "{}"])
def test_beyond_loopback_a_token_is_needed(path: str, shown: str | None) -> None:
    server = beyond()
    fields = {} if shown is None else {"Authorization": shown.format(server.control_token)}
    reply = ask(server, "GET", path, **fields)
    assert (reply.status_code, reply.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_who_shows_the_token_is_answered() -> None:
    server = beyond(control="a-token")
    assert ask(server, "GET", "/health", Authorization="Bearer a-token").status_code == 200
    assert ask(server, "GET", "/health", Authorization="bearer a-token").status_code == 200


def test_the_page_is_there_for_all_and_shows_a_token_that_it_keeps() -> None:
    server = beyond(control="a-token +")
    assert ask(server, "GET", "/").status_code == 200
    assert ask(server, "GET", "/health", Cookie="okx_control=a-token%20+").status_code == 200
    assert ask(server, "GET", "/health", Cookie="okx_control=wrong").status_code == 401
    assert ask(server, "GET", "/health", Cookie="a@b=1; =;").status_code == 401
    assert ask(server, "POST", "/", Cookie="okx_control=wrong").status_code == 401


def test_tokens_are_made_where_they_are_needed_and_differ() -> None:
    assert commanded().control_token == ""
    assert len(beyond().control_token) >= 32
    assert beyond().control_token != beyond().control_token


def test_beyond_loopback_its_own_name_is_known_and_others_are_not() -> None:
    named = beyond("203.0.113.7", "t")
    assert ask(named, "GET", "/health", Host="203.0.113.7:80", Authorization="Bearer t").status_code == 200
    assert ask(named, "GET", "/health", Host="evil.example", Authorization="Bearer t").status_code == 421
    # On every address it cannot know its names; the token is what keeps others out.
    assert ask(beyond(control="t"), "GET", "/health", Host="okx", Authorization="Bearer t").status_code == 200
