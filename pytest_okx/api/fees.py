"""What trading costs the account (OKX docs: Get fee rates).

Rates are the exchange's, of the account's level; on the wire a rate that is paid is negative.
"""

from __future__ import annotations

from typing import Any

from ..messages import number
from ..routing import Journey, private
from .params import DERIVATIVES, inst_type, instrument, listed, of_family

__all__ = ["trade_fee"]

Row = dict[str, Any]


@private("GET /api/v5/account/trade-fee")
def trade_fee(journey: Journey) -> list[Row]:
    """The rates of one type of instrument, for each fee group, or for that of one instrument or family."""
    kind, params = inst_type(journey, choices=("SPOT", "MARGIN", *DERIVATIVES)), journey.params
    of = "SPOT" if kind == "MARGIN" else kind
    meant = [each for each in listed(journey) if each.inst_type == of and of_family(params, each)]
    if journey.text("instId"):
        meant = [each for each in meant if each is instrument(journey.exchange, params)]
    groups = sorted({each.group_id for each in meant}, key=int)
    if wanted := journey.text("groupId"):
        groups = [group for group in groups if group == wanted]
    if not groups:
        return []
    maker, taker = (number(-journey.account.rate(meant[0], side)) for side in "MT")
    coins = kind in ("SPOT", "MARGIN")
    in_usd = {"taker": "", "maker": ""} if coins or kind == "OPTION" else {"taker": taker, "maker": maker}
    return [
        {
            "category": "1",
            "delivery": "" if coins or kind == "SWAP" else "0",
            "exercise": "0" if kind == "OPTION" else "",
            "feeGroup": [
                {"elpMaker": maker, "groupId": group, "maker": maker, "rpiMaker": maker, "taker": taker}
                for group in groups
            ],
            "fiat": [],
            "instType": kind,
            "level": journey.account.level,
            "maker": maker,
            "makerU": in_usd["maker"],
            "makerUSDC": in_usd["maker"],
            "ruleType": "normal",
            "settle": "",
            "taker": taker,
            "takerU": in_usd["taker"],
            "takerUSDC": in_usd["taker"],
            "ts": str(journey.now),
        }
    ]
