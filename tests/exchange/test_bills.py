from __future__ import annotations

import pytest

from pytest_okx.exchange.bills import DELIVERED, KINDS_OF_CHANGE, LIQUIDATED, TRADED, kind_of_change
from tests.exchange.support import Floor, values


def test_a_transfer_concerns_no_instrument() -> None:
    floor = Floor()
    floor.have("USDT", 100_100)
    (bill,) = floor.account.bills
    assert values(bill.bal, bill.bal_chg, bill.type, bill.sub_type, bill.ts) == (100_100, 100, "1", "11", floor.now)
    assert (bill.inst_id, bill.inst_type, bill.ct_type, bill.ord_id, bill.mgn_mode) == ("", "", "", "", "")


def test_a_purchase_of_coins_is_told_in_both_currencies() -> None:
    floor = Floor()
    order = floor.place("BTC-USDT", "buy", "0.5", tgt_ccy="base_ccy")
    base, quote = floor.account.bills
    px = order.avg_px or 0
    assert values(base.ccy, base.bal_chg, base.fee, base.sz, base.px) == (
        "BTC",
        order.fee + order.sz,
        order.fee,
        order.sz,
        px,
    )
    assert values(quote.ccy, quote.bal_chg, quote.fee) == ("USDT", -px * order.sz, 0)
    assert {bill.ord_id for bill in (base, quote)} == {order.ord_id}
    assert (base.inst_id, base.inst_type, base.sub_type, base.mgn_mode) == ("BTC-USDT", "SPOT", "1", "cash")
    assert order.last_fill is not None
    assert order.last_fill.bill_id == base.bill_id


def test_a_contract_trade_is_told_once_with_profit_and_margin() -> None:
    floor = Floor()
    order = floor.place("BTC-USDT-SWAP", "sell", 10, td_mode="isolated")
    (bill,) = floor.account.bills
    margin = floor.account.positions["BTC-USDT-SWAP", "isolated", "net"].margin
    assert values(bill.pos_bal, bill.pos_bal_chg, bill.bal_chg) == (margin, margin, order.fee - margin)
    assert (bill.ct_type, bill.type, bill.sub_type) == ("linear", "2", "2")


@pytest.mark.parametrize("table", [TRADED, LIQUIDATED])
def test_a_sub_type_stands_for_one_thing(table: dict[tuple[str, str], str]) -> None:
    assert len(set(table.values())) == len(table)


def test_every_type_has_a_word_for_the_change_it_makes() -> None:
    assert len(set(KINDS_OF_CHANGE.values())) == len(KINDS_OF_CHANGE)
    assert set(DELIVERED) == {"buy", "sell"}


@pytest.mark.parametrize(
    ("type", "sub_type", "kind"),
    [
        ("3", "112", "delivered"),
        ("3", "170", "exercised"),
        ("3", "171", "exercised"),
        ("3", "172", "exercised"),
        ("6", "160", "adjust_margin"),
        ("6", "162", "set_leverage"),
    ],
)
def test_a_change_is_called_by_its_sub_type_where_the_type_says_less(type: str, sub_type: str, kind: str) -> None:
    assert kind_of_change(type, sub_type) == kind
