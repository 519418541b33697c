"""Tiers follow each other without a gap, with less and less leverage."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pytest_okx.exchange import tiers_of
from tests.exchange.support import INSTRUMENTS, instrument


@pytest.mark.parametrize("inst_id", INSTRUMENTS)
def test_tiers_follow_each_other(inst_id: str) -> None:
    tiers = tiers_of(instrument(inst_id))
    assert [each.tier for each in tiers] == list(range(1, len(tiers) + 1))
    assert tiers[0].min_sz == 0
    for lower, higher in pairwise(tiers):
        assert lower.max_sz == higher.min_sz
        assert lower.mmr < higher.mmr
        assert lower.max_lever > higher.max_lever
