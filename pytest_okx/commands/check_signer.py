"""`pytest-okx check-signer`: whether a signing function fulfils the contract, and why not."""

from __future__ import annotations

import argparse
import sys

from . import written

__all__ = ["add"]


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser's."""
    check = commands.add_parser("check-signer", help="whether a signing function is right, and why not")
    check.set_defaults(run=_check_signer)
    what = "a function, class, CLASS.METHOD or object; a module alone stands for its function `sign`"
    check.add_argument("signer", metavar="PKG.MODULE:NAME", help=what)
    check.add_argument(
        "--examples",
        type=written.count,
        metavar="N",
        help="how many requests to make up (default: 200, or the profile's)",
    )
    profile = "a settings profile of Hypothesis to run with: a database, a number of examples; the module registers it"
    check.add_argument("--hypothesis-profile", metavar="[PKG.MODULE:]NAME", help=profile)


def _check_signer(options: argparse.Namespace) -> int:
    from ..contract import Unusable, find, profile_of, verdicts  # what it takes with it, serve and demo do not need

    try:
        signer = find(options.signer)
        profile = profile_of(options.hypothesis_profile) if options.hypothesis_profile else None
    except (Unusable, ValueError) as error:
        print(f"pytest-okx check-signer: {error}", file=sys.stderr)
        return 1
    well = True
    for passed, line in verdicts(signer, examples=options.examples, profile=profile):
        well = well and passed
        print(line, flush=True)
    print(f"{options.signer} {'fulfils' if well else 'breaks'} the contract")
    return 0 if well else 1
