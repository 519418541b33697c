"""Stubs over HTTP answer calls until they are taken back."""

from __future__ import annotations

from .support import commanded, done

TIME = "GET /api/v5/public/time"


def test_a_stub_answers_until_it_is_taken_back() -> None:
    server = commanded()
    server.stub("GET /api/v5/system/status", data=[])
    told = done(server, "POST", "/stubs", {"route": TIME, "data": [{"ts": "1"}]})
    assert told == {
        "stubs": [{"route": "GET /api/v5/system/status", "data": []}, {"route": TIME, "data": [{"ts": "1"}]}]
    }
    assert done(server, "GET", "/stubs") == told
    done(server, "DELETE", "/stubs")
    assert done(server, "GET", "/stubs") == {"stubs": []}
