"""v5 as OKX offers it: the order of its checks, and one module for each section of its documentation.

Importing this package fills the table of endpoints. An endpoint turns a call into rows of text; it decides no
business, which is the exchange's, and knows no socket.
"""

from __future__ import annotations

from . import account, asset, channels, channels_account, channels_market, market, public, trade
from .checks import AUTHORIZED, PRIVATE, PUBLIC, parse_json

__all__ = [
    "AUTHORIZED",
    "PRIVATE",
    "PUBLIC",
    "account",
    "asset",
    "channels",
    "channels_account",
    "channels_market",
    "market",
    "parse_json",
    "public",
    "trade",
]
