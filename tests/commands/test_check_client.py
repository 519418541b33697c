"""`check-client`: its status and what it prints."""

from __future__ import annotations

import socket
from contextlib import suppress

import pytest

from pytest_okx import OkxServer
from pytest_okx.__main__ import main
from pytest_okx.contract import CLIENT_CHECKS
from tests.contract.good_client import GoodClient


@pytest.fixture(autouse=True)
def _few_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which checks there are is not asked here."""
    chosen = tuple(check for check in CLIENT_CHECKS if "50011" in check.name or "drop" in check.name)
    monkeypatch.setattr("pytest_okx.contract.client_contract.CLIENT_CHECKS", chosen)


def test_a_client_that_is_right_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-client", "tests.contract.good_client:GoodClient"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "ok      raises at 50011 at HTTP 429"
    assert told[-1] == "tests.contract.good_client:GoodClient fulfils the contract"


def test_a_client_that_is_wrong_ends_with_one_and_what_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-client", "tests.contract.wrong_clients:HasNoLimits"]) == 1
    told = capsys.readouterr().out
    assert "FAILED  raises at 50011 at HTTP 429\n  tests.contract.wrong_clients:HasNoLimits: place() returned" in told
    assert told.endswith("tests.contract.wrong_clients:HasNoLimits breaks the contract\n")


def test_what_makes_no_client_ends_with_one_and_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-client", "json:loads"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("pytest-okx check-client: json:loads raised TypeError: ")


def real(server: OkxServer) -> GoodClient:
    """A client that looks at the real exchange, and swallows what comes of it."""
    with suppress(RuntimeError):
        socket.getaddrinfo("www.okx.com", 443)
    return GoodClient(server)


def test_a_client_of_the_real_exchange_is_kept_off_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-client", "tests.commands.test_check_client:real"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert "tests.commands.test_check_client:real reached for the real OKX: a look-up of www.okx.com" in told[0]
