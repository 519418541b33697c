"""Loans are a table of coins that can be traded."""

from __future__ import annotations

from pytest_okx.exchange import LOANS, QUOTA_FACTORS
from tests.exchange.support import INSTRUMENTS


def test_what_is_lent_can_be_traded() -> None:
    traded = {ccy for each in INSTRUMENTS.values() for ccy in (each.base_ccy, each.quote_ccy)}
    assert set(LOANS) == traded - {""}
    assert all(0 < loan.rate < 1 and loan.quota > 0 for loan in LOANS.values())


def test_a_higher_level_may_borrow_more() -> None:
    assert list(QUOTA_FACTORS.values()) == sorted(set(QUOTA_FACTORS.values()))
