"""Every unified method that ccxt declares for okx, in the order of a trading day, and what comes of each.

A row is (method as in `has`, arguments, ccxt's `params`, name under which its `id` is kept, outcome); outcome "" when
it works, else OKX's code. Arguments written `"@name"` stand for a kept id. Refused are the features that are not
simulated, which answer as OKX's demo trading does for what it lacks (50038), and what OKX itself would refuse here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

__all__ = ["ROWS", "Row"]

SPOT: Final = "BTC/USDT"
SWAP: Final = "BTC/USDT:USDT"
_COIN: Final = "BTC/USD:BTC"
_ABSENT: Final = "50038"
# The exchange accepts these; ccxt 4.5.90 stumbles over what it made of the answer itself.
_OF_CCXT: Final = "string indices must be integers"
# What ccxt asks for by itself, cross margin, needs the currency of the margin, which it does not send.
_CASH: Final = MappingProxyType({"tdMode": "cash"})


class Row(NamedTuple):
    """One call: `keep` names its id for later rows, `params` are ccxt's own last argument."""

    method: str
    arguments: tuple[Any, ...] = ()
    params: Mapping[str, Any] = MappingProxyType({})
    keep: str = ""
    code: str = ""


ROWS: Final[tuple[Row, ...]] = (
    # Markets
    Row("fetchMarkets"),
    Row("fetchCurrencies"),
    Row("fetchTime"),
    Row("fetchStatus"),
    Row("fetchTicker", (SPOT,)),
    Row("fetchTickers"),
    Row("fetchTickers", ([SWAP],)),
    Row("fetchOrderBook", (SPOT, 5)),
    Row("fetchL2OrderBook", (SWAP,)),
    Row("fetchTrades", (SPOT,)),
    Row("fetchTrades", (SWAP,)),
    Row("fetchOHLCV", (SPOT, "1h")),
    Row("fetchOHLCV", (SWAP, "1d")),
    Row("fetchIndexOHLCV", (SWAP, "1h")),
    Row("fetchMarkOHLCV", (SWAP, "1h")),
    Row("fetchMarkPrice", (SWAP,)),
    Row("fetchMarkPrices"),
    Row("fetchFundingRate", (SWAP,)),
    Row("fetchFundingRates", ([SWAP],)),
    Row("fetchFundingInterval", (SWAP,)),
    Row("fetchFundingRateHistory", (SWAP,)),
    Row("fetchOpenInterest", (SWAP,)),
    Row("fetchOpenInterests", ([SWAP],)),
    Row("fetchOpenInterestHistory", (SWAP, "1d")),
    Row("fetchLongShortRatioHistory", (SWAP, "1d")),
    Row("fetchMarketLeverageTiers", (SWAP,)),
    Row("fetchUnderlyingAssets"),
    Row("fetchSettlementHistory", ("@future",)),
    Row("fetchOption", ("@option",)),
    Row("fetchOptionChain", ("BTC",)),
    Row("fetchGreeks", ("@option",)),
    Row("fetchAllGreeks", (["@option"],)),
    Row("fetchBorrowRateHistories", (), {}, "", _ABSENT),
    Row("fetchBorrowRateHistory", ("USDT",), {}, "", _ABSENT),
    # The account
    Row("fetchAccounts"),
    Row("fetchBalance"),
    Row("fetchBalance", (), {"type": "funding"}),
    Row("fetchTradingFee", (SPOT,)),
    Row("fetchTradingFee", (SWAP,)),
    Row("fetchPositionMode"),
    Row("setPositionMode", (False,)),
    Row("fetchLeverage", (SWAP,), {"marginMode": "cross"}),
    Row("setLeverage", (5, SWAP), {"mgnMode": "cross"}),
    Row("setMarginMode", ("cross", SWAP), {"lever": "5"}),
    # Orders on spot
    Row("createLimitOrder", (SPOT, "buy", 0.01, 60_000), {}, "first"),
    Row("fetchOrder", ("@first", SPOT)),
    Row("editOrder", ("@first", SPOT, "limit", "buy", 0.02, 61_000)),
    Row("fetchOpenOrders", (SPOT,)),
    Row("cancelOrder", ("@first", SPOT)),
    Row("createOrder", (SPOT, "limit", "buy", 0.01, 60_000), {}, "second"),
    Row("editOrders", ([{"id": "@second", "symbol": SPOT, "amount": 0.02, "price": 61_000}],), {}, "", ""),
    Row("createPostOnlyOrder", (SPOT, "limit", "buy", 0.01, 60_000), {}, "third"),
    Row("cancelOrders", (["@second", "@third"], SPOT)),
    Row(
        "createOrders",
        ([{"symbol": SPOT, "type": "limit", "side": "buy", "amount": 0.01, "price": 60_000}],),
        {},
        "fourth",
    ),
    Row("cancelOrdersForSymbols", ([{"id": "@fourth", "symbol": SPOT}],)),
    Row("createMarketOrder", (SPOT, "sell", 0.1), {}, "sold"),
    Row("createMarketBuyOrderWithCost", (SPOT, 100)),
    Row("createMarketSellOrderWithCost", (SPOT, 100)),
    Row("fetchOrderTrades", ("@sold", SPOT)),
    Row("fetchMyTrades", (SPOT,)),
    Row("fetchClosedOrders", (SPOT,)),
    Row("fetchCanceledOrders", (SPOT,)),
    Row("createStopLossOrder", (SPOT, "market", "sell", 0.01, None, 50_000), _CASH, "stop"),
    Row("createTakeProfitOrder", (SPOT, "market", "sell", 0.01, None, 90_000), _CASH),
    Row("createTriggerOrder", (SPOT, "limit", "buy", 0.01, 60_000, 61_000)),
    Row("createStopOrder", (SPOT, "limit", "buy", 0.01, 60_000, 61_000)),
    Row("createStopLimitOrder", (SPOT, "buy", 0.01, 60_000, 61_000)),
    Row("createStopMarketOrder", (SPOT, "buy", 0.01, 61_000)),
    Row("createTrailingPercentOrder", (SPOT, "market", "sell", 0.01, None, 1)),
    Row("createOrderWithTakeProfitAndStopLoss", (SPOT, "limit", "buy", 0.01, 60_000, 90_000, 50_000)),
    Row("cancelOrder", ("@stop", SPOT), {"stop": True}),
    Row("cancelAllOrdersAfter", (20_000,)),
    # Orders on a swap
    Row("createMarketOrder", (SWAP, "buy", 2), {"tdMode": "cross"}, "opened"),
    Row("fetchOrder", ("@opened", SWAP)),
    Row("fetchPosition", (SWAP,)),
    Row("fetchPositions"),
    Row("fetchPositionsForSymbol", (SWAP,)),
    Row("createReduceOnlyOrder", (SWAP, "limit", "sell", 1, 72_000), {"tdMode": "cross"}, "reducing"),
    Row("cancelOrder", ("@reducing", SWAP)),
    Row("createTrailingPercentOrder", (SWAP, "market", "sell", 1, None, 1), {"tdMode": "cross"}),
    Row("closePosition", (SWAP,), {"marginMode": "cross"}),
    Row("fetchPositionsHistory"),
    Row("fetchPositionHistory", (SWAP,)),
    Row("createMarketOrder", (_COIN, "buy", 2), {"tdMode": "isolated"}),
    Row("addMargin", (_COIN, 0.001), {}, "", _OF_CCXT),
    Row("reduceMargin", (_COIN, 0.0005), {}, "", _OF_CCXT),
    Row("fetchMarginAdjustmentHistory", (None, "add"), {}, "", _OF_CCXT),
    Row("fetchFundingHistory"),
    Row("fetchMySettlementHistory", (), {"type": "option"}),
    # Money
    Row("fetchLedger"),
    Row("transfer", ("USDT", 10, "trading", "funding"), {}, "transfer"),
    Row("fetchTransfer", ("@transfer", "USDT")),
    Row("fetchTransfers"),
    Row("fetchDepositAddress", ("USDT",)),
    Row("fetchDepositAddressesByNetwork", ("USDT",)),
    Row("fetchDeposits"),
    Row("fetchDeposit", ("1",)),
    Row("fetchDepositWithdrawFee", ("USDT",)),
    Row("fetchDepositWithdrawFees"),
    Row("withdraw", ("USDT", 5, "TAddress"), {"network": "TRC20", "fee": "1", "password": "-"}, "", "50120"),
    Row("fetchWithdrawals"),
    Row("fetchWithdrawal", ("1",)),
    Row("fetchCrossBorrowRate", ("USDT",)),
    Row("fetchCrossBorrowRates"),
    Row("fetchBorrowInterest"),
    Row("borrowCrossMargin", ("USDT", 10), {}, "", _ABSENT),
    Row("repayCrossMargin", ("USDT", 10), {"id": "1"}, "", _ABSENT),
    Row("fetchConvertCurrencies", (), {}, "", _ABSENT),
    Row("fetchConvertQuote", ("USDT", "BTC", 10), {}, "", _ABSENT),
    Row("createConvertTrade", ("1", "USDT", "BTC", 10), {}, "", _ABSENT),
    Row("fetchConvertTrade", ("1",)),
    Row("fetchConvertTradeHistory"),
)
