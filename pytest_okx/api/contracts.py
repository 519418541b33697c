"""What contracts show besides their market: mark prices, funding, open interest, settlement (OKX docs: Public Data).

Rates and prices are the exchange's; this gives them OKX's names.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import FUNDING_INTERVAL, IMPACT, Instrument, Statistics, deliveries, next_time, to_coins, to_contracts
from ..messages import number
from ..routing import Journey, public
from .pages import cut, page
from .params import DERIVATIVES, decimal, inst_type, instrument, instrument_of, need_family, of_type, positive, word

__all__ = [
    "convert_contract_coin",
    "delivery_exercise_history",
    "estimated_price",
    "estimated_settlement_info",
    "funding_rate",
    "funding_rate_history",
    "mark_price",
    "open_interest",
    "premium_history",
    "price_limit",
    "settlement_history",
]

Row = dict[str, Any]
_MINUTE_MS: Final = 60_000
_DAY_MS: Final = 86_400_000
_FUNDING_RETAINED_MS: Final = 90 * _DAY_MS
_PREMIUM_RETAINED_MS: Final = 180 * _DAY_MS
_ESTIMATED_MS: Final = 30 * _MINUTE_MS
# As recorded of BTC-USDT-SWAP.
_FUNDING: Final[Row] = {
    "formulaType": "withRate",
    "impactValue": number(IMPACT),
    "interestRate": "0.0001",
    "maxFundingRate": "0.00375",
    "method": "current_period",
    "minFundingRate": "-0.00375",
    "nextFundingRate": "",
    "settState": "settled",
}


@public("GET /api/v5/public/mark-price")
def mark_price(journey: Journey) -> list[Row]:
    """The mark prices of a type, family or instrument (OKX docs: Get mark price).

    `instId` alone will do: ccxt sends no more, though the documentation requires `instType`.
    """
    wanted = inst_type(journey, choices=("MARGIN", *DERIVATIVES, "EVENTS")) or _marked_as(journey)
    return [
        _plain(journey, each) | {"markPx": number(journey.exchange.markets.price(each, journey.now))}
        for each in _chosen(journey, wanted)
    ]


def _marked_as(journey: Journey) -> str:
    named = instrument(journey.exchange, journey.params).inst_type
    return "MARGIN" if named == "SPOT" else named


@public("GET /api/v5/public/open-interest")
def open_interest(journey: Journey) -> list[Row]:
    """What is held of contracts in all; OPTION needs `instFamily` or `uly` (OKX docs: Get open interest)."""
    wanted = inst_type(journey, choices=(*DERIVATIVES, "EVENTS"))
    if wanted == "OPTION":
        need_family(journey)
    return [_open_interest(journey, each) for each in _chosen(journey, wanted)]


def _open_interest(journey: Journey, of: Instrument) -> Row:
    held = Statistics(journey.exchange).open_interest(of, journey.now)
    return _plain(journey, of) | {
        "oi": number(held.contracts),
        "oiCcy": number(held.coins),
        "oiUsd": number(held.dollars),
    }


def _chosen(journey: Journey, wanted: str) -> list[Instrument]:
    inst_id = journey.text("instId")
    return [each for each in of_type(journey, wanted) if inst_id in ("", each.inst_id)]


def _plain(journey: Journey, of: Instrument) -> Row:
    return {"instType": of.inst_type, "instId": of.inst_id, "ts": str(journey.now)}


@public("GET /api/v5/public/price-limit")
def price_limit(journey: Journey) -> list[Row]:
    """The highest price to buy and the lowest to sell (OKX docs: Get limit price)."""
    of = instrument(journey.exchange, journey.params)
    highest, lowest = journey.exchange.price_limits(of.inst_id, journey.now)
    return [_plain(journey, of) | {"buyLmt": number(highest), "sellLmt": number(lowest), "enabled": True}]


@public("GET /api/v5/public/funding-rate")
def funding_rate(journey: Journey) -> list[Row]:
    """The rate of one perpetual contract, or with `ANY` of all (OKX docs: Get funding rate)."""
    if journey.text("instId") == "ANY":
        return [_funding(journey, each) for each in of_type(journey, "SWAP")]
    return [_funding(journey, instrument_of(journey, "SWAP"))]


def _funding(journey: Journey, of: Instrument) -> Row:
    rate = journey.exchange.funding.rate
    due = next_time(journey.now)
    return (
        _FUNDING
        | _plain(journey, of)
        | {
            "fundingRate": number(rate(of, due)),
            "fundingTime": str(due),
            "nextFundingTime": str(due + FUNDING_INTERVAL),
            "prevFundingTime": str(due - FUNDING_INTERVAL),
            "premium": number(journey.exchange.indices.premium(of, journey.now)),
            "settFundingRate": number(rate(of, due - FUNDING_INTERVAL)),
        }
    )


@public("GET /api/v5/public/funding-rate-history")
def funding_rate_history(journey: Journey) -> list[Row]:
    """The rates of three months, 400 by default and at most (OKX docs: Get funding rate history)."""
    of, asked = instrument_of(journey, "SWAP"), page(journey.params, 400, 400)
    rows = []
    for time in cut(asked, _times(journey.now, FUNDING_INTERVAL, _FUNDING_RETAINED_MS), int):
        rate = number(journey.exchange.funding.rate(of, time))
        rows.append(
            {
                "formulaType": "withRate",
                "fundingRate": rate,
                "fundingTime": str(time),
                "instId": of.inst_id,
                "instType": of.inst_type,
                "method": "current_period",
                "realizedRate": rate,
            }
        )
    return rows


@public("GET /api/v5/public/premium-history")
def premium_history(journey: Journey) -> list[Row]:
    """The premium at every minute of half a year (OKX docs: Get premium history)."""
    of, asked = instrument_of(journey, "SWAP"), page(journey.params)
    premium = journey.exchange.indices.premium
    times = cut(asked, _times(journey.now, _MINUTE_MS, _PREMIUM_RETAINED_MS), int)
    return [{"instId": of.inst_id, "premium": number(premium(of, time)), "ts": str(time)} for time in times]


def _times(now: int, step: int, retained: int) -> range:
    """The multiples of `step` up to `now`, newest first."""
    newest = now // step * step
    return range(newest, newest - retained, -step)


@public("GET /api/v5/public/estimated-price")
def estimated_price(journey: Journey) -> list[Row]:
    """What a contract would be settled at now, nothing until half an hour before (OKX docs: Get estimated price)."""
    of = instrument_of(journey, "FUTURES", "OPTION")
    if of.exp_time is None or not of.exp_time - _ESTIMATED_MS <= journey.now < of.exp_time:
        return []
    px = journey.exchange.indices.price_of(of, journey.now)
    return [_plain(journey, of) | {"settlePx": number(px)}]


@public("GET /api/v5/public/delivery-exercise-history")
def delivery_exercise_history(journey: Journey) -> list[Row]:
    """What a family's contracts of three months were settled at (OKX docs: Get delivery/exercise history)."""
    wanted = inst_type(journey, choices=("FUTURES", "OPTION"))
    family = journey.text("instFamily") or journey.text("uly")
    found = deliveries(journey.exchange, wanted, family, journey.now)
    moments = [(ts, list(group)) for ts, group in groupby(found, lambda each: each.ts)]
    return [
        {
            "ts": str(ts),
            "details": [{"type": each.kind, "insId": each.inst_id, "px": number(each.px)} for each in group],
        }
        for ts, group in cut(page(journey.params), moments, lambda moment: moment[0])
    ]


