from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.exchange.deposits import Deposit


@pytest.mark.parametrize(("from_wd_id", "kind"), [("", "4"), ("77", "3")])
def test_a_deposit_comes_from_a_chain_or_from_another_account(from_wd_id: str, kind: str) -> None:
    assert Deposit(dep_id="1", ccy="BTC", amt=Decimal(1), ts=0, from_wd_id=from_wd_id).kind == kind
