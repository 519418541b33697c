"""How often a call may be made: what was used of each limit, counted on the exchange's clock.

A window is fixed: it begins with the first call that it counts and lasts as long as the documentation says. Which
limit a route has is written in `surface`; where in the order of checks it is asked, in `api`; what is counted here is
counted whether or not the server keeps its limits. Source: OKX docs, Rate Limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .clock import Clock
from .exchange import Exchange, Instrument
from .surface import Limit

__all__ = ["CONNECTIONS", "ORDERS_OF_AN_ACCOUNT", "PLACES_OR_AMENDS", "Limits", "Usage"]

Entry = Mapping[str, Any]
_Key = tuple[str, ...]
PLACES_OR_AMENDS: Final = frozenset(
    f"POST /api/v5/trade/{name}" for name in ("order", "batch-orders", "amend-order", "amend-batch-orders")
)
_EXEMPT: Final = ("SPOT", "MARGIN")
ORDERS_OF_AN_ACCOUNT: Final = Limit("new and amended orders", 1000, 2000, "user", of_orders=True)
"""The cap on all instruments together, spot and margin excepted (50061)."""
CONNECTIONS: Final = Limit("WebSocket connections", 3, 1_000, "ip")

# A client decides what it asks for, so what is kept for it has to end somewhere.
_MOST_BUCKETS: Final = 10_000
_LONGEST_PART: Final = 64


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used of one limit: `used` in the window that is open now, `peak` in the fullest one so far.

    `scope` names who and what it is kept for ("127.0.0.1", "1000000001 BTC-USDT"); `share` is `peak / limit`, above 1
    only where the server does not keep its limits.
    """

    route: str
    scope: str
    used: int
    peak: int
    limit: int
    seconds: int
    share: float


class _Bucket:
    """What was counted of one limit for one scope, in the window that began at `start` (ms)."""

    __slots__ = ("_limit", "_peak", "_scope", "_start", "_used")

    def __init__(self, limit: Limit, scope: str, start: int) -> None:
        self._limit = limit
        self._scope = scope
        self._start = start
        self._used = self._peak = 0

    def used_at(self, now: int) -> int:
        """How much the window that is open at `now` has counted; a clock that was put back has opened a new one."""
        return self._used if 0 <= now - self._start < self._limit.window_ms else 0

    def add(self, amount: int, now: int) -> None:
        """Count, in a new window if the last one is over."""
        used = self.used_at(now)
        if not used:
            self._start = now
        self._used = used = used + amount
        if used > self._peak:
            self._peak = used

    def refusal(self, amount: int, now: int) -> str:
        """Why `amount` more are too many."""
        limit, what = self._limit, "orders" if self._limit.of_orders else "requests"
        return (
            f"{limit.name} takes {limit.count} {what} in {limit.window_ms / 1000:g} s for {self._scope}: "
            f"{self.used_at(now)} were counted since {now - self._start} ms, this has {amount}"
        )

    def usage(self, now: int) -> Usage:
        """What a test reads."""
        limit = self._limit
        share = self._peak / limit.count
        return Usage(
            limit.name, self._scope, self.used_at(now), self._peak, limit.count, limit.window_ms // 1000, share
        )


class Limits:
    """The counters of one server. `enforced`: whether a call beyond its limit is refused.

    Counting happens under the exchange's lock; `used` may be asked from any thread.
    """

    def __init__(self, clock: Clock, *, enforced: bool = False) -> None:
        self.enforced = enforced
        self._clock = clock
        self._buckets: dict[_Key, _Bucket] = {}

    def used(self) -> tuple[Usage, ...]:
        """Every limit that a call counted against, in the order of the first calls."""
        now = self._clock.now_ms()
        return tuple(bucket.usage(now) for bucket in list(self._buckets.values()))

    def full(self, limit: Limit, owner: str, entries: Sequence[Entry], exchange: Exchange, now: int) -> str:
        """Count a call of `owner` with these `entries`: one, unless it is a batch.

        Returns "" where it may go on, else a sentence on the limit that it would exceed; then nothing is counted.
        """
        if limit.of_orders and limit.of_one and len(entries) == 1:
            limit = limit.of_one
        if not limit.parts and not limit.of_orders:
            return self._count({(limit.name, owner): 1}, limit, now)
        amounts: dict[_Key, int] = {}
        for entry in entries if limit.of_orders else entries[:1]:
            key = (limit.name, owner, *(_part(exchange, entry, part) for part in limit.parts))
            amounts[key] = amounts.get(key, 0) + 1
        return self._count(amounts, limit, now)

    def too_many_orders(self, owner: str, entries: Iterable[Entry], exchange: Exchange, now: int) -> str:
        """Count the orders that a call places or amends against the cap on all of an account's; returns as `full`."""
        orders = sum(_inst_type(exchange, entry) not in _EXEMPT for entry in entries)
        return self._count({(ORDERS_OF_AN_ACCOUNT.name, owner): orders}, ORDERS_OF_AN_ACCOUNT, now) if orders else ""

    def _count(self, amounts: Mapping[_Key, int], limit: Limit, now: int) -> str:
        buckets = [(self._bucket(key, limit, now), amount) for key, amount in amounts.items()]
        if self.enforced:
            for bucket, amount in buckets:
                if bucket.used_at(now) + amount > limit.count:
                    return bucket.refusal(amount, now)
        for bucket, amount in buckets:
            bucket.add(amount, now)
        return ""

    def _bucket(self, key: _Key, limit: Limit, now: int) -> _Bucket:
        found = self._buckets.get(key)
        if found is None:
            if len(self._buckets) == _MOST_BUCKETS:
                del self._buckets[next(iter(self._buckets))]
            found = self._buckets[key] = _Bucket(limit, " ".join(filter(None, key[1:])), now)
        return found


def _instrument(exchange: Exchange, entry: Entry) -> Instrument | None:
    """The instrument of an entry, by its `instId` or else its `instIdCode`; None for one that is not listed."""
    if entry.get("instId"):
        return exchange.instruments.get(str(entry["instId"]))
    code = str(entry.get("instIdCode", ""))
    return next((each for each in exchange.instruments.values() if str(each.inst_id_code) == code), None)


def _inst_type(exchange: Exchange, entry: Entry) -> str:
    instrument = _instrument(exchange, entry)
    return instrument.inst_type if instrument else ""


def _part(exchange: Exchange, entry: Entry, part: str) -> str:
    """The value of a part of a scope; of what is not listed the text that was sent."""
    if part in ("instId", "instrument") and (instrument := _instrument(exchange, entry)):
        of_family = part == "instrument" and instrument.inst_type == "OPTION"
        return instrument.inst_family if of_family else instrument.inst_id
    return str(entry.get("instId" if part == "instrument" else part) or "")[:_LONGEST_PART]
