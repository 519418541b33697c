"""The state machine over clients with and without mistakes: what it finds, what it lets pass, and how it tells."""

from __future__ import annotations

import re
import unittest
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from pytest_okx import OkxServer
from pytest_okx.contract import MakeClient, Misbehaviour, OkxMachine, UnusableClient
from tests.contract.bad_clients import BAD_CLIENTS, TakesOneForSuccess
from tests.contract.good_client import GoodClient, OverSocket

ALWAYS_THE_SAME = settings(database=None, derandomize=True, deadline=None, stateful_step_count=20)


class OverRest:
    """A client that answers when it is asked, and does nothing else; in coroutines."""

    def __init__(self, server: OkxServer) -> None:
        self.client = GoodClient(server)

    async def place(self, order: Any) -> None:
        self.client.place(order)

    async def cancel(self, order: Any) -> None:
        self.client.cancel(order)

    async def query(self, order: Any) -> Any:
        return self.client.query(order)

    async def close(self) -> None:
        self.client.close()


class OnlyLooks:
    """A client that does not trade."""

    def __init__(self, server: OkxServer) -> None:
        self.client = GoodClient(server)
        self.balance = self.client.balance
        self.close = self.client.close


def found(make: MakeClient, *more: Phase) -> Misbehaviour:
    """What the machine finds in so many examples as it may take at most; not shrunk, unless `more` phases say so."""
    asked = settings(ALWAYS_THE_SAME, max_examples=200, phases=[Phase.generate, *more], report_multiple_bugs=False)
    with pytest.raises(Misbehaviour) as caught:
        run_state_machine_as_test(OkxMachine.of(make), settings=asked)
    return caught.value


@pytest.mark.parametrize(("make", "said"), BAD_CLIENTS.items(), ids=[make.__name__ for make in BAD_CLIENTS])
def test_a_mistake_is_found(make: MakeClient, said: str) -> None:
    assert re.search(said, str(found(make)))


@pytest.mark.parametrize("make", [GoodClient, OverSocket, OverRest, OnlyLooks])
def test_a_client_without_mistakes_passes(make: MakeClient) -> None:
    run_state_machine_as_test(OkxMachine.of(make), settings=settings(ALWAYS_THE_SAME, max_examples=12))


def test_a_failure_tells_the_shortest_story_as_code_and_what_went_over_the_wire() -> None:
    error = found(TakesOneForSuccess, Phase.shrink)
    wire, story = error.__notes__[0], "\n".join(error.__notes__[1:])
    assert str(error).startswith("place({'instId': 'BTC-USDT', ")
    assert "'clOrdId': 'order0'}) returned None, but the exchange has no such order" in str(error)
    assert wire.startswith("What went over the wire:\n")
    assert "POST /api/v5/trade/order -> 200 row 51" in wire
    assert "state = OkxMachine.of(TakesOneForSuccess)()" in story
    assert "state.begin(side=" in story
    assert "state.place(" not in story


def test_a_story_can_be_told_again_by_its_code() -> None:
    state = OkxMachine.of(GoodClient)()
    try:
        state.begin(side="buy", ord_type="limit", px="69900", sz="0.1", fault=None)
        state.stranger_takes(sz="0.01", fault=None)
        state.settle(fault=None)
        known = state.stage.client.call("orders")
        assert known == {"order0": {"state": "partially_filled", "accFillSz": "0.01"}}
    finally:
        state.teardown()


def test_it_is_a_test_case_with_settings_of_its_own() -> None:
    one, other = (OkxMachine.of(make).TestCase for make in (GoodClient, OnlyLooks))
    assert issubclass(one, unittest.TestCase)
    assert (one.settings.deadline, one.settings.stateful_step_count) == (None, 20)
    one.settings = settings(one.settings, max_examples=2)
    assert other.settings.max_examples != 2


def test_what_cannot_be_tested_leaves_no_server_behind() -> None:
    with pytest.raises(UnusableClient, match="has none of the methods"):
        OkxMachine.of(lambda server: object())()


def test_an_error_of_the_end_does_not_hide_what_was_found() -> None:
    class Ungrateful(OnlyLooks):
        def __init__(self, server: OkxServer) -> None:
            super().__init__(server)
            self.balance, self.close = self.invent, self.client.close

        def invent(self, ccy: str) -> str:
            self.close = self.refuse
            return "0"

        def refuse(self) -> None:
            self.client.close()
            raise RuntimeError("no")

    assert str(found(Ungrateful)).startswith("balance('")
