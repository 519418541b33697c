"""Speed, told as ratios against a peer in the same run: `python -m tests.bench`.

Medians of rounds in which the two take turns, so that a noisy machine disturbs both alike.
"""

from __future__ import annotations

import http.client
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import requests
from pytest_httpserver import HTTPServer

from pytest_okx import Credentials, OkxServer
from pytest_okx.clock import real_monotonic
from pytest_okx.messages import iso_time
from pytest_okx.signing import sign

BALANCE = "/api/v5/account/balance"
ROUNDS, CALLS, CYCLES = 9, 300, 200
Call = Callable[[], object]


def _signed(key: Credentials) -> dict[str, str]:
    timestamp = iso_time(time.time_ns() // 1_000_000)
    return {
        "OK-ACCESS-KEY": key.api_key,
        "OK-ACCESS-SIGN": sign(key.secret_key, timestamp, "GET", BALANCE),
        "OK-ACCESS-TIMESTAMP": timestamp,
        "OK-ACCESS-PASSPHRASE": key.passphrase,
    }


def _by_http_client(address: str, headers: Callable[[], dict[str, str]]) -> Call:
    connection = http.client.HTTPConnection(address)

    def call() -> None:
        connection.request("GET", BALANCE, headers=headers())
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 200, reply.status

    return call


def _by_requests(address: str, headers: Callable[[], dict[str, str]]) -> Call:
    session = requests.Session()

    def call() -> None:
        assert session.get(f"http://{address}{BALANCE}", headers=headers()).status_code == 200

    return call


def _p50(call: Call) -> float:
    times = []
    for _ in range(CALLS):
        start = real_monotonic()
        call()
        times.append(real_monotonic() - start)
    return statistics.median(times) * 1e6


def _compare(name: str, ours: Call, peer: Call) -> None:
    pairs = [(_p50(ours), _p50(peer)) for _ in range(ROUNDS)]
    ratio = statistics.median(mine / theirs for mine, theirs in pairs)
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{name:34} p50 {mine:6.0f} us   pytest-httpserver {theirs:6.0f} us   ratio {ratio:.2f}")


def _calls() -> None:
    with OkxServer(strict=False) as okx, HTTPServer() as peer:
        peer.expect_request(BALANCE).respond_with_json({"code": "0", "data": [], "msg": ""})
        address, other = okx.url.removeprefix("http://"), f"127.0.0.1:{peer.port}"

        def headers() -> dict[str, str]:
            return _signed(okx.credentials)

        for name, client in (("http.client", _by_http_client), ("requests.Session", _by_requests)):
            _compare(f"signed GET account/balance, {name}", client(address, headers), client(other, headers))


def _start_and_stop() -> None:
    times = []
    for _ in range(CYCLES):
        start = real_monotonic()
        with OkxServer():
            pass
        times.append((real_monotonic() - start) * 1e3)
    print(f"start + stop: median {statistics.median(times):.2f} ms, slowest of {CYCLES} {max(times):.2f} ms")


def _empty_suite() -> None:
    """What the plugin adds to a suite of one empty test, as whole processes taking turns."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_empty.py").write_text("def test_empty(): pass\n")

        def run(*extra: str) -> float:
            start = real_monotonic()
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *extra, folder]
            subprocess.run(command, check=True, capture_output=True)
            return (real_monotonic() - start) * 1e3

        run()
        pairs = [(run(), run("-p", "no:okx")) for _ in range(2 * ROUNDS)]
    added = statistics.median(mine - theirs for mine, theirs in pairs)
    whole = statistics.median(mine for mine, _ in pairs)
    print(f"the plugin adds to an empty suite: median {added:.1f} ms of {whole:.0f} ms")


def main() -> None:
    """Print every figure."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # the peer at its best: it would log every call
    _calls()
    _start_and_stop()
    _empty_suite()


if __name__ == "__main__":
    main()
