"""How a currency's value wanders: a pure function of (seed, currency, slot), in whole numbers.

A slot is five seconds of Unix time. Knows no instruments and no prices: it returns deviations from 1.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

SLOT_MS = 5_000
SLOTS_PER_HOUR = 720
HOURS_PER_DAY = 24

_UNIT = 100_000_000
_DAY_SWING = 2 * _UNIT // 100
_HOUR_SWING = _UNIT // 400
_TWO_BYTES = 65_535

SCALE = _UNIT * HOURS_PER_DAY * SLOTS_PER_HOUR
"""What a deviation of 1 (100 %) is in the units of `deviation`."""


def deviation(seed: int, currency: str, slot: int) -> int:
    """Return how far `currency` is from its anchor in `slot`, in units of 1/SCALE.

    Day octave within 2 %, hour octave within 0.25 %, both linear between their knots; so the sum is
    linear within an hour and its extremes lie on whole hours.
    """
    hour, part = divmod(slot, SLOTS_PER_HOUR)
    day, index = divmod(hour, HOURS_PER_DAY)
    knots = _knots(seed, currency, day)
    return knots[index] * (SLOTS_PER_HOUR - part) + knots[index + 1] * part


@lru_cache(maxsize=8_192)
def _knots(seed: int, currency: str, day: int) -> tuple[int, ...]:
    """Return the deviation at the 25 whole hours from one midnight to the next, in 1/(24 x UNIT)."""
    today, tomorrow = _digest(seed, currency, day), _digest(seed, currency, day + 1)
    start, end = _swing(today, 0, _DAY_SWING), _swing(tomorrow, 0, _DAY_SWING)
    hours = [_swing(today, 1 + hour, _HOUR_SWING) for hour in range(HOURS_PER_DAY)]
    hours.append(_swing(tomorrow, 1, _HOUR_SWING))
    return tuple(
        start * (HOURS_PER_DAY - hour) + end * hour + swing * HOURS_PER_DAY for hour, swing in enumerate(hours)
    )


def _swing(digest: bytes, index: int, amplitude: int) -> int:
    value = int.from_bytes(digest[2 * index : 2 * index + 2], "big")
    return 2 * amplitude * value // _TWO_BYTES - amplitude


@lru_cache(maxsize=8_192)
def _digest(seed: int, currency: str, day: int) -> bytes:
    return blake2b(f"{seed}|{currency}|{day}".encode(), digest_size=50).digest()
