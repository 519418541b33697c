"""What is remembered of an object graph is given back to the same objects."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from pytest_okx.clock import Clock
from pytest_okx.control.memory import Memory
from pytest_okx.exchange import Exchange
from pytest_okx.exchange.timeline import Appointment
from tests.helpers import frozen_server


@pytest.mark.parametrize(
    ("held", "change"),
    [
        ([1, [2]], lambda held: held[1].append(3)),
        ([1], lambda held: held.clear()),
        ({"a": {"b": 1}}, lambda held: held["a"].update(b=2, c=3)),
        ({1, 2}, lambda held: held.add(3)),
        (deque([1, 2], maxlen=2), lambda held: held.append(3)),
        ([([1],)], lambda held: held[0][0].append(2)),
        ([{frozenset({"a"}): [1]}], lambda held: held[0].clear()),
    ],
)
def test_containers_get_back_what_they_held(held: Any, change: Callable[[Any], None]) -> None:
    before, memory = repr(held), Memory(held)
    change(held)
    assert repr(held) != before
    memory.restore()
    assert repr(held) == before


def test_objects_of_the_exchange_get_back_their_attributes() -> None:
    exchange = Exchange(Clock())
    account = exchange.open_account()
    memory = Memory(exchange)
    account.cash["USDT"] += 1
    account.level = "Lv2"
    vars(account)["new"] = 1
    exchange.open_account()
    memory.restore()
    assert (account.cash["USDT"], account.level, hasattr(account, "new")) == (Decimal(100_000), "Lv1", False)
    assert exchange.accounts == (account,)


def test_objects_with_slots_get_them_back() -> None:
    made = Appointment(5, 1, print)
    memory = Memory(made)
    made.cancel()
    del made.number
    memory.restore()
    assert (made.canceled, made.number) == (False, 1)


def test_what_waits_for_its_time_leads_to_what_it_will_use() -> None:
    seen: list[list[int]] = [[1], [2], [3], [4]]
    by_default, by_argument, by_name, by_closure = seen

    def of_closure() -> list[int]:
        return by_closure

    memory = Memory([by_default.append, partial(print, by_argument, end=by_name), of_closure])
    for each in seen[1:]:
        each.append(9)
    memory.restore()
    assert seen[1:] == [[2], [3], [4]]


def test_an_object_is_remembered_as_it_was_however_often_it_is_given_back() -> None:
    held = [1]
    memory = Memory(held)
    for _ in range(2):
        held.append(2)
        memory.restore()
        assert held == [1]


def test_locks_clocks_and_listeners_are_left_alone() -> None:
    server = frozen_server(control=True)
    memory = Memory(server.exchange)
    heard: list[object] = []
    end = server.exchange.events.listen(heard.append)
    server.clock.advance(5)
    now = server.clock.now()
    memory.restore()
    server.exchange.market("BTC-USDT").move_to("60000")
    end()
    assert heard
    assert server.clock.now() == now
