from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.exchange.holds import Pending, contract_hold, contract_need, spot_hold
from pytest_okx.exchange.orders import open_order
from tests.exchange.support import NOW, instrument, request

RATE = Decimal("0.0005")


@pytest.mark.parametrize(("side", "held"), [("buy", ("USDT", Decimal(120_000))), ("sell", ("BTC", Decimal(2)))])
def test_a_spot_order_holds_what_it_would_pay(side: str, held: tuple[str, Decimal]) -> None:
    asked = request("BTC-USDT", side, 2, 60_000)
    order = open_order(asked, ord_id="1", instrument=instrument("BTC-USDT"), lever="", now=NOW)
    assert spot_hold(order, Decimal(60_000)) == held


def test_a_buy_whose_fee_is_paid_in_quote_holds_the_fee_too() -> None:
    of = instrument("BTC-USDT")
    bought = open_order(request("BTC-USDT", "buy", 2, 60_000), ord_id="1", instrument=of, lever="", now=NOW)
    assert spot_hold(bought, Decimal(60_000), Decimal("0.001")) == ("USDT", Decimal(120_120))


@pytest.mark.parametrize(
    ("inst_id", "side", "px", "lever", "held"),
    [
        # 10 contracts of 0.01 BTC at 60000: a tenth of 6000, and a fee of 0.05 % of them.
        ("BTC-USDT-SWAP", "buy", "60000", "10", "603"),
        ("BTC-USDT-SWAP", "sell", "60000", "10", "603"),
        # 10 contracts of 100 USD at 50000 are 0.02 BTC.
        ("BTC-USD-SWAP", "buy", "50000", "10", "0.00201"),
        # 10 contracts of 0.01 BTC: a buyer holds the premium, a writer 15 % of the coins.
        ("BTC-USD-261225-70000-C", "buy", "0.05", "", "0.0050025"),
        ("BTC-USD-261225-70000-C", "sell", "0.05", "", "0.0150025"),
    ],
)
def test_a_contract_order_holds_margin_or_premium_and_the_expected_fee(
    inst_id: str, side: str, px: str, lever: str, held: str
) -> None:
    asked = request(inst_id, side, 10, px)
    order = open_order(asked, ord_id="1", instrument=instrument(inst_id), lever=lever, now=NOW)
    assert contract_hold(order, Decimal(px), RATE) == Decimal(held)


def test_the_dearest_price_counts() -> None:
    i, lever = instrument("BTC-USD-SWAP"), Decimal(10)
    low, high = Decimal(50_000), Decimal(70_000)
    assert contract_need(i, "buy", Decimal(10), (high, low), lever, RATE) == Decimal("0.00201")


@pytest.mark.parametrize(("closable", "held"), [(0, 90), (1, 60), (2, 30), (3, 0), (4, 0)])
def test_what_closes_a_position_holds_nothing(closable: int, held: int) -> None:
    pending = Pending(instrument("BTC-USDT-SWAP"), Decimal(3), Decimal(90))
    assert pending.frozen(Decimal(closable)) == held


def test_nothing_pending_holds_nothing() -> None:
    nothing = Pending(instrument("BTC-USDT-SWAP"), Decimal(0), Decimal(0))
    assert nothing.frozen(Decimal(5)) == 0
    assert nothing.plus(Decimal(2), Decimal(7)) == Pending(nothing.instrument, Decimal(2), Decimal(7))
