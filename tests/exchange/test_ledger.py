from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.exchange.accounts import Account
from pytest_okx.exchange.ids import Ids
from pytest_okx.exchange.ledger import book_fill
from pytest_okx.exchange.matching import Take
from pytest_okx.exchange.orders import Order, open_order
from tests.exchange.support import NOW, instrument, request, values

SWAP = "BTC-USDT-SWAP"
IDS = Ids(0)


@pytest.fixture
def account() -> Account:
    return Account("1", "Lv1", {"USDT": Decimal(100_000), "BTC": Decimal(1)})


def booked(account: Account, inst_id: str, side: str, sz: str, px: int, **more: object) -> Order:
    order = open_order(
        request(inst_id, side, sz, px, **more),
        ord_id=IDS.number("ord"),
        instrument=instrument(inst_id),
        lever="" if inst_id == "BTC-USDT" else "10",
        now=NOW,
    )
    account.save(order)
    return book_fill(account, order, Take(Decimal(px), Decimal(sz)), "T", NOW + 9, IDS, trade_id=7)


def test_a_spot_buy_brings_coins_less_the_fee(account: Account) -> None:
    order = booked(account, "BTC-USDT", "buy", "0.5", 70_000)
    assert account.cash == {"USDT": 65_000, "BTC": Decimal("1.4995")}
    assert values(order.state, order.fee, order.fee_ccy, order.pnl) == ("filled", Decimal("-0.0005"), "BTC", 0)
    assert account.find("BTC-USDT", order.ord_id, "") is order
    assert account.spot_frozen["USDT"] == 0


def test_a_spot_sale_brings_money_less_the_fee(account: Account) -> None:
    order = booked(account, "BTC-USDT", "sell", "0.5", 70_000)
    assert account.cash == {"USDT": 134_965, "BTC": Decimal("0.5")}
    assert values(order.fee, order.fee_ccy) == (-35, "USDT")


def test_a_coin_that_was_never_held_appears(account: Account) -> None:
    booked(account, "ETH-USDT", "buy", "1", 2_500)
    assert account.cash["ETH"] == Decimal("0.999")


def test_a_contract_trade_moves_only_the_fee_until_it_is_closed(account: Account) -> None:
    booked(account, SWAP, "buy", "10", 70_000)
    assert account.cash["USDT"] == Decimal("99996.5")
    closing = booked(account, SWAP, "sell", "10", 71_000)
    assert account.cash["USDT"] == Decimal("99996.5") - Decimal("3.55") + 100
    assert values(closing.pnl, account.fills[-1].pnl) == (100, 100)
    assert account.positions == {}


def test_an_isolated_position_takes_its_margin_out_of_cash_and_gives_it_back(account: Account) -> None:
    booked(account, SWAP, "sell", "10", 70_000, td_mode="isolated")
    assert account.cash["USDT"] == 100_000 - 700 - Decimal("3.5")
    booked(account, SWAP, "buy", "4", 70_000, td_mode="isolated")
    assert account.cash["USDT"] == 100_000 - 420 - Decimal("4.9")


def test_a_position_reopened_keeps_its_number(account: Account) -> None:
    booked(account, SWAP, "buy", "1", 70_000)
    (first,) = account.positions.values()
    booked(account, SWAP, "sell", "1", 70_000)
    booked(account, SWAP, "sell", "2", 70_000)
    (second,) = account.positions.values()
    assert values(second.pos_id, second.pos) == (first.pos_id, -2)


def test_cross_and_isolated_positions_stand_side_by_side(account: Account) -> None:
    booked(account, SWAP, "buy", "1", 70_000)
    booked(account, SWAP, "sell", "1", 70_000, td_mode="isolated")
    assert {key[1]: position.pos for key, position in account.positions.items()} == {"cross": 1, "isolated": -1}
    assert len({position.pos_id for position in account.positions.values()}) == 2


def test_a_fill_tells_whose_it_is(account: Account) -> None:
    order = booked(account, "BTC-USDT", "buy", "0.5", 70_000)
    (fill,) = account.fills
    assert order.last_fill is fill
    assert account.fills_of(order.ord_id) == (fill,)
    assert account.fills_of("other") == ()
    assert (fill.ord_id, fill.inst_id, fill.side, fill.ts, fill.exec_type) == (
        order.ord_id,
        "BTC-USDT",
        "buy",
        NOW + 9,
        "T",
    )
