from __future__ import annotations

from uuid import UUID

import pytest

from pytest_okx.exchange.ids import Ids


@pytest.mark.parametrize("seed", [0, 1, -5, 10**30])
def test_numbers_have_nineteen_digits_and_grow(seed: int) -> None:
    ids = Ids(seed)
    found = [ids.number("ord") for _ in range(5)]
    assert found == sorted(found)
    assert {len(number) for number in found} == {19}
    assert len(set(found)) == 5


def test_the_same_seed_repeats_and_another_differs() -> None:
    assert Ids(3).number("ord") == Ids(3).number("ord")
    assert Ids(3).number("ord") != Ids(4).number("ord")
    assert Ids(3).number("ord") != Ids(3).number("bill")


def test_account_numbers_have_fifteen_digits() -> None:
    ids = Ids(0)
    assert [len(ids.uid()), len(ids.uid())] == [15, 15]


def test_trades_are_counted_by_instrument() -> None:
    ids = Ids(0)
    assert [ids.trade("A"), ids.trade("A"), ids.trade("B")] == [10**9 + 1, 10**9 + 2, 10**9 + 1]


def test_credentials_look_like_those_of_okx() -> None:
    ids = Ids(0)
    first, second = ids.credentials(), ids.credentials()
    assert str(UUID(first.api_key)) == first.api_key
    assert len(first.secret_key) == 32
    assert set(first.secret_key) <= set("0123456789ABCDEF")
    assert [first.passphrase, second.passphrase] == ["Passphrase-1", "Passphrase-2"]
    assert first.api_key != second.api_key
    assert Ids(0).credentials() == first
