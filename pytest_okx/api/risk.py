"""How safe the account is (OKX docs: Get account and position risk, Get account risk state, Get Greeks).

Sums are the exchange's.
"""

from __future__ import annotations

from typing import Any

from ..errors import OkxError
from ..exchange import Position, tiers_of
from ..messages import number
from ..routing import Journey, private
from .params import inst_type, words

__all__ = ["account_position_risk", "greeks", "position_limits", "risk_state"]

Row = dict[str, Any]


@private("GET /api/v5/account/account-position-risk")
def account_position_risk(journey: Journey) -> list[Row]:
    """Balances and positions of one moment, of a type of instrument or of all."""
    exchange, account, now = journey.exchange, journey.account, journey.now
    kind = inst_type(journey)
    positions = [each for each in exchange.positions(account, now) if kind in ("", each.inst_type)]
    return [
        {
            "adjEq": number(exchange.account_risk(account, now).adj_eq) if account.acct_lv in ("3", "4") else "",
            "balData": [
                {"ccy": held.ccy, "disEq": number(held.eq_usd), "eq": number(held.eq)}
                for held in exchange.balances(account, now)
            ],
            "posData": [_position(journey, each) for each in positions],
            "ts": str(now),
        }
    ]


def _position(journey: Journey, position: Position) -> Row:
    now = journey.now
    mark = journey.exchange.mark(now)(position.instrument)
    worth = position.notional(mark)
    return {
        "baseBal": "",
        "ccy": position.ccy,
        "instId": position.inst_id,
        "instType": position.inst_type,
        "mgnMode": position.mgn_mode,
        "notionalCcy": number(worth),
        "notionalUsd": number(worth * journey.exchange.usd_price(position.ccy, now)),
        "pos": number(position.pos),
        "posCcy": position.pos_ccy,
        "posId": position.pos_id,
        "posSide": position.pos_side,
        "quoteBal": "",
    }


@private("GET /api/v5/account/risk-state")
def risk_state(journey: Journey) -> list[Row]:
    """Whether borrowings or derivatives are at risk, under portfolio margin, which holds nothing here."""
    _check_portfolio(journey)
    return [{"atRisk": False, "atRiskIdx": [], "atRiskMgn": [], "ts": str(journey.now)}]


@private("GET /api/v5/account/position-tiers")
def position_limits(journey: Journey) -> list[Row]:
    """How large positions in families may become under portfolio margin (OKX docs: Get PM position limitation)."""
    _check_portfolio(journey)
    kind, families = inst_type(journey, choices=("SWAP", "FUTURES", "OPTION")), words(journey.params, "instFamily")
    caps = {
        each.inst_family: (each.uly, tiers_of(each)[-1].max_sz)
        for each in journey.exchange.instruments.values()
        if each.inst_type == kind and each.inst_family in families
    }
    return [
        {"instFamily": family, "maxSz": number(cap), "posType": "", "uly": uly} for family, (uly, cap) in caps.items()
    ]


def _check_portfolio(journey: Journey) -> None:
    """Refuse other account modes: the documentation has it for this one alone."""
    if journey.account.acct_lv != "4":
        raise OkxError("51010")


@private("GET /api/v5/account/greeks")
def greeks(journey: Journey) -> list[Row]:
    """A row for each currency held; the sums of the greeks are left "" (our choice)."""
    wanted = words(journey.params, "ccy")
    blank = {f"{name}{kind}": "" for name in ("delta", "gamma", "theta", "vega") for kind in ("BS", "PA")}
    return [
        {**blank, "ccy": held.ccy, "ts": str(journey.now)}
        for held in journey.exchange.balances(journey.account, journey.now)
        if not wanted or held.ccy in wanted
    ]
