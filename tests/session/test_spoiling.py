"""Faults on messages: each is seen by a client, and by the client it was meant for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_okx.faults import (
    Delay,
    Disconnect,
    Drop,
    Duplicate,
    Fault,
    Garble,
    Hold,
    HttpError,
    Ignore,
    LoseReply,
    Refuse,
    Reject,
    Reorder,
    ResetSequence,
    Silence,
    Truncate,
    Unsure,
)
from pytest_okx.messages import Ending, Headers, Request, Spoiled
from tests.session.support import Caller, Stage, login_frame

ORDER = {"instIdCode": 3, "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
TICKERS = "WS /ws/v5/public/tickers"


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def watcher(stage: Stage) -> Caller:
    caller = stage.connect()
    caller.subscribe("tickers", instId="BTC-USDT")
    return caller


def slots(messages: list[Any]) -> list[int]:
    return [int(message["data"][0]["ts"]) // 5000 % 1000 for message in messages]


@pytest.mark.parametrize(
    ("fault", "more", "seen"),
    [
        (Drop(), {}, [1, 2, 3]),
        (Drop(), {"skip": 1, "times": 2}, [0, 3]),
        (Duplicate(3), {}, [0, 0, 0, 1, 2, 3]),
        (Reorder(), {}, [1, 0, 2, 3]),
        (Drop(), {"match": lambda request: b"nothing" in request.body, "optional": True}, [0, 1, 2, 3]),
    ],
    ids=["lost", "some lost", "threefold", "reordered", "of another text"],
)
def test_pushes_are_lost_doubled_and_reordered(
    stage: Stage, watcher: Caller, fault: Fault, more: dict[str, Any], seen: list[int]
) -> None:
    stage.faults.add(fault, on=TICKERS, **more)
    stage.clock.advance(20)
    found = slots(watcher.got())
    first = stage.clock.now_ms() // 5000 % 1000 - 3
    assert [slot - first for slot in found] == seen
    assert stage.faults.unfired() == []


def test_a_lost_update_of_a_book_is_a_gap_in_its_sequence(stage: Stage) -> None:
    caller = stage.connect()
    snapshot = caller.subscribe("books", instId="BTC-USDT")[1]["data"][0]
    stage.faults.add(Drop(), on="WS /ws/v5/public/books")
    stage.clock.advance(10)
    [update] = caller.got()
    assert update["data"][0]["prevSeqId"] > snapshot["seqId"]


def test_a_sequence_may_begin_anew(stage: Stage) -> None:
    caller = stage.connect()
    caller.subscribe("books", instId="BTC-USDT")
    caller.subscribe("tickers", instId="BTC-USDT")
    stage.faults.add(ResetSequence(), on="WS /ws/v5/public/*", times=2)
    stage.clock.advance(5)
    [row] = [message["data"][0] for message in caller.got() if message["arg"]["channel"] == "books"]
    assert row["seqId"] < row["prevSeqId"]


@pytest.mark.parametrize(
    ("fault", "ending", "cut"),
    [
        (Disconnect(), Ending.RESET, None),
        (LoseReply(), Ending.CLOSE, None),
        (Silence(), Ending.SILENT, None),
        (Truncate(10), Ending.CLOSE, 10),
    ],
    ids=repr,
)
def test_the_connection_may_end_in_place_of_a_message(
    stage: Stage, watcher: Caller, fault: Fault, ending: Ending, cut: int | None
) -> None:
    stage.faults.add(fault, on=TICKERS)
    stage.clock.advance(5)
    [said] = watcher.raw()
    assert isinstance(said, Spoiled)
    assert (said.wire.ending, said.wire.cut) == (ending, cut)


def test_a_message_may_be_late_or_held_or_garbled(stage: Stage, watcher: Caller) -> None:
    stage.faults.add(Delay(0.5), on=TICKERS)
    handle = stage.faults.add(Hold(), on=TICKERS, skip=1)
    stage.faults.add(Garble(), on=TICKERS, skip=2)
    stage.clock.advance(15)
    late, held, garbled = watcher.raw()
    assert isinstance(late, Spoiled)
    assert isinstance(held, Spoiled)
    assert isinstance(garbled, Spoiled)
    assert (late.wire.delay, len(held.wire.gates)) == (0.5, 1)
    json.loads(held.text)
    with pytest.raises(UnicodeDecodeError):
        garbled.text.decode()
    handle.release()


def test_faults_of_the_wire_for_any_call_leave_messages_alone(stage: Stage, watcher: Caller) -> None:
    stage.faults.add(LoseReply())
    stage.clock.advance(5)
    assert isinstance(watcher.raw()[0], str)


def test_faults_of_other_paths_leave_messages_alone(stage: Stage, watcher: Caller) -> None:
    stage.faults.add(Drop(), on="WS /ws/v5/private/*")
    stage.faults.add(Ignore(), on="WS /ws/v5/private/*")
    assert watcher.send("ping") == ["pong"]


@pytest.mark.parametrize("op", ["login", "subscribe"])
def test_a_request_may_be_refused_or_swallowed(stage: Stage, op: str) -> None:
    caller = stage.connect("private")
    frame = login_frame(stage.credentials, stage.seconds) if op == "login" else {"op": op, "args": [{"channel": "x"}]}
    on = f"WS /ws/v5/private/{op}"
    stage.faults.sequence([Refuse("60009"), Refuse("63999", "later"), Ignore()], on=on)
    first, second = caller.ask(frame)[0], caller.ask({**frame, "id": "7"})[0]
    assert (first["event"], first["code"], first["msg"]) == ("error", "60009", "Login failed.")
    assert (second["code"], second["msg"], second["id"]) == ("63999", "later", "7")
    assert caller.send(frame) == []
    assert not caller.session.logged_in
    assert any("why: a fault: Refuse(code='60009'" in line for line in stage.lines())


def test_one_subscription_may_fail_by_what_it_asks_for(stage: Stage) -> None:
    stage.faults.add(Refuse("60018"), on="WS /ws/v5/public/subscribe", match=lambda request: b"ETH" in request.body)
    caller = stage.connect()
    assert caller.subscribe("tickers", instId="BTC-USDT")[0]["event"] == "subscribe"
    assert caller.subscribe("tickers", instId="ETH-USDT")[0]["code"] == "60018"


def test_a_login_that_succeeded_may_be_lost_on_the_way(stage: Stage) -> None:
    stage.faults.add(Drop(), on="WS /ws/v5/private/login")
    caller = stage.connect("private")
    assert caller.send(login_frame(stage.credentials, stage.seconds)) == []
    assert caller.session.logged_in


def test_the_ack_of_an_order_may_be_lost_and_the_order_stands(stage: Stage) -> None:
    stage.faults.add(Drop(), on="WS /ws/v5/private/order")
    assert stage.member().send({"id": "1", "op": "order", "args": [ORDER]}) == []
    assert len(stage.account.orders) == 1


def test_a_fault_of_the_route_may_end_the_connection_in_place_of_the_ack(stage: Stage) -> None:
    stage.faults.add(LoseReply(), on="POST /api/v5/trade/order")
    [said] = stage.member().send({"id": "1", "op": "order", "args": [ORDER]})
    assert isinstance(said, Spoiled)
    assert said.wire.ending is Ending.CLOSE
    assert len(stage.account.orders) == 1


@pytest.mark.parametrize("code", ["50004", "51149"])
def test_an_ack_may_say_that_nobody_knows_and_the_order_stands(stage: Stage, code: str) -> None:
    stage.faults.add(Unsure(code), on="WS /ws/v5/private/order")
    [said] = stage.member().send({"id": "7", "op": "order", "args": [ORDER]})
    assert isinstance(said, Spoiled)
    ack = json.loads(said.text)
    assert (ack["id"], ack["op"], ack["code"], ack["data"]) == ("7", "order", code, [])
    assert len(stage.account.orders) == 1


def test_pings_may_stay_without_pongs(stage: Stage) -> None:
    caller = stage.connect()
    stage.faults.add(Drop(), on="WS /ws/v5/public/ping", times=2)
    assert caller.send("ping") == []
    answered = []
    for _ in range(2):
        caller.session.pinged()
        answered.append(caller.session.answers_pings)
    assert answered == [False, True]
    assert caller.send("ping") == ["pong"]


@pytest.mark.parametrize(
    ("fault", "status"),
    [(HttpError(503), 503), (Reject("50011"), 429), (LoseReply(), 101), (Delay(1), 101), (Silence(at="before"), 0)],
    ids=repr,
)
def test_a_handshake_meets_faults_like_any_call(stage: Stage, fault: Fault, status: int) -> None:
    stage.faults.add(fault, on="GET /ws/v5/public")
    request = Request("GET", "/ws/v5/public", Headers({"Upgrade": "websocket"}.items()))
    reply = stage.gateway.upgrade(request, stage.hub.open)
    assert reply.status == status
    assert repr(fault) in stage.calls[-1].fault
    assert stage.faults.unfired() == []


def test_a_session_whose_handshake_was_answered_with_something_else_never_was(stage: Stage) -> None:
    stage.faults.add(Unsure(), on="GET /ws/v5/public")
    request = Request("GET", "/ws/v5/public", Headers({"Upgrade": "websocket"}.items()))
    assert stage.gateway.upgrade(request, stage.hub.open).status == 400
    assert stage.hub.sessions == ()


def test_other_faults_of_the_moment_do_nothing_to_a_message() -> None:
    assert Drop().messages("x") == []
    assert Reorder().messages("x") == []
    assert Delay(1).messages("x") == ["x"]


@pytest.mark.parametrize("code", ["50004", "51149"])
def test_an_ack_may_say_that_nobody_knows_what_became_of_the_order(stage: Stage, code: str) -> None:
    caller = stage.member()
    stage.faults.add(Unsure(code), on="WS /ws/v5/private/order")
    [said] = caller.send({"id": "a7", "op": "order", "args": [ORDER]})
    assert isinstance(said, Spoiled)
    ack = json.loads(said.text)
    assert (ack["id"], ack["op"], ack["code"], ack["data"]) == ("a7", "order", code, [])
    assert len(stage.account.orders) == 1


def test_an_ack_that_is_garbled_already_has_no_id_left(stage: Stage) -> None:
    caller = stage.member()
    stage.faults.add(Garble(), on="POST /api/v5/trade/order")
    stage.faults.add(Unsure(), on="WS /ws/v5/private/order")
    [said] = caller.send({"id": "a7", "op": "order", "args": [ORDER]})
    assert isinstance(said, Spoiled)
    assert json.loads(said.text)["id"] == ""


def test_what_is_no_operation_is_never_unsure(stage: Stage, watcher: Caller) -> None:
    handle = stage.faults.add(Unsure(), on=TICKERS)
    stage.clock.advance(5)
    assert isinstance(watcher.raw()[0], str)
    assert handle.hits == 0


def test_what_is_sent_twice_is_spoiled_twice(stage: Stage, watcher: Caller) -> None:
    for fault in (Duplicate(), Delay(1)):
        stage.faults.add(fault, on=TICKERS)
    stage.clock.advance(5)
    first, second = watcher.raw()
    assert isinstance(first, Spoiled)
    assert first == second
