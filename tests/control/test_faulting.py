"""Faults over HTTP: each kind with what it takes, and what became of those that were added."""

from __future__ import annotations

from pytest_okx.faults import LoseReply, Reject
from pytest_okx.faults.plain import KINDS

from .support import commanded, done


def test_every_kind_is_told_with_its_moment_and_what_it_takes() -> None:
    kinds = {row["name"]: row for row in done(commanded(), "GET", "/faults")["kinds"]}
    assert set(kinds) == set(KINDS)
    assert (kinds["Delay"]["moment"], kinds["Disconnect"]["moment"], kinds["Close"]["moment"]) == (
        "after",
        "after",
        "connect",
    )
    assert kinds["Delay"]["parameters"] == [{"name": "seconds", "type": "float", "required": True, "default": None}]


def test_faults_of_the_test_are_listed_beside_those_that_were_commanded() -> None:
    server = commanded()
    server.faults.sequence([None, LoseReply()], on="GET /api/*", optional=True)
    added = done(server, "POST", "/faults", {"kind": "Reject", "arguments": {"code": "50011"}, "skip": 3})
    first, second = done(server, "GET", "/faults")["faults"]
    assert (first["kind"], first["on"], first["times"]) == (None, "GET /api/*", 2)
    assert second == added
    assert server.faults.armed[1].fault == Reject("50011")
    done(server, "DELETE", f"/faults/{first['id']}")
    done(server, "DELETE", "/faults")
    assert server.faults.added == ()
