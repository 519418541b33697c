"""Ready-made tests for signers: the contract as a class of tests, and what `pytest-okx check-signer` runs.

A signer is a function, a class or an object in one of the usual shapes; its own keys are never used.
"""

from __future__ import annotations

from .adapters import adapt
from .checks import CHECKS, Check, run_check
from .command import find, profile_of, verdicts
from .findings import Finding
from .keyrings import Keyring, with_globals
from .libraries import built, login_by, signed_by
from .roles import Unusable
from .signer_contract import SignerContract
from .signers import Signer

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "Keyring",
    "Signer",
    "SignerContract",
    "Unusable",
    "adapt",
    "built",
    "find",
    "login_by",
    "profile_of",
    "run_check",
    "signed_by",
    "verdicts",
    "with_globals",
]
