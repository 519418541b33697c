"""What v3 offered besides trading: its time and the wallet. Importing this module registers every endpoint of v3.

Bare JSON without an envelope. Source: the official v3 SDK, and captures of its day.
"""

from __future__ import annotations

from typing import Any

from ..messages import iso_time, number
from ..routing import Journey, private, public
from . import futures, spot

__all__ = ["futures", "spot", "time", "wallet"]


@public("GET /api/general/v3/time")
def time(journey: Journey) -> dict[str, str]:
    """The exchange's time: ISO 8601, and seconds with three decimals as text."""
    seconds, ms = divmod(journey.now, 1000)
    return {"iso": iso_time(journey.now), "epoch": f"{seconds}.{ms:03d}"}


@private("GET /api/account/v3/wallet")
def wallet(journey: Journey) -> list[dict[str, Any]]:
    """What the account has of each currency: v3's funding account and this one's balance are the same money."""
    return [
        {
            "currency": each.ccy,
            "balance": number(each.cash_bal),
            "hold": number(each.frozen_bal),
            "available": number(each.avail_bal),
        }
        for each in journey.exchange.balances(journey.account, journey.now)
    ]
