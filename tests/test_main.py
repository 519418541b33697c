"""The program as such: it runs, and lists its commands."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pytest_okx.__main__ import main
from pytest_okx.tls import TlsMissing


def test_the_module_runs_as_a_program() -> None:
    program = [sys.executable, "-m", "pytest_okx", "--help"]
    assert "demo" in subprocess.run(program, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("arguments", [["serve", "--tls"], ["run", "--", sys.executable, "-c", ""]])
def test_what_is_not_installed_is_told_in_a_sentence(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def authority() -> None:
        raise TlsMissing("install it")

    monkeypatch.setattr("pytest_okx.server.authority", authority)
    assert main(arguments) == 1
    assert capsys.readouterr().err == "pytest-okx: install it\n"
