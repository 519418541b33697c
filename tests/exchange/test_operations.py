from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange.margining import Lever
from tests.exchange.support import Floor, values

SPOT, SWAP, OPTION = "BTC-USDT", "BTC-USDT-SWAP", "BTC-USD-261225-70000-C"


@pytest.fixture
def floor() -> Floor:
    return Floor()


@pytest.fixture
def hedged(floor: Floor) -> Floor:
    floor.exchange.set_position_mode(floor.account, "long_short_mode", floor.now)
    return floor


class TestTwoSides:
    def test_a_long_and_a_short_position_stand_side_by_side(self, hedged: Floor) -> None:
        hedged.place(SWAP, "buy", 10, pos_side="long")
        hedged.place(SWAP, "sell", 4, pos_side="short")
        found = {p.pos_side: values(p.pos, p.signed) for p in hedged.exchange.positions(hedged.account)}
        assert found == {"long": (10, 10), "short": (4, -4)}

    def test_closing_one_side_leaves_the_other(self, hedged: Floor) -> None:
        hedged.place(SWAP, "buy", 10, pos_side="long")
        hedged.place(SWAP, "sell", 4, pos_side="short")
        closed = hedged.place(SWAP, "sell", 10, pos_side="long")
        assert (closed.state, closed.reduce_only) == ("filled", True)
        assert [p.pos_side for p in hedged.exchange.positions(hedged.account)] == ["short"]
        assert [bill.sub_type for bill in hedged.account.bills] == ["3", "4", "5"]
        hedged.place(SWAP, "buy", 4, pos_side="short")
        assert hedged.account.bills[-1].sub_type == "6"

    def test_a_resting_closing_order_needs_no_margin_and_takes_from_what_is_available(self, hedged: Floor) -> None:
        hedged.place(SWAP, "buy", 10, pos_side="long")
        (position,) = hedged.exchange.positions(hedged.account)
        order = hedged.place(SWAP, "sell", 6, 72_000, pos_side="long")
        assert hedged.exchange.balance(hedged.account, "USDT", hedged.now).ord_frozen == 0
        assert hedged.account.available(position) == 4
        hedged.cancel(order)
        assert hedged.account.available(position) == 10

    def test_reduce_only_means_nothing_where_the_side_says_it(self, hedged: Floor) -> None:
        order = hedged.place(SWAP, "buy", 10, pos_side="long", reduce_only=True)
        assert (order.state, order.reduce_only) == ("filled", False)

    def test_options_and_coins_stay_as_they_are(self, hedged: Floor) -> None:
        assert hedged.place(OPTION, "buy", 1, "0.08").pos_side == "net"
        assert hedged.place(SPOT, "buy", 100).state == "filled"


class TestMarginTrading:
    @pytest.mark.parametrize("td_mode", ["cross", "isolated"])
    @pytest.mark.parametrize("ccy", ["USDT", "BTC"])
    @pytest.mark.parametrize("side", ["buy", "sell"])
    def test_a_pair_is_traded_with_what_is_borrowed(self, floor: Floor, td_mode: str, ccy: str, side: str) -> None:
        cash = floor.cash(ccy)
        order = floor.place(SPOT, side, "0.5", tgt_ccy="base_ccy", td_mode=td_mode, ccy=ccy)
        assert (order.inst_type, order.state, order.lever, order.fee_ccy) == ("MARGIN", "filled", "10", ccy)
        (position,) = floor.exchange.positions(floor.account)
        px = order.avg_px or Decimal(0)
        owned = (Decimal("0.5"), "BTC") if side == "buy" else (px / 2, "USDT")
        assert (position.pos, position.pos_ccy, position.ccy) == (*owned, ccy)
        margin = (px if ccy == "USDT" else 1) / Decimal(20)
        assert values(position.margin) == ((margin if td_mode == "isolated" else 0),)
        assert floor.cash(ccy) == cash + order.fee - position.margin
        closing = "sell" if side == "buy" else "buy"
        floor.place(SPOT, closing, "0.5", tgt_ccy="base_ccy", td_mode=td_mode, ccy=ccy, reduce_only=True)
        assert floor.exchange.positions(floor.account) == []
        (closed,) = floor.account.closed_positions
        assert abs(floor.cash(ccy) - cash - closed.position.realized_pnl) < Decimal("1e-15")

    def test_a_market_buy_is_sized_in_quote_and_a_sale_in_base(self, floor: Floor) -> None:
        bought = floor.place(SPOT, "buy", 7_000, td_mode="cross", ccy="USDT")
        assert (bought.state, bought.tgt_ccy) == ("filled", "quote_ccy")
        assert 6_999 < bought.acc_fill_sz * (bought.avg_px or 0) <= 7_000
        sold = floor.place(SPOT, "sell", "0.01", td_mode="cross", ccy="USDT")
        assert values(sold.tgt_ccy, sold.acc_fill_sz) == ("base_ccy", Decimal("0.01"))

    def test_coins_are_bought_with_money_where_no_margin_mode_is_asked_for(self, floor: Floor) -> None:
        assert floor.place(SPOT, "buy", 100, ccy="USDT").inst_type == "SPOT"


