from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.exchange import Account, Position
from pytest_okx.exchange.instruments import Instrument, margin_twin
from pytest_okx.exchange.risk import assess, by_currency, demand, equity, liquidation_price, maintenance, required
from pytest_okx.exchange.values import MONEY
from tests.exchange.support import NOW, Floor, instrument, values

SWAP, INVERSE, OPTION = "BTC-USDT-SWAP", "BTC-USD-SWAP", "BTC-USD-261225-70000-C"
PX = Decimal(70_000)


def at(px: Decimal | int) -> object:
    return lambda instrument: Decimal(px)


def traded(name: str) -> Instrument:
    """An instrument, or BTC-USDT on margin kept in the currency named."""
    twin = margin_twin(instrument("BTC-USDT"), name)
    return instrument(name) if "-" in name else twin or instrument("BTC-USDT")


def position(name: str, signed: int, *, mgn_mode: str = "isolated", margin: object = 0, **more: object) -> Position:
    fields: dict[str, object] = {
        "pos_id": "1",
        "instrument": traded(name),
        "mgn_mode": mgn_mode,
        "lever": Decimal(10),
        "c_time": NOW,
        "u_time": NOW,
        "signed": Decimal(signed),
        "avg_px": PX,
        "margin": Decimal(str(margin)),
    }
    return Position(**(fields | more))  # type: ignore[arg-type]


def account(*positions: Position, **cash: str) -> Account:
    made = Account("1", "Lv1", {ccy: Decimal(amount) for ccy, amount in cash.items()})
    for each in positions:
        made.put(each)
    return made


@pytest.mark.parametrize(
    ("name", "signed", "mmr", "fee"),
    [
        (SWAP, 100, 280, 35),
        (SWAP, -100, 280, 35),
        (SWAP, 100_000, 350_000, 35_000),
        ("USDT", 2, 5_600, 140),
        ("BTC", -2, "0.08", "0.002"),
        (OPTION, -10, "0.0075", "3.5"),
        (OPTION, 10, 0, None),
    ],
)
def test_maintenance_follows_the_tier_and_a_liquidation_has_its_fee(
    name: str, signed: int, mmr: object, fee: object
) -> None:
    held = position(name, signed)
    with localcontext(MONEY):
        assert maintenance(held, PX) == Decimal(str(mmr))
        expected = Decimal(str(mmr)) + Decimal(str(fee)) if fee is not None else 0
        assert required(account(held), held, PX) == expected


