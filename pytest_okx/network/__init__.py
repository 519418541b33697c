"""OKX's host names in this process: the guard that refuses them, and the detour that leads them to a fake.

Both stand where Python's socket module does its work. What they have in common is here too: patches, and the errors of
what is refused. A program that is not this package's may load all of it, for it rests on the table of hosts alone.
"""

from __future__ import annotations

from .detour import Detour
from .guard import Guard
from .refusals import ElsewhereRefused, RealExchangeRefused

__all__ = ["Detour", "ElsewhereRefused", "Guard", "RealExchangeRefused"]
