from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange.amending import Amendment, refusal
from pytest_okx.exchange.checks import Ticket
from pytest_okx.exchange.orders import open_order
from tests.exchange.support import NOW, Floor, instrument, request

SPOT, SWAP = "BTC-USDT", "BTC-USDT-SWAP"


def ticket(inst_id: str, side: str) -> Ticket:
    return Ticket(
        Floor().account, instrument(inst_id), request(inst_id, side, 1, 70_000), NOW, Decimal(70_000), Decimal(1)
    )


@pytest.mark.parametrize(
    ("placing", "inst_id", "side", "code", "sub_code", "text"),
    [
        ("51008_1000", SPOT, "buy", "51502", "1030", "insufficient balance or margin"),
        ("51008_1001", SWAP, "buy", "51502", "1031", "Insufficient USDT margin"),
        ("51008_1002", SPOT, "buy", "51502", "1032", "Insufficient USDT balance"),
        ("51008_1002", SPOT, "sell", "51502", "1032", "Insufficient BTC balance"),
        ("51008_1003", SWAP, "sell", "51502", "1033", "Insufficient USDT margin"),
        ("51127", SPOT, "buy", "51502", "1030", "insufficient balance or margin"),
        ("51121", SPOT, "buy", "51121", "", ""),
    ],
)
def test_too_little_money_has_codes_of_its_own(
    placing: str, inst_id: str, side: str, code: str, sub_code: str, text: str
) -> None:
    found = refusal(OkxError(placing), ticket(inst_id, side))
    assert (found.code, found.sub_code) == (code, sub_code)
    assert text in found.message


def test_what_is_not_asked_to_change_stays() -> None:
    order = open_order(
        request(SPOT, "buy", 2, 60_000, cl_ord_id="mine", tag="t"),
        ord_id="1", instrument=instrument(SPOT), lever="", now=NOW,
    )  # fmt: skip
    asked = Amendment(new_px=Decimal(61_000), req_id="r").request(order)
    assert (asked.sz, asked.px, asked.tag, asked.cl_ord_id) == (Decimal(2), Decimal(61_000), "t", "")
    after = Amendment(new_sz=Decimal(3), req_id="r").applied(
        order, Amendment(new_sz=Decimal(3)).request(order), NOW + 5
    )
    assert (after.sz, after.px, after.cl_ord_id) == (Decimal(3), Decimal(60_000), "mine")
    assert (after.u_time, after.c_time, after.req_id, after.amend_result) == (NOW + 5, NOW, "r", "0")
