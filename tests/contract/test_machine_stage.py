"""The stage: what happens on it, what it notes of a step, and that nothing of it depends on when it is played."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest

from pytest_okx import OkxServer
from pytest_okx.contract.clients import UnusableClient
from pytest_okx.contract.machine_stage import SUBSCRIPTIONS, Stage
from pytest_okx.faults import Drop, LoseReply, Reject

from .good_client import GoodClient
from .puppets import ORDER, acting, raising, returning, staged


def levels(stage: Stage) -> tuple[list[str], list[str]]:
    book = stage.server.exchange.market(ORDER["instId"]).book()
    return tuple([f"{each.sz}@{each.px}" for each in side] for side in (book.bids, book.asks))  # type: ignore[return-value]


def test_a_story_begins_on_the_grid_of_the_books_with_a_book_of_its_own() -> None:
    with closing(staged(place=returning())) as stage:
        assert stage.server.clock.now_ms() % 5_000 == 0
        assert levels(stage) == (["0.05@69995", "0.3@69900", "1@69000"], ["0.05@70005", "0.3@70100", "1@71000"])


def test_each_move_of_the_market_changes_the_book() -> None:
    with closing(staged(place=returning())) as stage:
        stage.move_to(Decimal(70_000))
        assert levels(stage) == (["0.05@69995", "0.3@69900", "2@69000"], ["0.05@70005", "0.3@70100", "2@71000"])


def test_a_stranger_takes_no_more_than_is_there() -> None:
    with closing(staged(place=acting("order"))) as stage:
        stage.fill(Decimal(1))
        stage.place(ORDER)
        for size, filled in (("0.04", "0.04"), ("5", "0.1"), ("5", "0.1")):
            stage.fill(Decimal(size))
            order = stage.order("order0")
            assert order is not None
            assert order.acc_fill_sz == Decimal(filled)


def test_a_step_is_what_was_told_and_what_came_of_it() -> None:
    with closing(Stage(GoodClient)) as stage:
        step = stage.place(ORDER)
        assert (step.before, step.after) == (None, stage.order("order0"))
        assert [call.verdict for call in step.calls] == ["accepted"]
        assert str(step) == f"place({ORDER!r}) returned None"
        assert step.heard == "its last call got accepted"
        assert str(stage.settle()) == "settle() returned None"


def test_after_a_fault_nothing_is_clean_until_all_is_well() -> None:
    with closing(Stage(GoodClient)) as stage:
        assert stage.place(ORDER).is_clean
        assert not stage.place({**ORDER, "clOrdId": "order1"}, LoseReply()).is_clean
        assert not stage.tell("balance", "BTC").is_clean
        assert [step.name for step in stage.calm()] == ["settle", "settle"]
        assert stage.tell("balance", "BTC").is_clean


def test_a_fault_that_meets_nothing_is_none() -> None:
    with closing(staged(place=acting("order"))) as stage:
        assert stage.place(ORDER, LoseReply()).is_clean
        assert list(stage.calm()) == []


def test_a_lost_push_is_a_fault_as_well() -> None:
    with closing(Stage(GoodClient)) as stage:
        stage.tell("connect")
        stage.tell("subscribe", list(SUBSCRIPTIONS))
        stage.place(ORDER)
        stage.move_to(Decimal(70_100), Drop())
        assert not stage.settle().is_clean
        stage.fill(Decimal("0.1"), Drop())
        assert stage.client.call("orders")["order0"]["state"] == "live"
        list(stage.calm())
        assert stage.client.call("orders")["order0"]["state"] == "filled"


def test_a_refusal_that_is_met_too_often_is_noted() -> None:
    class Stubborn(GoodClient):
        def send(self, path: str, body: Any) -> None:
            for _ in range(3):
                try:
                    super().send(path, body)
                except Exception as error:
                    refused = error
            raise refused

    with closing(Stage(Stubborn)) as stage:
        step = stage.place(ORDER, Reject("51008"))
    assert step.overdone == "POST /api/v5/trade/order was made 3 times, and refused each time by Reject('51008')"


def test_expired_timestamps_are_counted_from_the_last_move_of_the_clock() -> None:
    class Stopped(GoodClient):
        def set_clock(self) -> None:
            """Nothing to correct."""

    with closing(Stage(Stopped)) as stage:
        for moves in range(1, 3):
            stage.pass_time(100)
            assert stage.expired == 0
            for steps in range(1, 3):
                stage.tell("balance", "BTC")
                assert stage.expired == steps, moves
        stage.settle()
        assert stage.expired == 0


def test_a_client_that_corrects_its_clock_when_it_is_told_has_no_expired_steps() -> None:
    with closing(Stage(GoodClient)) as stage:
        stage.pass_time(100)
        assert [call.code for call in stage.tell("balance", "BTC").calls] == ["50102", "0", "0"]
        assert stage.expired == 0


def test_whoever_has_lost_connections_may_make_as_many_again() -> None:
    with closing(Stage(GoodClient)) as stage:
        stage.tell("connect")
        for _ in range(4):
            stage.disconnect()
            assert stage.tell("connect").attempt.error is None


def test_no_timestamp_grows_old_before_the_client_settles() -> None:
    with closing(Stage(GoodClient)) as stage:
        for _ in range(20):
            stage.disconnect()
        assert [call.code for call in stage.tell("balance", "BTC").calls] == ["0"]


def test_a_client_that_cannot_be_made_leaves_no_server_behind() -> None:
    servers = []

    def make(server: OkxServer) -> None:
        servers.append(server)
        raise RuntimeError("no")

    with pytest.raises(UnusableClient, match="raised RuntimeError: no"):
        Stage(make)
    [server] = servers
    with pytest.raises(RuntimeError, match="was started before"):
        server.start()


def test_the_end_is_the_end_of_the_client_too() -> None:
    stage = staged(place=returning(), close=raising(RuntimeError("closed")))
    with pytest.raises(RuntimeError, match="closed"):
        stage.close()
