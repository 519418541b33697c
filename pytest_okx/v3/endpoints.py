"""What v3 offered besides trading: its time and the wallet. Importing this module registers every endpoint of v3.

Bare JSON without an envelope. Source: the official v3 SDK, and captures of its day.
"""

from __future__ import annotations

from typing import Any

from ..exchange import Balance
from ..messages import iso_time, number
from ..routing import Journey, private, public
from . import futures, spot, swap
from .params import currency

__all__ = ["futures", "spot", "swap", "time", "wallet", "wallet_of"]


@public("GET /api/general/v3/time")
def time(journey: Journey) -> dict[str, str]:
    """The exchange's time: ISO 8601, and seconds with three decimals as text."""
    seconds, ms = divmod(journey.now, 1000)
    return {"iso": iso_time(journey.now), "epoch": f"{seconds}.{ms:03d}"}


@private("GET /api/account/v3/wallet")
def wallet(journey: Journey) -> list[dict[str, Any]]:
    """What the account has of each currency: v3's funding account and this one's balance are the same money."""
    return [_held(each) for each in journey.exchange.balances(journey.account, journey.now)]


@private("GET /api/account/v3/wallet/{currency}")
def wallet_of(journey: Journey) -> list[dict[str, Any]]:
    """What the account has of one currency, in a list."""
    return [_held(journey.exchange.balance(journey.account, currency(journey), journey.now))]


def _held(each: Balance) -> dict[str, Any]:
    return {
        "currency": each.ccy,
        "balance": number(each.cash_bal),
        "hold": number(each.frozen_bal),
        "available": number(each.avail_bal),
    }
