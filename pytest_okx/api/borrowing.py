"""What borrowing would cost (OKX docs: Get interest rate, Get borrow interest and limit).

Nothing is borrowed here: rates are shown, debts are 0.
"""

from __future__ import annotations

from typing import Any, Final

from ..exchange import LOANS, Loan
from ..messages import number
from ..routing import Journey, private
from .params import word, words

__all__ = ["interest_limits", "interest_rate"]

Row = dict[str, Any]

_HOUR: Final = 3_600_000
_HOURS_OF_DAY: Final = 24
# How much may be borrowed: nothing.
_LIMIT: Final[Row] = {
    "availLoan": "",
    "avgRate": "",
    "interest": "0",
    "interestFreeLiab": "0",
    "loanQuota": "0",
    "posLoan": "",
    "potentialBorrowingAmt": "0",
    "surplusLmt": "0",
    "surplusLmtDetails": {"allAcctRemainingQuota": "0", "curAcctRemainingQuota": "0", "platRemainingQuota": "0"},
    "usedLmt": "0",
    "usedLoan": "",
}


def _lent(journey: Journey) -> list[Loan]:
    wanted = words(journey.params, "ccy")
    return [loan for ccy, loan in sorted(LOANS.items()) if not wanted or ccy in wanted]


@private("GET /api/v5/account/interest-rate")
def interest_rate(journey: Journey) -> list[Row]:
    """The hourly rate of a coin that is lent, or of all."""
    return [{"ccy": loan.ccy, "interestRate": number(loan.rate / _HOURS_OF_DAY)} for loan in _lent(journey)]


@private("GET /api/v5/account/interest-limits")
def interest_limits(journey: Journey) -> list[Row]:
    """How much of a coin, or of each that is lent, may be borrowed and has been; its rate is of a day."""
    word(journey.params, "type", ("1", "2"))
    hour = str(journey.now - journey.now % _HOUR + _HOUR)
    return [
        {
            "debt": "0",
            "interest": "0",
            "loanAlloc": "",
            "nextDiscountTime": hour,
            "nextInterestTime": hour,
            "records": [_LIMIT | {"ccy": loan.ccy, "rate": number(loan.rate)} for loan in _lent(journey)],
        }
    ]
