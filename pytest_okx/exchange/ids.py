"""Identifiers that repeat when a test does: each is a function of the seed and a counter.

Knows nothing of what it numbers.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

from ..signing import Credentials

_NINETEEN_DIGITS = 2 * 10**18
_FIFTEEN_DIGITS = 6 * 10**14
_NINE_DIGITS = 10**9


class Ids:
    """Counters of one exchange; each starts at a place that depends on the seed and grows by one."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._counters: dict[str, int] = {}

    def number(self, kind: str) -> str:
        """Return the next 19-digit identifier of `kind`, such as "ord", "pos" or "bill"."""
        return str(_first(self._seed, kind) + self._next(kind))

    def uid(self) -> str:
        """Return the next 15-digit account number."""
        return str(_FIFTEEN_DIGITS + _offset(self._seed, "uid") + self._next("uid"))

    def trade(self, inst_id: str) -> int:
        """Return the next trade number of an instrument, above all numbers of house trades."""
        return _NINE_DIGITS + self._next(f"trade|{inst_id}")

    def connection(self) -> str:
        """Return the next name of a connection: eight hex digits."""
        return blake2b(f"{self._seed}|connection|{self._next('connection')}".encode(), digest_size=4).hexdigest()

    def credentials(self) -> Credentials:
        """Return the next key: UUID-shaped key, 32 upper-case hex digits of secret, "Passphrase-n"."""
        count = self._next("key")
        digest = blake2b(f"{self._seed}|key|{count}".encode(), digest_size=32).digest()
        key = UUID(bytes=digest[:16], version=4)
        return Credentials(str(key), digest[16:].hex().upper(), f"Passphrase-{count}")

    def _next(self, kind: str) -> int:
        count = self._counters[kind] = self._counters.get(kind, 0) + 1
        return count


@lru_cache(maxsize=1_024)
def _first(seed: int, kind: str) -> int:
    return _NINETEEN_DIGITS + _offset(seed, kind) * 10**6


@lru_cache(maxsize=1_024)
def _offset(seed: int, kind: str) -> int:
    digest = blake2b(f"{seed}|{kind}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % 10**12
