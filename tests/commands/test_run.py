"""`run`: a program with OKX's host names written into it, and what becomes of its exit status and of signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pytest_okx.__main__ import main

BOT = f"""
import sys
sys.path[:0] = {sys.path[1:]!r}
import asyncio, os, aiohttp, httpx, requests
from websockets.sync.client import connect

TIME = "https://www.okx.com/api/v5/public/time"

async def ask():
    async with aiohttp.ClientSession() as session, session.get(TIME) as reply:
        return (await reply.json())["code"]

codes = [requests.get(TIME).json()["code"], httpx.get(TIME).json()["code"], asyncio.run(ask())]
with connect("wss://ws.okx.com:8443/ws/v5/public") as client:
    client.send("ping")
    sys.exit(7 if [*codes, client.recv()] == ["0", "0", "0", "pong"] else 1)
"""


def python(program: str) -> list[str]:
    return ["run", "--", sys.executable, "-c", program]


def test_a_bot_with_hard_wired_urls_runs_unchanged(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(python(BOT)) == 7
    printed = capfd.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [
        "pytest-okx: 4 calls, none of them refused",
        "pytest-okx:      3  GET /api/v5/public/time",
        "pytest-okx:      1  GET /ws/v5/public",
    ]


def test_the_program_is_given_the_key_and_the_server_what_was_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    key = ["--api-key", "my-key", "--secret-key", "my-secret", "--passphrase", "my-pass"]
    program = "import os; print(*(os.environ[f'OKX_{n}'] for n in ('API_KEY', 'SECRET_KEY', 'PASSPHRASE')))"
    assert main(["run", *key, "--balance", "USDT=5", "--", sys.executable, "-c", program]) == 0
    printed = capfd.readouterr()
    assert printed.out == "my-key my-secret my-pass\n"
    assert "my-secret" not in printed.err


def test_options_after_the_program_are_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    program = [sys.executable, "-c", "import sys; print(sys.argv[1:])", "--skew", "3", "--", "x"]
    assert main(["run", "--skew", "2", "--", *program]) == 0
    assert main(["run", *program]) == 0
    assert capfd.readouterr().out == "['--skew', '3', '--', 'x']\n" * 2


@pytest.mark.skipif(sys.platform == "win32", reason="signals end no program on Windows")
def test_a_signal_that_ended_the_program_is_told_as_shells_do() -> None:
    assert main(python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")) == 128 + signal.SIGKILL


@pytest.mark.parametrize(("mode", "status"), [(None, 127), (0o644, 126)], ids=["absent", "no program"])
def test_a_program_that_cannot_be_started_is_named(
    mode: int | None, status: int, tmp_path: os.PathLike[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = os.path.join(tmp_path, "bot")
    if mode is not None:
        with open(path, "w", opener=lambda name, flags: os.open(name, flags, mode)):
            pass
    assert main(["run", "--", path]) == status
    assert f"pytest-okx run: {path!r} cannot be started: " in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["run"], ["run", "--"]])
def test_no_program_is_an_error(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="there is no program: write it after --"):
        main(arguments)


# It tells of each signal, and ends with its input. Signals are waited for, since a handler may have to wait for input.
LISTENER = """
import signal, sys, threading
numbers = {signal.SIGTERM, signal.SIGHUP, signal.SIGINT}
signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
def listen():
    while True:
        print(signal.Signals(signal.sigwait(numbers)).name, flush=True)
threading.Thread(target=listen, daemon=True).start()
print("ready", flush=True)
sys.stdin.readline()
sys.exit(5)
"""


NUMBERS = [getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def started(command: list[str], stdin: int = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
    """A program that heeds signals even where this one does not, as under nohup or in the background of a shell."""
    ignored = [number for number in NUMBERS if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    try:
        process = subprocess.Popen(
            command, text=True, start_new_session=True, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    finally:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)
    with process:
        yield process


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such signals")
@pytest.mark.parametrize("ignored", [False, True], ids=["heeded here", "ignored here"])
@pytest.mark.parametrize("number", NUMBERS)
def test_what_a_signal_means_is_the_programs_affair(number: signal.Signals, ignored: bool) -> None:
    before = signal.signal(number, signal.SIG_IGN) if ignored else signal.getsignal(number)
    try:
        with started([sys.executable, "-m", "pytest_okx", *python(LISTENER)]) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            process.send_signal(number)
            assert process.stdout.readline() == f"{number.name}\n"
            assert process.communicate("\n", timeout=60)[0] == ""
    finally:
        signal.signal(number, before)
    assert process.returncode == 5


# What becomes the leader of a terminal, whose interrupts it hears.
AT_A_TERMINAL = """
import fcntl, sys, termios
from pytest_okx.__main__ import main
fcntl.ioctl(0, termios.TIOCSCTTY)
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_a_terminal_interrupts_both_so_the_program_hears_it_once() -> None:
    keyboard, terminal = os.openpty()
    command = [sys.executable, "-c", AT_A_TERMINAL, *python(LISTENER)]
    try:
        with started(command, terminal) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            os.write(keyboard, b"\x03")
            assert process.stdout.readline() == "SIGINT\n"
            os.write(keyboard, b"\n")
            assert process.communicate(timeout=60)[0] == ""
    finally:
        os.close(keyboard)
        os.close(terminal)
    assert process.returncode == 5


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGHUP")
def test_a_signal_that_is_ignored_is_ignored_by_the_program_too() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert main(python("import os, signal; os.kill(os.getpid(), signal.SIGHUP)")) == 0
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGTERM")
def test_a_program_is_ended_that_was_being_started_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    class Late(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            signal.raise_signal(signal.SIGTERM)
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(subprocess, "Popen", Late)
    assert main(python("import signal; signal.pause()")) == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
