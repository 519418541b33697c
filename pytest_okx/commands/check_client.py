"""`pytest-okx check-client`: whether a client fulfils the contract, and why not."""

from __future__ import annotations

import argparse
import sys

__all__ = ["add"]


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser's."""
    check = commands.add_parser("check-client", help="whether a client behaves, and why not")
    check.set_defaults(run=_check_client)
    what = "what makes a client from a server, a function or a class; a module alone stands for its `make_client`"
    check.add_argument("client", metavar="PKG.MODULE:NAME", help=what)


def _check_client(options: argparse.Namespace) -> int:
    from ..contract import UnusableClient, client_verdicts, find_client  # serve and demo do not need what it takes

    well = True
    try:
        for passed, line in client_verdicts(find_client(options.client)):
            well = well and passed
            print(line, flush=True)
    except UnusableClient as error:
        print(f"pytest-okx check-client: {error}", file=sys.stderr)
        return 1
    print(f"{options.client} {'fulfils' if well else 'breaks'} the contract")
    return 0 if well else 1
