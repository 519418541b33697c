"""A body without end: what its source says leaves as long as the client takes it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from pytest_okx.messages import Ending, Reply
from pytest_okx.streaming import MOST_WAITING, Stream


class Line:
    """A line on which so much waits."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.waits = 0

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def waiting(self) -> int:
        return self.waits

    def end(self, ending: Ending) -> None:
        raise AssertionError("a stream ends nothing")

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        raise AssertionError("a stream waits for nothing")


class Source:
    """Says what it was given."""

    def __init__(self, *said: bytes) -> None:
        self.said = deque(said)
        self.deliver: Callable[[], None] | None = None
        self.gone = False

    def begin(self, deliver: Callable[[], None]) -> None:
        self.deliver = deliver

    def next(self) -> bytes | None:
        return self.said.popleft() if self.said else None

    def lost(self) -> None:
        self.gone = True


def stream(source: Source, line: Line) -> Stream:
    return Stream(line, source, Reply(200, b"", (("Content-Type", "text/event-stream"),), source=source))


def test_the_head_has_no_length_and_ends_with_the_connection() -> None:
    assert stream(Source(), Line()).response == b"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"


def test_it_says_what_there_is_and_what_comes() -> None:
    line, source = Line(), Source(b"a", b"b")
    made = stream(source, line)
    made.begin()
    made.deliver()
    source.said.append(b"c")
    made.receive(b"what a client says is not heard")
    assert line.sent == [b"a", b"b"]
    assert source.deliver is not None
    source.deliver()
    assert line.sent == [b"a", b"b", b"c"]


def test_a_client_that_does_not_read_is_told_no_more_until_it_does() -> None:
    line, source = Line(), Source(b"a")
    made = stream(source, line)
    line.waits = MOST_WAITING + 1
    made.deliver()
    assert line.sent == []
    line.waits = MOST_WAITING
    made.deliver()
    assert line.sent == [b"a"]


def test_a_source_hears_that_its_client_has_gone() -> None:
    source = Source()
    stream(source, Line()).lost()
    assert source.gone
