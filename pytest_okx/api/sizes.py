"""How much could be traded or taken out now (OKX docs: Get maximum order quantity and its neighbours).

Computed by what would accept the order; nothing is borrowed, so loans are 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import Account
from ..messages import number
from ..routing import Journey, private
from .params import decimal, word, words

__all__ = ["max_avail_size", "max_loan", "max_size", "max_withdrawal", "withdrawable"]

Row = dict[str, Any]

_TD_MODES: Final = ("cash", "cross", "isolated", "spot_isolated")
_MOST_INSTRUMENTS: Final = 5
_MOST_CURRENCIES: Final = 20


@private("GET /api/v5/account/max-size")
def max_size(journey: Journey) -> list[Row]:
    """The largest orders of up to 5 instruments, in units of `sz`, at `px` or the last price."""
    px, lever = decimal(journey.params, "px"), decimal(journey.params, "leverage")
    td_mode, ccy = word(journey.params, "tdMode", _TD_MODES), journey.text("ccy")

    def row(inst_id: str) -> Row:
        found = journey.exchange.max_size(
            journey.account, journey.now, inst_id=inst_id, td_mode=td_mode, ccy=ccy, px=px, lever=lever
        )
        shown = found.ccy or journey.exchange.instrument(inst_id).base_ccy
        return {"ccy": shown, "instId": inst_id, "maxBuy": number(found.buy), "maxSell": number(found.sell)}

    return [row(inst_id) for inst_id in _inst_ids(journey)]


@private("GET /api/v5/account/max-avail-size")
def max_avail_size(journey: Journey) -> list[Row]:
    """What could be spent on orders of up to 5 instruments: quote and base on SPOT, margin on the rest.

    With `reduceOnly` it is what could be closed.
    """
    td_mode, ccy = word(journey.params, "tdMode", _TD_MODES), journey.text("ccy")
    closing = word(journey.params, "reduceOnly", ("true", "false")) == "true"

    def row(inst_id: str) -> Row:
        found = journey.exchange.max_avail_size(
            journey.account, journey.now, inst_id=inst_id, td_mode=td_mode, ccy=ccy, reduce_only=closing
        )
        return {"availBuy": number(found.buy), "availSell": number(found.sell), "instId": inst_id}

    return [row(inst_id) for inst_id in _inst_ids(journey)]


def _inst_ids(journey: Journey) -> list[str]:
    found = words(journey.params, "instId")
    if len(found) > _MOST_INSTRUMENTS:
        raise OkxError(Code.PARAMETER, "instId")
    return found


@private("GET /api/v5/account/max-loan")
def max_loan(journey: Journey) -> list[Row]:
    """What could be borrowed for orders of an instrument: nothing here, for either side."""
    of = journey.exchange.instrument(journey.text("instId"))
    mode = word(journey.params, "mgnMode", ("cross", "isolated"))
    margin_ccy = journey.text("mgnCcy")
    return [
        {"ccy": ccy, "instId": of.inst_id, "maxLoan": "0", "mgnCcy": margin_ccy, "mgnMode": mode, "side": side}
        for side, ccy in (("buy", of.quote_ccy), ("sell", of.base_ccy))
    ]


@private("GET /api/v5/account/max-withdrawal")
def max_withdrawal(journey: Journey) -> list[Row]:
    """What can leave the trading account, of up to 20 currencies or of all that are held."""
    return withdrawable(
        journey, journey.account, [each.ccy for each in journey.exchange.balances(journey.account, journey.now)]
    )


def withdrawable(journey: Journey, account: Account, held: Iterable[str]) -> list[Row]:
    """What can leave the trading account of `account`, of the currencies asked for or else of `held`.

    Nothing is borrowed here, so both sums are equal; the others are for portfolio margin.
    """
    wanted, treasury = words(journey.params, "ccy"), journey.exchange.treasury
    if len(wanted) > _MOST_CURRENCIES:
        raise OkxError(Code.PARAMETER, "ccy")
    found = {ccy: number(treasury.max_withdrawal(account, ccy, journey.now)) for ccy in wanted or held}
    blank = {"spotOffsetMaxWd": "", "spotOffsetMaxWdEx": ""}
    return [{"ccy": ccy, "maxWd": amount, "maxWdEx": amount} | blank for ccy, amount in found.items()]
