from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.exchange.tickets import Ticket, price_limits
from tests.exchange.support import Floor, Number, instrument, request, values

SPOT, SWAP, FUTURE, OPTION = "BTC-USDT", "BTC-USDT-SWAP", "BTC-USDT-261225", "BTC-USD-261225-70000-C"


def ticket(
    inst_id: str, side: str = "buy", sz: Number = 1, px: Number | None = None, *, mode: str = "net_mode", **more: object
) -> Ticket:
    floor = Floor()
    floor.account.pos_mode = mode
    asked = request(inst_id, side, sz, px, **more)
    of = floor.exchange.instrument(inst_id)
    return Ticket(floor.account, of, asked, floor.now, Decimal(70_000), Decimal(1))


@pytest.mark.parametrize(
    ("side", "pos_side", "reduce_only", "mode", "closes"),
    [
        ("sell", "net", False, "net_mode", False),
        ("sell", "net", True, "net_mode", True),
        ("sell", "long", False, "long_short_mode", True),
        ("buy", "short", False, "long_short_mode", True),
        ("buy", "long", True, "long_short_mode", False),
        ("sell", "short", True, "long_short_mode", False),
    ],
)
def test_an_order_closes_by_its_side_where_positions_have_two(
    side: str, pos_side: str, reduce_only: bool, mode: str, closes: bool
) -> None:
    assert ticket(SWAP, side, pos_side=pos_side, reduce_only=reduce_only, mode=mode).closes is closes


@pytest.mark.parametrize(("inst_id", "two_way"), [(SPOT, False), (SWAP, True), (FUTURE, True), (OPTION, False)])
def test_only_swaps_and_futures_have_two_sides(inst_id: str, two_way: bool) -> None:
    assert ticket(inst_id, px=1, mode="long_short_mode").is_two_way is two_way
    assert not ticket(inst_id, px=1).is_two_way


@pytest.mark.parametrize(
    ("inst_id", "side", "px", "tgt_ccy", "unit", "base_sz"),
    [
        (SPOT, "buy", None, "", "quote_ccy", 2),
        (SPOT, "sell", None, "", "base_ccy", 140_000),
        (SPOT, "sell", None, "quote_ccy", "quote_ccy", 2),
        (SPOT, "buy", 60_000, "quote_ccy", "", 140_000),
        (SWAP, "buy", None, "quote_ccy", "", 140_000),
    ],
)
def test_only_market_orders_of_pairs_have_a_unit(
    inst_id: str, side: str, px: int | None, tgt_ccy: str, unit: str, base_sz: int
) -> None:
    made = ticket(inst_id, side, 140_000, px, tgt_ccy=tgt_ccy)
    assert values(made.tgt_ccy, made.in_quote, made.base_sz) == (unit, unit == "quote_ccy", base_sz)


@pytest.mark.parametrize(("inst_id", "lever"), [(SPOT, 1), (SWAP, 10), (OPTION, 1)])
def test_leverage_is_one_where_there_is_none(inst_id: str, lever: int) -> None:
    assert ticket(inst_id, px=1).lever == lever


def test_limits_lie_on_the_tick_within_the_band() -> None:
    assert price_limits(instrument(SPOT), Decimal("70000.1")) == (Decimal("73500.1"), Decimal("66500.1"))
