"""From the JSON of an order to the exchange's request: every field, every refusal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.api import orders
from pytest_okx.errors import OkxError
from pytest_okx.exchange import OrderRequest
from tests.helpers import frozen_server

LIMIT = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "60000"}


def _parse(**changes: Any) -> OrderRequest:
    server = frozen_server()
    return orders.parse(server.exchange, {**LIMIT, **changes}, server.clock.now_ms())


def test_an_order_is_what_its_fields_say() -> None:
    expected = OrderRequest(
        inst_id="BTC-USDT", td_mode="cash", side="buy", ord_type="limit", sz=Decimal("0.01"), px=Decimal(60000)
    )
    assert _parse() == expected


@pytest.mark.parametrize(
    ("field", "value", "name", "expected"),
    [
        ("clOrdId", "aB3", "cl_ord_id", "aB3"),
        ("clOrdId", "x" * 32, "cl_ord_id", "x" * 32),
        ("clOrdId", 17, "cl_ord_id", "17"),
        ("tag", "t" * 16, "tag", "t" * 16),
        ("tdMode", "isolated", "td_mode", "isolated"),
        ("tdMode", "spot_isolated", "td_mode", "spot_isolated"),
        ("side", "sell", "side", "sell"),
        ("ordType", "post_only", "ord_type", "post_only"),
        ("posSide", "long", "pos_side", "long"),
        ("posSide", "", "pos_side", "net"),
        ("ccy", "USDT", "ccy", "USDT"),
        ("tgtCcy", "base_ccy", "tgt_ccy", "base_ccy"),
        ("reduceOnly", True, "reduce_only", True),
        ("reduceOnly", "true", "reduce_only", True),
        ("reduceOnly", "false", "reduce_only", False),
        ("reduceOnly", "", "reduce_only", False),
        ("banAmend", True, "ban_amend", True),
        ("banAmend", False, "ban_amend", False),
        ("stpMode", "cancel_both", "stp_mode", "cancel_both"),
        ("stpMode", None, "stp_mode", "cancel_maker"),
        ("sz", 2, "sz", Decimal(2)),
        ("sz", Decimal("0.5"), "sz", Decimal("0.5")),
        ("px", 61000, "px", Decimal(61000)),
        ("px", "", "px", None),
        ("attachAlgoOrds", None, "cl_ord_id", ""),
        ("attachAlgoOrds", [], "cl_ord_id", ""),
        ("pxUsd", "", "cl_ord_id", ""),
        ("cxlOnFailc", {"what": ["ever"]}, "cl_ord_id", ""),
    ],
)
def test_a_field_is_read_as_clients_send_it(field: str, value: object, name: str, expected: object) -> None:
    assert getattr(_parse(**{field: value}), name) == expected


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("clOrdId", "a-b"),
        ("clOrdId", "x" * 33),
        ("clOrdId", "é"),
        ("clOrdId", "\u0661"),
        ("clOrdId", "ab\n"),
        ("clOrdId", ["a"]),
        ("tag", "t" * 17),
        ("tag", "my tag"),
        ("tdMode", "margin"),
        ("side", "BUY"),
        ("ordType", "stop"),
        ("ordType", "mmp"),
        ("ordType", "rpi"),
        ("posSide", "both"),
        ("sz", "-1"),
        ("sz", "0"),
        ("sz", "1e5"),
        ("sz", "NaN"),
        ("sz", "9" * 21),
        ("px", "0"),
        ("px", "Infinity"),
        ("px", {}),
        ("ccy", "usdt"),
        ("tgtCcy", "usdt"),
        ("reduceOnly", "yes"),
        ("reduceOnly", 1),
        ("banAmend", "no"),
        ("stpMode", "cancel"),
        ("attachAlgoOrds", [{}]),
        ("pxUsd", "1"),
        ("pxVol", "1"),
        ("tradeQuoteCcy", "USD"),
        ("pxAmendType", "2"),
    ],
)
def test_a_field_that_cannot_be_honoured_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(OkxError, match=f"51000 Parameter {field} error"):
        _parse(**{field: value})


@pytest.mark.parametrize("px", ["-1", "60000"])
@pytest.mark.parametrize("ord_type", ["market", "optimal_limit_ioc"])
def test_a_type_without_a_price_ignores_one(ord_type: str, px: str) -> None:
    assert _parse(ordType=ord_type, px=px).px is None


@pytest.mark.parametrize(("side", "inside", "beyond", "limit"), [("buy", 1, 10**6, 0), ("sell", 10**6, 1, 1)])
def test_a_price_beyond_the_limits_is_moved_to_them_where_that_is_asked_for(
    side: str, inside: int, beyond: int, limit: int
) -> None:
    server = frozen_server()
    limits = server.exchange.price_limits("BTC-USDT", server.clock.now_ms())
    assert _parse(side=side, px=beyond, pxAmendType="1").px == limits[limit]
    assert _parse(side=side, px=beyond, pxAmendType="0").px == beyond
    assert _parse(side=side, px=inside, pxAmendType="1").px == inside


def test_an_instrument_may_be_named_by_its_code() -> None:
    assert _parse(instId=None, instIdCode=4).inst_id == "ETH-USDT"


@pytest.mark.parametrize("fields", [{"tradeQuoteCcy": "USDT"}, {"instId": "BTC-USDT-SWAP", "tradeQuoteCcy": "USD"}])
def test_the_quote_currency_is_of_the_pairs_own_and_of_no_account_elsewhere(fields: dict[str, str]) -> None:
    assert _parse(**fields).sz


def test_an_instrument_that_is_not_listed_is_51001() -> None:
    with pytest.raises(OkxError, match="51001"):
        _parse(instId="BTC-EUR")


def test_the_client_id_is_judged_before_everything_else() -> None:
    with pytest.raises(OkxError, match="clOrdId"):
        _parse(clOrdId="a-b", tag="my tag", sz="x", instId="BTC-EUR")
