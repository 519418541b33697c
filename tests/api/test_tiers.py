"""Position tiers are those of the exchange, of each family or pair that is asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.exchange import tiers_of
from tests.helpers import data, frozen_server

TIERS = "/api/v5/public/position-tiers?tdMode=cross&instType="


def _tiers(query: str) -> list[Any]:
    return data(frozen_server(), TIERS + query)


@pytest.mark.parametrize(
    ("query", "inst_id"),
    [
        ("SWAP&instFamily=BTC-USDT", "BTC-USDT-SWAP"),
        ("SWAP&uly=ETH-USD", "ETH-USD-SWAP"),
        ("FUTURES&instFamily=BTC-USD", "BTC-USD-260327"),
        ("OPTION&instFamily=BTC-USD", "BTC-USD-260327-70000-C"),
    ],
)
def test_the_tiers_of_a_family_are_those_of_its_instruments(query: str, inst_id: str) -> None:
    of = frozen_server().exchange.instrument(inst_id)
    rows = _tiers(query)
    assert {(row["instFamily"], row["instId"]) for row in rows} == {(of.inst_family, "")}
    for row, tier in zip(rows, tiers_of(of), strict=True):
        assert (row["tier"], Decimal(row["minSz"]), Decimal(row["maxSz"])) == (
            str(tier.tier),
            tier.min_sz,
            tier.max_sz,
        )
        assert (Decimal(row["mmr"]), Decimal(row["imr"])) == (tier.mmr, tier.imr)


def test_larger_positions_have_less_leverage() -> None:
    rows = _tiers("SWAP&instFamily=BTC-USDT")
    levers = [Decimal(row["maxLever"]) for row in rows]
    assert levers == sorted(levers, reverse=True)
    assert rows[0]["minSz"] == "0"


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("MARGIN&instId=BTC-USDT", ["BTC-USDT"]),
        ("MARGIN&instId=BTC-USDT&instFamily=None", ["BTC-USDT"]),
        ("MARGIN&instId=BTC-USDT,ETH-USDT&ccy=SOL", ["BTC-USDT", "ETH-USDT"]),
        ("MARGIN&ccy=BTC", ["BTC-USDT", "BTC-USDC", "ETH-BTC"]),
        ("SWAP&instFamily=BTC-USD,BTC-USDT", ["", ""]),
    ],
)
def test_several_can_be_asked_for_at_once(query: str, ids: list[str]) -> None:
    assert [row["instId"] for row in _tiers(query + "&tier=1")] == ids


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("SPOT", "51000", "Parameter instType error"),
        ("SWAP", "50015", "Either parameter instFamily or uly is required"),
        ("MARGIN", "50015", "Either parameter instId or ccy is required"),
        ("MARGIN&instId=BTC-EUR", "51001", None),
        ("SWAP&instFamily=BTC-EUR", "51001", None),
        ("SWAP&instFamily=A-B,A-B,A-B,A-B,A-B,A-B", "51000", "Parameter instFamily error"),
    ],
)
def test_what_a_query_has_wrong_is_told(query: str, code: str, message: str | None) -> None:
    reply = frozen_server().request("GET", TIERS + query).json()
    assert reply["code"] == code
    assert message in (None, reply["msg"])
