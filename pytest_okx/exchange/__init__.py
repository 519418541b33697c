"""A small, honest exchange: instruments, a house market, accounts, orders and positions.

Knows no HTTP and no JSON. This page is its table of contents.
"""

from __future__ import annotations

from .accounts import DEFAULT_BALANCES, Account, ApiKey, Balance
from .bars import BARS, Bar
from .checks import BANDS, MAX_PX
from .conversion import to_coins, to_contracts
from .deliveries import Delivery, deliveries
from .exchange import Exchange
from .funding import INTERVAL_MS
from .greeks import Greeks
from .house import STABLE, Book, Candle, House, Level, Ticker, Trade
from .indices import IMPACT, index_of
from .instruments import Instrument, default_instruments, margin_twin
from .lending import LOANS, QUOTA_FACTORS, Loan
from .maintenance import STATES as MAINTENANCE_STATES
from .maintenance import Maintenance
from .margin import InsufficientMargin
from .options import OptionSummary
from .orders import KINDS, STATES, Fill, Order, OrderRequest
from .positions import Position
from .prints import trades_before
from .statistics import FundChange, OpenInterest
from .tiers import Tier, tiers_of
from .values import FEE_RATES

__all__ = [
    "BANDS",
    "BARS",
    "DEFAULT_BALANCES",
    "FEE_RATES",
    "IMPACT",
    "INTERVAL_MS",
    "KINDS",
    "LOANS",
    "MAINTENANCE_STATES",
    "MAX_PX",
    "QUOTA_FACTORS",
    "STABLE",
    "STATES",
    "Account",
    "ApiKey",
    "Balance",
    "Bar",
    "Book",
    "Candle",
    "Delivery",
    "Exchange",
    "Fill",
    "FundChange",
    "Greeks",
    "House",
    "Instrument",
    "InsufficientMargin",
    "Level",
    "Loan",
    "Maintenance",
    "OpenInterest",
    "OptionSummary",
    "Order",
    "OrderRequest",
    "Position",
    "Ticker",
    "Tier",
    "Trade",
    "default_instruments",
    "deliveries",
    "index_of",
    "margin_twin",
    "tiers_of",
    "to_coins",
    "to_contracts",
    "trades_before",
]
