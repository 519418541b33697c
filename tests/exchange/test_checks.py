from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import checks
from pytest_okx.exchange.checks import CHECKS, Check, price_limits
from tests.exchange.support import INSTRUMENTS, Floor, instrument, picture

SPOT, SWAP, FUTURE, OPTION = "BTC-USDT", "BTC-USDT-SWAP", "BTC-USDT-261225", "BTC-USD-261225-70000-C"


def refusal(floor: Floor, *args: object, **more: object) -> OkxError:
    """Place an order that is refused, and see to it that nothing changed."""
    floor.exchange.settle(floor.now)
    before = picture(floor.account)
    with pytest.raises(OkxError) as caught:
        floor.place(*args, **more)  # type: ignore[arg-type]
    assert picture(floor.account) == before
    return caught.value


@pytest.mark.parametrize(
    ("args", "more", "code", "message"),
    [
        ((SPOT, "buy", 1, 60_000), {"td_mode": "cross"}, "51000", "Parameter ccy error"),
        ((SPOT, "buy", 1, 60_000), {"td_mode": "isolated", "ccy": "ETH"}, "51000", "Parameter ccy error"),
        ((SPOT, "buy", 1, 60_000), {"td_mode": "spot_isolated"}, "51010", "account mode"),
        ((SWAP, "buy", 1, 60_000), {"td_mode": "cash"}, "51010", "account mode"),
        ((OPTION, "buy", 1, "0.05"), {"td_mode": "cash"}, "51010", "account mode"),
        ((SWAP, "buy", 1, 60_000), {"pos_side": "long"}, "51000", "Parameter posSide error"),
        ((SPOT, "buy", 1, 60_000), {"ord_type": "trailing"}, "51000", "Parameter ordType error"),
        ((SPOT, "buy", 1), {"ord_type": "optimal_limit_ioc"}, "51000", "Parameter ordType error"),
        ((OPTION, "buy", 1), {}, "51066", "Market orders unavailable for options"),
        ((SPOT, "buy", 1), {"ord_type": "limit"}, "51204", "price for the limit order cannot be empty"),
        ((SPOT, "sell", 1, Decimal("1E+16")), {}, "51116", "exceeds 1000000000000000."),
        ((SPOT, "sell", 1, Decimal("1E+999")), {}, "51116", "exceeds"),
        ((SPOT, "buy", "0.000009", 60_000), {}, "51020", "minimum order amount"),
        ((SPOT, "buy", "0.5"), {}, "51020", "minimum order amount"),
        ((SWAP, "buy", 0, 60_000), {}, "51020", "minimum order amount"),
        ((SPOT, "buy", "0.123456789", 60_000), {}, "51121", "multiple of the lot size"),
        ((SWAP, "sell", "1.001", 72_000), {}, "51121", "multiple of the lot size"),
        ((SPOT, "buy", 1_000_001), {}, "51201", "can't exceed 1000000."),
        ((SPOT, "sell", 15), {}, "51201", "can't exceed 1000000."),
        (("ETH-BTC", "sell", 500), {}, "51201", "can't exceed 1000000."),
        ((SPOT, "buy", 10**10, 60_000), {}, "51203", "exceeds the limit 9999999999."),
        ((SWAP, "buy", 34_001), {}, "51202", "exceeds the maximum amount"),
        ((SWAP, "buy", 100_000_001, 60_000), {}, "51101", "more than 100000000 (contracts)"),
        ((SWAP, "buy", Decimal("1E+999"), 60_000), {}, "51101", "more than 100000000 (contracts)"),
        ((SPOT, "buy", 1, 80_000), {"reduce_only": True}, "51137", "highest price limit for buy orders is"),
        ((SPOT, "sell", 1, 60_000), {}, "51138", "lowest price limit for sell orders is"),
        ((SWAP, "buy", 1, 80_000), {}, "51006", "not within the price limit (max buy price: "),
        ((SWAP, "sell", 1, 60_000), {}, "51006", "min sell price: "),
        ((OPTION, "buy", 1, "0.2"), {}, "51006", "max buy price: "),
        ((SPOT, "buy", "0.1", 60_000), {"reduce_only": True}, "51205", "Reduce Only is not available"),
        ((SWAP, "buy", 1, 60_000), {"reduce_only": True}, "51169", "any positions in this direction"),
        ((SPOT, "buy", 1, "0.01"), {}, "51000", "Parameter px error"),
        ((SPOT, "sell", 1, -5), {"ord_type": "limit"}, "51138", "lowest price limit"),
        ((SPOT, "buy", 1, -5), {}, "51000", "Parameter px error"),
        ((OPTION, "buy", 1, "0.00004"), {}, "51000", "Parameter px error"),
        (("NO-SUCH", "buy", 1, 1), {}, "51001", "doesn't exist"),
    ],
)
def test_an_order_is_refused_with_the_code_of_its_fault(
    args: tuple[object, ...], more: dict[str, object], code: str, message: str
) -> None:
    error = refusal(Floor(), *args, **more)
    assert error.code == code
    assert message in error.message


