"""What attached orders become, and what triggered ones order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.exchange import AlgoRequest, AttachedAlgo
from pytest_okx.exchange.children import brackets, triggered_order
from tests.exchange.algo_support import SWAP, Street, leg
from tests.exchange.support import values


def carried(
    street: Street, side: str, *attached: AttachedAlgo, inst_id: str = SWAP, sz: object = 3
) -> list[AlgoRequest]:
    """What an order that filled at the market makes of what it carries."""
    order = street.place(inst_id, side, sz, tgt_ccy="base_ccy")  # type: ignore[arg-type]
    return brackets(replace(street.again(order), attach_algo_ords=attached))


@pytest.mark.parametrize(
    ("attached", "ord_type"),
    [
        (AttachedAlgo(tp=leg(75000)), "conditional"),
        (AttachedAlgo(sl=leg(60000)), "conditional"),
        (AttachedAlgo(tp=leg(75000), sl=leg(60000)), "oco"),
        (AttachedAlgo(callback_ratio=Decimal("0.01")), "move_order_stop"),
    ],
)
def test_an_attached_one_becomes_the_type_of_its_legs(attached: AttachedAlgo, ord_type: str) -> None:
    (made,) = carried(Street(), "buy", attached)
    assert values(made.ord_type, made.side, made.sz, made.reduce_only, made.cxl_on_close_pos) == (
        ord_type,
        "sell",
        3,
        True,
        True,
    )


def test_on_spot_it_trades_what_the_fee_left() -> None:
    (made,) = carried(Street(), "buy", AttachedAlgo(sl=leg(60000)), inst_id="BTC-USDT", sz="0.01")
    assert values(made.sz, made.tgt_ccy, made.reduce_only) == (Decimal("0.00999"), "base_ccy", False)


def test_what_sold_on_spot_is_bought_back_whole() -> None:
    (made,) = carried(Street(), "sell", AttachedAlgo(sl=leg(80000)), inst_id="BTC-USDT", sz="0.01")
    assert values(made.side, made.sz) == ("buy", Decimal("0.01"))


def test_several_take_profits_share_what_was_filled_in_their_order() -> None:
    attached = [AttachedAlgo(tp=leg(75000 + px), sz=Decimal(2)) for px in range(3)] + [AttachedAlgo(sl=leg(60000))]
    made = carried(Street(), "buy", *attached)
    assert [values(bool(each.tp), each.sz) for each in made] == [(True, 2), (True, 1), (False, 3)]


def test_a_ratio_counts_from_the_price_of_the_fill() -> None:
    street = Street()
    street.walk(70000)
    ratio = AttachedAlgo(tp=leg(None, ratio=Decimal("0.1")), sl=leg(None, ratio=Decimal("-0.05")))
    (made,) = carried(street, "buy", ratio)
    assert made.tp
    assert made.sl
    assert (made.tp.trigger_px, made.sl.trigger_px) == (Decimal("77000.1"), Decimal("66500.1"))


@pytest.mark.parametrize(
    ("ord_type", "met", "more", "expected"),
    [
        ("oco", "tp", {"tp": leg(75000, 75100), "sl": leg(60000)}, ("limit", 75100)),
        ("oco", "sl", {"tp": leg(75000, 75100), "sl": leg(60000)}, ("market", None)),
        ("trigger", "trigger", {"trigger_px": Decimal(75000)}, ("market", None)),
        ("trigger", "trigger", {"trigger_px": Decimal(75000), "order_px": Decimal(75010)}, ("limit", 75010)),
        (
            "trigger",
            "trigger",
            {"trigger_px": Decimal(75000), "order_px": Decimal(75010), "advance_ord_type": "fok"},
            ("fok", 75010),
        ),
        ("move_order_stop", "trail", {"callback_ratio": Decimal("0.01")}, ("market", None)),
    ],
)
def test_a_triggered_order_has_the_price_of_its_leg(
    ord_type: str, met: str, more: dict[str, Any], expected: tuple[str, object]
) -> None:
    algo = Street().algo(ord_type, tag="mine", algo_cl_ord_id="a1", **more)
    order = triggered_order(algo, met, Decimal(1))
    assert (order.ord_type, order.px) == expected
    assert (order.algo_id, order.algo_cl_ord_id, order.source, order.tag) == (
        algo.algo_id,
        "a1",
        algo.kind.source,
        "mine",
    )
