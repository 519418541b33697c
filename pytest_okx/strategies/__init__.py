"""Hypothesis strategies for what travels to OKX: keys, timestamps, requests, orders, and the faults on the way.

Values only: nothing here reads a clock (`now` is an argument, in Unix milliseconds) or knows a server. Small and plain
values come first, so a failure shrinks to something that can be read. An argument that cannot work is refused with a
sentence when the strategy is made (`hypothesis.errors.InvalidArgument`).
"""

from __future__ import annotations

from .orders import InvalidOrder, instruments, invalid_orders, orders
from .pieces import bodies, clock_skews, credentials, methods, queries, secrets
from .plans import PlannedFault, fault_plans
from .requests import request_paths, signed_requests, tampered_requests
from .times import TIMESTAMP_KINDS, timestamps

__all__ = [
    "TIMESTAMP_KINDS",
    "InvalidOrder",
    "PlannedFault",
    "bodies",
    "clock_skews",
    "credentials",
    "fault_plans",
    "instruments",
    "invalid_orders",
    "methods",
    "orders",
    "queries",
    "request_paths",
    "secrets",
    "signed_requests",
    "tampered_requests",
    "timestamps",
]
