"""Sequences that begin anew: what a client sees of a reset, and of what comes after it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from pytest_okx.faults import Duplicate, Reorder, ResetSequence
from tests.session.support import Caller, Stage

BOOKS = "WS /ws/v5/public/books"


@pytest.fixture
def stage() -> Stage:
    return Stage()


def numbers(messages: list[Any]) -> list[tuple[int, int]]:
    rows = [message["data"][0] for message in messages]
    return [(row["prevSeqId"], row["seqId"]) for row in rows]


def book(stage: Stage, inst_id: str = "BTC-USDT") -> Caller:
    caller = stage.connect()
    caller.subscribe("books", instId=inst_id)
    return caller


def gaps(seen: list[tuple[int, int]]) -> list[int]:
    """Where a message does not follow the one before it."""
    return [index for index, ((_, before), (after, _)) in enumerate(pairwise(seen), 1) if before != after]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_after_a_reset_the_numbers_go_on_from_the_new_one(stage: Stage, times: int) -> None:
    caller = book(stage)
    stage.faults.add(ResetSequence(), on=BOOKS, skip=1, times=times)
    stage.clock.advance(40)
    seen = numbers(caller.got())
    assert gaps(seen) == []
    assert [before > after for before, after in seen].count(True) == times
    assert [before > after for before, after in seen[1 : times + 1]] == [True] * times
    assert all(after >= 0 for _, after in seen)


def test_a_snapshot_after_a_reset_is_counted_as_the_updates_are(stage: Stage) -> None:
    caller = book(stage)
    stage.faults.add(ResetSequence(), on=BOOKS)
    stage.clock.advance(10)
    last = numbers(caller.got())[-1][1]
    caller.ask({"op": "unsubscribe", "args": [{"channel": "books", "instId": "BTC-USDT"}]})
    snapshot = caller.subscribe("books", instId="BTC-USDT")[1:]
    assert numbers(snapshot) == [(-1, last)]


def test_other_books_and_other_connections_keep_their_numbers(stage: Stage) -> None:
    caller, other, plain = book(stage), book(stage), book(stage, "ETH-USDT")
    caller.subscribe("books", instId="ETH-USDT")
    stage.faults.add(ResetSequence(), on=BOOKS)
    stage.clock.advance(10)
    mine = [message for message in caller.got() if message["arg"]["instId"] == "ETH-USDT"]
    assert numbers(mine) == numbers(plain.got())
    assert all(before < after for before, after in numbers(other.got()))


def test_a_reset_waits_for_an_update_and_lets_all_else_pass(stage: Stage) -> None:
    handle = stage.faults.add(ResetSequence(), on="WS /ws/*")
    candles = stage.connect("business").subscribe("candle1m", instId="BTC-USDT")
    assert candles[1]["data"][0][0].isdecimal()
    caller = stage.connect()
    assert caller.send("ping") == ["pong"]
    [_, snapshot] = caller.subscribe("books", instId="BTC-USDT")
    assert (snapshot["action"], handle.hits) == ("snapshot", 0)
    stage.clock.advance(5)
    [(before, after)] = numbers(caller.got())
    assert (before == snapshot["data"][0]["seqId"], before > after, handle.hits) == (True, True, 1)
    assert caller.send("ping") == ["pong"]
    assert caller.subscribe("status")[0]["event"] == "subscribe"


@pytest.mark.parametrize(("fault", "order"), [(Duplicate(), [0, 0, 1, 2]), (Reorder(), [1, 0, 2])], ids=repr)
def test_a_message_whose_sequence_begins_anew_may_meet_other_faults(stage: Stage, fault: Any, order: list[int]) -> None:
    unspoiled = Stage()
    caller, plain = book(stage), book(unspoiled)
    for each in (ResetSequence(), fault):
        stage.faults.add(each, on=BOOKS)
    unspoiled.faults.add(ResetSequence(), on=BOOKS)
    for at in (stage, unspoiled):
        at.clock.advance(15)
    wanted = numbers(plain.got())
    assert numbers(caller.got()) == [wanted[index] for index in order]
