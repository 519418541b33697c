"""The program as such: it runs, and lists its commands."""

from __future__ import annotations

import subprocess
import sys


def test_the_module_runs_as_a_program() -> None:
    program = [sys.executable, "-m", "pytest_okx", "--help"]
    assert "demo" in subprocess.run(program, capture_output=True, text=True, check=True).stdout
