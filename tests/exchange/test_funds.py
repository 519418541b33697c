from __future__ import annotations

from decimal import Decimal

from pytest_okx.exchange.funds import Fund

from .support import values


def test_a_movement_changes_the_cash_and_writes_a_bill() -> None:
    fund = Fund()
    fund.move("USDT", Decimal(5), "1", 7, "b1")
    fund.move("USDT", Decimal(-2), "131", 8, "b2", "mine")
    assert values(fund.has("USDT"), fund.has("BTC")) == (3, 0)
    assert [values(b.bill_id, b.bal_chg, b.bal, b.kind, b.client_id, b.ts) for b in fund.bills] == [
        ("b1", 5, 5, "1", "", 7),
        ("b2", -2, 3, "131", "mine", 8),
    ]