def test_a_reduce_only_order_points_against_the_position() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 5)
    assert refusal(floor, SWAP, "buy", 1, 70_000, reduce_only=True).code == "51170"
    assert floor.place(SWAP, "sell", 1, 72_000, reduce_only=True).state == "live"


def level(number: str) -> Callable[[Floor], object]:
    return lambda floor: floor.exchange.set_account_level(floor.account, number, floor.now)


def hedged(floor: Floor) -> None:
    floor.exchange.set_position_mode(floor.account, "long_short_mode", floor.now)


def long(floor: Floor, sz: int = 5) -> None:
    hedged(floor)
    floor.place(SWAP, "buy", sz, pos_side="long")


def closing(floor: Floor) -> None:
    long(floor)
    floor.place(SWAP, "sell", 3, 72_000, pos_side="long")


def borrowed(floor: Floor) -> None:
    floor.place(SPOT, "sell", "0.1", td_mode="cross", ccy="USDT")


def borrowing(floor: Floor) -> None:
    floor.place(SPOT, "sell", "0.1", 80_000, td_mode="cross", ccy="USDT")


def reversed_fees(floor: Floor) -> None:
    floor.exchange.configure(floor.account, fee_type="1")


@pytest.mark.parametrize(
    ("before", "args", "more", "code"),
    [
        (level("1"), (SPOT, "buy", 1, 60_000), {"td_mode": "cross"}, "51010"),
        (level("1"), (SWAP, "buy", 1, 60_000), {}, "51010"),
        (level("1"), (OPTION, "sell", 1, "0.08"), {"td_mode": "cash"}, "51018"),
        (level("1"), (SPOT, "buy", "0.1", 60_000), {"reduce_only": True}, "51139"),
        (level("3"), (SPOT, "buy", "0.1", 60_000), {"td_mode": "cross", "reduce_only": True}, "51133"),
        (level("3"), (SPOT, "buy", "0.1", 60_000), {"td_mode": "isolated"}, "50072"),
        (level("3"), (SPOT, "buy", "0.1", 60_000), {}, "51010"),
        (level("3"), (SPOT, "buy", "1.7", 60_000), {"td_mode": "cross"}, "51008_1002"),
        (level("3"), (SWAP, "buy", 2_000, 60_000), {}, "51008_1003"),
        (level("4"), (SWAP, "buy", 1, 60_000), {}, "51010"),
        (level("4"), (SPOT, "buy", "0.1", 60_000), {"td_mode": "isolated"}, "50072"),
        (hedged, (SWAP, "buy", 1, 60_000), {}, "51000"),
        (hedged, (SWAP, "buy", 1, 60_000), {"pos_side": ""}, "51000"),
        (hedged, (OPTION, "buy", 1, "0.05"), {"pos_side": "long"}, "51000"),
        (hedged, (SPOT, "buy", "0.1", 60_000), {"pos_side": "long"}, "51000"),
        (hedged, (SWAP, "sell", 1, 72_000), {"pos_side": "long"}, "51169"),
        (long, (SWAP, "buy", 1, 60_000), {"pos_side": "short"}, "51169"),
        (long, (SWAP, "sell", 6, 72_000), {"pos_side": "long"}, "51112"),
        (closing, (SWAP, "sell", 3, 72_000), {"pos_side": "long"}, "51112"),
        (long, (SWAP, "sell", 1, 60_000), {"pos_side": "long"}, "51136"),
        (borrowed, (SPOT, "buy", "0.01", 80_000), {"td_mode": "cross", "ccy": "USDT", "reduce_only": True}, "51137"),
        (borrowed, (SPOT, "sell", "0.1", 80_000), {"td_mode": "cross", "ccy": "BTC"}, "51130"),
        (borrowing, (SPOT, "sell", "0.1", 80_000), {"td_mode": "cross", "ccy": "BTC"}, "51130"),
        (borrowed, (SPOT, "sell", 2, 80_000), {"td_mode": "cross", "ccy": "USDT", "reduce_only": True}, "51170"),
        (borrowed, (SPOT, "sell", 20, 80_000), {"td_mode": "cross", "ccy": "USDT"}, "51008_1001"),
        (reversed_fees, (SPOT, "buy", "1.6666", 60_000), {}, "51008_1020"),
        (reversed_fees, (SPOT, "buy", "1.67", 60_000), {}, "51008_1000"),
        (lambda floor: floor.have("USDT", 0), (SPOT, "buy", "0.1", 60_000), {}, "51127"),
        (lambda floor: floor.place(SWAP, "sell", 5), (SWAP, "buy", 1, 80_000), {"reduce_only": True}, "51135"),
    ],
)
def test_an_order_is_refused_for_what_the_account_is_or_has(
    before: Callable[[Floor], object], args: tuple[object, ...], more: dict[str, object], code: str
) -> None:
    floor = Floor()
    before(floor)
    error = refusal(floor, *args, **more)
    assert f"{error.code}_{error.sub_code}".rstrip("_") == code


