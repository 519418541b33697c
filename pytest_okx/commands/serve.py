"""`pytest-okx serve`: a server for programs in any language, until it is interrupted.

It turns options into the arguments of `OkxServer`, and prints where the server is.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..clock import Clock
from ..server import OkxServer
from ..signing import TIMESTAMP_FORMATS, Credentials
from . import written

__all__ = ["add", "add_options", "server_of"]


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser's."""
    serve = commands.add_parser("serve", help="run a server until interrupted; the first line on stdout is its URL")
    serve.set_defaults(run=_serve)
    serve.add_argument("--host", default="127.0.0.1", help="where to listen (default: %(default)s)")
    serve.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    serve.add_argument("--tls", action="store_true", help="speak https and wss; stderr names the authority to trust")
    add_options(serve)


def add_options(serve: argparse.ArgumentParser) -> None:
    """Add the options that say what exchange a server is, wherever it listens."""
    for part in ("api-key", "secret-key", "passphrase"):
        serve.add_argument(f"--{part}", help="all three together; without them a key is made and printed to stderr")
    serve.add_argument(
        "--balance",
        action="append",
        type=written.balance,
        metavar="CCY=AMOUNT",
        help="repeats; replaces the default ones",
    )
    serve.add_argument(
        "--timestamp-format", action="append", choices=TIMESTAMP_FORMATS, help="repeats; replaces iso8601"
    )
    serve.add_argument("--rate-limits", action="store_true", help="refuse calls beyond OKX's rate limits")
    serve.add_argument("--book-checksums", action="store_true", help="send the CRC-32 of books that OKX gave up")
    serve.add_argument("--skew", type=float, default=0, metavar="SECONDS", help="how far the exchange's clock is ahead")
    serve.add_argument(
        "--freeze",
        type=written.instant,
        metavar="ISO8601",
        help="stop the exchange's clock there, e.g. 2026-01-01T00:00:00Z",
    )
    how, what = written.FAULT
    serve.add_argument("--fault", action="append", type=written.fault, default=[], metavar=how, help=what)


def _credentials(options: argparse.Namespace) -> Credentials | None:
    parts = (options.api_key, options.secret_key, options.passphrase)
    if not any(parts):
        return None
    if not all(parts):
        raise SystemExit("pytest-okx: --api-key, --secret-key and --passphrase belong together: give all three or none")
    return Credentials(*parts)


def server_of(options: argparse.Namespace, **arguments: Any) -> OkxServer:
    """The server that the options describe, not started; `arguments` say what they do not."""
    clock = Clock(skew=options.skew)
    if options.freeze:
        clock.freeze(options.freeze)
    server = OkxServer(
        clock=clock,
        credentials=_credentials(options),
        balances=dict(options.balance) if options.balance else None,
        timestamp_formats=options.timestamp_format or ("iso8601",),
        rate_limits=options.rate_limits,
        book_checksums=options.book_checksums,
        strict=False,
        **arguments,
    )
    for fault, where in options.fault:
        server.faults.add(fault, **where)
    return server


def _serve(options: argparse.Namespace) -> int:
    server = server_of(options, host=options.host, port=options.port, tls=options.tls, control=True)
    try:
        with _interruption() as interruption, server:
            print(server.url, flush=True)
            _introduce(server, made=options.api_key is None)
            interruption.wait()
    except OSError as error:
        print(f"pytest-okx serve: {error}", file=sys.stderr)
        return 1
    return 0


@contextmanager
def _interruption() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set, instead of what they did before."""
    ended = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: ended.set()) for number in numbers}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _introduce(server: OkxServer, *, made: bool) -> None:
    lines = ["A fake OKX exchange, until interrupted."]
    if made:  # supplied secrets are never printed
        key = server.credentials
        lines.append(f"key {key.api_key}  secret {key.secret_key}  passphrase {key.passphrase}")
    if server.ca is not None:
        lines.append(f"authority {server.ca.path}")
    lines.append(f"control {server.url}/_okx/")
    if server.control_token:
        lines.append(f"token {server.control_token}")
    print(*lines, sep="\n", file=sys.stderr, flush=True)
