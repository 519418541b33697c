from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.exchange.chains import Chain, address, chains_of, currency_name, tag, traded, tx_id

from .support import INSTRUMENTS

CHAINS = [chain for ccy in traded(INSTRUMENTS.values()) for chain in chains_of(ccy)]
SHAPES = {
    "Bitcoin": r"3[1-9A-HJ-NP-Za-km-z]{33}",
    "TRC20": r"T[1-9A-HJ-NP-Za-km-z]{33}",
    "Solana": r"[1-9A-HJ-NP-Za-km-z]{44}",
    "Ripple": r"r[1-9A-HJ-NP-Za-km-z]{33}",
    "Dogecoin": r"D[1-9A-HJ-NP-Za-km-z]{33}",
    "Litecoin": r"L[1-9A-HJ-NP-Za-km-z]{33}",
    "Cardano": r"addr1[a-z0-9]{98}",
}


def test_every_currency_that_is_paid_in_is_traded_and_usd_is_not() -> None:
    assert traded(INSTRUMENTS.values()) == ["ADA", "BTC", "DOGE", "ETH", "LTC", "SOL", "USDC", "USDT", "XRP"]


def test_a_currency_of_no_table_has_a_chain_of_its_name() -> None:
    (chain,) = chains_of("OKB")
    assert (chain.name, currency_name("OKB"), currency_name("BTC")) == ("OKB-OKB", "OKB", "Bitcoin")


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(), uid=st.text(max_size=20), chain=st.sampled_from([*CHAINS, *chains_of("OKB")]))
def test_an_address_looks_like_its_network_and_repeats(seed: int, uid: str, chain: Chain) -> None:
    found = address(seed, uid, chain)
    assert re.fullmatch(SHAPES.get(chain.network, "0x[0-9a-f]{40}"), found)
    assert found == address(seed, uid, chain)


def test_accounts_seeds_and_networks_have_addresses_of_their_own() -> None:
    erc, tron = chains_of("USDT")
    found = [address(0, "1", erc), address(0, "2", erc), address(1, "1", erc), address(0, "1", tron)]
    assert len(set(found)) == 4


def test_networks_of_ethereum_share_an_address() -> None:
    assert len({address(0, "1", chain) for chain in (*chains_of("ETH"), chains_of("USDT")[0])}) == 1


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_only_ripple_needs_a_tag(chain: Chain) -> None:
    found = tag(0, "1", chain)
    assert chain.needs_tag is (chain.ccy == "XRP") is found.isdigit()


def test_a_transaction_has_a_hash_of_its_own() -> None:
    assert re.fullmatch("[0-9a-f]{64}", tx_id(0, "1"))
    assert len({tx_id(0, "1"), tx_id(0, "2"), tx_id(1, "1")}) == 3
