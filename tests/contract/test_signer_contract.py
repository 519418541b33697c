"""The contract as a class of tests, as a user writes it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pytest_okx.contract import CHECKS, SignerContract
from tests.contract import signers


class TestFunction(SignerContract):
    sign = staticmethod(signers.sign)


class TestMethodOfAnUnusualName(SignerContract):
    sign = signers.OddlyNamed
    method = "autograph"


def test_there_is_a_test_for_each_check() -> None:
    names = [name for name in vars(SignerContract) if name.startswith("test_")]
    assert names == ["test_it_" + check.name.lower().replace(" ", "_") for check in CHECKS]


USERS_FILE = """
from pytest_okx.contract import SignerContract
from tests.contract.signers import no_query

class TestMySigner(SignerContract):
    sign = staticmethod(no_query)
"""


def test_a_failure_shows_request_diagnosis_and_a_line_to_run(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_mine=USERS_FILE)
    pytester.syspathinsert(Path(__file__).parents[2])
    result = pytester.runpytest_subprocess("-q", "-p", "no:randomly", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=6, failed=2)
    result.stdout.fnmatch_lines(
        [
            "*tests.contract.signers:no_query: the signature is not the one that OKX expects*",
            "*request: GET /api/v5/account/balance[?]ccy=BTC at 2020-12-08T09:08:57.715Z*",
            "*diagnosis: query-left-out: *",
            "*again: from tests.contract.signers import no_query; print(no_query(timestamp=*",
        ]
    )


@pytest.mark.parametrize("name", ["no_query", "Remembers", "says_none"])
def test_the_line_that_shows_it_again_runs(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    from pytest_okx.contract import find, verdicts

    text = "\n".join(line for _, line in verdicts(find(f"tests.contract.signers:{name}"), examples=40))
    line = re.search(r"again: (.*)", text)
    assert line is not None
    exec(line[1], {})
    assert capsys.readouterr().out.strip()
