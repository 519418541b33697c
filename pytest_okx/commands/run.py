"""`pytest-okx run -- COMMAND`: a program with OKX's host names written into it, against a server of its own.

It makes the server and the program's environment, waits for the program, and tells what was called and refused.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from ..hosting import OkxNetwork
from . import settings
from .summary import summary

__all__ = ["add"]

# What shells answer for a program that they cannot start.
_NOT_FOUND, _NOT_STARTED = 127, 126
# A signal just before an endless wait is heard when that is over: Python runs handlers between its own steps.
_BEAT_S: Final = 0.05
# The signals that a program is told of; Windows has not all of them.
_PASSED_ON: Final = ("SIGTERM", "SIGHUP", "SIGINT")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser's."""
    run = commands.add_parser(
        "run",
        usage="pytest-okx run [options] -- COMMAND ...",
        help="run a program for which OKX's host names lead to a server; its exit status is the program's",
    )
    run.set_defaults(run=_run)
    settings.add(run, settings.EXCHANGE)
    run.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND", help="the program and its arguments")


def _run(options: argparse.Namespace) -> int:
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        raise SystemExit("pytest-okx run: there is no program: write it after --, such as `-- python bot.py`")
    with settings.server_of(settings.given_by(options, settings.EXCHANGE, None)) as server:
        status = _status_of(command, OkxNetwork(server).environment())
        print(*(f"pytest-okx: {line}" for line in summary(server)), sep="\n", file=sys.stderr, flush=True)
    return status


def _status_of(command: list[str], environment: dict[str, str]) -> int:
    """Run a program to its end; the exit status as a shell tells it, 128 and the number of a signal that ended it."""
    try:
        with _started(command, environment) as process:
            while process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_BEAT_S)
            status = process.returncode
    except OSError as error:
        print(f"pytest-okx run: {command[0]!r} cannot be started: {error.strerror}", file=sys.stderr)
        return _NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_STARTED
    return 128 - status if status < 0 else status


@contextmanager
def _started(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program, which is told of signals and decides what they mean. What is ignored here it ignores too."""
    running: list[subprocess.Popen[bytes]] = []
    early: list[int] = []

    def pass_on(number: int, _: object) -> None:
        if number == signal.SIGINT and _at_a_terminal():
            return  # which has interrupted both
        if not running:
            early.append(number)
        for process in running:
            process.send_signal(number)

    numbers = [number for name in _PASSED_ON if (number := getattr(signal, name, None))]
    heeded = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, pass_on) for number in heeded}
    try:
        running.append(subprocess.Popen(command, env=environment))
        for number in early:
            running[0].send_signal(number)
        yield running[0]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _at_a_terminal() -> bool:
    """Whether this process is in the foreground of a terminal."""
    try:
        with open("/dev/tty", "rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:  # there is none
        return sys.platform == "win32"  # where only a console interrupts
