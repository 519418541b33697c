"""A reply whose body has no end, without a socket: what a source says goes on a line as long as the client takes it.

Framed as HTTP/1.0 framed it, by the end of the connection. It must not know sockets, threads, or what is said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from .http1 import encode
from .messages import Reply, Source, Wire
from .websocket import Line

__all__ = ["MOST_WAITING", "Stream"]

MOST_WAITING: Final = 64 * 1024
"""The most bytes that may wait for a client before its source is asked for no more."""


class Stream:
    """What joins a source to a line, once the head of its reply has left; `response` is that head."""

    def __init__(self, line: Line, source: Source, reply: Reply) -> None:
        self._line = line
        self._source = source
        self.response = encode(replace(reply, wire=Wire(framed=False)), "close")

    def begin(self) -> None:
        """The head is on its way."""
        self._source.begin(self.deliver)

    def receive(self, data: bytes) -> None:
        """A client that has asked has no more to say."""

    def deliver(self) -> None:
        """Send what there is to say, as far as the client takes it; it is called again when the client has."""
        while self._line.waiting() <= MOST_WAITING and (said := self._source.next()) is not None:
            self._line.write(said)

    def lost(self) -> None:
        """The line has ended."""
        self._source.lost()
