"""`pytest-okx serve`: a server for programs in any language, until it is interrupted.

It turns options and a file into the arguments of `OkxServer`, prints where the server is and what it hears, and judges
at the end what was asked of it.
"""

from __future__ import annotations

import argparse
import signal
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Final

from ..server import OkxServer
from . import lines, settings, verdicts
from .recorder import recording
from .settings import EXCHANGE, Setting
from .summary import summary

__all__ = ["SETTINGS", "add"]

Tell = Callable[..., None]

# A signal that comes just before a wait without end begins is not heard (Python runs handlers later).
_BEAT_S: Final = 0.5
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
    Setting(
        "log-format",
        f"a line on stderr for each call and message: {', '.join(lines.FORMATS)}; with json all of it is",
        lines.read,
    ),
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
    tell = partial(lines.tell, own.get("log-format", "off"))
    server = _made(given, own, tell, optional="unfired" not in kinds)
    lines.log(server, own.get("log-format", "off"))
    with _interruption() as interruption:
        try:
            with recording(server, given, own["record"]) if "record" in own else nullcontext(), server:
                _introduce(server, given, own.get("ca-file"), tell)
                while not interruption.wait(_BEAT_S):
                    pass
        except OSError as error:
            tell(f"pytest-okx serve: {error}")
            return 1
        tell(*summary(server))
        return verdicts.status(server, kinds, tell)


def _made(given: settings.Given, own: Mapping[str, Any], tell: Tell, *, optional: bool) -> OkxServer:
    with warnings.catch_warnings(record=True) as noticed:
        warnings.simplefilter("always")
        server = settings.server_of(
            given,
            optional=optional,
            host=own.get("host", "127.0.0.1"),
            port=own.get("port", 0),
            tls=own.get("tls", False),
            control=own.get("control-token", True),
        )
    for each in noticed:
        tell(f"pytest-okx serve: {each.message}")
    return server


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


def _introduce(server: OkxServer, given: settings.Given, ca_file: str | None, tell: Tell) -> None:
    """Say where it is, and what was made for it. Secrets that were supplied are never printed."""
    if ca_file and server.ca is not None:
        Path(ca_file).write_text(server.ca.pem, encoding="ascii")
    print(server.url, flush=True)
    told = ["A fake OKX exchange, until interrupted."]
    if "secret-key" not in given:
        key = server.credentials
        told.append(f"key {key.api_key}  secret {key.secret_key}  passphrase {key.passphrase}")
    if server.ca is not None:
        told.append(f"authority {server.ca.path}")
    told.append(f"control {server.url}/_okx/")
    if server.control_token and "control-token" not in given:
        told.append(f"token {server.control_token}")
    tell(*told)
