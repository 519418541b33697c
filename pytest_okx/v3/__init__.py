"""The retired v3 API: its own order of checks, its envelope, and a few endpoints over the same exchange.

Importing this package fills the table of endpoints. Sources: the official SDK of its day, and probes of
2020.
"""

from __future__ import annotations

from . import endpoints
from .checks import PRIVATE, PUBLIC

__all__ = ["PRIVATE", "PUBLIC", "endpoints"]
