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
from .bills import Bill
from .closing import close_position
from .exchange import Exchange
from .fees import LEVELS
from .house import Book, Candle, House, Level, Ticker, Trade
from .instruments import Instrument, default_instruments
from .margin import InsufficientMargin
from .margining import Lever
from .market import Market
from .markets import Markets
from .orders import KINDS, STATES, Fill, Order, OrderRequest
from .positions import ClosedPosition, Position
from .risk import AccountRisk, CurrencyRisk, PositionRisk
from .shelf import Page
from .sizing import Room

__all__ = [
    "ALGO_KINDS",
    "ALGO_STATES",
    "BARS",
    "DEFAULT_BALANCES",
    "ENDED",
    "KINDS",
    "LEVELS",
    "STATES",
    "Account",
    "AccountRisk",
    "AlgoAmendment",
    "AlgoFilter",
    "AlgoOrder",
    "AlgoRequest",
    "ApiKey",
    "AttachedAlgo",
    "Balance",
    "Bar",
    "Bill",
    "Book",
    "Candle",
    "ClosedPosition",
    "CurrencyRisk",
    "Exchange",
    "Fill",
    "House",
    "Instrument",
    "InsufficientMargin",
    "Leg",
    "LegAmendment",
    "Level",
    "Lever",
    "Market",
    "Markets",
    "Order",
    "OrderRequest",
    "Page",
    "Position",
    "PositionRisk",
    "Room",
    "Ticker",
    "Trade",
    "close_position",
    "default_instruments",
]
