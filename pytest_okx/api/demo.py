"""The play money of demo trading (OKX docs: Adjust demo account balance)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange.demo_funds import INCREASES_A_DAY
from ..messages import number
from ..routing import Journey, private, text
from .params import positive, word

__all__ = ["adjust"]

_DIRECTIONS: Final = ("increase", "reduce")


@private("POST /api/v5/account/demo-adjust-balance")
def adjust(journey: Journey) -> list[dict[str, Any]]:
    """Add play money to the trading account, or take some away; calls for live trading are refused."""
    if not journey.demo:
        journey.remark = "the call does not select demo trading: send x-simulated-trading: 1"
        raise OkxError("50030")
    funds, account = journey.exchange.demo_funds, journey.account
    move = funds.increase if word(journey.params, "type", _DIRECTIONS) == "increase" else funds.reduce
    done = move(account, _amounts(journey.params.get("adjustments")), journey.now)
    details = [{"amt": number(each.amt), "bal": number(each.bal), "ccy": each.ccy} for each in done]
    left = str(funds.left(account, journey.now))
    return [{"details": details, "remainCnt": left, "totalCnt": str(INCREASES_A_DAY)}]


def _amounts(adjustments: Any) -> Mapping[str, Decimal]:
    """The amount by currency; a list of objects with each currency once."""
    rows = adjustments if isinstance(adjustments, list) and all(isinstance(each, dict) for each in adjustments) else []
    found = {text(each, "ccy"): positive(each, "amt") for each in rows}
    if not rows or len(found) < len(rows):
        raise OkxError(Code.PARAMETER, "adjustments")
    return found
