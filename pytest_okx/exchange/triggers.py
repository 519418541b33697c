"""What algo orders wait for: prices, and which of them a market meets on its way.

Knows prices and identifiers alone, nothing of what an algo order does when its price is met.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from .accounts import Account
from .algo_orders import AlgoOrder
from .instruments import Instrument

__all__ = ["Watch", "Watches", "path", "price_source", "watches_of"]

Source = Callable[[str], str]
"""The instrument whose price "last", "mark" or "index" means."""


class Watch(NamedTuple):
    """A price of `inst_id` that a leg of an algo order waits for; `key` is the price, negated where it is to fall.

    `leg` is "tp", "sl" or "trigger", or of a trailing stop "active" and then "trail".
    """

    key: Decimal
    algo_id: str
    leg: str
    inst_id: str
    rises: bool
    account: Account

    @property
    def px(self) -> Decimal:
        """The price waited for."""
        return self.key if self.rises else -self.key


class Watches:
    """Every price that is waited for, by instrument and direction, the nearest first."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, bool], list[Watch]] = {}
        self._of: dict[str, tuple[Watch, ...]] = {}

    def put(self, algo_id: str, watches: tuple[Watch, ...]) -> None:
        """Let an algo order wait for these prices, and for no others any more."""
        for watch in self._of.pop(algo_id, ()):
            waiting = self._waiting[watch.inst_id, watch.rises]
            del waiting[bisect_left(waiting, _place(watch), key=_place)]
        for watch in watches:
            insort(self._waiting.setdefault((watch.inst_id, watch.rises), []), watch, key=_place)
            self._of[algo_id] = watches

    def waits(self, inst_id: str) -> bool:
        """Whether a price of the instrument is waited for."""
        return bool(self._waiting.get((inst_id, True)) or self._waiting.get((inst_id, False)))

    def inst_ids(self) -> list[str]:
        """Return the instruments whose price is waited for."""
        return list(dict.fromkeys(inst_id for (inst_id, _), found in self._waiting.items() if found))

    def met(self, inst_id: str, px: Decimal) -> list[Watch]:
        """Return what a market at `px` meets, in the order in which it came there."""
        return self._up_to(inst_id, True, px) + self._up_to(inst_id, False, -px)

    def touched(self, inst_id: str, low: Decimal, high: Decimal) -> bool:
        """Whether a market that went as far as `low` and `high` met anything."""
        return bool(self._up_to(inst_id, True, high) or self._up_to(inst_id, False, -low))

    def _up_to(self, inst_id: str, rises: bool, key: Decimal) -> list[Watch]:
        waiting = self._waiting.get((inst_id, rises), [])
        return waiting[: bisect_right(waiting, key, key=_key)]


def watches_of(algo: AlgoOrder, account: Account, source: Source) -> tuple[Watch, ...]:
    """Return the prices that an algo order waits for as it stands."""
    return tuple(
        Watch(px if rises else -px, algo.algo_id, leg, source(px_type), rises, account)
        for leg, px, rises, px_type in _prices(algo)
    )


def price_source(instrument: Instrument, px_type: str, listed: Mapping[str, Instrument]) -> Instrument:
    """Return whose price "last", "mark" or "index" means: its own, or that of the underlying's pair, USDT for USD."""
    if px_type != "index":
        return instrument
    base, quote = (instrument.uly or instrument.inst_id).split("-")[:2]
    return listed.get(f"{base}-{'USDT' if quote == 'USD' else quote}", instrument)


def path(start: Decimal, low: Decimal, high: Decimal, end: Decimal) -> tuple[Decimal, ...]:
    """Return the turns of a market on its way from `start` to `end`: the extreme against its direction comes first."""
    return (low, high, end) if end >= start else (high, low, end)


def _prices(algo: AlgoOrder) -> Iterator[tuple[str, Decimal, bool, str]]:
    """Yield leg, price, whether it is met by rising, and the kind of price."""
    buys = algo.side == "buy"
    for name, leg in (("tp", algo.tp), ("sl", algo.sl)):
        if leg is not None and leg.trigger_px is not None and leg.kind != "limit":
            yield name, leg.trigger_px, buys == (name == "sl"), leg.px_type
    if algo.trigger_px is not None:
        yield "trigger", algo.trigger_px, algo.trigger_px >= algo.start_px, algo.trigger_px_type
    if algo.move_trigger_px is not None:
        yield "trail", algo.move_trigger_px, buys, "last"
    elif algo.active_px is not None:
        yield "active", algo.active_px, algo.active_px >= algo.start_px, "last"


def _place(watch: Watch) -> tuple[Decimal, str]:
    return watch.key, watch.algo_id


def _key(watch: Watch) -> Decimal:
    return watch.key
