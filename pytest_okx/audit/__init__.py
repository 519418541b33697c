"""The audit: what the log of a server says about the manners of the client that called it.

A table of contents. Rules are rows of one table: a decorated function in one of the modules here, grouped by what they
look at, adds one. Nothing here fails a test; whether a finding does is decided where tests are run.
"""

from __future__ import annotations

from . import clocks, headers, repeats, sockets, traffic
from .record import Record
from .rules import RULES, Finding, Rule, Severity, audit

__all__ = [
    "RULES",
    "Finding",
    "Record",
    "Rule",
    "Severity",
    "audit",
    "clocks",
    "headers",
    "repeats",
    "sockets",
    "traffic",
]
