"""Faults on command: small frozen values (kinds, wire), and the plan that says which call gets which.

A fault is what happens; where, how often and to whom is said when it is added to a plan. Nothing here is left to
chance and nothing here sends bytes: the gateway asks the plan at each moment of a call, the transport does what the
reply says.
"""

from __future__ import annotations

from .kinds import NO_ANSWER, Fault, HttpError, Reject, Unsure
from .messages import Drop, Duplicate, Ignore, Refuse, Reorder, ResetSequence
from .plan import FaultPlan, Handle
from .wire import (
    Close,
    CloseAfter,
    Delay,
    Disconnect,
    Garble,
    Hold,
    LoseReply,
    NeedsSocket,
    Silence,
    Trickle,
    Truncate,
    WrongLength,
)

__all__ = [
    "NO_ANSWER",
    "Close",
    "CloseAfter",
    "Delay",
    "Disconnect",
    "Drop",
    "Duplicate",
    "Fault",
    "FaultPlan",
    "Garble",
    "Handle",
    "Hold",
    "HttpError",
    "Ignore",
    "LoseReply",
    "NeedsSocket",
    "Refuse",
    "Reject",
    "Reorder",
    "ResetSequence",
    "Silence",
    "Trickle",
    "Truncate",
    "Unsure",
    "WrongLength",
]
