"""Deliveries: what expired, when, and at the price of which index."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from pytest_okx.exchange.deliveries import deliveries
from tests.exchange.support import DAY, NOON, NOW, Floor, instrument

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
    floor.exchange.listing.put(own, NOW)
    found = deliveries(floor.exchange, "FUTURES", "BTC-USD", NOW)
    assert [each.inst_id for each in found] == ["BTC-USD-261119", "BTC-USD-260925"]


def test_an_option_at_its_strike_expires_worthless() -> None:
    floor = Floor()
    index = floor.exchange.indices.price("BTC-USD", NOW)
    for kind in ("C", "P"):
        own = replace(instrument(f"BTC-USD-261225-70000-{kind}"), inst_id=f"X-{kind}", exp_time=NOW, strike=index)
        floor.exchange.listing.put(own, NOW)
    found = {each.inst_id: each.kind for each in deliveries(floor.exchange, "OPTION", "BTC-USD", NOW)}
    assert found["X-C"] == found["X-P"] == "expired_otm"


def test_the_price_is_what_a_test_made_the_index_at_that_time() -> None:
    floor = Floor()
    floor.exchange.listing.put(replace(instrument("BTC-USD-261225"), inst_id="BTC-USD-261121", exp_time=NOW + DAY), NOW)
    for hours, px in ((20, 60_000), (25, 50_000)):
        floor.clock.set(NOON + timedelta(hours=hours))
        floor.exchange.market("BTC-USDT").move_to(px)
    (found, _) = deliveries(floor.exchange, "FUTURES", "BTC-USD", floor.now)
    assert (found.inst_id, found.px) == ("BTC-USD-261121", Decimal(60_000))


def test_other_families_are_left_out() -> None:
    assert deliveries(FLOOR.exchange, "FUTURES", "SOL-USD", NOW) == []
