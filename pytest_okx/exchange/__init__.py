"""A small, honest exchange: instruments, a house market, accounts, orders and positions.

Knows no HTTP and no JSON. This page is its table of contents.
"""

from __future__ import annotations

from .accounts import DEFAULT_BALANCES, Account, ApiKey, Balance
from .algo_amending import AlgoAmendment, LegAmendment
from .algo_book import ENDED, AlgoFilter
from .algo_orders import ALGO_KINDS, ALGO_STATES, AlgoOrder, AlgoRequest
from .attached import AttachedAlgo, Leg
from .bars import BARS, Bar
from .exchange import Exchange
from .house import Book, Candle, House, Level, Ticker, Trade
from .instruments import Instrument, default_instruments
from .margin import InsufficientMargin
from .orders import KINDS, STATES, Fill, Order, OrderRequest
from .positions import Position
from .values import FEE_RATES

__all__ = [
    "ALGO_KINDS",
    "ALGO_STATES",
    "BARS",
    "DEFAULT_BALANCES",
    "ENDED",
    "FEE_RATES",
    "KINDS",
    "STATES",
    "Account",
    "AlgoAmendment",
    "AlgoFilter",
    "AlgoOrder",
    "AlgoRequest",
    "ApiKey",
    "AttachedAlgo",
    "Balance",
    "Bar",
    "Book",
    "Candle",
    "Exchange",
    "Fill",
    "House",
    "Instrument",
    "InsufficientMargin",
    "Leg",
    "LegAmendment",
    "Level",
    "Order",
    "OrderRequest",
    "Position",
    "Ticker",
    "Trade",
    "default_instruments",
]
