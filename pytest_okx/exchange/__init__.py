"""A small, honest exchange: instruments, a house market, accounts, orders and positions.

Knows no HTTP and no JSON. This page is its table of contents.
"""

from __future__ import annotations

from .accounts import DEFAULT_BALANCES, Account, ApiKey, Balance
from .bars import BARS, Bar
from .exchange import Exchange
from .house import Book, Candle, House, Level, Ticker, Trade
from .instruments import Instrument, default_instruments
from .margin import InsufficientMargin
from .market import Market
from .markets import Markets
from .orders import KINDS, STATES, Fill, Order, OrderRequest
from .positions import Position
from .values import FEE_RATES

__all__ = [
    "BARS",
    "DEFAULT_BALANCES",
    "FEE_RATES",
    "KINDS",
    "STATES",
    "Account",
    "ApiKey",
    "Balance",
    "Bar",
    "Book",
    "Candle",
    "Exchange",
    "Fill",
    "House",
    "Instrument",
    "InsufficientMargin",
    "Level",
    "Market",
    "Markets",
    "Order",
    "OrderRequest",
    "Position",
    "Ticker",
    "Trade",
    "default_instruments",
]
