from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.exchange import Instrument
from pytest_okx.exchange.ranges import Ranges
from tests.exchange.support import NOW, instrument

SPOT, SWAP = instrument("BTC-USDT"), instrument("BTC-USDT-SWAP")
ONE, TWO = Decimal(1), Decimal(2)


def test_each_way_is_told_once_and_in_its_order() -> None:
    ranges, told = Ranges(), []
    ranges.listeners.append(lambda *found: told.append(found))
    ranges.note(SPOT, ONE, TWO, NOW)
    ranges.note(SWAP, ONE, TWO, NOW)
    ranges.tell()
    ranges.tell()
    assert told == [(SPOT, ONE, TWO, NOW), (SWAP, ONE, TWO, NOW)]


def test_what_a_listener_sets_off_is_told_after_it() -> None:
    ranges, told = Ranges(), []

    def listen(of: Instrument, low: Decimal, high: Decimal, now: int) -> None:
        told.append(f"begin {now}")
        if now < 3:
            ranges.note(of, low, high, now + 1)
            ranges.tell()
        told.append(f"end {now}")

    ranges.listeners.append(listen)
    ranges.note(SPOT, ONE, TWO, 1)
    ranges.tell()
    assert told == ["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3"]


def test_a_listener_that_fails_does_not_silence_the_others_for_good() -> None:
    ranges, told = Ranges(), []

    def fail(*found: object) -> None:
        raise RuntimeError("no")

    ranges.listeners.append(fail)
    ranges.note(SPOT, ONE, TWO, NOW)
    with pytest.raises(RuntimeError):
        ranges.tell()
    ranges.listeners[:] = [lambda *found: told.append(found)]
    ranges.note(SPOT, TWO, TWO, NOW)
    ranges.tell()
    assert told == [(SPOT, TWO, TWO, NOW)]
