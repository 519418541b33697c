"""The contract for clients as a class of tests, as a user writes it, and as the command line asks for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pytest_okx.contract import CLIENT_CHECKS, ClientContract, UnusableClient, client_verdicts, find_client
from pytest_okx.contract.roles import name_of
from tests.contract.wrong_clients import HasNoLimits

USERS_FILE = """
from pytest_okx.contract import ClientContract
from tests.contract.wrong_clients import HasNoLimits

class TestMyBot(ClientContract):
    make_client = staticmethod(HasNoLimits)
"""


def test_there_is_a_test_for_each_check() -> None:
    [mark] = ClientContract.test_it.pytestmark  # type: ignore[attr-defined]
    assert mark.kwargs["ids"] == [check.name for check in CLIENT_CHECKS]


def test_a_failure_is_a_finding_and_what_a_client_lacks_is_skipped(pytester: pytest.Pytester) -> None:
    code = USERS_FILE + "\nHasNoLimits.connect = None\n"
    pytester.makepyfile(test_mine=code)
    pytester.syspathinsert(Path(__file__).parents[2])
    options = ("-q", "-rs", "-k", "50011 or drop", "-p", "no:randomly", "-p", "no:cacheprovider")
    result = pytester.runpytest_subprocess(*options)
    result.assert_outcomes(passed=1, failed=2, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "*AssertionError: tests.contract.wrong_clients:HasNoLimits: place() returned None at 50011 at HTTP 429, *",
            "*also: amend() returned None at 50011*",
            "*why: a bot that takes a refusal for success*",
            "*from tests.contract.wrong_clients import HasNoLimits*",
            "SKIPPED*: it has no connect()",
        ]
    )


def test_its_marker_has_the_guard_stand() -> None:
    [mark] = ClientContract.pytestmark  # type: ignore[attr-defined]
    assert mark.name == "okx"


def test_a_verdict_is_a_line_and_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = tuple(check for check in CLIENT_CHECKS if "50011" in check.name)
    monkeypatch.setattr("pytest_okx.contract.client_contract.CLIENT_CHECKS", chosen)
    told = [(passed, line.splitlines()[0]) for passed, line in client_verdicts(HasNoLimits)]
    assert told == [
        (False, "FAILED  raises at 50011 at HTTP 429"),
        (False, "FAILED  raises at 50011 at HTTP 200"),
        (True, "ok      waits after 50011"),
    ]


class Silent:
    """Can balance, and nothing else."""

    def __init__(self, server: object) -> None:
        self.server = server

    def balance(self, ccy: str) -> str:
        raise ValueError("no")


def test_what_is_not_tested_is_told_with_its_reason() -> None:
    told = [line for _, line in client_verdicts(Silent)]
    assert "skipped orders what it is told to: it has no place(order)" in told


def make_client(server: object) -> Silent:
    return Silent(server)


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("tests.contract.good_client:GoodClient", "GoodClient"),
        ("tests.contract.test_client_contract", "make_client"),
    ],
)
def test_a_client_is_found_by_its_name(reference: str, name: str) -> None:
    assert name_of(find_client(reference)).endswith(f":{name}")


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("no.such.module", "no.such.module cannot be imported"),
        ("tests.contract.good_client", "tests.contract.good_client:make_client is not there"),
        ("tests.contract.test_client_contract:USERS_FILE", "name a function that takes a server and gives a client"),
    ],
)
def test_what_makes_no_client_is_told(reference: str, sentence: str) -> None:
    with pytest.raises(UnusableClient, match=re.escape(sentence)):
        find_client(reference)