class TestLeverage:
    def test_borrowing_a_currency_has_its_leverage_in_multi_currency_margin(self, floor: Floor) -> None:
        floor.exchange.set_account_level(floor.account, "3", floor.now)
        found = floor.exchange.set_leverage(floor.account, floor.now, lever=Decimal(3), mgn_mode="cross", ccy="BTC")
        assert found == Lever("", "BTC", "cross", "", Decimal(3))
        assert floor.account.lever("BTC", "cross") == 3

    @pytest.mark.parametrize(
        ("level", "mgn_mode", "ccy"), [("2", "cross", "BTC"), ("3", "isolated", "BTC"), ("3", "cross", "")]
    )
    def test_elsewhere_it_belongs_to_an_instrument(self, floor: Floor, level: str, mgn_mode: str, ccy: str) -> None:
        floor.exchange.set_account_level(floor.account, level, floor.now)
        with pytest.raises(OkxError, match="Parameter instId error"):
            floor.exchange.set_leverage(floor.account, floor.now, lever=Decimal(3), mgn_mode=mgn_mode, ccy=ccy)


@pytest.mark.parametrize(
    ("inst_id", "pair"),
    [
        (SPOT, SPOT),
        (SWAP, SPOT),
        ("BTC-USD-SWAP", SPOT),
        ("BTC-USDC-SWAP", "BTC-USDC"),
        ("ETH-USD-261225-2500-C", "ETH-USDT"),
    ],
)
def test_the_index_is_the_price_of_the_underlying(floor: Floor, inst_id: str, pair: str) -> None:
    of = floor.exchange.instrument(inst_id)
    assert floor.exchange.index_price(of, floor.now) == floor.price(pair)


def test_a_contract_whose_pair_is_not_listed_is_its_own_index(floor: Floor) -> None:
    of = floor.exchange.instrument(SWAP)
    floor.exchange.instruments = {SWAP: of}
    assert floor.exchange.index_price(of, floor.now) == floor.price(SWAP)


def test_a_position_is_liquidated_with_its_owner(floor: Floor) -> None:
    stranger = floor.exchange.open_account()
    mine, floor.account = floor.account, stranger
    floor.place(SWAP, "buy", 1)
    (theirs,) = floor.exchange.positions(stranger)
    floor.account = mine
    floor.place(SWAP, "buy", 1)
    floor.exchange.liquidate(theirs)
    assert floor.exchange.positions(stranger) == []
    assert len(floor.exchange.positions(mine)) == 1


def test_risk_is_told_by_position_and_by_currency(floor: Floor) -> None:
    floor.place(SWAP, "buy", 10)
    (position,) = floor.exchange.positions(floor.account)
    own = floor.exchange.risk(floor.account, position, floor.now)
    shared = floor.exchange.currency_risk(floor.account, floor.now)
    assert (shared["USDT"].mmr, shared["USDT"].mgn_ratio) == (own.mmr, own.mgn_ratio)
