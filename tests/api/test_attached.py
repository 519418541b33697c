"""Take-profit and stop-loss in JSON: as an order carries them, and as its row shows them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.api import attached
from pytest_okx.errors import OkxError
from pytest_okx.exchange import AttachedAlgo, Leg

TP = Leg(trigger_px=Decimal(72000))
SL = Leg(trigger_px=Decimal(68000), ord_px=Decimal(67000), px_type="mark")
TP_JSON = {"tpTriggerPx": "72000", "tpOrdPx": "-1"}
SL_JSON = {"slTriggerPx": "68000", "slOrdPx": "67000", "slTriggerPxType": "mark"}


def _parse(*listed: Any) -> tuple[AttachedAlgo, ...]:
    return attached.parse({"attachAlgoOrds": list(listed)})


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (TP_JSON, AttachedAlgo(tp=TP)),
        (TP_JSON | SL_JSON, AttachedAlgo(tp=TP, sl=SL)),
        (TP_JSON | {"slTriggerPx": "", "sz": "2", "amendPxOnTriggerType": "0"}, AttachedAlgo(tp=TP, sz=Decimal(2))),
        (TP_JSON | {"attachAlgoClOrdId": "mine"}, AttachedAlgo(tp=TP, attach_algo_cl_ord_id="mine")),
        ({"tpOrdKind": "limit", "tpOrdPx": "9"}, AttachedAlgo(tp=Leg(ord_px=Decimal(9), kind="limit"))),
        ({"slTriggerRatio": "-0.1", "slOrdPx": "-1"}, AttachedAlgo(sl=Leg(ratio=Decimal("-0.1")))),
        (
            {"callbackRatio": "0.01", "activePx": "9"},
            AttachedAlgo(callback_ratio=Decimal("0.01"), active_px=Decimal(9)),
        ),
    ],
)
def test_what_an_order_carries_is_read(entry: dict[str, str], expected: AttachedAlgo) -> None:
    assert _parse(entry) == (expected,)


def test_older_clients_send_the_legs_beside_the_fields_of_the_order() -> None:
    assert attached.parse({"ordType": "limit", "sz": "5", **TP_JSON, **SL_JSON}) == (AttachedAlgo(tp=TP, sl=SL),)


@pytest.mark.parametrize("nothing", [{}, {"attachAlgoOrds": None}, {"attachAlgoOrds": []}, {"tpTriggerPx": ""}])
def test_most_orders_carry_nothing(nothing: dict[str, Any]) -> None:
    assert attached.parse(nothing) == ()


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({}, "51000 Parameter attachAlgoOrds"),
        ("text", "51000 Parameter attachAlgoOrds"),
        ({"attachAlgoClOrdId": "mine"}, "51178"),
        ({"tpTriggerPx": "72000"}, "51000 Parameter tpOrdPx"),
        ({"tpOrdPx": "-1"}, "51000 Parameter tpTriggerPx"),
        ({**TP_JSON, "tpTriggerRatio": "0.1"}, "51000 Parameter tpTriggerPx"),
        ({**TP_JSON, "tpTriggerRatio": "ten"}, "51000 Parameter tpTriggerRatio"),
        ({**TP_JSON, "tpTriggerPxType": "best"}, "51000 Parameter tpTriggerPxType"),
        ({**TP_JSON, "tpOrdKind": "limit"}, "51093"),
        ({**TP_JSON, "callbackRatio": "0.1"}, "51000 Parameter attachAlgoOrds"),
        ({**TP_JSON, "amendPxOnTriggerType": "1"}, "51000 Parameter amendPxOnTriggerType"),
        ({**TP_JSON, "attachAlgoClOrdId": "a-b"}, "51000 Parameter attachAlgoClOrdId"),
    ],
)
def test_what_cannot_be_read_is_refused(entry: Any, code: str) -> None:
    with pytest.raises(OkxError, match=code):
        _parse(entry)


def test_what_is_no_list_is_refused() -> None:
    with pytest.raises(OkxError, match="51000 Parameter attachAlgoOrds"):
        attached.parse({"attachAlgoOrds": "[]"})


def test_a_row_shows_what_is_carried() -> None:
    (row,) = attached.rows([AttachedAlgo(tp=TP, attach_algo_id="7", attach_algo_cl_ord_id="mine", sz=Decimal(2))])
    shown = {name: value for name, value in row.items() if value}
    assert shown == {
        "amendPxOnTriggerType": "0",
        "attachAlgoClOrdId": "mine",
        "attachAlgoId": "7",
        "sz": "2",
        "tpOrdKind": "condition",
        "tpOrdPx": "-1",
        "tpTriggerPx": "72000",
        "tpTriggerPxType": "last",
    }
