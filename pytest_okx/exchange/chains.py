"""Currencies and the networks that carry them: fees, smallest amounts, and addresses that repeat when a test does.

Pure functions and tables; knows no accounts. The figures are round ones, not OKX's of any day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from types import MappingProxyType
from typing import Final

from .instruments import Instrument

__all__ = ["MOST_WITHDRAWN", "Chain", "address", "chains_of", "currency_name", "tag", "traded", "tx_id"]

MOST_WITHDRAWN = Decimal(1_000_000)
"""The largest withdrawal, of any currency."""

_HEX: Final = "0123456789abcdef"
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_NEEDS_TAG: Final = frozenset({"XRP"})


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the addresses of a network look like."""

    prefix: str
    alphabet: str
    length: int


_EVM: Final = _Shape("0x", _HEX, 42)
_SHAPES: Final[Mapping[str, _Shape]] = MappingProxyType(
    {
        "Bitcoin": _Shape("3", _BASE58, 34),
        "TRC20": _Shape("T", _BASE58, 34),
        "Solana": _Shape("", _BASE58, 44),
        "Ripple": _Shape("r", _BASE58, 34),
        "Dogecoin": _Shape("D", _BASE58, 34),
        "Litecoin": _Shape("L", _BASE58, 34),
        "Cardano": _Shape("addr1", _BECH32, 103),
    }
)


@dataclass(frozen=True, slots=True)
class Chain:
    """A currency on a network, its withdrawal fee, the smallest withdrawal and the decimals of an amount."""

    ccy: str
    network: str
    fee: Decimal
    least: Decimal
    decimals: int

    @property
    def name(self) -> str:
        """OKX's name for it, such as USDT-TRC20."""
        return f"{self.ccy}-{self.network}"

    @property
    def needs_tag(self) -> bool:
        """Whether an address is complete only with a tag."""
        return self.ccy in _NEEDS_TAG


_Row = tuple[str, str, str, int]

_CURRENCIES: Final[Mapping[str, tuple[str, tuple[_Row, ...]]]] = MappingProxyType(
    {
        "BTC": ("Bitcoin", (("Bitcoin", "0.00005", "0.0005", 8),)),
        "ETH": ("Ethereum", (("ERC20", "0.001", "0.002", 8), ("Arbitrum One", "0.0001", "0.001", 8))),
        "USDT": ("Tether", (("ERC20", "1", "2", 6), ("TRC20", "1", "2", 6))),
        "USDC": ("USD Coin", (("ERC20", "1", "2", 6), ("Solana", "1", "2", 6))),
        "SOL": ("Solana", (("Solana", "0.01", "0.1", 8),)),
        "XRP": ("Ripple", (("Ripple", "0.2", "1", 6),)),
        "DOGE": ("Dogecoin", (("Dogecoin", "4", "10", 8),)),
        "LTC": ("Litecoin", (("Litecoin", "0.001", "0.01", 8),)),
        "ADA": ("Cardano", (("Cardano", "1", "2", 6),)),
    }
)


def traded(instruments: Iterable[Instrument]) -> list[str]:
    """Return the currencies of the instruments by name; USD, in which contracts are only quoted, is none."""
    found = {ccy for each in instruments for ccy in (each.base_ccy, each.quote_ccy, each.settle_ccy)}
    return sorted(found - {"", "USD"})


def currency_name(ccy: str) -> str:
    """Return the name in words, or else the currency itself."""
    return _CURRENCIES[ccy][0] if ccy in _CURRENCIES else ccy


@lru_cache(maxsize=256)
def chains_of(ccy: str) -> tuple[Chain, ...]:
    """Return the chains of a currency, its main net first; one that is in no table gets a chain of its own name."""
    rows = _CURRENCIES[ccy][1] if ccy in _CURRENCIES else ((ccy, "0.1", "1", 8),)
    return tuple(Chain(ccy, network, Decimal(fee), Decimal(least), decimals) for network, fee, least, decimals in rows)


def address(seed: int, uid: str, chain: Chain) -> str:
    """Return where an account receives deposits on a chain: one address for all Ethereum-like networks."""
    shape = _SHAPES.get(chain.network, _EVM)
    number = _number(f"{seed}|address|{uid}|{chain.network if chain.network in _SHAPES else 'EVM'}")
    characters = []
    for _ in range(shape.length - len(shape.prefix)):
        number, index = divmod(number, len(shape.alphabet))
        characters.append(shape.alphabet[index])
    return shape.prefix + "".join(characters)


def tag(seed: int, uid: str, chain: Chain) -> str:
    """Return the tag that belongs to the address, "" where the currency needs none."""
    return str(_number(f"{seed}|tag|{uid}") % 10**9) if chain.needs_tag else ""


def tx_id(seed: int, of: str) -> str:
    """Return the hash of the transaction that carried the deposit or the withdrawal `of` that number."""
    return blake2b(f"{seed}|tx|{of}".encode(), digest_size=32).hexdigest()


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=64).digest(), "big")
