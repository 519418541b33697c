"""What an amendment makes of an algo order, and why one is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import AlgoAmendment, AlgoOrder, LegAmendment
from tests.exchange.algo_support import SWAP, Street, leg
from tests.exchange.support import values

STOP: dict[str, Any] = {"sl": leg(69000), "tp": leg(72000)}
TRIGGER: dict[str, Any] = {"trigger_px": Decimal(72000)}
SPOT: dict[str, Any] = {"inst_id": "BTC-USDT", "td_mode": "cash"}


@pytest.fixture
def street() -> Street:
    street = Street()
    street.walk(70000)
    return street


def change(tp: dict[str, Any] | None = None, sl: dict[str, Any] | None = None, **changes: Any) -> AlgoAmendment:
    return AlgoAmendment(tp=LegAmendment(changes=tp or {}), sl=LegAmendment(changes=sl or {}), changes=changes)


def amend(street: Street, algo: AlgoOrder, asked: AlgoAmendment) -> AlgoOrder:
    return street.exchange.algos.amend(street.account, street.now, asked, inst_id=algo.inst_id, algo_id=algo.algo_id)


PX = {"trigger_px": Decimal(71000)}
REFUSED: list[tuple[str, str, dict[str, Any], AlgoAmendment]] = [
    ("51506", "chase", {}, change(sz=Decimal(2))),
    ("51529", "conditional", SPOT | {"sl": leg(60000)}, change(sl=PX)),
    ("51500", "oco", STOP, change()),
    ("51526", "conditional", {"sl": leg(69000)}, change(tp=PX)),
    ("51526", "oco", STOP, change(tp={"trigger_px": Decimal(0)})),
    ("51526", "oco", STOP, change(trigger_px=Decimal(71000))),
    ("51526", "trigger", TRIGGER, change(tp=PX)),
    ("51280", "oco", STOP, change(sl=PX)),
    ("51020", "oco", STOP, change(sz=Decimal("0.001"))),
    ("51116", "trigger", TRIGGER, change(trigger_px=Decimal(10**15 + 1))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "ord_type", "more", "asked"), REFUSED)
def test_each_cause_has_its_code_and_changes_nothing(
    street: Street, code: str, ord_type: str, more: dict[str, Any], asked: AlgoAmendment
) -> None:
    algo = street.algo(ord_type, **more)
    before = street.exchange.algo_orders
    with pytest.raises(OkxError, match=code):
        amend(street, algo, asked)
    assert street.exchange.algo_orders == before


@pytest.mark.parametrize(
    ("code", "asked"), [("51523", change(sl={"ord_px": Decimal(68000)})), ("51524", change(sz=Decimal(1)))]
)
def test_what_closes_a_whole_position_has_neither_price_nor_size(
    street: Street, code: str, asked: AlgoAmendment
) -> None:
    street.place(SWAP, "buy", 1)
    algo = street.algo("conditional", sz=None, close_fraction=True, reduce_only=True, sl=leg(69000))
    with pytest.raises(OkxError, match=code):
        amend(street, algo, asked)


def test_what_has_ended_is_not_amended(street: Street) -> None:
    algo = street.end(street.algo("oco", **STOP))
    with pytest.raises(OkxError, match="51503"):
        amend(street, algo, change(sz=Decimal(2)))


def test_a_stop_moves_and_triggers_where_it_is_now(street: Street) -> None:
    algo = amend(
        street, street.algo("oco", **STOP), change(sl={"trigger_px": Decimal(69500), "ord_px": Decimal(69400)})
    )
    assert (algo.sl, algo.tp) == (leg(69500, 69400), leg(72000))
    street.walk(69500)
    assert street.now_is(algo).state == "effective"


def test_a_trigger_is_set_from_the_price_of_now(street: Street) -> None:
    algo = street.algo("trigger", "buy", **TRIGGER)
    street.walk(71500)
    after = amend(street, algo, change(trigger_px=Decimal(71000), sz=Decimal(3), order_px=Decimal(71000)))
    assert values(after.state, after.sz, after.order_px) == ("live", 3, 71000)
    street.walk(71000)
    assert street.now_is(algo).state == "effective"
