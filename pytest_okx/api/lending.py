"""What can be borrowed, what counts as collateral, and the security fund (OKX docs: Public Data).

Rates and sums are the exchange's tables; this gives them OKX's names.
"""

from __future__ import annotations

from typing import Any, Final

from ..exchange import LOANS, QUOTA_FACTORS, FundChange, Loan, Statistics
from ..messages import number
from ..routing import Journey, public
from .pages import cut, page
from .params import DERIVATIVES, inst_type, need_family, of_type, word

__all__ = ["discount_rate", "insurance_fund", "interest_rate"]

Row = dict[str, Any]
_FUND_DAYS: Final = 365
# What OKX still names, though it tells nothing of it any more.
_DEPRECATED: Final = ("platform_revenue", "adl")
_CHANGES: Final = ("liquidation_balance_deposit", "bankruptcy_loss")


@public("GET /api/v5/public/interest-rate-loan-quota")
def interest_rate(journey: Journey) -> list[Row]:
    """Rates and quotas of every coin that is lent (OKX docs: Get interest rate and loan quota)."""
    levels: dict[bool, list[Row]] = {False: [], True: []}
    for level, factor in QUOTA_FACTORS.items():
        row = {"level": level, "loanQuotaCoef": str(factor), "irDiscount": ""}
        levels[level.startswith("VIP")].append(row)
    basic = [{"ccy": each.ccy, "rate": number(each.rate), "quota": number(each.quota)} for each in LOANS.values()]
    return [{"basic": basic, "vip": levels[True], "regular": levels[False], "configCcyList": [], "config": []}]


@public("GET /api/v5/public/discount-rate-interest-free-quota")
def discount_rate(journey: Journey) -> list[Row]:
    """At which part of its worth a coin counts as margin: here at all of it (OKX docs: Get discount rate)."""
    ccy = journey.text("ccy")
    return [_discount(each) for each in LOANS.values() if ccy in ("", each.ccy)]


def _discount(loan: Loan) -> Row:
    tier = {"tier": "1", "minAmt": "0", "maxAmt": "", "discountRate": "1", "liqPenaltyRate": "0", "disCcyEq": ""}
    return {
        "ccy": loan.ccy,
        "colRes": "0",
        "collateralRestrict": False,
        "amt": "0",
        "discountLv": "",
        "minDiscountRate": "1",
        "details": [tier],
    }


@public("GET /api/v5/public/insurance-fund")
def insurance_fund(journey: Journey) -> list[Row]:
    """The security fund and how it changed, once a day (OKX docs: Get security fund)."""
    wanted = inst_type(journey, choices=("MARGIN", *DERIVATIVES))
    if wanted != "MARGIN":
        need_family(journey)
    kind = word(journey.params, "type", (*_CHANGES, *_DEPRECATED))
    if not any(of_type(journey, wanted)):
        return []
    family = "" if wanted == "MARGIN" else journey.text("instFamily") or journey.text("uly")
    ccy = journey.text("ccy") or family.partition("-")[0] or "USDT"
    changes = Statistics(journey.exchange).fund(f"{wanted}|{family}|{ccy}", journey.now, _FUND_DAYS)
    found = cut(page(journey.params), (each for each in changes if kind in ("", _kind(each))), lambda each: each.ts)
    return [
        {
            "total": number(changes[0].balance),
            "instFamily": family,
            "instType": wanted,
            "details": [_change(each, ccy) for each in found],
        }
    ]


def _change(change: FundChange, ccy: str) -> Row:
    return {
        "adlType": "",
        "amt": number(change.amount),
        "balance": number(change.balance),
        "ccy": ccy,
        "decRate": "",
        "maxBal": "",
        "maxBalTs": "",
        "ts": str(change.ts),
        "type": _kind(change),
    }


def _kind(change: FundChange) -> str:
    return _CHANGES[change.amount < 0]
