"""The socket: one thread, one asyncio event loop, and the life of each connection on it.

What lives here: listening, reading and writing, and how a connection ends. It decides nothing
about OKX and must not know what is asked or answered: bytes become a `Request` (http1.py), a
function that it is given makes a `Reply` of it, and the reply becomes bytes. Only this module knows
sockets, threads and asyncio; others import it when a server starts, not before.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Final, cast

from .clock import real_monotonic
from .http1 import CONTINUE, Incoming, Refused, RequestParser, encode
from .messages import ConnectionId, Ending, Reply, Request, Wire

__all__ = ["Transport"]

# What does not fit the kernel drops, and the client tries again after a second: hundreds may connect at once.
_BACKLOG: Final = 1024
_MOST_AT_ONCE: Final = 64 * 1024
# How long a client may go on sending after our FIN. Closed at once, a connection with unread bytes
# is reset by the kernel, and the reset takes our reply from under the client's eyes.
_LINGER_SECONDS: Final = 1.0
_RESET_ON_CLOSE: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
# On Windows SO_REUSEADDR lets a second server take the port of a first.
_LISTEN_OPTION: Final = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
_CLOSE: Final = ("Connection", "close")
_ADVICE: Final = {
    errno.EADDRINUSE: "the port is in use: stop what uses it, or take port 0 for a free one",
    errno.EACCES: "the system keeps this port to itself: take port 0 for a free one",
    errno.EADDRNOTAVAIL: "the host is no address of this machine: take 127.0.0.1",
}


class _Loop(asyncio.SelectorEventLoop):
    """An event loop whose timers no freeze stops: freezegun patches `time.monotonic` too."""

    def time(self) -> float:
        return real_monotonic()


@dataclass(frozen=True, slots=True)
class _Wiring:
    """What a connection asks of the others, and the connections that live."""

    handle: Callable[[Request], Reply]
    refuse: Callable[[int, str, str], Reply]
    on_error: Callable[[BaseException], Reply]
    on_connect: Callable[[str], Ending] | None
    max_head: int
    max_body: int
    connections: set[_Connection] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    # Where bytes arrive before a connection takes them. A new block of the 256 KiB that asyncio reads at most would
    # be asked of the system, and given back, for each request.
    arrivals: memoryview = field(default_factory=lambda: memoryview(bytearray(_MOST_AT_ONCE)))


class Transport:
    """An HTTP/1.1 server on a thread of its own.

    `handle` makes a reply of each request, in the order of arrival, on the server's thread; a
    header ("Connection", "close") in it ends the connection. `refuse(status, reason, peer)` makes
    one for bytes that are no request, after which the connection closes. `on_error(exception)`
    makes one when `handle` raises. `on_connect(peer)` is asked how each connection ends, before
    its first byte; `Ending.KEEP` lets it live. A head may have `max_head` bytes, a body `max_body`.
    """

    def __init__(
        self,
        handle: Callable[[Request], Reply],
        *,
        refuse: Callable[[int, str, str], Reply],
        on_error: Callable[[BaseException], Reply],
        on_connect: Callable[[str], Ending] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        max_head: int = 32 * 1024,
        max_body: int = 1024 * 1024,
    ) -> None:
        self.host = host
        self.port = port
        self._wanted_port = port
        self._wiring = _Wiring(handle, refuse, on_error, on_connect, max_head, max_body)
        self._running: _Running | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Listen, and return; from then on `port` is the real one.

        Raises OSError, leaving nothing behind, when the address cannot be had.
        """
        with self._lock:
            if self._running is not None:
                raise RuntimeError(f"the server listens on port {self.port} already: stop it first")
            listener = _listen(self.host, self._wanted_port)
            self.port = listener.getsockname()[1]
            try:
                self._running = _Running(self._wiring, listener)
            except BaseException:
                listener.close()
                raise

    def stop(self) -> None:
        """Abort every connection and end the thread, waiting for no peer; harmless when stopped.

        Any thread may call it but the server's own, where it raises RuntimeError.
        """
        running = self._running
        if running is not None and running.thread is threading.current_thread():
            raise RuntimeError("stop() was called on the server's own thread: call it from another")
        with self._lock:
            running, self._running = self._running, None
            if running is not None:
                running.stop()


