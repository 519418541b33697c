"""The socket: one thread and one asyncio event loop, on which connections live (connection.py).

What lives here: listening, starting and stopping. It decides nothing about OKX and must not know what
is asked or answered. Only these two modules know sockets, threads and asyncio; others import them
when a server starts, not before.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from .clock import real_monotonic
from .connection import Connection, Wiring, guarded
from .messages import Ending, Reply, Request

__all__ = ["Transport"]

# What does not fit the kernel drops, and the client tries again after a second: hundreds may connect at once.
_BACKLOG: Final = 1024
# On Windows SO_REUSEADDR lets a second server take the port of a first.
_LISTEN_OPTION: Final = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
_ADVICE: Final = {
    errno.EADDRINUSE: "the port is in use: stop what uses it, or take port 0 for a free one",
    errno.EACCES: "the system keeps this port to itself: take port 0 for a free one",
    errno.EADDRNOTAVAIL: "the host is no address of this machine: take 127.0.0.1",
}


class _Loop(asyncio.SelectorEventLoop):
    """An event loop whose timers no freeze stops: freezegun patches `time.monotonic` too."""

    def time(self) -> float:
        return real_monotonic()


class Transport:
    """An HTTP/1.1 server on a thread of its own.

    `handle` makes a reply of each request, in the order of arrival, on the server's thread; a
    header ("Connection", "close") in it ends the connection. `refuse(status, reason, peer)` makes
    one for bytes that are no request, after which the connection closes. `on_error(exception)`
    makes one when `handle` raises. `on_connect(peer)` is asked how each connection ends, before
    its first byte; `Ending.KEEP` lets it live. `poll` is called every tenth of a second of real time
    while there is a WebSocket. With `tls` every connection begins with its handshake. A head may have
    `max_head` bytes, a body `max_body`.
    """

    def __init__(
        self,
        handle: Callable[[Request], Reply],
        *,
        refuse: Callable[[int, str, str], Reply],
        on_error: Callable[[BaseException], Reply],
        on_connect: Callable[[str], Ending] | None = None,
        poll: Callable[[], None] | None = None,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        max_head: int = 32 * 1024,
        max_body: int = 1024 * 1024,
    ) -> None:
        self.host = host
        self.port = port
        self._wanted_port = port
        self._wiring = Wiring(handle, refuse, on_error, on_connect, poll, tls, max_head, max_body)
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

    def call_soon(self, action: Callable[[], None]) -> None:
        """Run `action` on the server's thread; any thread may ask. Nothing happens when the server is stopped."""
        running = self._running
        if running is not None:
            running.call_soon(action)


def _listen(host: str, port: int) -> socket.socket:
    # Bound here and not by asyncio, which would ask the resolver, on threads that outlive the loop.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Connections inherit the protocol; asyncio switches Nagle's delay off only where it is named.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
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

    def __init__(self, wiring: Wiring, listener: socket.socket) -> None:
        self._wiring = wiring
        self._loop = _Loop()
        self._stopping: asyncio.Future[None] = self._loop.create_future()
        self.thread = threading.Thread(target=self._run, args=(listener,), name="pytest-okx server", daemon=True)
        try:
            self.thread.start()
        except BaseException:
            self._loop.close()
            raise

    def call_soon(self, action: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(guarded, self._wiring, action)

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
        server = await self._loop.create_server(lambda: Connection(wiring, self._loop), sock=listener, backlog=_BACKLOG)
        await self._stopping
        # What is being accepted is seen through to its end before the server closes: dropped midway
        # it would leave a socket.
        self._loop.remove_reader(listener)
        while wiring.connections or len(asyncio.all_tasks()) > 1:
            for connection in tuple(wiring.connections):
                connection.abort()
            await asyncio.sleep(0)
        server.close()