@pytest.mark.parametrize(
    ("state", "code"),
    [("preopen", "51021"), ("suspend", "51022"), ("delivering", "51028"), ("settling", "51029")],
)
def test_an_instrument_that_is_not_live_is_refused(state: str, code: str) -> None:
    floor = Floor()
    floor.exchange.instruments = {SPOT: replace(instrument(SPOT), state=state)}
    assert refusal(floor, SPOT, "buy", 1, 60_000).code == code


def test_a_contract_is_refused_from_its_expiry_on() -> None:
    floor = Floor()
    expiry = instrument(FUTURE).exp_time or 0
    floor.clock.advance((expiry - 1 - floor.now) / 1000)
    assert floor.place(FUTURE, "buy", 1, 60_000).state == "live"
    floor.clock.advance(0.001)
    assert refusal(floor, FUTURE, "buy", 1, 60_000).code == "51027"


def test_a_client_id_is_unique_among_open_orders_of_any_instrument() -> None:
    floor = Floor()
    first = floor.place(SPOT, "buy", "0.01", 60_000, cl_ord_id="mine")
    assert refusal(floor, "ETH-USDT", "buy", "0.1", 2_000, cl_ord_id="mine").code == "51016"
    floor.cancel(first)
    assert floor.place(SPOT, "buy", "0.01", 60_000, cl_ord_id="mine").state == "live"


@pytest.mark.parametrize(
    ("cap", "code", "message"),
    [
        ("MAX_OPEN_ORDERS_PER_INSTRUMENT", "51102", "be more than 500"),
        ("MAX_OPEN_ORDERS", "51025", "Order count exceeds the limit"),
    ],
)
def test_open_orders_are_capped(cap: str, code: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    floor = Floor()
    floor.place(SPOT, "buy", "0.01", 60_000)
    monkeypatch.setattr(checks, cap, 2)
    floor.place(SPOT, "buy", "0.01", 60_000)
    error = refusal(floor, SPOT, "buy", "0.01", 60_000)
    assert error.code == code
    assert message in error.message


def test_open_orders_are_capped_over_a_family_too(monkeypatch: pytest.MonkeyPatch) -> None:
    floor = Floor()
    monkeypatch.setattr(checks, "MAX_OPEN_ORDERS_PER_FAMILY", 2)
    for inst_id in (FUTURE, "BTC-USDT-270326", "BTC-USD-261225", SWAP):
        floor.place(inst_id, "buy", 1, 60_000)
    error = refusal(floor, FUTURE, "buy", 1, 60_000)
    assert error.code == "51103"
    assert "be more than 2 (orders)" in error.message
    floor.place(SWAP, "buy", 1, 60_000)


@pytest.mark.parametrize(
    ("inst_id", "side", "px"),
    [(SPOT, "buy", 1), (SPOT, "sell", 10**9), (SWAP, "buy", 1), (SWAP, "sell", 10**5), (OPTION, "sell", 1)],
)
def test_a_price_far_from_the_market_may_wait(inst_id: str, side: str, px: int) -> None:
    sz = "0.01" if inst_id == SPOT else 1
    assert Floor().place(inst_id, side, sz, px).state == "live"


@pytest.mark.parametrize("inst_id", sorted(INSTRUMENTS))
def test_the_price_limits_are_on_the_tick_around_the_mark(inst_id: str) -> None:
    i = instrument(inst_id)
    highest, lowest = price_limits(i, i.anchor)
    assert lowest < i.anchor < highest
    assert highest % i.tick_sz == lowest % i.tick_sz == 0


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_a_price_at_the_limit_is_taken_and_one_tick_beyond_is_not(side: str) -> None:
    floor = Floor()
    highest, lowest = floor.exchange.price_limits(SWAP, floor.now)
    edge, tick = (highest, Decimal("0.1")) if side == "buy" else (lowest, Decimal("-0.1"))
    assert floor.place(SWAP, side, 1, edge).state == "filled"
    assert refusal(floor, SWAP, side, 1, edge + tick).code == "51006"


def test_the_earlier_of_two_faults_wins() -> None:
    floor = Floor()
    both = refusal(floor, SWAP, "buy", "0.001", 90_000, td_mode="cash", pos_side="long")
    assert both.code == "51010"
    assert refusal(floor, SWAP, "buy", "0.001", 90_000).code == "51020"
    assert refusal(floor, SWAP, "buy", "1.001", 90_000).code == "51121"


@pytest.mark.parametrize("row", CHECKS, ids=lambda row: row.code)
def test_every_code_of_the_table_is_one_of_okx(row: Check) -> None:
    assert OkxError(row.code).code == row.code
