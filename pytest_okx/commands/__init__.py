"""The commands of the command line, a module each: it adds itself to a parser, and is run with what was parsed.

They read arguments and print; what they command is the public API that a test uses.
"""

from __future__ import annotations

from . import check_client, check_signer, demo, serve

__all__ = ["COMMANDS"]

COMMANDS = (demo.add, check_signer.add, check_client.add, serve.add)
