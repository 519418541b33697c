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
from .checks import MAX_PX
from .closing import close_position
from .conversion import to_coins, to_contracts
from .deliveries import Delivery, deliveries
from .exchange import Exchange
from .fees import LEVELS
from .funding import INTERVAL as FUNDING_INTERVAL
from .funding import next_time
from .greeks import Greeks
from .house import STABLE, Book, Candle, House, Level, Ticker, Trade
from .indices import IMPACT, index_of
from .instruments import Instrument, default_instruments, margin_twin
from .lending import LOANS, QUOTA_FACTORS, Loan
from .maintenance import STATES as MAINTENANCE_STATES
from .maintenance import Maintenance
from .margin import InsufficientMargin
from .margining import Lever
from .market import Market
from .markets import Markets
from .options import Options, OptionSummary
from .orders import KINDS, STATES, Fill, Order, OrderRequest, new_request
from .positions import ClosedPosition, Position
from .prints import trades_before
from .risk import AccountRisk, CurrencyRisk, PositionRisk
from .shelf import Page
from .sizing import Room
from .statistics import FundChange, OpenInterest, Statistics
from .tickets import BANDS
from .tiers import Tier, tiers_of

__all__ = [
    "ALGO_KINDS",
    "ALGO_STATES",
    "BANDS",
    "BARS",
    "DEFAULT_BALANCES",
    "ENDED",
    "FUNDING_INTERVAL",
    "IMPACT",
    "KINDS",
    "LEVELS",
    "LOANS",
    "MAINTENANCE_STATES",
    "MAX_PX",
    "QUOTA_FACTORS",
    "STABLE",
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
    "Delivery",
    "Exchange",
    "Fill",
    "FundChange",
    "Greeks",
    "House",
    "Instrument",
    "InsufficientMargin",
    "Leg",
    "LegAmendment",
    "Level",
    "Lever",
    "Loan",
    "Maintenance",
    "Market",
    "Markets",
    "OpenInterest",
    "OptionSummary",
    "Options",
    "Order",
    "OrderRequest",
    "Page",
    "Position",
    "PositionRisk",
    "Room",
    "Statistics",
    "Ticker",
    "Tier",
    "Trade",
    "close_position",
    "default_instruments",
    "deliveries",
    "index_of",
    "margin_twin",
    "new_request",
    "next_time",
    "tiers_of",
    "to_coins",
    "to_contracts",
    "trades_before",
]
