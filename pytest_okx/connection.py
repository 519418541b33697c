"""One client's connection: TLS, reading and writing, and how it ends.

It decides nothing about OKX and must not know what is asked or answered: bytes become a `Request` (http1.py), a
function that it is given makes a `Reply` of it, and the reply becomes bytes. After a reply that accepts a WebSocket the
bytes are a `Link`'s (websocket.py), after one whose body has no end a `Stream`'s (streaming.py).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, cast

from .clock import real_monotonic
from .http1 import CONTINUE, TUNNEL, Incoming, Refused, RequestParser, encode
from .messages import ConnectionId, Ending, Reply, Talk, Wire
from .streaming import Stream
from .websocket import Link
from .wiring import Wiring, poll

__all__ = ["Connection"]

# How long a client may go on sending after our FIN. Closed at once, a connection with unread bytes
# is reset by the kernel, and the reset takes our reply from under the client's eyes.
_LINGER_SECONDS: Final = 1.0
_RESET_ON_CLOSE: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
_CLOSE: Final = ("Connection", "close")


@dataclass(frozen=True, slots=True)
class _Departure:
    """A reply on its way out: what is sent, from which byte on, how the connection ends after it, and how it leaves."""

    payload: bytes
    ending: Ending
    wire: Wire
    start: int = 0

    def past_a_gate(self) -> _Departure:
        """The same, with the first gate behind it."""
        return replace(self, wire=replace(self.wire, gates=self.wire.gates[1:]))

    def next_piece(self) -> tuple[bytes, _Departure | None]:
        """The bytes that leave next, and what is left after them."""
        end = self.start + (self.wire.piece or len(self.payload))
        return self.payload[self.start : end], replace(self, start=end) if end < len(self.payload) else None


class Connection(asyncio.BufferedProtocol):
    """One client's connection.

    Requests are answered one at a time. While a reply is delayed, or the client does not read,
    nothing more is read from it; once we have ended, what still comes is thrown away.
    """

    _transport: asyncio.Transport

    def __init__(self, wiring: Wiring, loop: asyncio.AbstractEventLoop) -> None:
        self._wiring = wiring
        self._loop = loop
        self._delayed = False
        self._choked = False
        self._yielded = False
        self._paused = False
        self._ended = False
        self._securing = False
        self._undecided = False
        self._switched = False
        self._link: Link | Stream | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._wiring.connections.add(self)
        peer = transport.get_extra_info("peername")
        self._peer: str = peer[0] if peer else ""
        connection = ConnectionId(next(self._wiring.numbers), real_monotonic())
        doors = self._wiring.doors
        answers = None if doors is None else doors.answers
        self._parser = RequestParser(self._peer, self._wiring.max_head, self._wiring.max_body, connection, answers)
        self._undecided = doors is not None
        if self._wiring.on_connect is not None:
            try:
                self._end(self._wiring.on_connect(self._peer))
            except BaseException as error:
                self._say_last(self._wiring.on_error(error))
        if self._wiring.tls is not None and not self._undecided:
            self._begin_tls(self._wiring.tls)

    def _begin_tls(self, context: ssl.SSLContext) -> None:
        """What comes next is TLS; what came already, too."""
        if not self._ended:
            self._securing = True
            self._undecided = False
            self._transport.pause_reading()
            self._loop.create_task(self._secure(context))

    async def _secure(self, context: ssl.SSLContext) -> None:
        """Shake hands; who does not, or never ends it, keeps nobody waiting."""
        try:
            if arrived := self._parser.take_rest():
                self._loop.call_soon(self._pass_on, arrived)
            secured = await self._loop.start_tls(self._transport, self, context, server_side=True)
        except OSError as error:
            secured = None
            if isinstance(error, ssl.SSLError):  # others have gone away
                reason = f"the TLS handshake failed ({error}): use https:// or wss://, and let the client trust okx_ca"
                self._wiring.refuse(400, reason, self._peer)
        if secured is None:
            self.connection_lost(None)
            return
        self._transport = secured
        self._securing = False
        self._go_on()

    def _pass_on(self, arrived: bytes) -> None:
        """Let what has arrived be read by the protocol of TLS, which stands in our place by now."""
        protocol = cast(asyncio.BufferedProtocol, self._transport.get_protocol())
        memoryview(protocol.get_buffer(len(arrived)))[: len(arrived)] = arrived
        protocol.buffer_updated(len(arrived))

    def connection_lost(self, exc: Exception | None) -> None:
        self._wiring.connections.discard(self)
        self._wiring.talking.discard(self)
        self._ended = True
        if self._timer is not None:
            self._timer.cancel()
        if self._link is not None:
            self._link.lost()
            self._link = None

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._wiring.arrivals

    def buffer_updated(self, nbytes: int) -> None:
        if self._switched:
            self._hear(bytes(self._wiring.arrivals[:nbytes]))
        elif not self._ended:
            self._parser.feed(self._wiring.arrivals[:nbytes])
            if not self._securing:
                self._go_on()

    def pause_writing(self) -> None:
        self._choked = True

    def resume_writing(self) -> None:
        self._choked = False
        if self._link is not None and self._switched:
            self._flow()
            self._link.deliver()
        else:
            self._go_on()

    def abort(self) -> None:
        """End at once, whatever has not been sent."""
        self._transport.abort()

    def _go_on(self) -> None:
        """Answer what has arrived, as far as the client lets us."""
        if self._undecided and self._wiring.doors is not None and self._parser.has_more:
            self._undecided = False
            if self._parser.meets_tls:
                self._begin_tls(self._wiring.doors.context)
                return
        try:
            if self._free() and (incoming := self._parser.next()) is not None:
                self._answer(incoming)
                self._yield()
            if self._free() and self._parser.take_expectation():
                self._transport.write(CONTINUE)
        except Refused as refused:
            self._say_last(self._wiring.refuse(refused.status, refused.reason, self._peer))
        except BaseException as error:
            self._say_last(self._wiring.on_error(error))
        self._flow()

    def _flow(self) -> None:
        """Read, or do not read, what the client sends."""
        if (self._delayed or self._choked or self._yielded) and not self._ended:
            self._transport.pause_reading()
            self._paused = True
        elif self._paused:
            self._paused = False
            self._transport.resume_reading()

    def _switch(self, link: Link | Stream) -> None:
        """HTTP is over: what comes from here on is the link's."""
        self._switched = True
        self._wiring.talking.add(self)
        if not self._wiring.polls:
            poll(self._wiring, self._loop)
        link.begin()
        self._hear(self._parser.take_rest())

    def _hear(self, data: bytes) -> None:
        try:
            if self._link is not None and not self._ended:
                self._link.receive(data)
        except BaseException as error:
            self._wiring.on_error(error)
            self.abort()
        self._flow()

    def write(self, data: bytes) -> None:
        """Send what the link says; nothing after the end."""
        if not self._ended:
            self._transport.write(data)

    def waiting(self) -> int:
        """How many bytes the client has not taken, beyond what the system holds."""
        return self._transport.get_write_buffer_size()

    def end(self, ending: Ending) -> None:
        """End the link's conversation."""
        if not self._ended:
            self._end(ending)

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Call `action` after so many seconds of real time; any thread may ask."""
        with suppress(RuntimeError):  # the loop has ended, and with it this connection
            self._loop.call_soon_threadsafe(self._loop.call_later, seconds, action)

    def _yield(self) -> None:
        """Let others have their turn before what this client sent without waiting; it waits unread."""
        if self._free() and self._parser.has_more:
            self._yielded = True
            self._loop.call_soon(self._take_turn)

    def _take_turn(self) -> None:
        self._yielded = False
        self._go_on()

    def _free(self) -> bool:
        # Closing: a send has failed, so nobody is there to answer.
        blocked = self._delayed or self._choked or self._yielded or self._ended
        return not (blocked or self._transport.is_closing())

    def _answer(self, incoming: Incoming) -> None:
        if incoming.request.method == "CONNECT":
            # Through the tunnel comes what might have come at first, to the same server.
            self._transport.write(TUNNEL)
            self._undecided = True
            return
        try:
            reply = self._wiring.handle(incoming.request)
        except BaseException as error:
            reply = self._wiring.on_error(error)
        # Made before any delay, so that a reply that cannot be put in bytes fails here.
        accepted = self._handshake(reply, reply.talk, incoming) or self._stream(reply)
        payload, ending = accepted or self._encoded(reply, incoming)
        if reply.wire.at_once:
            self._send(payload, ending)
        else:
            self._delayed = True
            self._pass_gates(_Departure(payload, ending, reply.wire))

    def _encoded(self, reply: Reply, incoming: Incoming) -> tuple[bytes, Ending]:
        closes = _CLOSE in reply.headers or not reply.wire.framed
        connection = "close" if closes else incoming.connection
        ending = reply.wire.ending
        if ending is Ending.KEEP and connection == "close":
            ending = Ending.CLOSE
        return encode(reply, connection, method=incoming.request.method), ending

    def _handshake(self, reply: Reply, talk: Talk | None, incoming: Incoming) -> tuple[bytes, Ending] | None:
        """Accept a WebSocket, or refuse what is no handshake; None for a reply that is an answer and no more.

        It may end as soon as it is accepted: then the head, of which an acceptance consists, is all that is sent.
        """
        if talk is None:
            return None
        link = Link(self, talk, incoming.head)
        if link.refused:
            talk.lost()
            return self._encoded(self._wiring.refuse(link.status, link.refused, self._peer), incoming)
        self._link = link
        said = reply.wire.ending is Ending.KEEP or reply.wire.cut is not None
        return link.response if said else b"", reply.wire.ending

    def _stream(self, reply: Reply) -> tuple[bytes, Ending] | None:
        """Begin a body without end; None for a reply that is whole."""
        if reply.source is None:
            return None
        self._link = stream = Stream(self, reply.source, reply)
        return stream.response, Ending.KEEP

    def _send(self, payload: bytes, ending: Ending) -> None:
        if payload:
            self._transport.write(payload)
        self._end(ending)
        if self._link is not None and not self._ended:
            self._switch(self._link)

    def _pass_gates(self, departure: _Departure) -> None:
        """Wait at each gate in turn, then for the delay. Who opens a gate may do so on any thread, at any time."""
        if not departure.wire.gates:
            self._timer = self._loop.call_later(departure.wire.delay, self._send_piece, departure)
            return

        def go_on() -> None:
            with suppress(RuntimeError):  # the loop has ended, and with it this connection
                self._loop.call_soon_threadsafe(self._pass_gates, departure.past_a_gate())

        departure.wire.gates[0].when_open(go_on)

    def _send_piece(self, departure: _Departure) -> None:
        piece, rest = departure.next_piece()
        if rest is None:
            self._delayed = False
            self._send(piece, departure.ending)
            self._go_on()
        else:
            self._transport.write(piece)
            self._timer = self._loop.call_later(departure.wire.pause, self._send_piece, rest)

    def _say_last(self, reply: Reply) -> None:
        """Send `reply` and close: for what is no request, and for what we cannot go on from."""
        self._send(encode(reply, "close"), Ending.CLOSE)

    def _end(self, ending: Ending) -> None:
        if ending is Ending.CLOSE:
            self._ended = True
            with suppress(OSError):  # the client may be gone
                if self._transport.can_write_eof():
                    self._transport.write_eof()
                else:
                    self._transport.close()
            self._timer = self._loop.call_later(_LINGER_SECONDS, self._give_up)
        elif ending is Ending.RESET:
            self._ended = True
            peer = self._transport.get_extra_info("socket")
            with suppress(OSError):  # the client may be gone
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            self._transport.abort()
        elif ending is Ending.SILENT:
            self._ended = True

    def _give_up(self) -> None:
        """End with a client that does not, once it has taken our reply."""
        if self._transport.get_write_buffer_size():
            self._timer = self._loop.call_later(_LINGER_SECONDS, self._give_up)
        else:
            self._transport.abort()
