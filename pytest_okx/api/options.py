"""Options: what their prices say, and their trades (OKX docs: Public Data; Order Book Trading, Market Data).

Volatilities and greeks are the exchange's; this gives them OKX's names.
"""

from __future__ import annotations

from decimal import Decimal
from heapq import merge
from itertools import islice
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import Instrument, Options, OptionSummary, Trade, index_of
from ..messages import number
from ..routing import Journey, public
from .params import instrument_of, of_type, word

__all__ = ["instrument_family_trades", "opt_summary", "option_trades"]

Row = dict[str, Any]
_MOST_TRADES: Final = 100


@public("GET /api/v5/public/opt-summary")
def opt_summary(journey: Journey) -> list[Row]:
    """Volatilities and greeks of a family, or of what expires on `expTime` (OKX docs: Get option market data)."""
    expiry, options = journey.text("expTime"), Options(journey.exchange)
    found = [options.summary(each, journey.now) for each in of_type(journey, "OPTION")]
    return [
        _summary(journey, each, _at_the_money(each, found))
        for each in found
        if expiry in ("", each.instrument.inst_id.split("-")[2])
    ]


def _at_the_money(of: OptionSummary, found: list[OptionSummary]) -> float:
    """The volatility of the option with the same expiry whose strike is nearest to the forward price."""
    same = [each for each in found if each.instrument.exp_time == of.instrument.exp_time]
    return min(same, key=lambda each: abs((each.instrument.strike or Decimal(0)) - each.forward)).mark_vol


def _summary(journey: Journey, of: OptionSummary, level: float) -> Row:
    return {
        "instType": of.instrument.inst_type,
        "instId": of.instrument.inst_id,
        "uly": index_of(of.instrument),
        "delta": _real(of.coin.delta),
        "gamma": _real(of.coin.gamma),
        "vega": _real(of.coin.vega),
        "theta": _real(of.coin.theta),
        "deltaBS": _real(of.dollar.delta),
        "gammaBS": _real(of.dollar.gamma),
        "vegaBS": _real(of.dollar.vega),
        "thetaBS": _real(of.dollar.theta),
        "lever": _real(of.lever),
        "markVol": _real(of.mark_vol),
        "bidVol": _real(of.bid_vol),
        "askVol": _real(of.ask_vol),
        "realVol": "0",
        "volLv": _real(level),
        "fwdPx": number(of.forward),
        "ts": str(journey.now),
    }


def _real(value: float) -> str:
    """Nine digits of a number that is no money: as many as are the same on every machine."""
    return number(Decimal(f"{value:.9g}"))


@public("GET /api/v5/public/option-trades")
def option_trades(journey: Journey) -> list[Row]:
    """The newest hundred trades of an option, or of a family's calls or puts (OKX docs: Get option trades)."""
    if not journey.text("instId") and not journey.text("instFamily"):
        raise OkxError(Code.PARAMETER_EITHER, "instId", "instFamily")
    kind = word(journey.params, "optType", ("C", "P"))
    named = [instrument_of(journey, "OPTION")] if journey.text("instId") else of_type(journey, "OPTION")
    found = [each for each in named if kind in ("", each.opt_type)]
    return [_option_trade(journey, of, trade) for of, trade in _newest(journey, found)]


def _option_trade(journey: Journey, of: Instrument, trade: Trade) -> Row:
    exchange, at = journey.exchange, trade.ts
    return _trade(of, trade) | {
        "instFamily": of.inst_family,
        "optType": of.opt_type,
        "fillVol": _real(Options(exchange).vol(of, trade.px, at)),
        "fwdPx": number(Options(exchange).forward(of, at)),
        "idxPx": number(exchange.indices.price_of(of, at)),
        "markPx": number(exchange.markets.price(of, at)),
    }


@public("GET /api/v5/market/option/instrument-family-trades")
def instrument_family_trades(journey: Journey) -> list[Row]:
    """The newest trades of a family's calls and of its puts (OKX docs: Get option trades by instrument family)."""
    options = list(of_type(journey, "OPTION"))
    return [_of_kind(journey, kind, [each for each in options if each.opt_type == kind]) for kind in ("C", "P")]


def _of_kind(journey: Journey, kind: str, options: list[Instrument]) -> Row:
    volumes = [journey.exchange.markets.ticker(each, journey.now).vol24h for each in options]
    trades = [_trade(of, trade) for of, trade in _newest(journey, options)]
    return {"vol24h": number(sum(volumes, Decimal(0))), "optType": kind, "tradeInfo": trades}


def _newest(journey: Journey, options: list[Instrument]) -> list[tuple[Instrument, Trade]]:
    trades = journey.exchange.markets.trades
    each = [[(of, trade) for trade in trades(of, journey.now, _MOST_TRADES)] for of in options]
    return list(islice(merge(*each, key=lambda pair: pair[1].ts, reverse=True), _MOST_TRADES))


def _trade(of: Instrument, trade: Trade) -> Row:
    return {
        "instId": of.inst_id,
        "tradeId": str(trade.trade_id),
        "px": number(trade.px),
        "sz": number(trade.sz),
        "side": trade.side,
        "ts": str(trade.ts),
    }
