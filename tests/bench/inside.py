"""What costs what without a network between: the gateway, `wsgi`, starting and stopping, importing, the log."""

from __future__ import annotations

import cProfile
import io
import pstats
import statistics
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Request as WerkzeugRequest

from pytest_okx import OkxServer
from pytest_okx.clock import real_monotonic
from pytest_okx.http1 import RequestParser, encode
from pytest_okx.messages import Request
from pytest_okx.signing import sign

from .figures import fastest_us, line, median_us, take_turns
from .servers import BALANCE, TRIVIAL, Peer, signed_fields

__all__ = ["gateway", "imports", "memory", "profile", "start_and_stop", "suite", "wsgi"]

LOGGED = 10_000
PROFILED = 5_000
PEER_CALLS = 1_000
SHOWN = 25


def _server() -> tuple[OkxServer, bytes]:
    """A server that is not started, and the bytes of a signed call that it accepts."""
    server = OkxServer(strict=False, timestamp_window=None, max_calls=LOGGED)
    fields = {
        "User-Agent": "python-requests/2.32",
        "Accept-Encoding": "gzip, deflate",
        "Accept": "*/*",
        "Connection": "keep-alive",
        **signed_fields(server.credentials, server.clock.now_ms()),
    }
    return server, Peer("", "127.0.0.1:8080", BALANCE, fields).request()


def _parsed(asked: bytes) -> Request:
    parser = RequestParser("127.0.0.1", 32_768, 1 << 20)
    parser.feed(asked)
    incoming = parser.next()
    assert incoming is not None
    return incoming.request


def _environ(asked: bytes) -> dict[str, Any]:
    headers = _parsed(asked).headers.raw
    return EnvironBuilder(path=BALANCE, headers=headers, environ_base={"REMOTE_ADDR": "127.0.0.1"}).get_environ()


def _peer() -> tuple[HTTPServer, Any]:
    """A pytest-httpserver that is not started, and its calls as a WSGI application."""
    server = HTTPServer()
    server.expect_request(BALANCE).respond_with_json(TRIVIAL)
    return server, WerkzeugRequest.application(server.application)


def gateway() -> None:
    """One signed call through the gateway, to pytest-httpserver's application called without a socket, and to HMAC."""
    server, asked = _server()
    request, environ, (_, peer) = _parsed(asked), _environ(asked), _peer()
    key, timestamp = server.credentials, request.headers["OK-ACCESS-TIMESTAMP"]
    assert server._gateway.handle(request).status == 200
    mine, his, ratio = take_turns(
        lambda: fastest_us(lambda: server._gateway.handle(request)),
        lambda: fastest_us(lambda: run_wsgi_app(peer, environ, buffered=True)),
        3,
    )
    hmac = fastest_us(lambda: sign(key.secret_key, timestamp, "GET", BALANCE))
    line("gateway alone to pytest-httpserver's WSGI", f"{ratio:5.2f} times", f"{mine:.1f} us to {his:.1f} us")
    line("gateway alone to the one HMAC in it", f"{mine / hmac:5.2f} times", f"{mine:.1f} us to {hmac:.1f} us")


def wsgi() -> None:
    """One signed call through `server.wsgi`, to pytest-httpserver's application called the same way."""
    server, asked = _server()
    app, environ, (_, peer) = server.wsgi, _environ(asked), _peer()
    for each in (app, peer, peer):  # the first call of a pytest-httpserver is its check of readiness
        assert run_wsgi_app(each, environ, buffered=True)[1].startswith("200")
    mine, his, ratio = take_turns(
        lambda: fastest_us(lambda: run_wsgi_app(app, environ, buffered=True)),
        lambda: fastest_us(lambda: run_wsgi_app(peer, environ, buffered=True)),
        3,
    )
    line("wsgi to pytest-httpserver's WSGI", f"{ratio:5.2f} times", f"{mine:.1f} us to {his:.1f} us")


