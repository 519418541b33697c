from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pytest_okx.exchange.events import Event, Events, InstrumentChanged
from pytest_okx.exchange.listing import Listing
from tests.exchange.support import INSTRUMENTS, NOW, instrument

BTC = instrument("BTC-USDT")
NEW = replace(BTC, inst_id="NEW-USDT", base_ccy="NEW", inst_id_code=777)


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def listing(events: list[Event]) -> Listing:
    told = Events()
    told.listen(events.append)
    return Listing(INSTRUMENTS, told)


def test_what_is_added_changed_or_removed_shows_at_once_and_is_told(listing: Listing, events: list[Event]) -> None:
    view = listing.view
    listing.add(NEW, NOW)
    assert view["NEW-USDT"] is NEW
    listing.put(replace(NEW, state="suspend"), NOW + 1)
    assert view["NEW-USDT"].state == "suspend"
    listing.remove("NEW-USDT", NOW + 2)
    assert dict(view) == dict(INSTRUMENTS)
    assert events == [InstrumentChanged(NOW + ms, "NEW-USDT") for ms in range(3)]


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"inst_id": "BTC-USDT"}, r"'BTC-USDT' is listed already: change\(\) its market, or give another inst_id"),
        ({"inst_id_code": 3}, "inst_id_code 3 of 'NEW-USDT' is that of 'BTC-USDT': give another"),
        ({"inst_id": "NEW"}, "inst_id is 'NEW': write it as OKX does, such as 'BTC-USDT'"),
        ({"tick_sz": Decimal(0)}, r"tick_sz of 'NEW-USDT' is Decimal\('0'\): give a Decimal above 0"),
        ({"min_sz": 1}, "min_sz of 'NEW-USDT' is 1: give a Decimal above 0"),
        ({"lot_sz": Decimal("NaN")}, r"lot_sz of 'NEW-USDT' is Decimal\('NaN'\)"),
        ({"anchor": Decimal("0.01")}, r"anchor of 'NEW-USDT' is 0\.01: give at least the tick"),
        (
            {"lot_sz": Decimal("0.03")},
            r"lot_sz of 'NEW-USDT' is 0\.03: give one that divides 0\.04, the size",
        ),
    ],
)
def test_what_cannot_be_an_instrument_is_not_listed(
    listing: Listing, events: list[Event], changed: dict[str, object], text: str
) -> None:
    with pytest.raises(ValueError, match=text):
        listing.add(replace(NEW, **changed), NOW)  # type: ignore[arg-type]
    assert dict(listing.view) == dict(INSTRUMENTS)
    assert events == []


def test_only_an_instrument_is_listed(listing: Listing) -> None:
    with pytest.raises(TypeError, match="'NEW-USDT' is no Instrument: make one with replace"):
        listing.add("NEW-USDT", NOW)  # type: ignore[arg-type]


def test_every_default_instrument_could_be_added(listing: Listing) -> None:
    for each in INSTRUMENTS.values():
        listing.put(each, NOW)
