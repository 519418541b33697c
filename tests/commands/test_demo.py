"""`demo`: it tells what it does, and fails when anything differs."""

from __future__ import annotations

import pytest

from pytest_okx.__main__ import main
from pytest_okx.commands import demo
from pytest_okx.faults import Reject


def test_the_demo_tells_what_it_does_and_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 0
    told = capsys.readouterr().out
    assert "DIFFERS" not in told
    for word in ("50102", "50113", "30006", "30012", "32008", "RemoteDisconnected"):
        assert word in told


def test_the_demo_fails_when_something_differs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "_refused", lambda reply: "accepted")
    assert demo.narrate() == 1
    assert "DIFFERS a timestamp 31 s old: accepted, expected 401 50102" in capsys.readouterr().out


def test_the_demo_fails_when_an_expectation_was_not_met(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "_faults", lambda story, server, client, order: server.faults.add(Reject("50011")))
    assert demo.narrate() == 1
    assert "never fired" in capsys.readouterr().out
