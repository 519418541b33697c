"""What today's exchange refuses, in the words of v3."""

from __future__ import annotations

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import InsufficientMargin
from pytest_okx.faults import Reject
from pytest_okx.v3 import rows
from tests.chains import Scene

ORDER = {
    "instrument_id": "BTC-USDT",
    "type": "limit",
    "side": "buy",
    "size": "0.01",
    "price": "60000",
    "client_oid": "a1",
}


@pytest.mark.parametrize("translation", [rows.FUTURES, rows.SWAP, rows.SPOT])
def test_every_code_that_is_translated_has_its_text_in_v3(translation: rows.Translation) -> None:
    for code, (own, *params) in translation.items():
        assert OkxError(own, *params, generation="v3").envelope == "v3", code


def test_too_little_margin_is_32008_with_what_still_fits() -> None:
    with (
        pytest.raises(OkxError, match="32008 You may open extra 7 contracts on the same side"),
        rows.in_words_of_v3(rows.FUTURES),
    ):
        raise InsufficientMargin("BTC", 7)


def test_what_v3_had_no_code_for_is_an_invalid_parameter() -> None:
    with pytest.raises(OkxError, match='30024 "order" is an invalid parameter'), rows.in_words_of_v3(rows.SPOT):
        raise OkxError("51066")


def test_nothing_refused_is_nothing_said() -> None:
    with rows.in_words_of_v3(rows.SPOT):
        pass


@pytest.mark.parametrize(
    ("code", "message"),
    [("33017", "insufficient balance"), ("32008", "You may open extra 3 contracts on the same side")],
)
def test_an_injected_refusal_keeps_its_own_words(code: str, message: str) -> None:
    scene = Scene()
    scene.faults.add(Reject(code, message), on="POST /api/spot/v3/orders")
    reply = scene.send("POST", "/api/spot/v3/orders", ORDER)
    expected = {"client_oid": "a1", "error_code": code, "error_message": message, "order_id": "-1", "result": False}
    assert (reply.status, reply.json()) == (200, expected)
