"""The server itself, and the files of its page."""

from __future__ import annotations

import pytest

import pytest_okx

from .support import ask, commanded, done


def test_health_says_who_and_where() -> None:
    with commanded() as server:
        assert done(server, "GET", "/health") == {
            "status": "ok",
            "version": pytest_okx.__version__,
            "url": server.url,
            "wsUrl": server.ws_url,
            "calls": 0,
        }


@pytest.mark.parametrize("path", ["/", "/static/index.html"])
def test_the_page_may_load_nothing_from_elsewhere(path: str) -> None:
    reply = ask(commanded(), "GET", path)
    assert reply.content_type == "text/html; charset=utf-8"
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    assert "unsafe" not in reply.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["..%2fabout.py", "%2e%2e", ".html", "a%00.js", "x" * 300 + ".js", "INDEX.HTML"])
def test_nothing_but_files_of_the_page_is_served(name: str) -> None:
    assert ask(commanded(), "GET", f"/static/{name}").status_code == 404
