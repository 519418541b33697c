"""Indices follow their pairs, and a premium is the distance of a contract from its index."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.errors import OkxError
from pytest_okx.exchange.house import Level
from pytest_okx.exchange.indices import IMPACT, impact_price, index_of
from tests.exchange.support import NOW, Floor, instrument

FLOOR = Floor()
INDICES = FLOOR.exchange.indices


@pytest.mark.parametrize(
    ("name", "pair"),
    [
        ("BTC-USDT", "BTC-USDT"),
        ("BTC-USDC", "BTC-USDC"),
        ("BTC-USD", "BTC-USDT"),
        ("ETH-USD", "ETH-USDT"),
        ("ETH-BTC", "ETH-BTC"),
    ],
)
def test_an_index_shows_the_price_of_its_pair(name: str, pair: str) -> None:
    assert INDICES.source(name).inst_id == pair
    assert INDICES.price(name, NOW) == FLOOR.price(pair)


def test_every_contract_has_an_index_and_every_index_a_source() -> None:
    names = INDICES.names()
    assert {index_of(each) for each in FLOOR.exchange.instruments.values()} == set(names)
    assert all(INDICES.source(name) for name in names)


@pytest.mark.parametrize("name", ["", "BTC", "BTC-EUR", "SOL-USD", "BTC-USDT-SWAP"])
def test_an_index_of_no_instrument_does_not_exist(name: str) -> None:
    with pytest.raises(OkxError, match="51014"):
        INDICES.source(name)


def test_a_coin_without_a_pair_goes_by_its_contract() -> None:
    floor = Floor()
    lonely = replace(
        instrument("SOL-USDT-SWAP"), inst_id="NEW-USDT-SWAP", uly="NEW-USDT", inst_family="NEW-USDT", inst_id_code=1
    )
    floor.exchange.add_instrument(lonely)
    assert floor.exchange.indices.source("NEW-USDT") is lonely


def test_a_contract_that_is_listed_no_more_has_an_index_still() -> None:
    floor = Floor()
    of = instrument("SOL-USDT-SWAP")
    floor.exchange.market("SOL-USDT-SWAP").delist()
    assert floor.exchange.indices.price_of(of, NOW) == floor.price("SOL-USDT")


@pytest.mark.parametrize("inst_id", ["BTC-USDT-SWAP", "BTC-USD-SWAP", "ETH-USDT-SWAP"])
def test_a_premium_is_the_distance_from_the_index_in_parts_of_it(inst_id: str) -> None:
    of = instrument(inst_id)
    index = INDICES.price(of.uly, NOW)
    bid, ask = (FLOOR.exchange.markets.touch(of, NOW, side) for side in ("sell", "buy"))
    expected = (max(Decimal(0), bid - index) - max(Decimal(0), index - ask)) / index
    assert abs(INDICES.premium(of, NOW) - expected) < Decimal("1E-15")
    assert abs(INDICES.premium(of, NOW)) < Decimal("0.01")


def _levels(*pairs: tuple[str, str]) -> list[Level]:
    return [Level(Decimal(px), Decimal(sz), 1) for px, sz in pairs]


@pytest.mark.parametrize(
    ("inst_id", "levels", "expected"),
    [
        ("BTC-USDT-SWAP", [("100", "1000000")], "100"),
        ("BTC-USDT-SWAP", [("100", "10000"), ("200", "1000000")], "133.33"),
        ("BTC-USDT-SWAP", [("100", "10000")], "100"),
        ("BTC-USD-SWAP", [("100", "100"), ("200", "1000")], "133.33"),
    ],
)
def test_an_impact_price_is_the_mean_of_what_is_taken(
    inst_id: str, levels: list[tuple[str, str]], expected: str
) -> None:
    found = impact_price(instrument(inst_id), _levels(*levels))
    assert found is not None
    assert round(found, 2) == Decimal(expected)


def test_a_side_without_offers_has_no_impact_price_and_does_not_count() -> None:
    floor = Floor()
    of = instrument("BTC-USDT-SWAP")
    floor.exchange.market("BTC-USDT-SWAP").set_book(asks=[], bids=[])
    assert impact_price(of, floor.exchange.markets.levels(of, NOW, "buy")) is None
    assert floor.exchange.indices.premium(of, NOW) == 0


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 10**7)), min_size=1, max_size=5))
def test_an_impact_price_lies_among_the_prices(levels: list[tuple[int, int]]) -> None:
    found = impact_price(instrument("BTC-USDT-SWAP"), _levels(*((str(px), str(sz)) for px, sz in levels)))
    tiny = Decimal("1E-20") * IMPACT
    assert found is not None
    assert min(px for px, _ in levels) - tiny <= found <= max(px for px, _ in levels) + tiny
