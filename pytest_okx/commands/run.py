"""`pytest-okx run -- COMMAND`: a program with OKX's host names written into it, against a server of its own.

It makes the server and the program's environment, waits for the program, and tells what was called and refused.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ..hosting import OkxNetwork
from . import settings
from .summary import summary

__all__ = ["add"]

# What shells answer for a program that they cannot start.
_NOT_FOUND, _NOT_STARTED = 127, 126


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
            status = process.wait()
    except OSError as error:
        print(f"pytest-okx run: {command[0]!r} cannot be started: {error.strerror}", file=sys.stderr)
        return _NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_STARTED
    return 128 - status if status < 0 else status


@contextmanager
def _started(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program, which decides what a signal means. A terminal interrupts both at once, so it has heard that one."""
    running: list[subprocess.Popen[bytes]] = []
    ended: list[int] = []

    def end(number: int, _: object) -> None:
        ended.append(number)
        for process in running:
            process.terminate()

    handlers = {signal.SIGINT: lambda *_: None, signal.SIGTERM: end}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        running.append(subprocess.Popen(command, env=environment))
        if ended:  # while it was being started
            running[0].terminate()
        yield running[0]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
