"""Every method of python-okx's six classes, with arguments that make sense, and the code that each gets.

A row is (method, arguments, code); the code is "0" where the call succeeds. Arguments written `"@name"` stand for what
was made before: an algo order, a transfer, a sub-account.
"""

from __future__ import annotations

from typing import Any, Final

__all__ = ["ACCOUNT", "FUNDING", "MARKET", "PUBLIC", "SUB_ACCOUNT", "TRADE", "Call"]

Call = tuple[str, dict[str, Any], str]

SPOT: Final = "BTC-USDT"
SWAP: Final = "BTC-USDT-SWAP"
_ORDER: Final = {"instId": SPOT, "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "60000"}
_STOP: Final = {
    "instId": SWAP,
    "tdMode": "cross",
    "side": "sell",
    "ordType": "conditional",
    "sz": "1",
    "slTriggerPx": "50000",
    "slOrdPx": "-1",
}
# Features that are not simulated answer as OKX's demo trading does for what it lacks.
_ABSENT: Final = "50038"

TRADE: Final[tuple[Call, ...]] = (
    ("place_order", _ORDER | {"clOrdId": "one"}, "0"),
    ("place_multiple_orders", {"orders_data": [_ORDER | {"clOrdId": "two"}, _ORDER | {"clOrdId": "three"}]}, "0"),
    ("amend_order", {"instId": SPOT, "clOrdId": "one", "newSz": "0.02"}, "0"),
    ("amend_multiple_orders", {"orders_data": [{"instId": SPOT, "clOrdId": "two", "newPx": "61000"}]}, "0"),
    ("get_order", {"instId": SPOT, "clOrdId": "one"}, "0"),
    ("get_order_list", {"instType": "SPOT"}, "0"),
    ("cancel_order", {"instId": SPOT, "clOrdId": "one"}, "0"),
    ("cancel_multiple_orders", {"orders_data": [{"instId": SPOT, "clOrdId": "two"}]}, "0"),
    ("get_orders_history", {"instType": "SPOT"}, "0"),
    ("get_orders_history_archive", {"instType": "SPOT"}, "0"),
    ("get_fills", {"instType": "SPOT"}, "0"),
    ("get_fills_history", {"instType": "SPOT"}, "0"),
    ("close_positions", {"instId": SWAP, "mgnMode": "cross"}, "0"),
    ("place_algo_order", _STOP | {"algoClOrdId": "stop"}, "0"),
    ("order_algos_list", {"ordType": "conditional"}, "0"),
    ("get_algo_order_details", {"algoClOrdId": "stop"}, "0"),
    ("amend_algo_order", {"instId": SWAP, "algoClOrdId": "stop", "newSlTriggerPx": "51000"}, "0"),
    ("cancel_algo_order", {"params": [{"instId": SWAP, "algoId": "@algo"}]}, "0"),
    ("order_algos_history", {"ordType": "conditional", "state": "canceled"}, "0"),
    ("get_easy_convert_currency_list", {}, _ABSENT),
    ("easy_convert", {"fromCcy": ["BTC"], "toCcy": "USDT"}, _ABSENT),
    ("get_easy_convert_history", {}, "0"),
    ("get_oneclick_repay_list", {"debtType": "cross"}, _ABSENT),
    ("oneclick_repay", {"debtCcy": ["BTC"], "repayCcy": "USDT"}, _ABSENT),
    ("oneclick_repay_history", {}, "0"),
    ("get_oneclick_repay_list_v2", {}, _ABSENT),
    ("oneclick_repay_v2", {"debtCcy": "BTC", "repayCcyList": ["USDT"]}, _ABSENT),
    ("oneclick_repay_history_v2", {}, "0"),
)

ACCOUNT: Final[tuple[Call, ...]] = (
    ("get_account_balance", {}, "0"),
    ("get_positions", {}, "0"),
    ("get_position_risk", {}, "0"),
    ("get_account_position_risk", {}, "51010"),
    ("get_positions_history", {}, "0"),
    ("get_account_bills", {}, "0"),
    ("get_account_bills_archive", {}, "0"),
    ("get_account_config", {}, "0"),
    ("get_instruments", {"instType": "SWAP"}, "0"),
    ("get_max_order_size", {"instId": SPOT, "tdMode": "cash"}, "0"),
    ("get_max_avail_size", {"instId": SPOT, "tdMode": "cash"}, "0"),
    ("get_max_loan", {"instId": SPOT, "mgnMode": "cross", "mgnCcy": "USDT"}, "0"),
    ("get_max_withdrawal", {}, "0"),
    ("get_fee_rates", {"instType": "SPOT"}, "0"),
    ("get_leverage", {"mgnMode": "cross", "instId": SWAP}, "0"),
    ("set_leverage", {"lever": "5", "mgnMode": "cross", "instId": SWAP}, "0"),
    ("get_greeks", {}, "0"),
    ("set_greeks", {"greeksType": "PA"}, "0"),
    ("set_isolated_mode", {"isoMode": "automatic", "type": "CONTRACTS"}, "0"),
    ("get_interest_accrued", {}, "0"),
    ("get_interest_rate", {}, "0"),
    ("get_interest_limits", {}, "0"),
    ("get_account_position_tiers", {"instType": "SWAP", "instFamily": "BTC-USDT"}, "51010"),
    ("get_bill_type", {}, "0"),
    ("adjustment_margin", {"instId": SWAP, "posSide": "net", "type": "add", "amt": "1"}, "59300"),
    ("set_position_mode", {"posMode": "net_mode"}, "0"),
    ("set_auto_loan", {"autoLoan": False}, "0"),
    ("set_account_level", {"acctLv": "2"}, "0"),
    ("activate_option", {}, "0"),
    ("set_auto_repay", {"autoRepay": False}, "0"),
    ("spot_borrow_repay_history", {}, "0"),
    ("position_builder", {"inclRealPosAndEq": False}, _ABSENT),
    ("borrow_repay", {"ccy": "USDT", "side": "borrow", "amt": "1"}, _ABSENT),
    ("get_borrow_repay_history", {}, _ABSENT),
    ("get_simulated_margin", {}, _ABSENT),
    ("get_VIP_interest_accrued_data", {}, _ABSENT),
    ("get_VIP_interest_deducted_data", {}, _ABSENT),
    ("get_VIP_loan_order_list", {}, _ABSENT),
    ("get_VIP_loan_order_detail", {"ordId": "1"}, _ABSENT),
    ("set_risk_offset_typel", {"type": "1"}, _ABSENT),
    ("get_fix_loan_borrowing_limit", {}, _ABSENT),
    ("get_fix_loan_borrowing_quote", {"type": "normal"}, _ABSENT),
    ("place_fix_loan_borrowing_order", {"ccy": "USDT", "amt": "1", "maxRate": "0.1", "term": "30D"}, _ABSENT),
    ("amend_fix_loan_borrowing_order", {"ordId": "1"}, _ABSENT),
    ("fix_loan_manual_reborrow", {"ordId": "1", "maxRate": "0.1"}, _ABSENT),
    ("repay_fix_loan_borrowing_order", {"ordId": "1"}, _ABSENT),
    ("get_fix_loan_borrowing_orders_list", {}, _ABSENT),
    ("spot_manual_borrow_repay", {"ccy": "USDT", "side": "borrow", "amt": "1"}, _ABSENT),
    ("set_auto_earn", {"ccy": "USDT", "action": "turn_on"}, _ABSENT),
    ("set_trading_config", {"type": "stgyType", "stgyType": "0"}, "0"),
    ("precheck_set_delta_neutral", {"stgyType": "1"}, _ABSENT),
    ("apply_bills", {"year": "2025", "quarter": "Q1"}, _ABSENT),
    ("get_glp_historical_performance", {"program": "1"}, _ABSENT),
    ("get_glp_today_performance", {}, _ABSENT),
)

FUNDING: Final[tuple[Call, ...]] = (
    ("get_currencies", {}, "0"),
    ("get_balances", {}, "0"),
    ("funds_transfer", {"ccy": "USDT", "amt": "10", "from_": "18", "to": "6"}, "0"),
    ("transfer_state", {"transId": "@transfer"}, "0"),
    ("get_bills", {}, "0"),
    ("get_asset_valuation", {}, "0"),
    ("get_non_tradable_assets", {}, "0"),
    ("get_deposit_address", {"ccy": "USDT"}, "0"),
    ("get_deposit_history", {}, "0"),
    ("get_withdrawal_history", {}, "0"),
    ("withdrawal", {"ccy": "USDT", "amt": "5", "dest": "4", "toAddr": "TAddress", "chain": "USDT-TRC20"}, "50120"),
    ("cancel_withdrawal", {"wdId": "1"}, _ABSENT),
    ("get_deposit_withdraw_status", {"wdId": "1"}, "58215"),
    ("purchase_redempt", {"ccy": "USDT", "amt": "1", "side": "purchase", "rate": "0.01"}, _ABSENT),
    ("get_deposit_lightning", {"ccy": "BTC", "amt": "0.001"}, _ABSENT),
    ("withdrawal_lightning", {"ccy": "BTC", "invoice": "lnbc1"}, _ABSENT),
    ("convert_dust_assets", {"ccy": ["BTC"]}, _ABSENT),
)

MARKET: Final[tuple[Call, ...]] = (
    ("get_tickers", {"instType": "SPOT"}, "0"),
    ("get_ticker", {"instId": SPOT}, "0"),
    ("get_index_tickers", {"instId": SPOT}, "0"),
    ("get_orderbook", {"instId": SPOT}, "0"),
    ("get_rpi_orderbook", {"instId": SPOT}, "0"),
    ("get_candlesticks", {"instId": SPOT}, "0"),
    ("get_history_candlesticks", {"instId": SPOT}, "0"),
    ("get_index_candlesticks", {"instId": SPOT}, "0"),
    ("get_mark_price_candlesticks", {"instId": SWAP}, "0"),
    ("get_trades", {"instId": SPOT}, "0"),
    ("get_history_trades", {"instId": SPOT}, "0"),
    ("get_volume", {}, "0"),
    ("get_tier", {"instType": "SWAP", "tdMode": "cross", "uly": "BTC-USDT"}, "0"),
    ("get_index_components", {"index": SPOT}, "0"),
    ("get_exchange_rate", {}, "0"),
    ("get_block_tickers", {"instType": "SPOT"}, "0"),
    ("get_block_ticker", {"instId": SPOT}, "0"),
    ("get_block_trades", {"instId": SPOT}, "0"),
    ("get_option_trades", {"instFamily": "BTC-USD"}, "0"),
    ("get_order_lite_book", {"instId": SPOT}, "0"),
)

PUBLIC: Final[tuple[Call, ...]] = (
    ("get_instruments", {"instType": "SPOT"}, "0"),
    ("get_delivery_exercise_history", {"instType": "FUTURES", "instFamily": "BTC-USD"}, "0"),
    ("get_open_interest", {"instType": "SWAP"}, "0"),
    ("get_funding_rate", {"instId": SWAP}, "0"),
    ("funding_rate_history", {"instId": SWAP}, "0"),
    ("get_price_limit", {"instId": SWAP}, "0"),
    ("get_opt_summary", {"instFamily": "BTC-USD"}, "0"),
    ("get_estimated_price", {"instId": "@future"}, "0"),
    ("discount_interest_free_quota", {}, "0"),
    ("get_system_time", {}, "0"),
    ("get_mark_price", {"instType": "SWAP"}, "0"),
    ("get_position_tiers", {"instType": "SWAP", "tdMode": "cross", "instFamily": "BTC-USDT"}, "0"),
    ("get_interest_rate_loan_quota", {}, "0"),
    ("get_underlying", {"instType": "SWAP"}, "0"),
    ("get_insurance_fund", {"instType": "SWAP", "instFamily": "BTC-USDT"}, "0"),
    ("get_convert_contract_coin", {"instId": SWAP, "sz": "1", "px": "70000"}, "0"),
    ("get_option_tickBands", {"instType": "OPTION"}, "0"),
    ("get_option_trades", {"instFamily": "BTC-USD"}, "0"),
    ("get_vip_interest_rate_loan_quota", {}, _ABSENT),
    (
        "get_market_data_history",
        {"module": "1", "instType": "SPOT", "dateAggrType": "daily", "begin": "1", "end": "2"},
        _ABSENT,
    ),
    ("get_announcements", {}, _ABSENT),
)

SUB_ACCOUNT: Final[tuple[Call, ...]] = (
    ("get_subaccount_list", {}, "0"),
    ("get_account_balance", {"subAcct": "@sub"}, "0"),
    ("get_funding_balance", {"subAcct": "@sub"}, "0"),
    ("bills", {}, "0"),
    ("get_entrust_subaccount_list", {}, "0"),
    ("set_permission_transfer_out", {"subAcct": "@sub", "canTransOut": True}, "0"),
    (
        "subAccount_transfer",
        {"ccy": "USDT", "amt": "1", "froms": "6", "to": "6", "fromSubAccount": "@other", "toSubAccount": "@sub"},
        "0",
    ),
    ("reset_subaccount_apikey", {"subAcct": "@other", "apiKey": "@key", "label": "new"}, "50035"),
    ("set_sub_accounts_VIP_loan", {"enable": "true", "alloc": []}, _ABSENT),
    ("get_sub_account_borrow_interest_and_limit", {"subAcct": "@sub"}, _ABSENT),
)
