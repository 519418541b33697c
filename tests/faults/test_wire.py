"""What each fault of the wire makes of a reply."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.faults import (
    NO_ANSWER,
    Close,
    CloseAfter,
    Delay,
    Disconnect,
    Fault,
    Garble,
    Hold,
    LoseReply,
    Silence,
    Trickle,
    Truncate,
    WrongLength,
)
from pytest_okx.messages import Ending, Gate, Reply, Wire

BODY = b'{"code":"0"}'


@pytest.mark.parametrize(
    ("fault", "wire"),
    [
        (LoseReply(), Wire(Ending.CLOSE, 1.5)),
        (Disconnect(), Wire(Ending.RESET, 1.5)),
        (Disconnect(at="before"), Wire(Ending.RESET, 1.5)),
        (Disconnect(at="head"), Wire(Ending.RESET, 1.5, cut=0)),
        (Close(), Wire(Ending.CLOSE, 1.5)),
        (Silence(), Wire(Ending.SILENT, 1.5)),
        (Delay(0.25), Wire(delay=1.75)),
        (Hold(), Wire(delay=1.5)),
        (Truncate(0), Wire(Ending.CLOSE, 1.5, cut=0)),
        (Truncate(5), Wire(Ending.CLOSE, 1.5, cut=5)),
        (Truncate(12), Wire(Ending.CLOSE, 1.5, cut=11)),
        (Trickle(3, 0.1), Wire(delay=1.5, piece=3, pause=0.1)),
        (WrongLength(7), Wire(delay=1.5, length_off=7)),
        (CloseAfter(), Wire(delay=1.5, framed=False)),
    ],
    ids=repr,
)
def test_a_fault_changes_how_the_reply_leaves_and_nothing_else(fault: Fault, wire: Wire) -> None:
    reply = Reply(201, BODY, wire=Wire(delay=1.5))
    assert fault.alter(reply) == dataclasses.replace(reply, wire=wire)


def test_an_empty_body_cannot_be_cut_shorter() -> None:
    assert Truncate(5).alter(Reply(204, b"")).wire == Wire(Ending.CLOSE, cut=0)


def test_faults_add_up() -> None:
    gates = Gate(), Gate()
    reply = Reply(200, BODY)
    for fault in (
        Trickle(2, 0),
        Hold(gate=gates[0]),
        WrongLength(3),
        Hold(gate=gates[1]),
        Delay(1),
        WrongLength(4),
        Delay(2),
    ):
        reply = fault.alter(reply)
    assert reply.wire == Wire(gates=gates, piece=2, delay=3, length_off=7)


@pytest.mark.parametrize("first", [Truncate(3), Disconnect(at="head")], ids=repr)
@pytest.mark.parametrize("last", [LoseReply(), Disconnect(), Silence()], ids=repr)
def test_of_two_endings_the_last_one_holds(first: Fault, last: Fault) -> None:
    assert last.alter(first.alter(Reply(200, BODY))).wire == last.alter(Reply(200, BODY)).wire


@pytest.mark.parametrize("fault", [Disconnect(at="before"), Close(at="before"), Silence(at="before")], ids=repr)
def test_in_place_of_an_answer_there_is_none(fault: Fault) -> None:
    reply = fault.reply()
    assert (reply.status, reply.needs_socket) == (NO_ANSWER, True)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_a_garbled_body_is_as_long_and_no_text_and_always_the_same(value: object) -> None:
    body = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    garbled = Garble().alter(Reply(200, body))
    assert len(garbled.body) == len(body)
    assert garbled == Garble().alter(Reply(200, body))
    assert not garbled.needs_socket
    with pytest.raises(UnicodeDecodeError):
        garbled.body.decode()


def test_an_empty_body_has_nothing_to_garble() -> None:
    assert Garble().alter(Reply(200, b"")) == Reply(200, b"")