@public("GET /api/v5/public/estimated-settlement-info")
def estimated_settlement_info(journey: Journey) -> list[Row]:
    """Nothing: no future here is settled daily (OKX docs: Get estimated future settlement price)."""
    instrument_of(journey, "FUTURES")
    return []


@public("GET /api/v5/public/settlement-history")
def settlement_history(journey: Journey) -> list[Row]:
    """Nothing: no future here is settled daily (OKX docs: Get futures settlement history)."""
    return []


@public("GET /api/v5/public/convert-contract-coin")
def convert_contract_coin(journey: Journey) -> list[Row]:
    """Coins in contracts, or with `type` 2 contracts in coins (OKX docs: Unit convert)."""
    params, of = journey.params, instrument_of(journey, *DERIVATIVES)
    kind = word(params, "type", ("1", "2")) or "1"
    unit = word(params, "unit", ("coin", "usds")) or "coin"
    opening = word(params, "opType", ("open", "close")) == "open"
    if unit == "usds" and of.ct_type != "linear":
        raise OkxError(Code.PARAMETER, "unit")
    sz, px, in_quote = positive(params, "sz"), decimal(params, "px"), unit == "usds"
    found = (
        to_contracts(of, sz, px, in_quote=in_quote, opening=opening)
        if kind == "1"
        else to_coins(of, sz, px, in_quote=in_quote)
    )
    return [{"type": kind, "instId": of.inst_id, "px": _text(px), "sz": number(found), "unit": unit}]


def _text(value: Decimal | None) -> str:
    return "" if value is None else number(value)
