"""Each fault as three HTTP clients see it: which exception, which status, and whether the order was placed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
import httpx
import pytest
import requests

from pytest_okx import OkxServer
from pytest_okx.faults import Delay, Disconnect, Fault, HttpError, LoseReply, Reject
from pytest_okx.messages import iso_time
from pytest_okx.signing import sign

PLACE = "/api/v5/trade/order"
ORDER = json.dumps(
    {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
)
TIMEOUT = 0.3


@dataclass(frozen=True)
class Seen:
    """What a client saw: a status and a body, or an exception."""

    status: int = 0
    text: str = ""


def _headers(server: OkxServer) -> dict[str, str]:
    key, timestamp = server.credentials, iso_time(time.time_ns() // 1_000_000)
    return {
        "OK-ACCESS-KEY": key.api_key,
        "OK-ACCESS-SIGN": sign(key.secret_key, timestamp, "POST", PLACE, ORDER.encode()),
        "OK-ACCESS-TIMESTAMP": timestamp,
        "OK-ACCESS-PASSPHRASE": key.passphrase,
        "Content-Type": "application/json",
    }


def by_requests(server: OkxServer) -> Seen:
    reply = requests.post(server.url + PLACE, data=ORDER, headers=_headers(server), timeout=TIMEOUT)
    return Seen(reply.status_code, reply.text)


def by_httpx(server: OkxServer) -> Seen:
    reply = httpx.post(server.url + PLACE, content=ORDER, headers=_headers(server), timeout=TIMEOUT)
    return Seen(reply.status_code, reply.text)


def by_aiohttp(server: OkxServer) -> Seen:
    async def post() -> Seen:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(server.url + PLACE, data=ORDER, headers=_headers(server)) as reply,
        ):
            return Seen(reply.status, await reply.text())

    return asyncio.run(post())


Client = Callable[[OkxServer], Seen]
CLIENTS: list[Client] = [by_requests, by_httpx, by_aiohttp]

# fault, whether the exchange acted, and what requests, httpx and aiohttp raise
BROKEN: list[tuple[Fault, bool, tuple[type[BaseException], type[BaseException], type[BaseException]]]] = [
    (LoseReply(), True, (requests.ConnectionError, httpx.RemoteProtocolError, aiohttp.ServerDisconnectedError)),
    (Disconnect(), True, (requests.ConnectionError, httpx.ReadError, aiohttp.ClientOSError)),
    (Delay(60), True, (requests.ReadTimeout, httpx.ReadTimeout, TimeoutError)),
]


@pytest.mark.parametrize("client", CLIENTS)
def test_without_a_fault_the_order_is_placed(okx_server: OkxServer, client: Client) -> None:
    assert client(okx_server).status == 200
    assert len(okx_server.exchange.orders()) == 1


@pytest.mark.parametrize(("fault", "placed", "errors"), BROKEN, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_fault_after_the_exchange_acted_is_an_exception_and_an_order(
    okx_server: OkxServer, client: Client, fault: Fault, placed: bool, errors: tuple[type[BaseException], ...]
) -> None:
    okx_server.faults.add(fault, on=f"POST {PLACE}")
    with pytest.raises(errors[CLIENTS.index(client)]):
        client(okx_server)
    assert bool(okx_server.exchange.orders()) is placed


@pytest.mark.parametrize("client", CLIENTS)
def test_a_connection_reset_on_accept_is_an_exception_and_no_order(okx_server: OkxServer, client: Client) -> None:
    okx_server.faults.add(Disconnect(at="connect"))
    with pytest.raises((requests.ConnectionError, httpx.TransportError, aiohttp.ClientError)):
        client(okx_server)
    assert not okx_server.exchange.orders()


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        (Reject("50113"), 401, '{"msg":"Invalid Sign","code":"50113"}'),
        (Reject("50011"), 429, '{"msg":"Too Many Requests","code":"50011"}'),
        (Reject("50011", status=200), 200, '{"msg":"Too Many Requests","code":"50011"}'),
        (HttpError(503, "<html>busy</html>"), 503, "<html>busy</html>"),
        (HttpError(200, '{"code":"0","da'), 200, '{"code":"0","da'),
        (HttpError(200, ""), 200, ""),
    ],
)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_fault_that_answers_is_a_status_and_a_body_and_no_order(
    okx_server: OkxServer, client: Client, fault: Fault, status: int, text: str
) -> None:
    okx_server.faults.add(fault)
    assert client(okx_server) == Seen(status, text)
    assert not okx_server.exchange.orders()


@pytest.mark.parametrize("client", CLIENTS)
def test_a_short_delay_is_only_waiting(okx_server: OkxServer, client: Client) -> None:
    okx_server.faults.add(Delay(0.02))
    assert client(okx_server).status == 200
