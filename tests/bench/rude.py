"""Clients that misbehave, and whether others are served beside them as if they were alone; ten thousand lives."""

from __future__ import annotations

import gc
import http.client
import os
import selectors
import socket
import statistics
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import NoReturn, cast

from pytest_okx import OkxServer
from pytest_okx.clock import real_monotonic

from .figures import line
from .servers import Peer, running

__all__ = ["beside_others", "crowd", "cycles", "knock", "left_behind", "live"]

CROWD = 500
CALLS = 400
SECONDS = 60  # after which a client counts as forgotten
BYTES_A_SECOND = 200.0
GREEDY = 200_000
Address = tuple[str, int]


def beside_others() -> None:
    """The time of a signed call beside each misbehaving client, to its time without one, in turns."""
    for name, misbehave in _RUDE.items():
        with running("pytest-okx") as server:
            host, _, port = server.address.rpartition(":")
            alone, beside = list[float](), list[float]()
            for _ in range(3):
                alone += _times(server)
                with misbehave((host, int(port)), server.request()):
                    beside += _times(server)
        p50, worst = statistics.median(beside) / statistics.median(alone), max(beside) / max(alone)
        told = f"p50 {statistics.median(beside):.0f} us, slowest {max(beside):.0f} us (alone {max(alone):.0f} us)"
        line(f"beside {name}", f"{p50:5.2f} times at p50", f"{worst:5.2f} times at worst", told)
    _knocks()


def _knocks() -> None:
    """All of a crowd connect and ask at the same moment: the time until all are answered, to one after the other."""
    with running("pytest-okx") as server:
        host, _, port = server.address.rpartition(":")
        ratios = []
        for _ in range(5):
            start = real_monotonic()
            for _ in range(CROWD):
                assert len(knock((host, int(port)), server.request(close=True), 1)) == 1
            middle = real_monotonic()
            assert len(knock((host, int(port)), server.request(close=True), CROWD)) == CROWD
            ratios.append((real_monotonic() - middle) / (middle - start))
    told = f"slowest {max(ratios):.2f} times"
    line(f"{CROWD} calls at once to one by one", f"{statistics.median(ratios):5.2f} times", told)


def _times(server: Peer) -> list[float]:
    """How long calls on one connection take, in microseconds."""
    connection = http.client.HTTPConnection(server.address, timeout=SECONDS)
    times = []
    for _ in range(CALLS):
        start = real_monotonic()
        connection.request("GET", server.path, headers=server.fields)
        reply = connection.getresponse()
        reply.read()
        times.append((real_monotonic() - start) * 1e6)
        assert reply.status == 200, reply.status
    connection.close()
    return times


def knock(address: Address, request: bytes, count: int) -> list[bytes]:
    """What `count` clients get that connect at the same moment and send `request`, which must end its connection."""
    received: dict[socket.socket, bytearray] = {}
    with selectors.DefaultSelector() as selector, ExitStack() as clients:
        for _ in range(count):
            client = clients.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(address)
            received[client] = bytearray()
            selector.register(client, selectors.EVENT_WRITE)
        while selector.get_map():
            for key, events in selector.select(timeout=SECONDS) or _hung():
                client = cast(socket.socket, key.fileobj)
                if events & selectors.EVENT_WRITE:
                    client.sendall(request)
                    selector.modify(client, selectors.EVENT_READ)
                elif data := client.recv(65536):
                    received[client] += data
                else:
                    selector.unregister(client)
    return [bytes(data) for data in received.values()]


def _hung() -> NoReturn:
    raise AssertionError(f"a hang: no client got anything for {SECONDS} s")


@contextmanager
def _silent(address: Address, request: bytes) -> Iterator[None]:
    """Connects, and says nothing."""
    with socket.create_connection(address):
        yield


@contextmanager
def _slow(address: Address, request: bytes) -> Iterator[None]:
    """Sends a byte now and then."""
    done = threading.Event()
    with socket.create_connection(address) as client:

        def dribble() -> None:
            for byte in request * 1000:
                client.sendall(bytes([byte]))
                if done.wait(1 / BYTES_A_SECOND):
                    return

        thread = threading.Thread(target=dribble)
        thread.start()
        yield
        done.set()
        thread.join()


@contextmanager
def _never_reads(address: Address, request: bytes) -> Iterator[None]:
    """Asks until the server does not read any more, and reads no reply."""
    with socket.create_connection(address, timeout=0.5) as client:
        with suppress(TimeoutError):
            while True:
                client.sendall(request * 100)
        yield


@contextmanager
def crowd(address: Address, request: bytes, count: int = CROWD) -> Iterator[None]:
    """Many connections: a third silent, a third amid a head, a third that asked and never ask again."""
    with ExitStack() as clients:
        for number in range(count):
            client = clients.enter_context(socket.create_connection(address, timeout=SECONDS))
            client.sendall((b"", request[:-2], request)[number % 3])
        yield


@contextmanager
def _greedy(address: Address, request: bytes) -> Iterator[None]:
    """Asks thousands of times without waiting, and reads all replies."""
    done = threading.Event()
    with socket.create_connection(address) as client:

        def ask() -> None:
            with suppress(OSError):
                for _ in range(GREEDY // 100):
                    client.sendall(request * 100)
                    if done.is_set():
                        return

        def read() -> None:
            with suppress(OSError):
                while client.recv(1 << 20):
                    pass

        threads = [threading.Thread(target=work) for work in (ask, read)]
        for thread in threads:
            thread.start()
        yield
        done.set()
        client.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


_RUDE: dict[str, Callable[[Address, bytes], AbstractContextManager[None]]] = {
    "a silent client": _silent,
    "a slow client": _slow,
    "a client that never reads": _never_reads,
    f"{CROWD} connections": crowd,
    "a client that asks without waiting": _greedy,
}

Left = tuple[int, list[str], dict[str, str]]


def left_behind() -> Left:
    """What a server could leave in this process: open files (where the system tells), threads, the environment."""
    gc.collect()
    files = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    return files, sorted(thread.name for thread in threading.enumerate()), dict(os.environ)


def live(request: bytes = b"GET /api/v5/public/time HTTP/1.1\r\nHost: x\r\n\r\n") -> None:
    """One server's life: started, one client served, one left silent and one amid a request, stopped."""
    with OkxServer() as server, ExitStack() as clients:
        host, _, port = server.url.removeprefix("http://").rpartition(":")
        for part in (request, b"", request[:-2]):
            client = clients.enter_context(socket.create_connection((host, int(port)), timeout=SECONDS))
            client.sendall(part)
            assert part != request or client.recv(65536).startswith(b"HTTP/1.1 200 ")


def cycles(count: int) -> None:
    """Start and stop `count` servers, each with clients, and count what is left."""
    for _ in range(100):  # what is cached once is not left behind
        live()
    before, objects, memory = left_behind(), _servers(), _resident()
    for _ in range(count):
        live()
    after = left_behind()
    assert after == before, (before, after)
    grown = f"{(_resident() - memory) / 1e6:+.1f} MB resident" if memory else "memory unknown"
    counts = f"{after[0] - before[0]} files, {len(after[1]) - len(before[1])} threads, {_servers() - objects} servers"
    line(f"{count} servers started and stopped", f"left behind: {counts}", grown)


def _servers() -> int:
    return sum(isinstance(each, OkxServer) for each in gc.get_objects())


def _resident() -> int:
    """Bytes of memory in use by this process, where the system tells; else 0."""
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
