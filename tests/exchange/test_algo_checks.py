"""Why an algo order is refused: each code arises from its cause, and changes nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import AlgoOrder, AttachedAlgo
from pytest_okx.exchange.algo_checks import ALGO_CHECKS, WRONG_SIDE
from pytest_okx.exchange.algo_orders import ALGO_KINDS
from tests.exchange.algo_support import SWAP, Street, leg
from tests.exchange.support import picture

SPOT: dict[str, Any] = {"inst_id": "BTC-USDT", "td_mode": "cash"}
WHOLE: dict[str, Any] = {"sz": None, "close_fraction": True, "reduce_only": True, "sl": leg(69000)}
SLICED: dict[str, Any] = {"sz": 10, "sz_limit": Decimal(2), "px_limit": Decimal(71000), "px_spread": Decimal(10)}
TWAP: dict[str, Any] = SLICED | {"time_interval": 60}
TP_LIMIT: dict[str, Any] = {"tp": leg(72000, 72000, kind="limit"), "reduce_only": True}
ONE = Decimal(1)
PERCENT = Decimal("0.01")

REFUSED: list[tuple[str, str, dict[str, Any]]] = [
    ("51000 Parameter ordType", "smart_iceberg", {}),
    ("51000 Parameter ordType", "chase", SPOT),
    ("50014 Parameter sz", "conditional", {"sz": None, "sl": leg(69000)}),
    ("51327", "conditional", WHOLE | SPOT),
    ("51330", "conditional", WHOLE | {"sl": leg(69000, 68000)}),
    ("51330", "trigger", WHOLE | {"trigger_px": ONE}),
    ("51328", "conditional", WHOLE | {"reduce_only": False}),
    ("51058", "conditional", WHOLE),
    ("51000 Parameter slTriggerPx", "conditional", {}),
    ("51000 Parameter slTriggerPx", "oco", {"tp": leg(72000)}),
    ("51000 Parameter triggerPx", "trigger", {}),
    ("51000 Parameter callbackRatio", "move_order_stop", {}),
    ("51000 Parameter callbackRatio", "move_order_stop", {"callback_ratio": PERCENT, "callback_spread": ONE}),
    ("51000 Parameter szLimit", "iceberg", SLICED | {"sz_limit": None}),
    ("51000 Parameter pxLimit", "twap", TWAP | {"px_limit": None}),
    ("51000 Parameter pxVar", "iceberg", SLICED | {"px_spread": None}),
    ("51000 Parameter pxVar", "twap", TWAP | {"px_var": PERCENT}),
    ("51000 Parameter timeInterval", "twap", SLICED),
    ("51000 Parameter cxlOnClosePos", "conditional", {"sl": leg(69000), "cxl_on_close_pos": True}),
    ("51000 Parameter cxlOnClosePos", "trigger", {"cxl_on_close_pos": True, "reduce_only": True, "trigger_px": ONE}),
    ("51094", "oco", SPOT | TP_LIMIT | {"sl": leg(69000)}),
    ("51095", "conditional", TP_LIMIT),
    ("51096", "oco", TP_LIMIT | {"sl": leg(69000)}),
    ("51257", "move_order_stop", {"callback_ratio": Decimal("1.01")}),
    ("51255", "iceberg", SLICED | {"sz_limit": Decimal(11)}),
    ("51255", "iceberg", SLICED | {"sz_limit": Decimal("0.01")}),
    ("51264", "twap", TWAP | {"sz_limit": Decimal(11)}),
    ("51256", "iceberg", SLICED | {"px_spread": None, "px_var": Decimal("0.011")}),
    ("51270", "twap", TWAP | {"px_spread": None, "px_var": Decimal("0.011")}),
    ("51269", "twap", TWAP | {"time_interval": 4}),
    ("51269", "twap", TWAP | {"time_interval": 3601}),
    ("51415", "conditional", SPOT | {"sl": leg(69000, px_type="mark")}),
    ("51415", "trigger", SPOT | {"trigger_px": ONE, "trigger_px_type": "index"}),
    ("51116", "trigger", {"trigger_px": Decimal(10**15 + 1)}),
    ("51116", "conditional", {"sl": leg(1, 10**15 + 1)}),
    ("51001", "conditional", {"inst_id": "BTC-EUR", "sl": leg(1)}),
    ("51020", "conditional", {"sz": "0.001", "sl": leg(69000)}),
    ("51121", "conditional", {"sz": "0.011", "sl": leg(69000)}),
    ("51020", "conditional", SPOT | {"side": "buy", "sz": "0.5", "sl": leg(72000)}),
    ("51010", "conditional", {"td_mode": "cash", "sl": leg(69000)}),
    ("51258", "move_order_stop", {"callback_ratio": PERCENT, "active_px": Decimal(70000)}),
    ("51259", "move_order_stop", {"side": "buy", "callback_ratio": PERCENT, "active_px": Decimal(70000)}),
    ("51046", "trigger", {"side": "buy", "trigger_px": ONE, "attach_algo_ords": (AttachedAlgo(tp=leg(1)),)}),
]


@pytest.fixture
def street() -> Street:
    street = Street()
    street.walk(70000)
    return street


@pytest.mark.parametrize(("code", "ord_type", "more"), REFUSED, ids=[f"{row[1]}-{row[0]}" for row in REFUSED])
def test_each_cause_has_its_code_and_changes_nothing(
    street: Street, code: str, ord_type: str, more: dict[str, Any]
) -> None:
    before = picture(street.account)
    with pytest.raises(OkxError, match=code):
        street.algo(ord_type, **more)
    assert street.exchange.algo_orders == ()
    assert picture(street.account) == before


def test_no_row_of_the_table_is_without_a_cause() -> None:
    shown = {code[:5] for code, _, _ in REFUSED} | {"51065", "51088", "51332"}
    assert {row.code for row in ALGO_CHECKS} <= shown


@pytest.mark.parametrize(("key", "code"), WRONG_SIDE.items())
def test_a_trigger_that_the_market_has_passed_is_refused(street: Street, key: tuple[str, str, str], code: str) -> None:
    name, side, px_type = key
    px = street.price("BTC-USDT") if px_type == "index" else Decimal(70000)
    above = (side == "buy") == (name == "sl")

    def place(trigger_px: Decimal) -> AlgoOrder:
        legs: dict[str, Any] = {name: leg(trigger_px, px_type=px_type)}
        return street.algo("conditional", side, **legs)

    with pytest.raises(OkxError, match=code):
        place(px - 1 if above else px + 1)
    assert place(px + 1 if above else px - 1).state == "live"


def test_a_client_id_is_free_again_when_its_order_has_ended(street: Street) -> None:
    first = street.algo("conditional", sl=leg(69000), algo_cl_ord_id="mine")
    with pytest.raises(OkxError, match="51065"):
        street.algo("conditional", sl=leg(69000), algo_cl_ord_id="mine")
    street.end(first)
    assert street.algo("conditional", sl=leg(69000), algo_cl_ord_id="mine").state == "live"


def test_one_order_at_a_time_closes_the_whole_position(street: Street) -> None:
    street.place(SWAP, "buy", 1)
    street.algo("conditional", **WHOLE)
    with pytest.raises(OkxError, match="51088"):
        street.algo("conditional", **WHOLE)


def test_portfolio_margin_closes_no_fraction(street: Street) -> None:
    street.account.acct_lv = "4"
    with pytest.raises(OkxError, match="51332"):
        street.algo("conditional", **WHOLE)


WAITING: dict[str, dict[str, Any]] = {
    "conditional": {"sl": leg(69000)},
    "oco": {"sl": leg(69000), "tp": leg(72000)},
    "trigger": {"trigger_px": Decimal(72000)},
    "move_order_stop": {"callback_ratio": PERCENT},
    "iceberg": SLICED | {"side": "buy", "px_limit": Decimal(60000)},
    "twap": TWAP | {"side": "buy", "px_limit": Decimal(60000)},
    "chase": {},
}


@pytest.mark.parametrize("ord_type", WAITING)
def test_a_type_has_room_for_so_many(street: Street, ord_type: str) -> None:
    kind = ALGO_KINDS[ord_type]
    for _ in range(kind.most):
        street.algo(ord_type, **WAITING[ord_type])
    with pytest.raises(OkxError, match=kind.too_many):
        street.algo(ord_type, **WAITING[ord_type])


def test_take_profits_and_stop_losses_are_counted_together_on_each_instrument(street: Street) -> None:
    for number in range(100):
        street.algo(("oco", "conditional")[number % 2], tp=leg(72000), sl=leg(69000))
    with pytest.raises(OkxError, match=r"51261 .* 100 "):
        street.algo("conditional", sl=leg(69000))
    assert street.algo("conditional", sl=leg(60000), **SPOT).state == "live"