@given(
    st.sampled_from([SWAP, INVERSE, "USDT", "BTC"]),
    st.sampled_from(["isolated", "cross"]),
    st.integers(-40, 40).filter(bool),
    st.integers(1, 30),
    st.booleans(),
)
@settings(deadline=None)
def test_at_its_liquidation_price_a_position_has_just_what_it_requires(
    name: str, mgn_mode: str, signed: int, percent: int, hedged: bool
) -> None:
    with localcontext(MONEY):
        held = position(name, signed, mgn_mode=mgn_mode)
        money = held.notional(PX) * percent / 100
        if mgn_mode == "isolated":
            held = position(name, signed, margin=money)
        owner = account(held, **{held.ccy: str(money)})
        if hedged and mgn_mode == "cross" and name in (SWAP, INVERSE):
            owner.put(position(name, -signed // 3 or 1, mgn_mode="cross", pos_side="long"))
        found = liquidation_price(owner, held, at(PX))  # type: ignore[arg-type]
        if found is not None:
            there = at(found)
            shared = [p for p in owner.positions.values() if p.mgn_mode == mgn_mode]
            gap = equity(owner, held, there) - demand(owner, shared, there)  # type: ignore[arg-type]
            assert abs(gap) < Decimal("1e-6")


@pytest.mark.parametrize(
    ("name", "signed", "margin", "exists"),
    [
        (SWAP, 10, 700, True),
        (SWAP, 10, 7_000, False),
        (SWAP, -10, 70_000, True),
        ("BTC", -2, 3, False),
        (OPTION, -10, 1, False),
    ],
)
def test_where_no_price_liquidates_there_is_no_liquidation_price(
    name: str, signed: int, margin: int, exists: bool
) -> None:
    held = position(name, signed, margin=margin)
    risk = assess(account(held), held, at(PX))  # type: ignore[arg-type]
    assert (risk.liq_px is not None) is exists


def test_positions_that_cancel_out_exactly_have_no_liquidation_price() -> None:
    twin = position("BTC", 1, mgn_mode="cross", avg_px=Decimal(0))
    assert liquidation_price(account(twin, BTC="1"), twin, at(PX)) is None  # type: ignore[arg-type]


def test_a_long_position_is_liquidated_below_and_a_short_one_above() -> None:
    for signed, margin, px in ((100, 7_000, "63284.079"), (-100, 7_000, "76655.799")):
        held = position(SWAP, signed, margin=margin)
        risk = assess(account(held), held, at(PX))  # type: ignore[arg-type]
        assert risk.liq_px is not None
        assert abs(risk.liq_px - Decimal(px)) < 1
        assert values(risk.imr, risk.mmr) == (7_000, 280)
        assert risk.mgn_ratio is not None
        assert abs(risk.mgn_ratio - Decimal(7_000) / 315) < Decimal("1e-9")


def test_cross_positions_of_one_currency_share_their_money_and_one_ratio() -> None:
    one, two = position(SWAP, 100, mgn_mode="cross"), position("ETH-USDT-SWAP", -10, mgn_mode="cross")
    other = position(INVERSE, 10, mgn_mode="cross")
    alone = position(SWAP, 50, margin=1_000)
    owner = account(one, two, other, alone, USDT="50000", BTC="1")
    risks = by_currency(owner, at(PX))  # type: ignore[arg-type]
    assert risks["USDT"].mmr == 560
    assert risks["USDT"].mgn_ratio == assess(owner, one, at(PX)).mgn_ratio  # type: ignore[arg-type]
    assert assess(owner, one, at(PX)).mgn_ratio == assess(owner, two, at(PX)).mgn_ratio  # type: ignore[arg-type]
    assert set(risks) == {"USDT", "BTC"}


def test_what_others_lose_brings_the_liquidation_price_nearer() -> None:
    one, two = position(SWAP, 100, mgn_mode="cross"), position("ETH-USDT-SWAP", 10, mgn_mode="cross")
    alone = liquidation_price(account(one, USDT="10000"), one, at(PX))  # type: ignore[arg-type]
    along = liquidation_price(account(one, two, USDT="10000"), one, at(PX))  # type: ignore[arg-type]
    assert alone is not None
    assert along is not None
    assert along > alone


def test_an_option_bought_cannot_be_liquidated_and_has_no_ratio() -> None:
    held = position(OPTION, 10, mgn_mode="cross")
    owner = account(held, BTC="1")
    assert by_currency(owner, at(1))["BTC"].mgn_ratio is None  # type: ignore[arg-type]
    assert assess(owner, held, at(1)).mgn_ratio is None  # type: ignore[arg-type]


def test_the_sums_over_an_account_are_in_dollars() -> None:
    floor = Floor()
    assert floor.exchange.account_risk(floor.account, floor.now).mgn_ratio is None
    floor.place(SWAP, "buy", 100)
    floor.place(INVERSE, "buy", 100, td_mode="isolated")
    floor.place("BTC-USDT", "buy", "0.1", 60_000)
    found = floor.exchange.account_risk(floor.account, floor.now)
    held = floor.exchange.balances(floor.account, floor.now)
    assert found.total_eq == sum(each.eq_usd for each in held)
    assert values(found.upl, found.ord_froz) == (Decimal("-0.1"), 6_000)
    assert found.imr == floor.price(SWAP) / 10 + 6_000
    assert found.mmr == floor.price(SWAP) * Decimal("0.004")
    assert found.adj_eq + found.iso_eq == found.total_eq
    assert found.notional_swap == found.notional
    assert values(found.notional_futures, found.notional_option) == (0, 0)
    assert found.avail_eq < found.adj_eq
    assert found.mgn_ratio is not None
