"""`pytest-okx serve`: a server for programs in any language, until it is interrupted.

It turns options and a file into the arguments of `OkxServer`, prints where the server is and what it hears, and judges
at the end what was asked of it.
"""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final

from ..server import OkxServer
from . import lines, settings, verdicts
from .recorder import recording
from .settings import EXCHANGE, Setting
from .summary import summary

__all__ = ["SETTINGS", "add"]

_LISTENING: Final = (
    Setting("host", "where to listen (default: 127.0.0.1)", settings.filled),
    Setting("port", "0, the default, takes a free one", settings.port, "NUMBER"),
    Setting("tls", "speak https and wss; stderr names the authority to trust", settings.truth, flag=True),
    Setting("ca-file", "where to write the authority's certificate", metavar="FILE"),
    Setting(
        "control-token",
        "what programs show that use the control API; beyond loopback one is made unless given",
        settings.filled,
    ),
    Setting("log-format", f"a line on stderr for each call and message: {', '.join(lines.FORMATS)}", lines.read),
    Setting(
        "fail-on", f"end with {verdicts.FAILED} for any of {', '.join(verdicts.KINDS)}", verdicts.read, "KIND,...", True
    ),
    Setting("record", "write what is asked and answered, for `pytest-okx replay`", metavar="FILE"),
)
SETTINGS: Final = (*_LISTENING, *EXCHANGE)
"""All that can be written for it, by option or in its file."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser's."""
    serve = commands.add_parser("serve", help="run a server until interrupted; the first line on stdout is its URL")
    serve.set_defaults(run=_serve)
    serve.add_argument("--config", metavar="FILE", help="TOML with these options as keys; an option given here wins")
    settings.add(serve, SETTINGS)


def _serve(options: argparse.Namespace) -> int:
    given = settings.given_by(options, SETTINGS, options.config)
    own = {each.name: each.read(given[each.name][-1]) for each in _LISTENING if given.get(each.name)}
    kinds = frozenset().union(*map(verdicts.read, given.get("fail-on", ())))
    server = settings.server_of(
        given,
        optional="unfired" not in kinds,
        host=own.get("host", "127.0.0.1"),
        port=own.get("port", 0),
        tls=own.get("tls", False),
        control=own.get("control-token", True),
    )
    lines.log(server, own.get("log-format", "off"))
    with _interruption() as interruption:
        try:
            with recording(server, given, own["record"]) if "record" in own else nullcontext(), server:
                _introduce(server, own.get("ca-file"), made="secret-key" not in given)
                interruption.wait()
        except OSError as error:
            lines.tell(f"pytest-okx serve: {error}")
            return 1
        lines.tell(*summary(server))
        return verdicts.status(server, kinds)


@contextmanager
def _interruption() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set, instead of what they did before: one more while it ends changes nothing."""
    ended = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: ended.set()) for number in numbers}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _introduce(server: OkxServer, ca_file: str | None, *, made: bool) -> None:
    if ca_file and server.ca is not None:
        Path(ca_file).write_text(server.ca.pem, encoding="ascii")
    print(server.url, flush=True)
    told = ["A fake OKX exchange, until interrupted."]
    if made:  # supplied secrets are never printed
        key = server.credentials
        told.append(f"key {key.api_key}  secret {key.secret_key}  passphrase {key.passphrase}")
    if server.ca is not None:
        told.append(f"authority {server.ca.path}")
    told.append(f"control {server.url}/_okx/")
    if server.control_token:
        told.append(f"token {server.control_token}")
    lines.tell(*told)
