"""What made a signer fail is tried first in the next run, here or wherever else its database is shared."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import Phase, settings
from hypothesis.database import InMemoryExampleDatabase

from pytest_okx.contract import CHECKS, SignerContract, adapt, run_check, verdicts
from tests.contract import signers
from tests.test_readme import blocks

AGREES = next(check for check in CHECKS if check.name.startswith("agrees"))
HEADERS = next(check for check in CHECKS if "headers" in check.name)
ROOT = Path(__file__).parents[2]


def shy(timestamp: str, method: str, path: str, body: str, secret: str) -> str:
    """Wrong where there is an asterisk, which no known answer has."""
    asked.append(path)
    return signers.sign(timestamp, method, "" if "*" in unquote(path) else path, body, secret)


def shy_too(timestamp: str, method: str, path: str, body: str, secret: str) -> str:
    return signers.sign(timestamp, method, path, body, secret)


asked: list[str] = []


def test_a_failure_is_replayed_in_the_next_run_whatever_else_was_checked_in_between() -> None:
    shared = settings(database=InMemoryExampleDatabase())
    first = run_check(AGREES, adapt(shy), shared, examples=500)
    assert first is not None
    for signer, check in ((adapt(shy_too), AGREES), (adapt(shy), HEADERS)):
        assert run_check(check, signer, shared, examples=1) is None
    again = run_check(AGREES, adapt(shy), settings(shared, phases=[Phase.reuse]))
    assert again is not None
    assert again.failure.case == first.failure.case


def test_phases_that_leave_nothing_to_try_are_told() -> None:
    profile = settings(database=InMemoryExampleDatabase(), phases=[Phase.reuse])
    assert "skipped agrees with OKX for every request" in [line for _, line in verdicts(adapt(shy), profile=profile)]


def test_a_profile_says_how_many_examples_there_are() -> None:
    asked.clear()
    run_check(HEADERS, adapt(shy), settings(max_examples=40, database=None, derandomize=True))
    few = len(asked)
    run_check(HEADERS, adapt(shy), settings(max_examples=400, database=None, derandomize=True))
    assert few <= 20 < 100 <= len(asked) - few


# A fuzzing run on several machines, as the README has it: here a machine is a process with a folder of its own.

FILES = {
    "conftest.py": next(code for code in blocks("python") if code.startswith("# conftest.py\n"))
    + "from hypothesis import Phase\nsettings.register_profile('replay', settings.get_profile('fuzz'), "
    "phases=[Phase.reuse])\n",
    "shy.py": "from tests.contract import signers\nfrom urllib.parse import unquote\n"
    "def sign(timestamp, method, path, body, secret):\n"
    "    return signers.sign(timestamp, method, '' if '*' in unquote(path) else path, body, secret)\n",
    "test_shy.py": "import shy\nfrom pytest_okx.contract import SignerContract\n"
    "class TestIt(SignerContract):\n    sign = staticmethod(shy.sign)\n",
}
FUZZ = ("pytest", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=fuzz", "-k", "agrees", "test_shy.py")
REPLAY = ("pytest_okx", "check-signer", "shy:sign", "--hypothesis-profile=conftest:replay")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """The address of a Redis that keeps nothing on disk."""
    pytest.importorskip("redis", reason="the Python client of Redis is not installed (pip install redis)")
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("there is no redis-server (apt-get install redis-server)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(tmp_path))
    with subprocess.Popen([program, *options], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert any("Ready to accept connections" in line for line in server.stdout)
        yield f"redis://127.0.0.1:{port}"
        server.terminate()
        server.stdout.read()


def machine(folder: Path, database: str, *arguments: str) -> subprocess.Popen[str]:
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "FUZZ_DATABASE": database}
    return subprocess.Popen(
        [sys.executable, "-m", *arguments], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("kind", ["directory", "redis"])
def test_what_one_machine_found_another_tries_first(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    database = request.getfixturevalue("redis") if kind == "redis" else str(tmp_path / "mounted")
    nowhere = str(tmp_path / "nowhere")
    with machine(tmp_path / "one", database, *FUZZ) as one, machine(tmp_path / "two", nowhere, *REPLAY) as before:
        found = one.communicate(timeout=300)[0]
        assert "path-left-out" in found, found
        assert "shy:sign fulfils the contract" in before.communicate(timeout=300)[0]
    with machine(tmp_path / "three", database, *REPLAY) as other:
        told = other.communicate(timeout=300)[0]
    assert "FAILED  agrees with OKX for every request" in told
    assert "path-left-out" in told


def test_the_contract_of_a_suite_runs_with_the_profile_that_is_loaded() -> None:
    class Mine(SignerContract):
        sign = staticmethod(shy)

    settings.register_profile("many", max_examples=1000, database=None, derandomize=True)
    before = settings.get_current_profile_name()
    settings.load_profile("many")
    asked.clear()
    try:
        Mine().test_it_gives_headers_that_can_be_sent()
    finally:
        settings.load_profile(before)
    assert len(asked) > 200
