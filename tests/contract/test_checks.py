"""The contract passes signers that are right, whatever their shape, and names what is wrong with the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_okx.contract import CHECKS, find, run_check, verdicts
from pytest_okx.contract.cases import read_vectors
from tests.contract.signers import RIGHT, WRONG

MODULE = "tests.contract.signers"
# The SDK makes its timestamps with datetime.utcnow().
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_signer_passes_every_check_in_whatever_shape(name: str) -> None:
    lines = list(verdicts(find(f"{MODULE}:{name}"), examples=20))
    assert [line for passed, line in lines if not passed] == []
    assert len(lines) == len(CHECKS)


@pytest.mark.parametrize("reference", ["okx.utils:sign", "okx.utils", "ccxt:okx"])
def test_the_signers_of_known_clients_pass(reference: str) -> None:
    assert all(passed for passed, _ in verdicts(find(reference), examples=60))


def test_the_function_of_python_okx_that_its_client_does_not_use_is_found_out() -> None:
    # It signs nothing for the body {}, which the client sends.
    text = "\n".join(line for _, line in verdicts(find("okx.utils:signature")))
    assert "with the body '{}'" in text
    assert "FAILED  agrees with OKX for every request" in text


def test_the_answers_that_are_known_are_those_that_were_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = tuple(replace(each, signature="of an OKX that signs otherwise") for each in read_vectors())
    monkeypatch.setattr("pytest_okx.contract.checks.read_vectors", lambda: recorded)
    assert "# OKX expects of an OKX that signs otherwise" in str(run_check(CHECKS[0], find(f"{MODULE}:sign")))


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_signer_fails_with_what_is_wrong(name: str) -> None:
    lines = list(verdicts(find(f"{MODULE}:{name}"), examples=60))
    failed = [line for passed, line in lines if not passed]
    assert WRONG[name] in "\n".join(failed)


def test_each_check_is_told_and_one_cause_only_once() -> None:
    lines = [line for _, line in verdicts(find(f"{MODULE}:no_query"), examples=40)]
    assert len(lines) == len(CHECKS)
    assert sum("query-left-out" in line for line in lines) == 1
