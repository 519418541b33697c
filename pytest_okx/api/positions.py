"""A position as a row of text (OKX docs: Get positions, and later the positions channel).

Valued at the mark price, which is the house's. The greeks are left "".
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from ..exchange import Account, Exchange, Position
from ..exchange.values import cut
from ..messages import number

__all__ = ["or_blank", "position_row", "ratio", "results"]

Row = dict[str, Any]

_BLANK: Final[Row] = {
    "adl": "1",
    "closeOrderAlgo": [],
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
    "maxSpotInUseAmt": "",
    "nonSettleAvgPx": "",
    "pendingCloseOrdLiabVal": "",
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


def position_row(exchange: Exchange, account: Account, position: Position, now: int) -> Row:
    """The row of one open position of `account` at `now` (ms)."""
    of = position.instrument
    mark, risk = exchange.markets.price(of, now), exchange.risk(account, position, now)
    usd = exchange.usd_price(position.ccy, now)
    isolated = position.mgn_mode == "isolated"
    return {
        **_BLANK,
        **_profit(position, mark),
        **_pair(position),
        **results(position),
        "availPos": number(account.available(position)),
        "avgPx": number(position.avg_px),
        "cTime": str(position.c_time),
        "ccy": position.ccy,
        "idxPx": number(exchange.index_price(of, now)),
        "imr": "" if isolated else number(risk.imr),
        "instId": of.inst_id,
        "instType": of.inst_type,
        "last": number(mark),
        "lever": "" if of.opt_type else number(position.lever),
        "liqPx": or_blank(risk.liq_px),
        "margin": number(position.margin) if isolated else "",
        "markPx": number(mark),
        "mgnMode": position.mgn_mode,
        "mgnRatio": or_blank(risk.mgn_ratio),
        "mmr": number(risk.mmr),
        "notionalUsd": number(position.notional(mark) * usd),
        "optVal": number(position.opt_val(mark)) if of.opt_type else "",
        "pos": number(position.pos),
        "posId": position.pos_id,
        "posSide": position.pos_side,
        "uTime": str(position.u_time),
        "usdPx": number(usd),
    }


def results(position: Position) -> Row:
    """What a position has brought so far, and the trade that changed it last."""
    return {
        "fee": number(position.fee),
        "fundingFee": number(position.funding_fee),
        "liqPenalty": number(position.liq_penalty),
        "pnl": number(position.pnl),
        "realizedPnl": number(position.realized_pnl),
        "tradeId": str(position.trade_id),
    }


def or_blank(value: Decimal | None) -> str:
    """A number as text, "" for none."""
    return "" if value is None else number(value)


def ratio(part: Decimal, whole: Decimal) -> str:
    """The quotient as text, "" where there is nothing to compare with."""
    return number(cut(part / whole)) if whole else ""


def _pair(position: Position) -> Row:
    """What is owned and owed of a pair on margin; no interest is charged (our choice)."""
    if not position.pos_ccy:
        return {"posCcy": "", "liab": "", "liabCcy": "", "interest": ""}
    return {
        "posCcy": position.pos_ccy,
        "liab": number(position.liab),
        "liabCcy": position.liab_ccy,
        "interest": "0",
    }


def _profit(position: Position, mark: Decimal) -> Row:
    upl, invested = position.upl(mark), position.margin or position.imr(position.avg_px)
    profit, share = number(upl), ratio(upl, invested)
    return {"upl": profit, "uplLastPx": profit, "uplRatio": share, "uplRatioLastPx": share}
