"""Funding of perpetual swaps: its rates, and what longs and shorts pay each other every eight hours.

Rates are a pure function of (seed, instrument, funding time) until a test sets one. Positions are paid at the mark
price of the funding time; nothing is planned while nobody holds a swap. Source: OKX's "Get funding rate".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from hashlib import blake2b

from .accounts import Account
from .amounts import Amount
from .bills import FUNDING, FUNDING_PAID, FUNDING_RECEIVED, KINDS_OF_CHANGE
from .events import PositionChanged
from .grid import figure
from .ids import Ids
from .instruments import Instrument
from .ledger import post
from .positions import Position
from .timeline import Timeline
from .values import ZERO, cut

INTERVAL = 8 * 3_600_000
"""The time from one funding to the next, in ms: 00:00, 08:00 and 16:00 UTC."""

_LARGEST = Decimal("0.0005")
_STEPS = 1_000_000


def funding_rate(seed: int, inst_id: str, time: int) -> Decimal:
    """Return the rate that the house pays at a funding time (ms): at most 0.05 per cent either way."""
    digest = blake2b(f"{seed}|funding|{inst_id}|{time}".encode(), digest_size=8).digest()
    return _LARGEST * (int.from_bytes(digest, "big") % (2 * _STEPS + 1) - _STEPS) / _STEPS


def next_time(now: int) -> int:
    """Return the first funding time after `now` (ms)."""
    return (now // INTERVAL + 1) * INTERVAL


class Funding:
    """The rates of one exchange, and the payments by them."""

    def __init__(
        self,
        seed: int,
        accounts: Iterable[Account],
        timeline: Timeline,
        ids: Ids,
        price: Callable[[Instrument, int], Decimal],
    ) -> None:
        self._seed = seed
        self._accounts = accounts
        self._timeline = timeline
        self._ids = ids
        self._price = price
        self._set: dict[str, Decimal] = {}
        self._planned = False

    def rate(self, instrument: Instrument, time: int) -> Decimal:
        """Return the rate that applies at the funding time `time` (ms), or at the one after it."""
        due = time if time % INTERVAL == 0 else next_time(time)
        return self._set.get(instrument.inst_id, funding_rate(self._seed, instrument.inst_id, due))

    def set_rate(self, inst_id: str, rate: Amount | None) -> None:
        """Let a swap fund at `rate` from now on, above 0 when longs pay; None gives it back to the house.

        Raises TypeError for a float, ValueError for what is no number.
        """
        if rate is None:
            self._set.pop(inst_id, None)
        else:
            self._set[inst_id] = figure(f"the funding rate of {inst_id}", rate)

    def note(self, event: PositionChanged) -> None:
        """Plan the next payment once somebody holds a swap."""
        if not self._planned and _swaps(event.account):
            self._planned = True
            self._timeline.at(next_time(event.at), self._pay)

    def _pay(self, due: int) -> None:
        holders = [account for account in self._accounts if _swaps(account)]
        for account in holders:
            for position in _swaps(account):
                self._charge(account, position, due)
        self._planned = bool(holders)
        if holders:
            self._timeline.at(due + INTERVAL, self._pay)

    def _charge(self, account: Account, position: Position, due: int) -> None:
        """Move the payment: out of cash, or for an isolated position out of its margin."""
        mark, rate = self._price(position.instrument, due), self.rate(position.instrument, due)
        value = position.notional(mark)
        amount = cut(-value * rate if position.signed > 0 else value * rate)
        isolated = amount if position.mgn_mode == "isolated" else ZERO
        after = replace(
            position, margin=position.margin + isolated, funding_fee=position.funding_fee + amount, u_time=due
        )
        post(
            account, self._ids, position.ccy, amount - isolated, due,
            type=FUNDING, sub_type=FUNDING_PAID if amount < 0 else FUNDING_RECEIVED, instrument=position.instrument,
            mgn_mode=position.mgn_mode, sz=abs(position.signed), px=mark, pnl=amount,
            pos_bal=after.margin, pos_bal_chg=isolated,
        )  # fmt: skip
        account.put(after)
        account.emit(PositionChanged(due, account, position.key, KINDS_OF_CHANGE[FUNDING]))


def _swaps(account: Account) -> list[Position]:
    return [position for position in account.positions.values() if position.inst_type == "SWAP"]
