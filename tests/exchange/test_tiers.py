from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from pytest_okx.exchange.instruments import margin_twin
from pytest_okx.exchange.tiers import largest_position, tier_for, tiers_of
from tests.exchange.support import INSTRUMENTS, instrument, values

SWAP, OPTION = "BTC-USDT-SWAP", "BTC-USD-261225-70000-C"
LEVERAGED = [each for each in INSTRUMENTS.values() if each.lever and each.inst_type != "SPOT"]


@pytest.mark.parametrize("of", LEVERAGED, ids=lambda of: of.inst_id)
def test_larger_positions_need_more_margin_and_have_less_leverage(of: object) -> None:
    tiers = tiers_of(of)  # type: ignore[arg-type]
    assert [tier.tier for tier in tiers] == list(range(1, len(tiers) + 1))
    for below, above in pairwise(tiers):
        assert below.max_sz < above.min_sz < above.max_sz
        assert below.max_lever >= above.max_lever
        assert below.imr <= above.imr
    assert all(tier.mmr < tier.imr <= 1 for tier in tiers)
    assert all(abs(tier.imr * tier.max_lever - 1) < Decimal("1e-12") for tier in tiers)


def test_the_first_tier_has_the_largest_leverage_of_the_instrument() -> None:
    first = tiers_of(instrument(SWAP))[0]
    assert values(first.min_sz, first.max_sz, first.max_lever, first.mmr) == (0, 50_000, 100, Decimal("0.004"))


@pytest.mark.parametrize(("sz", "tier"), [("0", 1), ("50000", 1), ("50000.01", 2), ("200000", 2), ("1E+12", 8)])
def test_a_size_is_in_one_tier_and_the_last_is_open(sz: str, tier: int) -> None:
    assert tier_for(instrument(SWAP), Decimal(sz)).tier == tier


@pytest.mark.parametrize(("lever", "most"), [(100, 50_000), (81, 50_000), (80, 200_000), (1, 25_000_000), (101, 0)])
def test_leverage_bounds_the_position(lever: int, most: int) -> None:
    assert largest_position(instrument(SWAP), Decimal(lever)) == most


def test_options_have_one_tier_without_leverage() -> None:
    (tier,) = tiers_of(instrument(OPTION))
    assert values(tier.max_lever, tier.mmr, tier.imr) == (0, Decimal("0.075"), Decimal("0.15"))
    assert largest_position(instrument(OPTION), Decimal(1)) == tier.max_sz == 2_500_000


def test_coins_have_none_until_they_are_traded_on_margin() -> None:
    spot = instrument("BTC-USDT")
    twin = margin_twin(spot, "USDT")
    assert tiers_of(spot) == ()
    assert twin is not None
    assert tiers_of(twin)[0].max_lever == 10
