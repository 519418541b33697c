"""`pytest-okx replay`: what was recorded, asked again of a server that is made the same, and the replies compared."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from ..clock import Clock, from_unix_ms
from ..recording import Replay, read
from ..signing import Credentials
from .settings import EXCHANGE, given_of, server_of

__all__ = ["add"]

_DIFFERENT = 1
_MOST_SHOWN = 100


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser's."""
    replay = commands.add_parser("replay", help="ask again what `serve --record` wrote, and compare the replies")
    replay.set_defaults(run=_replay)
    replay.add_argument("file", metavar="FILE", help="what was recorded")


def _replay(options: argparse.Namespace) -> int:
    first, *lines = _lines(options.file)
    clock = Clock()
    clock.freeze(from_unix_ms(first["made"]))
    # Neither secret was recorded: who had the right one then has it now.
    credentials = Credentials(first["apiKey"], "a secret of the replay", "a passphrase of the replay")
    settings = {name: texts for name, texts in first["settings"].items() if name != "api-key"}
    server = server_of(given_of(settings, EXCHANGE, options.file), clock=clock, credentials=credentials, control=True)
    found = list(Replay(server, lines).differences())
    for sentence in found[:_MOST_SHOWN]:
        print(sentence)
    print(f"{len(lines)} lines, {len(found) or 'no'} difference{'' if len(found) == 1 else 's'}")
    return _DIFFERENT if found else 0


def _lines(path: str) -> list[dict[str, Any]]:
    try:
        with open(path, encoding="utf-8") as file:
            return read(file)
    except (OSError, ValueError) as error:
        print(f"pytest-okx replay: {path} is no record of `serve --record`: {error}", file=sys.stderr)
        raise SystemExit(2) from None
