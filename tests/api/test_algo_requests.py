"""From the JSON of an algo order to the exchange's request: every field of every type, every refusal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.api.algo_requests import parse, parse_amendment
from pytest_okx.errors import OkxError
from pytest_okx.exchange import AlgoAmendment, AlgoRequest, AttachedAlgo, Leg, LegAmendment
from tests.helpers import frozen_server

COMMON = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "sell", "sz": "1"}
SLICED = {"szLimit": "2", "pxLimit": "70000", "pxVar": "0.01", "pxSpread": ""}
OF_SLICED = {"sz_limit": Decimal(2), "px_limit": Decimal(70000), "px_var": Decimal("0.01")}
TYPES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("conditional", {"slTriggerPx": "9", "slOrdPx": "-1"}, {"sl": Leg(trigger_px=Decimal(9))}),
    (
        "oco",
        {"slTriggerPx": "9", "slOrdPx": "8", "tpTriggerPx": 99, "tpOrdPx": -1},
        {"sl": Leg(trigger_px=Decimal(9), ord_px=Decimal(8)), "tp": Leg(trigger_px=Decimal(99))},
    ),
    ("trigger", {"triggerPx": "9", "orderPx": "-1"}, {"trigger_px": Decimal(9)}),
    (
        "trigger",
        {"triggerPx": "9", "orderPx": "8", "triggerPxType": "index", "advanceOrdType": "ioc"},
        {
            "trigger_px": Decimal(9),
            "order_px": Decimal(8),
            "trigger_px_type": "index",
            "advance_ord_type": "ioc",
        },
    ),
    (
        "trigger",
        {"triggerPx": "9", "orderPx": "8", "attachAlgoOrds": [{"slTriggerPx": "7", "slOrdPx": "-1"}]},
        {
            "trigger_px": Decimal(9),
            "order_px": Decimal(8),
            "attach_algo_ords": (AttachedAlgo(sl=Leg(trigger_px=Decimal(7))),),
        },
    ),
    (
        "move_order_stop",
        {"callbackRatio": "0.01", "activePx": "9"},
        {"callback_ratio": Decimal("0.01"), "active_px": Decimal(9)},
    ),
    ("move_order_stop", {"callbackSpread": "5"}, {"callback_spread": Decimal(5)}),
    ("iceberg", SLICED, OF_SLICED),
    ("twap", SLICED | {"timeInterval": "60"}, OF_SLICED | {"time_interval": 60}),
    ("chase", {}, {}),
    (
        "chase",
        {"chaseType": "ratio", "chaseVal": "0.01", "maxChaseType": "distance", "maxChaseVal": "50"},
        {
            "chase_type": "ratio",
            "chase_val": Decimal("0.01"),
            "max_chase_type": "distance",
            "max_chase_val": Decimal(50),
        },
    ),
    ("chase", {"chaseVal": "0", "triggerPx": "passed over", "callbackRatio": ["too"]}, {}),
]


@pytest.mark.parametrize(("ord_type", "fields", "expected"), TYPES)
def test_an_algo_order_is_what_the_fields_of_its_type_say(
    ord_type: str, fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert parse(frozen_server().exchange, {**COMMON, "ordType": ord_type, **fields}) == AlgoRequest(
        inst_id="BTC-USDT-SWAP", td_mode="cross", side="sell", sz=Decimal(1), ord_type=ord_type, **expected
    )


@pytest.mark.parametrize(
    ("field", "value", "name", "expected"),
    [
        ("sz", "", "sz", None),
        ("closeFraction", "1", "close_fraction", True),
        ("closeFraction", "1.0", "close_fraction", True),
        ("closeFraction", "", "close_fraction", False),
        ("reduceOnly", True, "reduce_only", True),
        ("cxlOnClosePos", "true", "cxl_on_close_pos", True),
        ("posSide", "", "pos_side", "net"),
        ("posSide", "long", "pos_side", "long"),
        ("algoClOrdId", "a1", "algo_cl_ord_id", "a1"),
        ("clOrdId", "c1", "cl_ord_id", "c1"),
        ("tag", "t", "tag", "t"),
        ("ccy", "USDT", "ccy", "USDT"),
        ("tgtCcy", "base_ccy", "tgt_ccy", "base_ccy"),
        ("instIdCode", 3, "inst_id", "BTC-USDT-SWAP"),
        ("quickMgnType", "manual", "tag", ""),
    ],
)
def test_every_type_has_the_common_fields(field: str, value: Any, name: str, expected: object) -> None:
    asked = {**COMMON, "ordType": "chase", field: value}
    assert getattr(parse(frozen_server().exchange, asked), name) == expected


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"ordType": "smart_iceberg"}, "51000 Parameter ordType"),
        ({"ordType": "limit"}, "51000 Parameter ordType"),
        ({"closeFraction": "0.5"}, "51000 Parameter closeFraction"),
        ({"instId": "BTC-EUR"}, "51001"),
        ({"ordType": "trigger", "triggerPx": "9"}, "51000 Parameter orderPx"),
        (
            {"ordType": "trigger", "triggerPx": "9", "orderPx": "8", "advanceOrdType": "chase"},
            "51000 Parameter advanceOrdType",
        ),
        ({"ordType": "twap", "timeInterval": "a"}, "51000 Parameter timeInterval"),
        ({"chaseVal": "-1"}, "51000 Parameter chaseVal"),
        ({"algoClOrdId": "a-b"}, "51000 Parameter algoClOrdId"),
    ],
)
def test_what_cannot_be_read_is_refused(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(OkxError, match=code):
        parse(frozen_server().exchange, {**COMMON, "ordType": "chase", **fields})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, AlgoAmendment()),
        ({"newSz": "", "newTriggerPx": None, "cxlOnFail": ""}, AlgoAmendment()),
        ({"newSz": "2", "reqId": "r", "cxlOnFail": True}, {"changes": {"sz": Decimal(2)}}),
        ({"newTriggerPx": "9", "newOrdPx": "-1"}, {"changes": {"trigger_px": Decimal(9), "order_px": None}}),
        ({"newTriggerPxType": "mark"}, {"changes": {"trigger_px_type": "mark"}}),
        ({"newTpTriggerPx": "9", "newTpOrdPx": "-1"}, {"tp": {"trigger_px": Decimal(9), "ord_px": None}}),
        ({"newSlTriggerPx": "0", "newSlTriggerPxType": "index"}, {"sl": {"trigger_px": 0, "px_type": "index"}}),
    ],
)
def test_an_amendment_has_what_was_given(fields: dict[str, Any], expected: Any) -> None:
    made = parse_amendment(fields)
    if isinstance(expected, dict):
        legs = {name: LegAmendment(changes=expected.get(name, {})) for name in ("tp", "sl")}
        expected = AlgoAmendment(
            **legs, changes=expected.get("changes", {}), req_id=made.req_id, cxl_on_fail=made.cxl_on_fail
        )
    assert made == expected
    assert (made.req_id, made.cxl_on_fail) == (fields.get("reqId", ""), bool(fields.get("cxlOnFail")))


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"attachAlgoOrds": [{"newTpTriggerPx": "1"}]}, "attachAlgoOrds"),
        ({"newSz": "0"}, "newSz"),
        ({"newTpTriggerPx": "x"}, "newTpTriggerPx"),
        ({"reqId": "a-b"}, "reqId"),
    ],
)
def test_an_amendment_that_cannot_be_read_is_refused(fields: dict[str, Any], name: str) -> None:
    with pytest.raises(OkxError, match=f"51000 Parameter {name}"):
        parse_amendment(fields)
