"""Rates, discounts and the security fund, as tables and as pages."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from tests.helpers import data, frozen_server

PUBLIC = "/api/v5/public"
FUND = f"{PUBLIC}/insurance-fund?instType=SWAP&instFamily=BTC-USD"
DAY = 86_400_000


def _fund(query: str = "") -> dict[str, Any]:
    (row,) = data(frozen_server(), FUND + query)
    return dict(row)


def test_what_is_lent_has_a_rate_a_quota_and_a_factor_for_each_level() -> None:
    (row,) = data(frozen_server(), f"{PUBLIC}/interest-rate-loan-quota")
    assert {each["ccy"] for each in row["basic"]} >= {"BTC", "ETH", "USDT", "USDC"}
    assert [each["level"] for each in row["regular"]] == [f"Lv{level}" for level in range(1, 6)]
    assert [each["level"] for each in row["vip"]] == [f"VIP{level}" for level in range(1, 10)]
    assert all(Decimal(each["rate"]) > 0 for each in row["basic"])


@pytest.mark.parametrize(("query", "coins"), [("", 9), ("?ccy=BTC", 1), ("?ccy=EUR", 0)])
def test_every_coin_counts_whole(query: str, coins: int) -> None:
    rows = data(frozen_server(), f"{PUBLIC}/discount-rate-interest-free-quota{query}")
    assert len(rows) == coins
    assert {tier["discountRate"] for row in rows for tier in row["details"]} <= {"1"}


def test_the_fund_changes_once_a_day_by_what_is_told() -> None:
    row = _fund()
    details = row["details"]
    assert len(details) == 100
    assert row["total"] == details[0]["balance"]
    for newer, older in pairwise(details):
        assert int(newer["ts"]) - int(older["ts"]) == DAY
        assert Decimal(newer["balance"]) - Decimal(older["balance"]) == Decimal(newer["amt"])
        assert newer["type"] == ("bankruptcy_loss" if Decimal(newer["amt"]) < 0 else "liquidation_balance_deposit")


def test_the_fund_is_paged_and_filtered() -> None:
    first = _fund("&limit=3")["details"]
    second = _fund(f"&limit=3&after={first[-1]['ts']}")["details"]
    assert first + second == _fund("&limit=6")["details"]
    losses = _fund("&type=bankruptcy_loss")["details"]
    assert {each["type"] for each in losses} == {"bankruptcy_loss"}
    assert _fund("&type=adl")["details"] == []


@pytest.mark.parametrize(
    ("query", "family", "ccy"),
    [("MARGIN", "", "USDT"), ("MARGIN&ccy=BTC", "", "BTC"), ("FUTURES&uly=ETH-USD", "ETH-USD", "ETH")],
)
def test_a_fund_is_of_a_family_or_of_a_coin(query: str, family: str, ccy: str) -> None:
    (row,) = data(frozen_server(), f"{PUBLIC}/insurance-fund?instType={query}")
    assert (row["instFamily"], row["details"][0]["ccy"]) == (family, ccy)


def test_a_family_that_is_not_has_no_fund() -> None:
    assert data(frozen_server(), f"{PUBLIC}/insurance-fund?instType=SWAP&instFamily=BTC-EUR") == []


@pytest.mark.parametrize(
    ("query", "message"),
    [("SPOT", "Parameter instType error"), ("SWAP", "Either parameter instFamily or uly is required")],
)
def test_a_fund_needs_a_type_and_contracts_a_family(query: str, message: str) -> None:
    assert frozen_server().request("GET", f"{PUBLIC}/insurance-fund?instType={query}").json()["msg"] == message
