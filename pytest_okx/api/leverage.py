"""Leverage and the margin of isolated positions (OKX docs: Trading Account, Set leverage and its neighbours).

Scopes, limits and refusals are the exchange's.
"""

from __future__ import annotations

from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import Lever
from ..messages import number
from ..routing import Journey, private
from .params import positive, word, words

__all__ = ["leverage_info", "margin_balance", "set_leverage"]

Row = dict[str, Any]

_MODES: Final = ("cross", "isolated")
_SIDES: Final = ("net", "long", "short")
_MOST: Final = 20


@private("POST /api/v5/account/set-leverage")
def set_leverage(journey: Journey) -> list[Row]:
    """Set the leverage of an instrument's scope, or of borrowing a currency (OKX docs: Set leverage)."""
    params = journey.params
    lever = journey.exchange.set_leverage(
        journey.account,
        journey.now,
        lever=positive(params, "lever"),
        mgn_mode=word(params, "mgnMode", _MODES),
        inst_id=journey.text("instId"),
        ccy=journey.text("ccy"),
        pos_side=word(params, "posSide", _SIDES),
    )
    # The documented reply names no currency.
    return [{name: value for name, value in _row(lever).items() if name != "ccy"}]


@private("GET /api/v5/account/leverage-info")
def leverage_info(journey: Journey) -> list[Row]:
    """The leverage of up to 20 instruments: one row, or one for each side of an account with two; or of borrowing up
    to 20 currencies (OKX docs: Get leverage).
    """
    mgn_mode = word(journey.params, "mgnMode", _MODES)
    inst_ids, ccys = (words(journey.params, name) for name in ("instId", "ccy"))
    if not (inst_ids or ccys) or len(inst_ids) > _MOST:
        raise OkxError(Code.PARAMETER, "instId")
    if len(ccys) > _MOST:
        raise OkxError(Code.PARAMETER, "ccy")
    exchange, account = journey.exchange, journey.account
    if not inst_ids:
        return [_row(exchange.leverage_of_currency(account, ccy, mgn_mode)) for ccy in ccys]
    return [_row(lever) for inst_id in inst_ids for lever in exchange.leverage_of(account, inst_id, mgn_mode)]


def _row(lever: Lever) -> Row:
    return {
        "ccy": lever.ccy,
        "instId": lever.inst_id,
        "mgnMode": lever.mgn_mode,
        "posSide": lever.pos_side,
        "lever": number(lever.lever),
    }


@private("POST /api/v5/account/position/margin-balance")
def margin_balance(journey: Journey) -> list[Row]:
    """Add margin to an isolated position, or take some (OKX docs: Increase/decrease margin)."""
    params = journey.params
    side, direction = word(params, "posSide", _SIDES), word(params, "type", ("add", "reduce"))
    amount = positive(params, "amt")
    after = journey.exchange.adjust_margin(
        journey.account,
        journey.now,
        inst_id=journey.text("instId"),
        amount=amount if direction == "add" else -amount,
        pos_side=side,
    )
    return [
        {
            "amt": number(amount),
            "ccy": after.ccy,
            "instId": after.inst_id,
            "leverage": number(after.lever),
            "posSide": side,
            "type": direction,
        }
    ]
