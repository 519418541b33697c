"""Ready-made tests for signers and clients: contracts as classes of tests, and what the command line runs.

A signer is a function, a class or an object in one of the usual shapes; its own keys are never used. A client is what
a function of the user's makes for a server.
"""

from __future__ import annotations

from .adapters import adapt
from .checks import CHECKS, Check, run_check
from .client_checks import CLIENT_CHECKS, ClientCheck, ClientFinding, run_client_check
from .client_contract import ClientContract, client_verdicts, find_client
from .client_trials import Untested
from .clients import Attempt, Client, MakeClient, UnusableClient
from .command import find, profile_of, verdicts
from .findings import Finding
from .keyrings import Keyring, with_globals
from .libraries import built, login_by, signed_by
from .machine import OkxMachine
from .machine_checks import Misbehaviour
from .roles import Unusable
from .signer_contract import SignerContract
from .signers import Signer

__all__ = [
    "CHECKS",
    "CLIENT_CHECKS",
    "Attempt",
    "Check",
    "Client",
    "ClientCheck",
    "ClientContract",
    "ClientFinding",
    "Finding",
    "Keyring",
    "MakeClient",
    "Misbehaviour",
    "OkxMachine",
    "Signer",
    "SignerContract",
    "Untested",
    "Unusable",
    "UnusableClient",
    "adapt",
    "built",
    "client_verdicts",
    "find",
    "find_client",
    "login_by",
    "profile_of",
    "run_check",
    "run_client_check",
    "signed_by",
    "verdicts",
    "with_globals",
]
