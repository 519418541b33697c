"""Hypothesis strategies for what travels to OKX: keys, timestamps, requests, orders, frames, and faults on the way.

Values only: nothing here reads a clock (`now` is an argument, in Unix milliseconds) or knows a server. Small and plain
values come first, so a failure shrinks to something that can be read. An argument that cannot work is refused with a
sentence when the strategy is made (`hypothesis.errors.InvalidArgument`).
"""

from __future__ import annotations

from .algos import algo_orders, invalid_algo_orders
from .amendments import amendments, invalid_amendments
from .closing import closing_orders, invalid_closing_orders
from .frames import Frame, InvalidFrame
from .logins import invalid_login_frames, login_frames
from .orders import InvalidOrder, instruments, invalid_orders, orders
from .pieces import bodies, clock_skews, credentials, methods, queries, secrets
from .plans import PlannedFault, fault_plans, push_faults
from .requests import request_paths, signed_requests, tampered_requests
from .subscriptions import invalid_subscriptions, subscriptions
from .times import TIMESTAMP_KINDS, timestamps

__all__ = [
    "TIMESTAMP_KINDS",
    "Frame",
    "InvalidFrame",
    "InvalidOrder",
    "PlannedFault",
    "algo_orders",
    "amendments",
    "bodies",
    "clock_skews",
    "closing_orders",
    "credentials",
    "fault_plans",
    "instruments",
    "invalid_algo_orders",
    "invalid_amendments",
    "invalid_closing_orders",
    "invalid_login_frames",
    "invalid_orders",
    "invalid_subscriptions",
    "login_frames",
    "methods",
    "orders",
    "push_faults",
    "queries",
    "request_paths",
    "secrets",
    "signed_requests",
    "subscriptions",
    "tampered_requests",
    "timestamps",
]
