"""The README's walk-through for other languages, run word for word: curl with openssl, and a program in Node."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import node_modules
from tests.test_readme import BLOCK, README

HEADING = "\n## For any language\n"
NODE = "node bot.cjs\n"


def steps(kind: str) -> list[str]:
    """The blocks of that kind of the section, in order."""
    section = README.read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]
    return [code for language, code in BLOCK.findall(section) if language == kind]


def run(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        ["bash", "-u", "-c", script],
        cwd=folder,
        env=os.environ | {"PATH": path} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(autouse=True, scope="module")
def _programs() -> None:
    if missing := [name for name in ("bash", "curl", "openssl") if shutil.which(name) is None]:
        pytest.skip(f"there is no {', '.join(missing)} here: install it to run the walk-through")


def test_the_walk_through_runs_with_curl_and_openssl(tmp_path: Path) -> None:
    told = run("".join(step for step in steps("sh") if step != NODE), tmp_path)
    balance, placed, order, *_ = told.stdout.splitlines()
    assert '"cashBal":"5000"' in balance, told.stderr
    assert '"sMsg":"Order placed"' in placed
    assert '"state":"filled"' in order
    # Nobody met the fault that was armed: this run fails on that.
    assert "unfired: Reject('50011')" in told.stderr
    assert "the client is fine" not in told.stdout


def test_the_walk_through_runs_with_node(tmp_path: Path) -> None:
    modules = node_modules("okx-api")
    (program,) = steps("js")
    (tmp_path / "bot.cjs").write_text(program, encoding="utf-8")
    told = run("".join(steps("sh")), tmp_path, NODE_PATH=str(modules))
    assert told.stdout.splitlines()[3:] == ["refused 50011", "BTC 0.009992", "the client is fine"], told.stderr
    assert "3  GET /api/v5/account/balance" in told.stderr
    assert "my-secret" not in told.stderr
