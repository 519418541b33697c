"""A position as a row of text (OKX docs: Get positions, and later the positions channel).

Valued at the mark price, which is the house's. Maintenance margin is a flat share of the value (our choice: OKX's tiers
are not simulated); `liqPx` and the greeks are left "".
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from ..exchange import Position
from ..messages import number
from ..routing import Journey

__all__ = ["position_row"]

Row = dict[str, Any]

_MAINTENANCE: Final = Decimal("0.004")
_RATIO: Final = Decimal("1E-16")
_BLANK: Final[Row] = {
    "adl": "1",
    "closeOrderAlgo": [],
    "fundingFee": "0",
    "liqPenalty": "0",
    "availPos": "",
    "baseBal": "",
    "baseBorrowed": "",
    "baseInterest": "",
    "bePx": "",
    "bizRefId": "",
    "bizRefType": "",
    "clSpotInUseAmt": "",
    "deltaBS": "",
    "deltaPA": "",
    "gammaBS": "",
    "gammaPA": "",
    "hedgedPos": "",
    "interest": "",
    "liab": "",
    "liabCcy": "",
    "liqPx": "",
    "maxSpotInUseAmt": "",
    "nonSettleAvgPx": "",
    "pendingCloseOrdLiabVal": "",
    "posCcy": "",
    "quoteBal": "",
    "quoteBorrowed": "",
    "quoteInterest": "",
    "settledPnl": "",
    "spotInUseAmt": "",
    "spotInUseCcy": "",
    "thetaBS": "",
    "thetaPA": "",
    "vegaBS": "",
    "vegaPA": "",
}


def position_row(journey: Journey, position: Position) -> Row:
    """The row of one open position at the time of the call."""
    of = position.instrument
    mark = journey.exchange.house.price(of, journey.now)
    usd = journey.exchange.usd_price(position.ccy, journey.now)
    return {
        **_BLANK,
        **_margins(journey, position, mark),
        "avgPx": number(position.avg_px),
        "cTime": str(position.c_time),
        "ccy": position.ccy,
        "fee": number(position.fee),
        "idxPx": number(journey.exchange.usd_price(of.uly.partition("-")[0], journey.now)),
        "instId": of.inst_id,
        "instType": of.inst_type,
        "last": number(mark),
        "markPx": number(mark),
        "mgnMode": position.mgn_mode,
        "notionalUsd": number(position.notional(mark) * usd),
        "pnl": number(position.pnl),
        "pos": number(position.pos),
        "posId": position.pos_id,
        "posSide": position.pos_side,
        "realizedPnl": number(position.realized_pnl),
        "tradeId": str(position.trade_id),
        "uTime": str(position.u_time),
        "usdPx": number(usd),
        **_option(position, mark),
    }


def _option(position: Position, mark: Decimal) -> Row:
    if not position.instrument.opt_type:
        return {"lever": number(position.lever), "optVal": ""}
    return {"lever": "", "optVal": number(position.opt_val(mark)), "availPos": number(position.pos)}


def _margins(journey: Journey, position: Position, mark: Decimal) -> Row:
    """Margin and what it is to the profit: `imr` in cross mode, `margin` in isolated; the other is ""."""
    upl, mmr = position.upl(mark), position.notional(mark) * _MAINTENANCE
    if position.mgn_mode == "isolated":
        margins, own, equity = ("", number(position.margin)), position.margin, position.margin + upl
    else:
        margins, own = (number(position.imr(mark)), ""), position.imr(position.avg_px)
        equity = journey.exchange.balance(journey.account, position.ccy, journey.now).eq
    profit, ratio = number(upl), _ratio(upl, own)
    return {
        "imr": margins[0],
        "margin": margins[1],
        "mgnRatio": _ratio(equity, mmr),
        "mmr": number(mmr),
        "upl": profit,
        "uplLastPx": profit,
        "uplRatio": ratio,
        "uplRatioLastPx": ratio,
    }


def _ratio(part: Decimal, whole: Decimal) -> str:
    # An option bought in isolated mode has no margin to compare with.
    return number((part / whole).quantize(_RATIO)) if whole else ""
