"""`check-signer`: its status, what it prints, and its arguments."""

from __future__ import annotations

import pytest

from pytest_okx.__main__ import main


def test_a_signer_that_is_right_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-signer", "tests.contract.signers:sign", "--examples", "20"]) == 0
    told = capsys.readouterr().out
    assert "FAILED" not in told
    assert told.endswith("tests.contract.signers:sign fulfils the contract\n")


def test_a_signer_that_is_wrong_ends_with_one_and_the_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-signer", "tests.contract.signers:no_query", "--examples", "20"]) == 1
    told = capsys.readouterr().out
    assert "diagnosis: query-left-out" in told
    assert told.endswith("tests.contract.signers:no_query breaks the contract\n")


def test_what_is_no_signer_ends_with_one_and_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-signer", "tests.contract.signers:unknown"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "nothing is known of its parameters 'x', 'y'" in printed.err


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_number_of_examples_is_checked(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check-signer", "x:y", f"--examples={number}"])
    assert "is no number: write a whole number" in capsys.readouterr().err
