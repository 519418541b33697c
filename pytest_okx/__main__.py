"""The command line: `pytest-okx` and `python -m pytest_okx`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .commands import COMMANDS
from .tls import TlsMissing

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (default: those of the process) name; the exit status."""
    parser = argparse.ArgumentParser(
        prog="pytest-okx", description="A fake OKX exchange for testing bots, SDKs and signers."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in COMMANDS:
        add(commands)
    options = parser.parse_args(arguments)
    try:
        status: int = options.run(options)
    except TlsMissing as error:
        sys.stderr.write(f"pytest-okx: {error}\n")
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
