"""A position as a row of text (OKX docs: Get positions, and later the positions channel).

Valued at the mark price, which is the house's. Maintenance margin is a flat share of the value (our choice: OKX's tiers
are not simulated); `liqPx` and the greeks are left "".
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from ..exchange import Account, Exchange, Position
from ..exchange.values import cut
from ..messages import number

__all__ = ["maintenance", "position_row", "ratio"]

Row = dict[str, Any]

_MAINTENANCE: Final = Decimal("0.004")
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


def position_row(exchange: Exchange, account: Account, position: Position, now: int) -> Row:
    """The row of one open position of `account` at `now` (ms)."""
    of = position.instrument
    mark = exchange.markets.price(of, now)
    usd = exchange.usd_price(position.ccy, now)
    return {
        **_BLANK,
        **_profit(position, mark),
        **(_isolated(position, mark) if position.mgn_mode == "isolated" else _cross(exchange, account, position, now)),
        "avgPx": number(position.avg_px),
        "cTime": str(position.c_time),
        "ccy": position.ccy,
        "fee": number(position.fee),
        "idxPx": number(exchange.usd_price(of.uly.partition("-")[0], now)),
        "instId": of.inst_id,
        "instType": of.inst_type,
        "last": number(mark),
        "markPx": number(mark),
        "mgnMode": position.mgn_mode,
        "mmr": number(_maintenance(position, mark)),
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


def maintenance(exchange: Exchange, account: Account, now: int) -> dict[str, Decimal]:
    """The maintenance margin of all cross positions of `account` at `now` (ms), by currency."""
    found: dict[str, Decimal] = {}
    for position in account.positions.values():
        if position.mgn_mode == "cross":
            own = _maintenance(position, exchange.markets.price(position.instrument, now))
            found[position.ccy] = found.get(position.ccy, Decimal(0)) + own
    return found


def _maintenance(position: Position, mark: Decimal) -> Decimal:
    return position.notional(mark) * _MAINTENANCE


def ratio(part: Decimal, whole: Decimal) -> str:
    """The quotient as text, "" where there is nothing to compare with."""
    return number(cut(part / whole)) if whole else ""


def _option(position: Position, mark: Decimal) -> Row:
    if not position.instrument.opt_type:
        return {"lever": number(position.lever), "optVal": ""}
    return {"lever": "", "optVal": number(position.opt_val(mark)), "availPos": number(position.pos)}


def _profit(position: Position, mark: Decimal) -> Row:
    upl, invested = position.upl(mark), position.margin or position.imr(position.avg_px)
    profit, share = number(upl), ratio(upl, invested)
    return {"upl": profit, "uplLastPx": profit, "uplRatio": share, "uplRatioLastPx": share}


def _isolated(position: Position, mark: Decimal) -> Row:
    equity = position.margin + position.upl(mark)
    return {"imr": "", "margin": number(position.margin), "mgnRatio": ratio(equity, _maintenance(position, mark))}


def _cross(exchange: Exchange, account: Account, position: Position, now: int) -> Row:
    """Cross positions share the money of their currency, and so one ratio."""
    equity = exchange.balance(account, position.ccy, now).eq
    imr = position.imr(exchange.markets.price(position.instrument, now))
    share = ratio(equity, maintenance(exchange, account, now)[position.ccy])
    return {"imr": number(imr), "margin": "", "mgnRatio": share}