def _listen(host: str, port: int) -> socket.socket:
    # Bound here and not by asyncio, which would ask the resolver, on threads that outlive the loop.
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, _LISTEN_OPTION, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
        listener.setblocking(False)
    except (OSError, OverflowError) as error:
        listener.close()
        number = getattr(error, "errno", errno.EINVAL)
        advice = _ADVICE.get(number, f"{error}; take 127.0.0.1 and port 0")
        raise OSError(number, f"cannot listen on {host} port {port}: {advice}") from None
    return listener


class _Running:
    """A transport between start and stop: its loop and thread."""

    def __init__(self, wiring: _Wiring, listener: socket.socket) -> None:
        self._wiring = wiring
        self._loop = _Loop()
        self._stopping: asyncio.Future[None] = self._loop.create_future()
        self.thread = threading.Thread(target=self._run, args=(listener,), name="pytest-okx server", daemon=True)
        try:
            self.thread.start()
        except BaseException:
            self._loop.close()
            raise

    def stop(self) -> None:
        with suppress(RuntimeError):  # the loop has ended by itself: its thread reported why
            self._loop.call_soon_threadsafe(self._stopping.set_result, None)
        self.thread.join()

    def _run(self, listener: socket.socket) -> None:
        try:
            self._loop.run_until_complete(self._serve(listener))
        finally:
            self._loop.close()

    async def _serve(self, listener: socket.socket) -> None:
        wiring = self._wiring
        server = await self._loop.create_server(
            lambda: _Connection(wiring, self._loop), sock=listener, backlog=_BACKLOG
        )
        await self._stopping
        # What is being accepted is seen through to its end before the server closes: dropped midway
        # it would leave a socket.
        self._loop.remove_reader(listener)
        while wiring.connections or len(asyncio.all_tasks()) > 1:
            for connection in tuple(wiring.connections):
                connection.abort()
            await asyncio.sleep(0)
        server.close()


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


class _Connection(asyncio.BufferedProtocol):
    """One client's connection.

    Requests are answered one at a time. While a reply is delayed, or the client does not read,
    nothing more is read from it; once we have ended, what still comes is thrown away.
    """

    _transport: asyncio.Transport

    def __init__(self, wiring: _Wiring, loop: asyncio.AbstractEventLoop) -> None:
        self._wiring = wiring
        self._loop = loop
        self._delayed = False
        self._choked = False
        self._yielded = False
        self._paused = False
        self._ended = False
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._wiring.connections.add(self)
        peer = transport.get_extra_info("peername")
        self._peer: str = peer[0] if peer else ""
        connection = ConnectionId(next(self._wiring.numbers), real_monotonic())
        self._parser = RequestParser(self._peer, self._wiring.max_head, self._wiring.max_body, connection)
        if self._wiring.on_connect is not None:
            try:
                self._end(self._wiring.on_connect(self._peer))
            except BaseException as error:
                self._say_last(self._wiring.on_error(error))

    def connection_lost(self, exc: Exception | None) -> None:
        self._wiring.connections.discard(self)
        self._ended = True
        if self._timer is not None:
            self._timer.cancel()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._wiring.arrivals

    def buffer_updated(self, nbytes: int) -> None:
        if not self._ended:
            self._parser.feed(self._wiring.arrivals[:nbytes])
            self._go_on()

    def pause_writing(self) -> None:
        self._choked = True

    def resume_writing(self) -> None:
        self._choked = False
        self._go_on()

    def abort(self) -> None:
        """End at once, whatever has not been sent."""
        self._transport.abort()

    def _go_on(self) -> None:
        """Answer what has arrived, as far as the client lets us."""
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
        if (self._delayed or self._choked or self._yielded) and not self._ended:
            self._transport.pause_reading()
            self._paused = True
        elif self._paused:
            self._paused = False
            self._transport.resume_reading()

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
        try:
            reply = self._wiring.handle(incoming.request)
        except BaseException as error:
            reply = self._wiring.on_error(error)
        closes = _CLOSE in reply.headers or not reply.wire.framed
        connection = "close" if closes else incoming.connection
        # Made before any delay, so that a reply that cannot be put in bytes fails here.
        payload = encode(reply, connection, method=incoming.request.method)
        ending = reply.wire.ending
        if ending is Ending.KEEP and connection == "close":
            ending = Ending.CLOSE
        if reply.wire.at_once:
            self._send(payload, ending)
        else:
            self._delayed = True
            self._pass_gates(_Departure(payload, ending, reply.wire))

    def _send(self, payload: bytes, ending: Ending) -> None:
        if payload:
            self._transport.write(payload)
        self._end(ending)

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
                self._transport.write_eof()
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
