"""One lock and one arithmetic for what changes an exchange."""

from __future__ import annotations

import threading
from decimal import Decimal, getcontext

from pytest_okx.exchange.locking import atomic
from pytest_okx.exchange.values import MONEY


class Counter:
    def __init__(self) -> None:
        self.lock = threading.RLock()

    @atomic
    def third(self) -> Decimal:
        return Decimal(1) / 3

    @atomic
    def held_elsewhere(self) -> bool:
        taken: list[bool] = []
        other = threading.Thread(target=lambda: taken.append(self.lock.acquire(blocking=False)))
        other.start()
        other.join()
        return not taken[0]


def test_a_method_computes_with_the_ledgers_digits_and_leaves_the_callers_alone() -> None:
    before = getcontext().prec
    assert Counter().third() == MONEY.divide(Decimal(1), Decimal(3))
    assert getcontext().prec == before


def test_a_method_holds_the_lock() -> None:
    assert Counter().held_elsewhere()
