"""Many WebSocket clients in a process of their own, `python -m tests.bench.audience`: they connect, and count frames.

One thread over `selectors` that reads just far enough to know where a frame ends, so that what is measured is the
server. `gathered` is the other end, in the process that measures.
"""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, cast

from websockets.frames import Frame, Opcode

__all__ = ["Audience", "frame_end", "gathered"]

SECONDS = 60  # after which a server counts as hung
_HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
_SHORT, _LONG = 126, 127  # what stands in place of a length that follows in 2 or 8 bytes


class _Listener:
    """One client."""

    def __init__(self, address: tuple[str, int], path: str) -> None:
        self.socket = socket.create_connection(address, timeout=SECONDS)
        self._received = bytearray()
        self.missing = 0
        self.socket.sendall(_HANDSHAKE.format(path=path).encode())
        while not (end := self._received.find(b"\r\n\r\n") + 4) > 3:
            self._take()
        assert self._received.startswith(b"HTTP/1.1 101 "), bytes(self._received)
        del self._received[:end]

    def say(self, text: str) -> None:
        self.socket.sendall(Frame(Opcode.TEXT, text.encode()).serialize(mask=True))

    def read(self) -> None:
        """Take what has come."""
        self._take()
        self.count()

    def count(self) -> None:
        """Miss no longer what has come."""
        start = 0
        while (end := frame_end(self._received, start)) <= len(self._received):
            assert self._received[start] == 0x80 | Opcode.TEXT, bytes(self._received[start:])
            start, self.missing = end, self.missing - 1
        del self._received[:start]

    def _take(self) -> None:
        data = self.socket.recv(65536)
        assert data, f"closed after {bytes(self._received)!r}"
        self._received += data


def frame_end(data: bytes | bytearray, start: int) -> int:
    """Where the server's frame ends that begins at `start`, as far as is known; beyond `data` where it is not whole."""
    if len(data) < start + 2:
        return start + 2
    length = data[start + 1]
    more = {_SHORT: 2, _LONG: 8}.get(length, 0)
    return start + 2 + more + (int.from_bytes(data[start + 2 : start + 2 + more]) if more else length)


def _await(selector: selectors.BaseSelector, listeners: list[_Listener], messages: int) -> None:
    """Read until each has got so many messages more."""
    left = set()
    for listener in listeners:
        listener.missing += messages
        listener.count()
        if listener.missing > 0:
            left.add(listener)
    while left:
        for key, _ in selector.select(timeout=SECONDS) or [_hung()]:
            key.data.read()
            if key.data.missing <= 0:
                left.discard(key.data)


def _hung() -> Any:
    raise AssertionError(f"a hang: nothing came for {SECONDS} s")


def main() -> None:
    """Connect as told on the first line; then, for each line, wait for that many messages and say what that took."""
    asked = json.loads(sys.stdin.readline())
    listeners = [_Listener((asked["host"], asked["port"]), asked["path"]) for _ in range(asked["count"])]
    with selectors.DefaultSelector() as selector:
        for listener in listeners:
            selector.register(listener.socket, selectors.EVENT_READ, listener)
            if asked["greeting"]:
                listener.say(asked["greeting"])
        print(flush=True)
        for line in sys.stdin:
            start = time.process_time()
            _await(selector, listeners, int(line))
            print(time.process_time() - start, flush=True)
    for listener in listeners:
        listener.socket.close()


@dataclass(frozen=True)
class Audience:
    """Clients that are connected, as their process is asked about them."""

    _to: IO[str]
    _from: IO[str]

    def expect(self, messages: int) -> None:
        """Have each client read so many messages from now on."""
        self._to.write(f"{messages}\n")
        self._to.flush()

    def served(self) -> float:
        """Wait until all have what was expected; the processor time that reading it took, in seconds."""
        return float(self._from.readline())


@contextmanager
def gathered(address: str, count: int, path: str = "/ws/v5/public", greeting: str = "") -> Iterator[Audience]:
    """So many clients of HOST:PORT, each of which has said `greeting`."""
    host, _, port = address.rpartition(":")
    asked = {"host": host, "port": int(port), "path": path, "count": count, "greeting": greeting}
    command = [sys.executable, "-m", "tests.bench.audience"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        audience = Audience(cast(IO[str], process.stdin), cast(IO[str], process.stdout))
        try:
            audience._to.write(f"{json.dumps(asked)}\n")
            audience._to.flush()
            audience._from.readline()
            yield audience
        finally:
            audience._to.close()
            process.wait()


if __name__ == "__main__":
    main()
