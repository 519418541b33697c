"""What borrowing would cost (OKX docs: Get interest rate, Get borrow interest and limit).

Nothing is borrowed here: rates are shown, debts are 0.
"""

from __future__ import annotations

from typing import Any, Final

from ..routing import Journey, private
from .params import word, words

__all__ = ["interest_limits", "interest_rate"]

Row = dict[str, Any]

# The same hourly rate for every currency (our choice), and how much may be borrowed: nothing.
_RATE: Final = "0.0000012"
_HOUR: Final = 3_600_000
_LIMIT: Final[Row] = {
    "availLoan": "",
    "avgRate": "",
    "interest": "0",
    "interestFreeLiab": "0",
    "loanQuota": "0",
    "posLoan": "",
    "potentialBorrowingAmt": "0",
    "rate": _RATE,
    "surplusLmt": "0",
    "surplusLmtDetails": {"allAcctRemainingQuota": "0", "curAcctRemainingQuota": "0", "platRemainingQuota": "0"},
    "usedLmt": "0",
    "usedLoan": "",
}


def _currencies(journey: Journey) -> list[str]:
    wanted = words(journey.params, "ccy")
    known = {each.base_ccy for each in journey.exchange.instruments.values()}
    known |= {each.quote_ccy for each in journey.exchange.instruments.values()}
    return [ccy for ccy in sorted(known - {""}) if not wanted or ccy in wanted]


@private("GET /api/v5/account/interest-rate")
def interest_rate(journey: Journey) -> list[Row]:
    """The hourly rate of a currency, or of all."""
    return [{"ccy": ccy, "interestRate": _RATE} for ccy in _currencies(journey)]


@private("GET /api/v5/account/interest-limits")
def interest_limits(journey: Journey) -> list[Row]:
    """How much of a currency, or of each, may be borrowed and has been."""
    word(journey.params, "type", ("1", "2"))
    hour = str(journey.now - journey.now % _HOUR + _HOUR)
    return [
        {
            "debt": "0",
            "interest": "0",
            "loanAlloc": "",
            "nextDiscountTime": hour,
            "nextInterestTime": hour,
            "records": [_LIMIT | {"ccy": ccy} for ccy in _currencies(journey)],
        }
    ]
