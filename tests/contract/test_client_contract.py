"""The contract for clients as a class of tests, as a user writes it, and as the command line asks for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pytest_okx.contract import CLIENT_CHECKS, ClientContract, UnusableClient, client_verdicts, find_client
from tests.contract import good_client
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
    result = pytester.runpytest_subprocess("-q", "-rs", "-p", "no:randomly", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=len(CLIENT_CHECKS) - 5, failed=2, skipped=3)
    result.stdout.fnmatch_lines(
        [
            "*AssertionError: tests.contract.wrong_clients:HasNoLimits: place() returned None at 50011 at HTTP 429, *",
            "*also: amend() returned None at 50011*",
            "*why: a bot that takes a refusal for success*",
            "*from tests.contract.wrong_clients import HasNoLimits*",
            "SKIPPED*: it has no connect()",
        ]
    )


REAL = """
import socket

from pytest_okx.contract import ClientContract

class TestMyBot(ClientContract):
    @staticmethod
    def make_client(server):
        return socket.create_connection(("www.okx.com", 443))
"""


def test_a_client_of_the_real_exchange_is_kept_off_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_mine=REAL)
    result = pytester.runpytest_subprocess("-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*RealExchangeRefused: *a look-up of www.okx.com was refused*"])


def test_a_verdict_is_a_line_and_what_was_found() -> None:
    told = list(client_verdicts(HasNoLimits))
    assert [passed for passed, _ in told].count(False) == 2
    heads = [line.partition("\n")[0] for _, line in told]
    assert heads[0] == "ok      orders what it is told to"
    assert "FAILED  raises at 50011 at HTTP 200" in heads


class Silent:
    """Can balance, and nothing else."""

    def __init__(self, server: object) -> None:
        self.server = server

    def balance(self, ccy: str) -> str:
        raise ValueError("no")


def test_what_is_not_tested_is_told_with_its_reason() -> None:
    told = [line for _, line in client_verdicts(Silent)]
    assert "skipped orders what it is told to: it has no place(order)" in told


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("tests.contract.good_client:GoodClient", good_client.GoodClient),
        ("tests.contract.test_client_contract", lambda: make_client),
    ],
)
def test_a_client_is_found_by_its_name(reference: str, found: object) -> None:
    assert find_client(reference).__name__ in ("GoodClient", "make_client")


def make_client(server: object) -> Silent:
    return Silent(server)


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
