"""Every mistake that an order can have gets its code in every case, and changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pytest_okx.strategies import orders
from pytest_okx.strategies.attached_mistakes import ATTACHED_MISTAKES
from pytest_okx.strategies.cases import case_of
from pytest_okx.strategies.mistakes import MISTAKES
from tests.strategies.support import ACCOUNTS, fresh, refusals, traded


@pytest.mark.parametrize(("acct_lv", "pos_mode"), ACCOUNTS)
def test_every_mistake_gets_its_code_with_every_kind_of_instrument(acct_lv: str, pos_mode: str) -> None:
    server = fresh(acct_lv, pos_mode)

    @settings(max_examples=2, phases=[Phase.generate])
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        for instrument in traded(acct_lv):
            case = case_of(instrument, acct_lv=acct_lv, pos_mode=pos_mode)
            good = orders(instrument, acct_lv=acct_lv, pos_mode=pos_mode, ord_types=("limit",), attached=False)
            entry = data.draw(good)
            made = [each.made_in(case, entry) for each in (*MISTAKES, *ATTACHED_MISTAKES) if each.applies(case)]
            assert refusals(server, "/api/v5/trade/order", made) == []

    holds()


def test_every_mistake_can_be_made_by_some_account() -> None:
    cases = [
        case_of(instrument, acct_lv=acct_lv, pos_mode=pos_mode)
        for acct_lv, pos_mode in ACCOUNTS
        for instrument in traded(acct_lv)
    ]
    never = [each for each in (*MISTAKES, *ATTACHED_MISTAKES) if not any(map(each.applies, cases))]
    assert never == []
