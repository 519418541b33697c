"""Frames without a socket: the handshake, messages whole and in parts, pings, endings."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Close as CloseFrame
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from pytest_okx.messages import Close, Ending, Gate, Outgoing, Spoiled, Wire
from pytest_okx.websocket import MAX_MESSAGE, MOST_WAITING, Link

ASKS = b"Host: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"


class Chat:
    """A conversation that answers each message with itself in capitals."""

    def __init__(self) -> None:
        self.answers_pings = True
        self.heard: list[str] = []
        self.pings = 0
        self.gone = False
        self.outbox: deque[Outgoing] = deque()
        self.deliver: Callable[[], None] = lambda: None

    def begin(self, deliver: Callable[[], None]) -> None:
        self.deliver = deliver

    def receive(self, text: str) -> None:
        self.heard.append(text)
        self.outbox.append(text.upper())

    def pinged(self) -> None:
        self.pings += 1

    def next(self) -> Outgoing | None:
        return self.outbox.popleft() if self.outbox else None

    def overflow(self) -> Close:
        return Close(4005, "full")

    def lost(self, *, goodbye: bool = False) -> None:
        self.gone = True


class Wires:
    """A line that keeps what is written, and a client at its other end."""

    def __init__(self, **protocol: Any) -> None:
        self.sent = b""
        self.ended: list[Ending] = []
        self.planned: list[tuple[float, Callable[[], None]]] = []
        self.kept = 0
        self.chat = Chat()
        self.client = ClientProtocol(parse_uri("ws://x/ws/v5/public"), **protocol)
        self.client.send_request(self.client.connect())
        [head] = self.client.data_to_send()
        self.link = Link(self, self.chat, head)
        self.client.receive_data(self.link.response)
        assert self.client.handshake_exc is None
        self.client.events_received()
        self.link.begin()

    def write(self, data: bytes) -> None:
        self.sent += data

    def waiting(self) -> int:
        return self.kept

    def end(self, ending: Ending) -> None:
        if ending is not Ending.KEEP:
            self.ended.append(ending)

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        self.planned.append((seconds, action))

    def exchange(self) -> list[Frame]:
        """Carry what the client has to say over, and what it gets back."""
        for data in self.client.data_to_send():
            if data:
                self.link.receive(data)
        return self.seen()

    def seen(self) -> list[Frame]:
        data, self.sent = self.sent, b""
        self.client.receive_data(data)
        return [event for event in self.client.events_received() if isinstance(event, Frame)]


@pytest.fixture
def wires() -> Wires:
    return Wires()


def texts(frames: list[Frame]) -> list[str]:
    return [bytes(frame.data).decode() for frame in frames if frame.opcode is Opcode.TEXT]


def test_a_message_is_answered(wires: Wires) -> None:
    wires.client.send_text(b"hello")
    assert texts(wires.exchange()) == ["HELLO"]


def test_a_client_may_say_nothing_of_extensions_or_offer_any_and_gets_none() -> None:
    assert b"Sec-WebSocket-Extensions" not in Wires().link.response
    assert b"101 Switching Protocols" in Wires().link.response


@given(parts=st.lists(st.text(max_size=5), min_size=1, max_size=5), cuts=st.integers(1, 7))
def test_a_message_in_parts_and_pieces_is_one(parts: list[str], cuts: int) -> None:
    wires = Wires()
    wires.client.send_text(parts[0].encode(), fin=len(parts) == 1)
    for number, part in enumerate(parts[1:], 2):
        wires.client.send_continuation(part.encode(), fin=number == len(parts))
    data = b"".join(wires.client.data_to_send())
    for start in range(0, len(data), cuts):
        wires.link.receive(data[start : start + cuts])
    assert wires.chat.heard == ["".join(parts)]


def test_a_binary_message_is_read_like_text(wires: Wires) -> None:
    wires.client.send_binary(b"hello")
    assert texts(wires.exchange()) == ["HELLO"]


def test_a_ping_between_the_parts_of_a_message_gets_its_pong(wires: Wires) -> None:
    wires.client.send_text(b"he", fin=False)
    wires.client.send_ping(b"7")
    wires.client.send_continuation(b"y", fin=True)
    frames = wires.exchange()
    assert [(frame.opcode, bytes(frame.data)) for frame in frames] == [(Opcode.PONG, b"7"), (Opcode.TEXT, b"HEY")]
    assert wires.chat.pings == 1


def test_pings_may_stay_without_pongs(wires: Wires) -> None:
    wires.chat.answers_pings = False
    wires.client.send_ping(b"7")
    assert wires.exchange() == []


def test_a_pong_is_no_message(wires: Wires) -> None:
    wires.client.send_pong(b"7")
    assert wires.exchange() == []
    assert wires.chat.heard == []


def test_a_client_that_closes_is_answered_and_the_line_ends(wires: Wires) -> None:
    wires.client.send_close(1000, "bye")
    assert [frame.opcode for frame in wires.exchange()] == [Opcode.CLOSE]
    assert wires.ended == [Ending.CLOSE]


@pytest.mark.parametrize(
    ("data", "code", "reason"),
    [
        (Frame(Opcode.TEXT, b"\xff").serialize(mask=True), 1007, "the message is not UTF-8"),
        (
            Frame(Opcode.TEXT, b"x" * (MAX_MESSAGE + 1)).serialize(mask=True),
            1009,
            "Request message exceeds the maximum frame length",
        ),
        (
            Frame(Opcode.TEXT, b"x" * MAX_MESSAGE, fin=False).serialize(mask=True)
            + Frame(Opcode.CONT, b"x").serialize(mask=True),
            1009,
            "Request message exceeds the maximum frame length",
        ),
        (Frame(Opcode.TEXT, b"x").serialize(mask=False), 1002, "incorrect masking"),
        (b"\x83\x80\0\0\0\0", 1002, "invalid opcode"),
    ],
    ids=["not UTF-8", "too large", "too large together", "not masked", "no opcode"],
)
def test_what_breaks_the_protocol_ends_it(wires: Wires, data: bytes, code: int, reason: str) -> None:
    wires.link.receive(bytes(data))
    [frame] = wires.seen()
    assert frame.opcode is Opcode.CLOSE
    assert CloseFrame.parse(frame.data) == CloseFrame(code, reason)
    assert wires.ended == [Ending.CLOSE]
    wires.chat.outbox.append("too late")
    wires.chat.deliver()
    assert wires.seen() == []


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=True), 1000),
        (Frame(Opcode.TEXT, b"\xff").serialize(mask=True), 1007),
        (Frame(Opcode.TEXT, b"x").serialize(mask=False), 1002),
    ],
    ids=["goodbye", "not UTF-8", "not masked"],
)
@pytest.mark.parametrize("size", [1, 12, 100])
def test_what_comes_before_the_end_is_heard_and_answered(wires: Wires, end: bytes, code: int, size: int) -> None:
    before, after = (bytes(Frame(Opcode.TEXT, text).serialize(mask=True)) for text in (b"hello", b"late"))
    data = before + bytes(end) + after
    for start in range(0, len(data), size):
        wires.link.receive(data[start : start + size])
    answer, goodbye = wires.seen()
    assert bytes(answer.data) == b"HELLO"
    assert CloseFrame.parse(goodbye.data).code == code
    assert wires.chat.heard == ["hello"]
    assert wires.ended[0] is Ending.CLOSE


@pytest.mark.parametrize(
    ("said", "ended"), [(Close(4007, "key"), [Ending.CLOSE]), (Ending.RESET, [Ending.RESET])], ids=["close", "reset"]
)
def test_both_may_say_goodbye_at_once(wires: Wires, said: Outgoing, ended: list[Ending]) -> None:
    wires.chat.outbox.append(said)
    wires.client.send_close(1000)
    frames = wires.exchange()
    assert [CloseFrame.parse(frame.data).code for frame in frames] == [1000] * (said is not Ending.RESET)
    assert wires.ended == ended


def test_a_message_of_the_largest_size_is_taken(wires: Wires) -> None:
    wires.client.send_text(b"x" * MAX_MESSAGE)
    wires.exchange()
    assert wires.chat.heard == ["x" * MAX_MESSAGE]


def test_the_conversation_may_close_and_waits_for_the_client_a_while(wires: Wires) -> None:
    wires.chat.outbox += [Close(4004, "silent"), "too late"]
    wires.chat.deliver()
    [frame] = wires.seen()
    assert CloseFrame.parse(frame.data) == CloseFrame(4004, "silent")
    assert wires.ended == []
    [(seconds, give_up)] = wires.planned
    assert seconds == 1
    give_up()
    assert wires.ended == [Ending.CLOSE]
    wires.client.send_text(b"x") if wires.client.state.name == "OPEN" else None
    wires.link.receive(Frame(Opcode.TEXT, b"late").serialize(mask=True))
    assert wires.chat.heard == []


@pytest.mark.parametrize("ending", [Ending.CLOSE, Ending.RESET, Ending.SILENT])
def test_the_conversation_may_end_without_a_word(wires: Wires, ending: Ending) -> None:
    wires.chat.outbox += ["last", ending, "too late"]
    wires.chat.deliver()
    assert texts(wires.seen()) == ["last"]
    assert wires.ended == [ending]


def test_a_client_that_does_not_read_is_told_so_and_left(wires: Wires) -> None:
    wires.kept = MOST_WAITING + 1
    wires.chat.outbox.append("x")
    wires.chat.deliver()
    message, close = wires.seen()
    assert CloseFrame.parse(close.data) == CloseFrame(4005, "full")
    assert texts([message]) == ["x"]
    [(_, give_up)] = wires.planned
    give_up()
    assert wires.ended == [Ending.RESET]


def test_a_message_may_be_late_and_others_pass_it(wires: Wires) -> None:
    gates = (Gate(), Gate())
    wires.chat.outbox += [Spoiled(b"late", Wire(delay=0.5, gates=gates)), "early"]
    wires.chat.deliver()
    assert texts(wires.seen()) == ["early"]
    for gate in gates:
        assert wires.planned == []
        gate.open()
        wires.planned.pop()[1]()
    [(seconds, action)] = wires.planned
    assert seconds == 0.5
    action()
    assert texts(wires.seen()) == ["late"]
    wires.client.send_close(1000)
    wires.exchange()
    action()
    assert wires.sent == b""


def test_bytes_that_are_no_text_go_out_as_they_are(wires: Wires) -> None:
    wires.chat.outbox.append(Spoiled(b"\xff\xfe", Wire()))
    wires.chat.deliver()
    assert wires.sent == b"\x81\x02\xff\xfe"


@pytest.mark.parametrize(("cut", "sent"), [(3, b"\x81\x05hel"), (0, b"\x81\x05"), (None, b"")])
def test_a_frame_may_break_off(wires: Wires, cut: int | None, sent: bytes) -> None:
    wires.chat.outbox += [Spoiled(b"hello", Wire(Ending.CLOSE, cut=cut)), "too late"]
    wires.chat.deliver()
    assert (wires.sent, wires.ended) == (sent, [Ending.CLOSE])


@pytest.mark.parametrize(
    ("head", "status", "reason"),
    [
        (b"GET / HTTP/1.1\r\n" + ASKS + b"\r\n", 400, "missing Sec-WebSocket-Key header"),
        (b"POST / HTTP/1.1\r\n" + ASKS + b"\r\n", 405, "unsupported HTTP method: POST"),
        (b"GET / HTTP/1.1\r\n" + ASKS + b"Sec-WebSocket-Key: " + b"x" * 9000 + b"\r\n\r\n", 400, ""),
        (b"", 426, "send `Upgrade: websocket` and `Connection: Upgrade` in HTTP/1.1)"),
    ],
)
def test_what_is_no_handshake_is_refused(head: bytes, status: int, reason: str) -> None:
    link = Link(Wires(), Chat(), head)
    assert link.status == status
    assert link.refused.startswith(f"no WebSocket handshake ({reason}")


def test_the_end_of_the_line_is_told(wires: Wires) -> None:
    wires.link.lost()
    assert wires.chat.gone


def test_half_a_character_is_sent_as_a_question_mark(wires: Wires) -> None:
    wires.chat.outbox.append("\ud800")
    wires.chat.deliver()
    assert texts(wires.seen()) == ["?"]


@given(data=st.binary(max_size=200))
def test_whatever_bytes_arrive_nothing_breaks(data: bytes) -> None:
    wires = Wires()
    wires.link.receive(data)
    wires.link.receive(data)
