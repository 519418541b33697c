"""Bots with URLs written into them, one client library after the other: unchanged, they reach the fake."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import aiohttp
import ccxt
import ccxt.async_support
import httpx
import pytest
import requests
import websockets.asyncio.client
import websockets.sync.client
from okx.Account import AccountAPI

from pytest_okx import OkxNetwork, OkxServer
from pytest_okx.network import ElsewhereRefused, Guard, RealExchangeRefused

TIME = "https://www.okx.com/api/v5/public/time"
PUBLIC = "wss://ws.okx.com:8443/ws/v5/public"
# Made before any server: they trust whom they trusted then, and ask nobody's environment.
EARLY_REQUESTS, EARLY_HTTPX = requests.Session(), httpx.Client(trust_env=False)
EARLY_REQUESTS.trust_env = False


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    with EARLY_REQUESTS, EARLY_HTTPX:
        yield


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def server(request: pytest.FixtureRequest) -> Iterator[OkxServer]:
    with OkxServer(tls=request.param) as made:
        yield made


@pytest.fixture
def network(server: OkxServer) -> Iterator[OkxNetwork]:
    guard = Guard(lambda: "test_bot")
    guard.install()
    with OkxNetwork(server) as made:
        yield made
    guard.remove()
    assert guard.refusals == []


def codes(*replies: Any) -> set[str]:
    return {reply.json()["code"] for reply in replies}


def with_urllib() -> str:
    with urllib.request.urlopen(TIME, timeout=60) as reply:
        code: str = json.load(reply)["code"]
    return code


async def with_httpx() -> str:
    async with httpx.AsyncClient() as client:
        code: str = (await client.get(TIME)).json()["code"]
    return code


async def with_aiohttp() -> str:
    async with aiohttp.ClientSession() as session, session.get(TIME) as reply:
        code: str = (await reply.json())["code"]
    await closing()
    return code


async def closing() -> None:
    """Over TLS aiohttp needs a moment to close, which no call of its own waits for."""
    selector: Any = vars(asyncio.get_running_loop())["_selector"]
    while len(selector.get_map()) > 1:  # the loop itself is one
        await asyncio.sleep(0.001)


async def with_ccxt() -> str:
    exchange = ccxt.async_support.okx()
    try:
        return "0" if await exchange.fetch_time() else ""
    finally:
        await exchange.close()
        await closing()


ASKING: dict[str, Callable[[], Any]] = {
    "requests": lambda: requests.get(TIME, timeout=60).json()["code"],
    "requests, made early": lambda: EARLY_REQUESTS.get(TIME, timeout=60).json()["code"],
    "httpx": lambda: httpx.get(TIME).json()["code"],
    "httpx, made early": lambda: EARLY_HTTPX.get(TIME).json()["code"],
    "urllib": with_urllib,
    "ccxt": lambda: "0" if ccxt.okx().fetch_time() else "",
    "httpx, asynchronous": lambda: asyncio.run(with_httpx()),
    "aiohttp": lambda: asyncio.run(with_aiohttp()),
    "ccxt, asynchronous": lambda: asyncio.run(with_ccxt()),
}


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
def test_a_client_of_http_finds_the_fake_at_the_url_of_okx(network: OkxNetwork, ask: Callable[[], Any]) -> None:
    assert ask() == "0"
    (call,) = network.server.calls
    assert (call.target, call.headers.text("Host")) == ("/api/v5/public/time", "www.okx.com")


def talk(url: str) -> str:
    with websockets.sync.client.connect(url) as client:
        client.send("ping")
        return str(client.recv(60))


async def talk_async(url: str) -> str:
    async with websockets.asyncio.client.connect(url) as client:
        await client.send("ping")
        return str(await client.recv())


async def talk_aiohttp(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as client:
        await client.send_str("ping")
        text = await client.receive_str()
    await closing()
    return text


TALKING: dict[str, Callable[[str], Any]] = {
    "websockets": talk,
    "websockets, asynchronous": lambda url: asyncio.run(_awaited(talk_async(url))),
    "aiohttp": lambda url: asyncio.run(_awaited(talk_aiohttp(url))),
}


async def _awaited(talking: Awaitable[str]) -> str:
    return await talking


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, None], ids=["asyncio", "uvloop"])
def test_the_event_loop_does_not_matter(network: OkxNetwork, loop: Callable[[], Any] | None) -> None:
    with asyncio.Runner(loop_factory=loop or pytest.importorskip("uvloop").new_event_loop) as runner:
        assert runner.run(with_httpx()) == "0"
        assert runner.run(talk_async(PUBLIC)) == "pong"


@pytest.mark.parametrize("ask", [with_aiohttp, with_httpx])
@pytest.mark.parametrize("loop", [asyncio.new_event_loop, None], ids=["asyncio", "uvloop"])
def test_the_guard_sees_what_the_network_sees(ask: Callable[[], Any], loop: Callable[[], Any] | None) -> None:
    guard = Guard(lambda: "test_bot")
    guard.install()
    try:
        with (
            asyncio.Runner(loop_factory=loop or pytest.importorskip("uvloop").new_event_loop) as runner,
            pytest.raises(RealExchangeRefused, match=r"a look-up of www\.okx\.com was refused"),
        ):
            runner.run(ask())
    finally:
        guard.remove()


@pytest.mark.parametrize("talking", TALKING.values(), ids=TALKING)
@pytest.mark.parametrize("url", [PUBLIC, "wss://wsaws.okx.com/ws/v5/public", "ws://wseea.okx.com/ws/v5/public"])
def test_a_client_of_the_websocket_finds_the_fake(network: OkxNetwork, talking: Callable[[str], str], url: str) -> None:
    assert talking(url) == "pong"
    assert network.server.calls[0].verdict == "101, a WebSocket"


def test_http_without_tls_is_answered_too(network: OkxNetwork) -> None:
    plain = [requests.get(TIME.replace("https", scheme), timeout=60) for scheme in ("http", "https")]
    assert codes(*plain) == {"0"}


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")  # python-okx on Python 3.12
def test_python_okx_trades_with_its_own_default_url(network: OkxNetwork) -> None:
    key = network.server.credentials
    client = AccountAPI(key.api_key, key.secret_key, key.passphrase, flag="1")
    assert client.get_account_balance()["data"][0]["details"][0]["ccy"]
    client.close()


def test_a_proxy_of_the_environment_is_not_asked(network: OkxNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert codes(requests.get(TIME, timeout=60), httpx.get(TIME)) == {"0"}
    assert asyncio.run(talk_async(PUBLIC)) == "pong"


def test_a_session_that_outlives_a_server_finds_the_next_one() -> None:
    with requests.Session() as session:
        for seed in range(2):
            with OkxServer(seed=seed) as server, OkxNetwork(server):
                assert codes(session.get(TIME, timeout=60)) == {"0"}
                assert len(server.calls) == 1


def test_other_hosts_are_refused_and_isolated_all_of_them() -> None:
    noted: list[str] = []
    with OkxServer() as server:
        with OkxNetwork(server, note=noted.append), pytest.raises(RealExchangeRefused):
            requests.get("https://static.okx.com", timeout=60)
        with OkxNetwork(server, isolated=True, running=lambda: "test_bot", note=noted.append):
            with pytest.raises(
                ElsewhereRefused, match=r"^test_bot reached for another host: a look-up of example\.org"
            ):
                httpx.get("https://example.org")
            assert codes(requests.get(TIME, timeout=60), requests.get(f"{server.url}/api/v5/public/time", timeout=10))
    assert len(noted) == 2


def test_the_inner_one_of_two_networks_wins() -> None:
    with OkxServer() as one, OkxServer() as other, OkxNetwork(one):
        with OkxNetwork(other):
            requests.get(TIME, timeout=60)
        assert (len(one.calls), len(other.calls)) == (0, 1)
        requests.get(TIME, timeout=60)
        assert (len(one.calls), len(other.calls)) == (1, 1)


def test_everything_is_as_it_was_afterwards(server: OkxServer) -> None:
    def state() -> list[dict[str, object]]:
        return [dict(vars(each)) for each in (socket, socket.socket, ssl.SSLContext)] + [dict(os.environ)]

    def use() -> None:
        with OkxNetwork(server):
            assert state() != before
            raise KeyError

    before = state()
    with pytest.raises(KeyError):
        use()
    assert state() == before


def test_a_server_on_ipv6_cannot_be_led_to() -> None:
    with OkxServer(host="::1") as server, pytest.raises(ValueError, match=r"listens on \[::1\]: OKX's hosts lead to"):
        OkxNetwork(server)


# --- children ----------------------------------------------------------------------------------------------------


def run(server: OkxServer, *command: str) -> str:
    done = subprocess.run(
        command, env=OkxNetwork(server).environment(), capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def test_the_environment_is_this_ones_with_the_proxy_the_trust_and_the_key(
    okx_server: OkxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINE", "kept")
    monkeypatch.setenv("NODE_OPTIONS", "--no-warnings")
    before = dict(os.environ)
    network = OkxNetwork(okx_server)
    environment = network.environment()
    assert dict(os.environ) == before
    assert environment["MINE"] == "kept"
    assert environment["NODE_OPTIONS"].startswith("--no-warnings --require ")
    assert {environment[name] for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "WSS_PROXY")} == {
        network.proxy_url
    }
    assert environment["OKX_API_KEY"] == okx_server.credentials.api_key
    assert okx_server.credentials.secret_key not in environment["PYTEST_OKX_FAKE"]


CHILD = """
import os, sys, requests
from websockets.sync.client import connect

