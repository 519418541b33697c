from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from pytest_okx.exchange.fees import INST_TYPES, LEVELS
from tests.exchange.support import Floor


@pytest.mark.parametrize(
    ("level", "inst_type", "exec_type", "rate"),
    [
        ("Lv1", "SPOT", "T", "0.001"),
        ("Lv1", "MARGIN", "M", "0.0008"),
        ("Lv1", "SWAP", "T", "0.0005"),
        ("Lv1", "OPTION", "M", "0.0002"),
        ("VIP9", "FUTURES", "M", "-0.00005"),
    ],
)
def test_a_rate_is_a_part_of_the_value_and_a_rebate_below_zero(
    level: str, inst_type: str, exec_type: str, rate: str
) -> None:
    assert LEVELS[level][inst_type, exec_type] == Decimal(rate)


@pytest.mark.parametrize("inst_type", INST_TYPES)
@pytest.mark.parametrize("exec_type", ["T", "M"])
def test_no_level_pays_more_than_the_one_below(inst_type: str, exec_type: str) -> None:
    rates = [level[inst_type, exec_type] for level in LEVELS.values()]
    assert all(higher <= lower for lower, higher in pairwise(rates))


def test_a_taker_never_gains_by_its_fee() -> None:
    assert all(rate > 0 for level in LEVELS.values() for (_, exec_type), rate in level.items() if exec_type == "T")


def test_an_account_pays_by_its_level() -> None:
    floor = Floor()
    vip = floor.exchange.open_account("VIP5")
    of = floor.exchange.instrument("BTC-USDT-SWAP")
    assert (floor.account.rate(of, "T"), vip.rate(of, "T")) == (Decimal("0.0005"), Decimal("0.00025"))