def start_and_stop() -> None:
    """A server started and stopped, to pytest-httpserver."""

    def ours() -> None:
        with OkxServer():
            pass

    def peer() -> None:
        with HTTPServer():
            pass

    mine, theirs, ratio = take_turns(lambda: median_us(ours, 100), lambda: median_us(peer, 1), 5)
    line("start + stop to pytest-httpserver", f"{ratio:5.4f} times", f"{mine / 1e3:.2f} ms to {theirs / 1e3:.0f} ms")


def imports() -> None:
    """Importing the plugin, to importing pytest-httpserver's, both after pytest: whole processes taking turns."""

    def cost(module: str) -> Callable[[], float]:
        code = f"import pytest, time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
        command = [sys.executable, "-c", code]
        return lambda: float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) * 1e3

    mine, theirs, ratio = take_turns(cost("pytest_okx.plugin"), cost("pytest_httpserver.pytest_plugin"), 9)
    line("import of the plugin to pytest-httpserver's", f"{ratio:5.2f} times", f"{mine:.1f} ms to {theirs:.1f} ms")


def suite() -> None:
    """What the plugin adds to a suite of one empty test, as whole processes taking turns."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_empty.py").write_text("def test_empty(): pass\n")

        def run(*extra: str) -> float:
            start = real_monotonic()
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *extra, folder]
            subprocess.run(command, check=True, capture_output=True)
            return (real_monotonic() - start) * 1e3

        run()
        pairs = [(run(), run("-p", "no:okx")) for _ in range(9)]
    added = statistics.median(mine - theirs for mine, theirs in pairs)
    whole = statistics.median(mine for mine, _ in pairs)
    line(
        "an empty suite with the plugin", f"{whole / (whole - added):5.2f} times", f"{added:+.1f} ms to {whole:.0f} ms"
    )


def memory() -> None:
    """What the log of 10,000 calls holds on to, each parsed from bytes of its own, to pytest-httpserver's log."""
    server, asked = _server()
    server._gateway.handle(_parsed(asked))
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(LOGGED):
        own = asked.replace(b"Accept: */*", b"Accept: */*;q=%d" % number)
        assert server._gateway.handle(_parsed(own)).status == 200
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(server.calls) == LOGGED
    theirs = _peer_memory(asked)
    line(
        f"memory of {LOGGED} logged calls to pytest-httpserver's",
        f"{held / LOGGED / theirs:5.2f} times",
        f"{held / 1e6:.1f} MB, {held / LOGGED:.0f} to {theirs:.0f} bytes a call",
    )


def _peer_memory(asked: bytes) -> float:
    server, app = _peer()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(PEER_CALLS):
        run_wsgi_app(app, _environ(asked.replace(b"Accept: */*", b"Accept: */*;q=%d" % number)), buffered=True)
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(server.log) == PEER_CALLS
    return held / PEER_CALLS


def profile() -> None:
    """Where the time of a signed call goes: parsed from bytes, answered, put into bytes; shares, largest first."""
    server, asked = _server()
    profiler = cProfile.Profile()
    parser = RequestParser("127.0.0.1", 32_768, 1 << 20)
    handle = server._gateway.handle
    with profiler:
        for _ in range(PROFILED):
            parser.feed(asked)
            incoming = parser.next()
            assert incoming is not None
            encode(handle(incoming.request), incoming.connection)
    stats: Any = pstats.Stats(profiler, stream=io.StringIO())
    rows = sorted(stats.stats.items(), key=lambda item: item[1][2], reverse=True)
    for (file, number, name), (_, calls, own, cumulative, _) in rows[:SHOWN]:
        where = f"{Path(file).stem}:{number} {name}" if number else name
        shares = f"{100 * own / stats.total_tt:4.1f} % own, {100 * cumulative / stats.total_tt:5.1f} % with callees"
        line(where[:44], shares, f"{calls / PROFILED:g} a call")
