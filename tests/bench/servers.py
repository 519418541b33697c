"""The servers that are measured, each in a process of its own: `python -m tests.bench.servers NAME`.

A server prints its address and the request to ask it with, and ends when its standard input does. All answer the same
path with a small JSON reply; ours checks a signature and writes a log on the way, the peers do nothing.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from pytest_okx import Credentials, OkxServer
from pytest_okx.messages import iso_time
from pytest_okx.signing import sign

__all__ = ["BALANCE", "PEERS", "TRIVIAL", "Peer", "running", "signed_fields", "trivial_app"]

BALANCE = "/api/v5/account/balance"
TRIVIAL = {"code": "0", "data": [], "msg": ""}
Announce = Callable[[str, str, dict[str, str]], None]


@dataclass(frozen=True)
class Peer:
    """A server that runs: HOST:PORT, and the path and header fields to ask it with."""

    name: str
    address: str
    path: str
    fields: dict[str, str]

    def request(self, *, close: bool = False) -> bytes:
        """The bytes of one call."""
        fields = {"Host": self.address, **self.fields} | ({"Connection": "close"} if close else {})
        lines = [f"GET {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


def signed_fields(key: Credentials, at: int, path: str = BALANCE) -> dict[str, str]:
    """The header fields that sign a GET of `path` at `at` (ms)."""
    timestamp = iso_time(at)
    return {
        "OK-ACCESS-KEY": key.api_key,
        "OK-ACCESS-SIGN": sign(key.secret_key, timestamp, "GET", path),
        "OK-ACCESS-TIMESTAMP": timestamp,
        "OK-ACCESS-PASSPHRASE": key.passphrase,
    }


def trivial_app(environ: dict[str, Any], start_response: Any) -> Any:
    """A WSGI application that answers anything with the same JSON, through werkzeug's response class."""
    return Response(json.dumps(TRIVIAL), content_type="application/json")(environ, start_response)


def _ours(announce: Announce) -> None:
    # Without a window one signature serves the whole run; it is verified at each call all the same.
    with OkxServer(strict=False, timestamp_window=None) as server:
        fields = signed_fields(server.credentials, server.clock.now_ms())
        announce(server.url.removeprefix("http://"), BALANCE, fields)


def _httpserver(announce: Announce) -> None:
    with HTTPServer() as server:
        server.expect_request(BALANCE).respond_with_json(TRIVIAL)
        announce(f"127.0.0.1:{server.port}", BALANCE, {})


def _werkzeug(announce: Announce) -> None:
    server = make_server("127.0.0.1", 0, trivial_app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    announce(f"127.0.0.1:{server.server_port}", BALANCE, {})
    server.shutdown()


def _moto(announce: Announce) -> None:
    server = importlib.import_module("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    announce(f"{host}:{port}", "/moto-api/data.json", {})
    server.stop()


_SERVERS: dict[str, Callable[[Announce], None]] = {
    "pytest-okx": _ours,
    "pytest-httpserver": _httpserver,
    "werkzeug.serving": _werkzeug,
    "moto server": _moto,
}
PEERS = tuple(
    name for name in _SERVERS if name != "pytest-okx" and (name != "moto server" or importlib.util.find_spec("moto"))
)


@contextmanager
def running(name: str) -> Iterator[Peer]:
    """The server of that name, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.servers", name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Peer(name, **json.loads(process.stdout.readline()))
        finally:
            process.stdin.close()
            process.wait()


def main(name: str) -> None:
    """Serve until standard input ends."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # the peers at their best: they would log every call

    def announce(address: str, path: str, fields: dict[str, str]) -> None:
        print(json.dumps({"address": address, "path": path, "fields": fields}), file=sys.__stdout__, flush=True)
        sys.stdin.read()

    with redirect_stdout(sys.stderr):  # moto prints a greeting
        _SERVERS[name](announce)


if __name__ == "__main__":
    main(sys.argv[1])
