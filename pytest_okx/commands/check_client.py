"""`pytest-okx check-client`: whether a client fulfils the contract, and why not."""

from __future__ import annotations

import argparse
import sys

from ..network import Guard

__all__ = ["add"]


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser's."""
    check = commands.add_parser("check-client", help="whether a client behaves, and why not")
    check.set_defaults(run=_check_client)
    what = "what makes a client from a server, a function or a class; a module alone stands for its `make_client`"
    check.add_argument("client", metavar="PKG.MODULE:NAME", help=what)


def _check_client(options: argparse.Namespace) -> int:
    from ..contract import UnusableClient  # serve and demo do not need what it takes

    guard = Guard(lambda: options.client)
    guard.install()
    try:
        well = _told(options.client)
    except UnusableClient as error:
        print(f"pytest-okx check-client: {error}", file=sys.stderr)
        return 1
    finally:
        guard.remove()
        for refusal in dict.fromkeys(guard.refusals):
            print(f"pytest-okx check-client: {refusal}", file=sys.stderr)
    return 0 if well and not guard.refusals else 1


def _told(reference: str) -> bool:
    """Print a line for each check; whether all went well."""
    from ..contract import client_verdicts, find_client

    well = True
    for passed, line in client_verdicts(find_client(reference)):
        well = well and passed
        print(line, flush=True)
    print(f"{reference} {'fulfils' if well else 'breaks'} the contract")
    return well
