"""WebSocket (RFC 6455) without a socket: bytes become texts, and what a conversation says becomes bytes.

What lives here: the handshake, frames, the largest message, pings, the closing, and how much may wait for a client that
does not read; websockets parses. It must not know sockets, threads, time, or anything of OKX.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Final, Protocol

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from .messages import Close, Ending, Outgoing, Spoiled, Talk

__all__ = ["MAX_MESSAGE", "MOST_WAITING", "Line", "Link"]

MAX_MESSAGE: Final = 64 * 1024
"""The most bytes that a message may have, its frames together."""
MOST_WAITING: Final = 1024 * 1024
"""The most bytes that may wait for a client, beyond what the system holds for it."""

# How long a client may take to answer our close frame.
_PATIENCE: Final = 1.0
_NOT_TEXT: Final = 1007
_DATA: Final = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)
# The first bytes of a pong and of a close frame of ours.
_PONG: Final = b"\x8a"
_GOODBYE: Final = b"\x88"
_SWITCHING: Final = 101
_NOT_ASKED: Final = "send `Upgrade: websocket` and `Connection: Upgrade` in HTTP/1.1"

# Of each connection the library would tell the test's own log.
_SILENT: Final = logging.getLogger(__name__)
_SILENT.setLevel(logging.CRITICAL + 1)


class Line(Protocol):
    """A connection as the frames on it see it."""

    def write(self, data: bytes) -> None:
        """Send `data`, or keep it until the client reads."""
        ...

    def waiting(self) -> int:
        """How many bytes are kept."""
        ...

    def end(self, ending: Ending) -> None:
        """End, once what is kept was sent."""
        ...

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Call `action` after so many seconds of real time; any thread may ask."""
        ...


class _Frames(ServerProtocol):
    """The library's protocol, with OKX's word for a message that is too large."""

    def fail(self, code: int, reason: str = "") -> None:
        super().fail(code, "Request message exceeds the maximum frame length" if code == 1009 else reason)


@lru_cache(maxsize=64)
def _frame(text: str) -> bytes:
    """The frame of a text: what is pushed to a thousand clients is made once."""
    data = Frame(Opcode.TEXT, text.encode("utf-8", "replace")).serialize(mask=False)
    return bytes(data)


class Link:
    """What joins a conversation to a line, from the handshake on."""

    def __init__(self, line: Line, talk: Talk, head: bytes) -> None:
        """Take the `head` of the request that asks for a WebSocket, "" where it does not; `response` is what it gets.

        Where `refused` is not empty, it was no handshake, and says why: no conversation begins.
        """
        self._line = line
        self._talk = talk
        self._frames = _Frames(max_size=MAX_MESSAGE, logger=_SILENT)
        self._parts: list[bytes] = []
        self._frames.receive_data(head)
        requests = [event for event in self._frames.events_received() if isinstance(event, Request)]
        self.status = self._shake_hands(requests[0]) if requests else 400 if head else 426
        reason = self._frames.handshake_exc or _NOT_ASKED
        self.refused = "" if self.status == _SWITCHING else f"no WebSocket handshake ({reason})"
        self.response = b"".join(self._frames.data_to_send())

    def _shake_hands(self, request: Request) -> int:
        answer = self._frames.accept(request)
        self._frames.send_response(answer)
        return answer.status_code

    def begin(self) -> None:
        """The response is on its way."""
        self._talk.begin(self.deliver)

    def receive(self, data: bytes) -> None:
        """Take bytes as they came off the wire, and answer; who says goodbye in them is heard up to there."""
        listens = self._is_open
        self._frames.receive_data(data)
        for frame in self._frames.events_received():
            if listens and isinstance(frame, Frame):
                listens = self._take(frame)
        self.deliver()

    def deliver(self) -> None:
        """Send what there is to say; a client for whom too much waits is told so and left."""
        own = [piece for piece in self._frames.data_to_send() if self._talk.answers_pings or piece[:1] != _PONG]
        goodbye = next((number for number, piece in enumerate(own) if piece[:1] == _GOODBYE), len(own))
        pieces, ending = own[:goodbye], Ending.KEEP
        if self._is_open or goodbye < len(own):
            while ending is Ending.KEEP and (said := self._talk.next()) is not None:
                piece, ending = self._leaving(said)
                pieces.append(piece)
        if ending is Ending.KEEP:
            pieces += own[goodbye:]
            ending = Ending.CLOSE if b"" in own else Ending.KEEP
        if data := b"".join(pieces):
            self._line.write(data)
        self._line.end(ending)
        if self._is_open and self._line.waiting() > MOST_WAITING:
            # It would not take what waits, nor the FIN after it.
            self._line.write(self._closing(self._talk.overflow(), Ending.RESET))

    def lost(self) -> None:
        """The line has ended."""
        self._talk.lost(goodbye=self._frames.close_rcvd_then_sent is True)

    @property
    def _is_open(self) -> bool:
        return self._frames.state is State.OPEN

    def _take(self, frame: Frame) -> bool:
        """Put a message together; what is not UTF-8 ends the conversation, and False says so."""
        if frame.opcode is Opcode.PING:
            self._talk.pinged()
        if frame.opcode not in _DATA:
            return True
        self._parts.append(bytes(frame.data))
        if not frame.fin:
            return True
        message, self._parts = b"".join(self._parts), []
        try:
            text = message.decode()
        except UnicodeDecodeError:
            self._frames.fail(_NOT_TEXT, "the message is not UTF-8")
            return False
        self._talk.receive(text)
        return True

    def _leaving(self, said: Outgoing) -> tuple[bytes, Ending]:
        """The bytes that leave now, and what becomes of the connection after them."""
        if isinstance(said, str):
            return _frame(said), Ending.KEEP
        if isinstance(said, Ending):
            return b"", said
        if isinstance(said, Spoiled):
            return self._spoiled(said)
        return self._closing(said, Ending.CLOSE), Ending.KEEP

    def _closing(self, said: Close, ending: Ending) -> bytes:
        """The close frame, which the client is given a while to answer; none where it has said goodbye itself."""
        if self._is_open:
            self._frames.send_close(said.code, said.reason)
        self._line.later(_PATIENCE, lambda: self._line.end(ending))
        return b"".join(self._frames.data_to_send())

    def _spoiled(self, said: Spoiled) -> tuple[bytes, Ending]:
        wire = said.wire
        if wire.gates or wire.delay:
            self._keep_back(said)
            return b"", Ending.KEEP
        frame = bytes(Frame(Opcode.TEXT, said.text).serialize(mask=False))
        if wire.ending is Ending.KEEP:
            return frame, Ending.KEEP
        head = len(frame) - len(said.text)
        return (b"" if wire.cut is None else frame[: head + wire.cut]), wire.ending

    def _keep_back(self, said: Spoiled) -> None:
        """Let it pass each gate in turn, then wait; what is said meanwhile goes before it."""
        wire = said.wire
        if wire.gates:
            rest = replace(said, wire=replace(wire, gates=wire.gates[1:]))
            wire.gates[0].when_open(lambda: self._line.later(0, lambda: self._pass_on(rest)))
        else:
            rest = replace(said, wire=replace(wire, delay=0))
            self._line.later(wire.delay, lambda: self._pass_on(rest))

    def _pass_on(self, said: Spoiled) -> None:
        if self._is_open:
            data, ending = self._spoiled(said)
            self._line.write(data)
            self._line.end(ending)
