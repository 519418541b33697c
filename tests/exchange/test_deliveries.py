"""Deliveries: what expired, when, and at the price of which index."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_okx.exchange.deliveries import deliveries
from tests.exchange.support import DAY, NOW, Floor, instrument

FLOOR = Floor()


def test_the_quarter_before_the_exchange_began_was_delivered() -> None:
    (found,) = deliveries(FLOOR.exchange, "FUTURES", "BTC-USD", NOW)
    assert (found.inst_id, found.kind) == ("BTC-USD-260925", "delivery")
    assert found.px == FLOOR.exchange.indices.price("BTC-USD", found.ts)


@pytest.mark.parametrize(("days", "count"), [(0, 0), (40, 1), (124, 1), (126, 0)])
def test_a_delivery_is_known_from_its_expiry_on_for_three_months(days: int, count: int) -> None:
    found = deliveries(FLOOR.exchange, "FUTURES", "BTC-USD", NOW + days * DAY)
    assert len([each for each in found if each.inst_id == "BTC-USD-261225"]) == count


def test_a_contract_of_a_test_is_delivered_like_any_other() -> None:
    floor = Floor()
    own = replace(instrument("BTC-USD-261225"), inst_id="BTC-USD-261119", exp_time=NOW - DAY)
    floor.exchange.instruments = {**floor.exchange.instruments, own.inst_id: own}
    found = deliveries(floor.exchange, "FUTURES", "BTC-USD", NOW)
    assert [each.inst_id for each in found] == ["BTC-USD-261119", "BTC-USD-260925"]


def test_an_option_at_its_strike_expires_worthless() -> None:
    floor = Floor()
    index = floor.exchange.indices.price("BTC-USD", NOW)
    for kind in ("C", "P"):
        own = replace(instrument(f"BTC-USD-261225-70000-{kind}"), inst_id=kind, exp_time=NOW, strike=index)
        floor.exchange.instruments = {**floor.exchange.instruments, kind: own}
    found = {each.inst_id: each.kind for each in deliveries(floor.exchange, "OPTION", "BTC-USD", NOW)}
    assert found["C"] == found["P"] == "expired_otm"


def test_other_families_are_left_out() -> None:
    assert deliveries(FLOOR.exchange, "FUTURES", "SOL-USD", NOW) == []
