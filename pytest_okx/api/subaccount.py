"""The money of sub-accounts, as their master sees and moves it (OKX docs: Sub-account).

The sub-accounts themselves and their keys are in `users`.
"""

from __future__ import annotations

from typing import Any

from ..exchange import Account
from ..exchange.margin import currencies
from ..messages import Encoded, number
from ..routing import Journey, private
from .account import balance_of
from .asset import fund_rows, transfer_amount
from .pages import matches, newest
from .sizes import withdrawable

__all__ = ["bills", "funding_balances", "max_withdrawal", "trading_balances", "transfer"]

Row = dict[str, Any]


def _account(journey: Journey) -> Account:
    return journey.exchange.subaccounts.find(journey.account, journey.text("subAcct")).account


@private("GET /api/v5/account/subaccount/balances")
def trading_balances(journey: Journey) -> Encoded:
    """What a sub-account has to trade with (OKX docs: Get sub-account trading balance)."""
    return balance_of(journey, _account(journey), ())


@private("GET /api/v5/asset/subaccount/balances")
def funding_balances(journey: Journey) -> list[Row]:
    """What is in the funding account of a sub-account (OKX docs: Get sub-account funding balance)."""
    return fund_rows(journey, journey.exchange.treasury.balances(_account(journey)))


@private("GET /api/v5/account/subaccount/max-withdrawal")
def max_withdrawal(journey: Journey) -> list[Row]:
    """What can leave the trading account of a sub-account (OKX docs: Get sub-account maximum withdrawals)."""
    account = _account(journey)
    return withdrawable(journey, account, currencies(account))


@private("GET /api/v5/asset/subaccount/bills")
def bills(journey: Journey) -> list[Row]:
    """Transfers between the master and its sub-accounts (OKX docs: Get history of sub-account transfer)."""
    found = journey.exchange.treasury.sub_transfers(journey.account)
    wanted = [b for b in found if matches(journey, {"ccy": b.ccy, "type": b.kind, "subAcct": b.sub_acct})]
    return [
        {
            "amt": number(bill.amt),
            "billId": bill.bill_id,
            "ccy": bill.ccy,
            "subAcct": bill.sub_acct,
            "ts": str(bill.ts),
            "type": bill.kind,
        }
        for bill in newest(journey, wanted, lambda bill: bill.ts)
    ]


@private("POST /api/v5/asset/subaccount/transfer")
def transfer(journey: Journey) -> list[Row]:
    """Move money from one sub-account to another (OKX docs: Master accounts manage the transfers between
    sub-accounts).
    """
    number_of_it = journey.exchange.treasury.transfer_between(
        journey.account,
        journey.text("ccy"),
        transfer_amount(journey),
        names=(journey.text("fromSubAccount"), journey.text("toSubAccount")),
        source=journey.text("from"),
        target=journey.text("to"),
        now=journey.now,
    )
    return [{"transId": number_of_it}]