print(requests.get("https://www.okx.com/api/v5/public/time").json()["code"])
with connect("wss://ws.okx.com:8443/ws/v5/public") as client:
    client.send("ping")
    print(client.recv())
try:
    requests.get("https://example.org")
except requests.exceptions.ProxyError as error:
    print("403 Forbidden" in str(error))
"""


@pytest.mark.parametrize("isolation", ["", "-I"], ids=["as it is", "by proxy alone"])
def test_a_child_in_python_finds_the_fake(server: OkxServer, isolation: str) -> None:
    program = f"import sys; sys.path[:0] = {sys.path[1:]!r}\n{CHILD}"
    assert run(server, sys.executable, *filter(None, [isolation]), "-c", program).split() == ["0", "pong", "True"]
    assert "403 example.org:443 is no host of OKX's API" in server.transcript()


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_curl_finds_the_fake(server: OkxServer) -> None:
    plain = TIME.replace("https", "http")
    assert run(server, "curl", "-sS", TIME, plain, "https://us.okx.com/api/v5/public/time").count('"code":"0"') == 3


NODE = """
const assert = require("node:assert"), https = require("node:https"), net = require("node:net");
const codeOf = async (url) => (await (await fetch(url)).json()).code;
const get = (url) => new Promise((done) => https.get(url, (reply) => done(reply.resume().statusCode)));
const met = (...asked) => new Promise((done) => {
  const socket = net.connect(...asked, () => { done(socket.remoteAddress); socket.destroy(); });
});
(async () => {
  assert.equal(await codeOf("https://www.okx.com/api/v5/public/time"), "0");
  assert.equal(await codeOf("http://EEA.okx.com/api/v5/public/time"), "0");
  assert.equal(await get("https://us.okx.com/api/v5/public/time"), 200);
  assert.equal(await met({ host: "ws.okx.com", port: 8443 }), "127.0.0.1");
  assert.equal(await met(8443, "ws.okx.com"), "127.0.0.1");
  assert.equal(await met(process.argv[1]), "127.0.0.1");
  const refused = (error) => /reached for the real OKX: a connection to static.okx.com/.test(error.cause.message);
  await assert.rejects(codeOf("https://static.okx.com"), refused);
  console.log("done");
})();
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node on this machine: apt-get install nodejs")
def test_node_finds_the_fake_whatever_it_connects_with(server: OkxServer) -> None:
    port = server.url.rpartition(":")[2]
    assert run(server, "node", "-e", NODE, port) == "done\n"
