"""A small client that keeps N connections busy, in a process of its own: `python -m tests.bench.load`.

It is there for machines without wrk: one thread over `selectors`, each connection asking again as soon as it has its
reply. It reads replies just far enough to know where they end.
"""

from __future__ import annotations

import json
import re
import selectors
import shutil
import socket
import subprocess
import sys
import time

from .servers import Peer

__all__ = ["WRK", "rate"]

WRK = shutil.which("wrk")
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_RATE = re.compile(r"Requests/sec: +([0-9.]+)")


class _Connection:
    """One busy connection, made anew whenever the server ends it."""

    def __init__(self, selector: selectors.BaseSelector, address: tuple[str, int], request: bytes, fresh: bool) -> None:
        self._selector = selector
        self._address = address
        self._request = request
        self._fresh = fresh
        self.answered = 0
        self._open()

    def _open(self) -> None:
        self._socket = socket.create_connection(self._address, timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(self._socket, selectors.EVENT_READ, self)
        self._ask()

    def _ask(self) -> None:
        self._received = b""
        self._socket.sendall(self._request)

    def read(self) -> None:
        """Take what has come; ask again when it is a whole reply."""
        data = self._socket.recv(65536)
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        whole = bool(found) and len(body) >= int(length[1]) if length else not data
        if whole:
            assert head[8:13] == b" 200 ", head
            self.answered += 1
            if data and not self._fresh and b"onnection: close" not in head:
                self._ask()
                return
        assert whole or data, f"closed after {self._received!r}"
        if whole:
            self.close()
            self._open()

    def close(self) -> None:
        """End it."""
        self._selector.unregister(self._socket)
        self._socket.close()


def _drive(address: str, request: bytes, connections: int, seconds: float, fresh: bool) -> float:
    host, _, port = address.rpartition(":")
    with selectors.DefaultSelector() as selector:
        busy = [_Connection(selector, (host, int(port)), request, fresh) for _ in range(connections)]
        start = time.perf_counter()
        while (passed := time.perf_counter() - start) < seconds:
            for key, _ in selector.select(timeout=1):
                key.data.read()
        for connection in busy:
            connection.close()
    return sum(connection.answered for connection in busy) / passed


def rate(peer: Peer, connections: int, seconds: float, *, fresh: bool = False) -> float:
    """Replies in a second, from a client in another process: wrk where it is installed, else this module."""
    if WRK:
        fields = peer.fields | ({"Connection": "close"} if fresh else {})
        headers = [part for name, value in fields.items() for part in ("-H", f"{name}: {value}")]
        options = ["-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s"]
        command = [WRK, *options, *headers, f"http://{peer.address}{peer.path}"]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found = _RATE.search(printed)
        assert found is not None, printed
        assert "Non-2xx" not in printed, printed
        return float(found[1])
    asked = {
        "address": peer.address,
        "request": peer.request(close=fresh).decode(),
        "connections": connections,
        "seconds": seconds,
        "fresh": fresh,
    }
    command = [sys.executable, "-m", "tests.bench.load"]
    return float(subprocess.run(command, input=json.dumps(asked), check=True, stdout=subprocess.PIPE, text=True).stdout)


def main() -> None:
    """Drive as told on standard input, and print the rate."""
    asked = json.load(sys.stdin)
    print(_drive(request=asked.pop("request").encode(), **asked))


if __name__ == "__main__":
    main()
